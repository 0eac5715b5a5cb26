// An image of 8 x 8 pixels in the page's ink.

import { theme } from "./theme.mjs";

export const SIDE = 8;

/** Pixels from 0 to 1, rows downwards, into a square of any context. */
export function drawTile(g, pixels, x, y, size) {
  const part = size / SIDE;
  g.save();
  g.fillStyle = theme.text;
  pixels.forEach((ink, k) => {
    g.globalAlpha = 0.06 + 0.94 * Math.max(0, Math.min(1, ink));
    g.fillRect(x + (k % SIDE) * part, y + Math.floor(k / SIDE) * part, part + 0.4, part + 0.4);
  });
  g.restore();
}
