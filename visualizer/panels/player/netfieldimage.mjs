// An image of a data set, 8 x 8 pixels of ink on the page.

import { theme } from "./theme.mjs";

/** @param {HTMLCanvasElement} canvas  @param {Float32Array} pixels from 0 to 1, rows downwards */
export function drawImage(canvas, pixels) {
  const side = Math.round(Math.sqrt(pixels.length));
  [canvas.width, canvas.height] = [side, side];
  const g = canvas.getContext("2d", { willReadFrequently: true });
  g.fillStyle = theme.text;
  pixels.forEach((ink, i) => {
    g.globalAlpha = Math.min(1, Math.max(0, ink));
    g.fillRect(i % side, Math.floor(i / side), 1, 1);
  });
}
