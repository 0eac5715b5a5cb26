// Canvases of a panel. A visible one never takes the pointer; a hidden one is a buffer to draw it from.

import { gpu } from "./gpu.mjs";

const SHARPEST = 2; // device pixels per CSS pixel; more costs time and is not seen on moving lines

/** @param {Element | null} host a positioned element, or null for a buffer */
export function createLayer(host) {
  const canvas = document.createElement("canvas");
  canvas.className = "dl-layer";
  canvas.setAttribute("aria-hidden", "true");
  host?.append(canvas);
  const g = canvas.getContext("2d", { willReadFrequently: gpu.software }); // true = drawn by the CPU
  let width = 0;
  let height = 0;
  let ratio = 0;
  return {
    g,
    /** Give the canvas this size in CSS pixels, sharp on this screen; setting a size also clears it. */
    fit(w, h) {
      const r = Math.min(SHARPEST, window.devicePixelRatio || 1);
      if (w === width && h === height && r === ratio) return;
      [width, height, ratio] = [w, h, r];
      canvas.width = Math.round(w * r);
      canvas.height = Math.round(h * r);
      canvas.style.width = `${w}px`;
      canvas.style.height = `${h}px`;
      g.setTransform(r, 0, 0, r, 0, 0);
    },
    clear: () => g.clearRect(0, 0, width, height),
    /** Replace everything by the picture of another layer of the same size. */
    copy(from) {
      g.globalCompositeOperation = "copy";
      g.drawImage(from.canvas, 0, 0, width, height);
      g.globalCompositeOperation = "source-over";
    },
    canvas,
    /** Draw inside `clip` [left, top, width, height], or anywhere when it is null. */
    within(clip, draw) {
      g.save();
      if (clip) {
        g.beginPath();
        g.rect(...clip);
        g.clip();
      }
      draw(g);
      g.restore();
    },
    destroy: () => canvas.remove(),
  };
}
