// Images of 8 x 8 pixels: weights in two colors around the page's own, digits in its ink.

import { rgbOf, theme } from "./theme.mjs";

export const SIDE = 8;
const NOTHING = 128; // of red, green and blue: where there is no number

const mixed = (from, to, share) => from.map((part, i) => Math.round(part + (to[i] - part) * share));

/** A color [red, green, blue] for each value from -most to most: cool below 0, the page's own at 0, warm above. */
export function signed(most) {
  const [paper, cool, warm] = [theme.background, theme.paths[0], theme.paths[1]].map(rgbOf);
  return (value) => mixed(paper, value < 0 ? cool : warm, Math.min(1, Math.abs(value) / (most || 1)));
}

/** A color for each value from 0, the page's own, to 1, that of its letters. */
export function inked() {
  const [paper, ink] = [theme.background, theme.text].map(rgbOf);
  return (value) => mixed(paper, ink, Math.max(0, Math.min(1, value)));
}

/** Paints values, rows downwards, one pixel each, into a canvas that is shown as large as its styles say. */
export function paintTile(canvas, values, color) {
  if (canvas.width !== SIDE) canvas.width = canvas.height = SIDE;
  const g = canvas.getContext("2d", { willReadFrequently: true });
  const image = g.createImageData(SIDE, SIDE);
  for (let k = 0; k < SIDE * SIDE; k++) {
    const rgb = Number.isFinite(values[k]) ? color(values[k]) : [NOTHING, NOTHING, NOTHING];
    for (let c = 0; c < 3; c++) image.data[4 * k + c] = rgb[c];
    image.data[4 * k + 3] = 255;
  }
  g.putImageData(image, 0, 0);
}

/** The same into a square of any context. */
export function drawTile(g, values, color, x, y, size) {
  const canvas = document.createElement("canvas");
  paintTile(canvas, values, color);
  g.save();
  g.imageSmoothingEnabled = false;
  g.drawImage(canvas, x, y, size, size);
  g.restore();
}

/** The pixel, row * 8 + column, of an element at the pointer. */
export function pixelAt(element, event) {
  const { left, top, width, height } = element.getBoundingClientRect();
  const at = (share) => Math.max(0, Math.min(SIDE - 1, Math.floor(share * SIDE)));
  return SIDE * at((event.clientY - top) / height) + at((event.clientX - left) / width);
}

/** The largest finite size of numbers. */
export const largest = (values) => values.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most), 0);
