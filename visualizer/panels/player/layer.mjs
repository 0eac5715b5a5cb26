// Canvases of a panel. A visible one never takes the pointer; a hidden one is a buffer to draw it from.

import { gpu } from "./gpu.mjs";

const SHARPEST = 2; // device pixels per CSS pixel; more costs time and is not seen on moving lines

/** Draw inside `clip` [left, top, width, height], or anywhere when it is null. */
export function clipped(g, clip, draw) {
  g.save();
  if (clip) {
    g.beginPath();
    g.rect(...clip);
    g.clip();
  }
  draw(g);
  g.restore();
}

/**
 * @param {Element | null} host a positioned element, or null for a buffer
 * @param {number} sharp its pixels per CSS pixel, where no screen decides
 */
export function createLayer(host, sharp = 0) {
  const canvas = document.createElement("canvas");
  canvas.className = "dl-layer";
  canvas.setAttribute("aria-hidden", "true");
  host?.append(canvas);
  const g = canvas.getContext("2d", { willReadFrequently: gpu.software || sharp > 0 }); // true = drawn by the CPU
  let box = [0, 0, 0, 0];
  let ratio = 0;
  return {
    g,
    canvas,
    /**
     * Cover `next` [left, top, width, height] of the host, in CSS pixels, sharp on this screen. One draws in the
     * host's coordinates all the same. A new size also clears the canvas.
     */
    fit(next) {
      const r = sharp || Math.min(SHARPEST, window.devicePixelRatio || 1);
      const [left, top, w, h] = next;
      if (w !== box[2] || h !== box[3] || r !== ratio) {
        canvas.width = Math.round(w * r);
        canvas.height = Math.round(h * r);
        canvas.style.width = `${w}px`;
        canvas.style.height = `${h}px`;
      }
      canvas.style.transform = `translate(${left}px, ${top}px)`;
      [box, ratio] = [next, r];
      g.setTransform(r, 0, 0, r, -left * r, -top * r);
    },
    clear: () => g.clearRect(...box),
    /** Replace everything by the picture of another layer that covers the same. */
    copy(from) {
      g.globalCompositeOperation = "copy";
      g.drawImage(from.canvas, ...box);
      g.globalCompositeOperation = "source-over";
    },
    within: (clip, draw) => clipped(g, clip, draw),
    destroy: () => canvas.remove(),
  };
}
