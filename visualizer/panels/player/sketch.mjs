// What stands in for Plotly's contours: the same bands of color with the same lines between them in the same place, so
// that nothing jumps when the contours replace them.

import { heightsOf } from "./heights.mjs";

/** Colors as [r, g, b, a] bytes in words, whatever their notation. */
function bytesOf(width, paint) {
  const pen = Object.assign(document.createElement("canvas"), { width, height: 1 }).getContext("2d", { willReadFrequently: true });
  pen.fillStyle = paint(pen);
  pen.fillRect(0, 0, width, 1);
  return new Uint32Array(pen.getImageData(0, 0, width, 1).data.buffer);
}

/** The colors of `count` bands. */
const bandColors = (scale, count) =>
  bytesOf(count, (pen) => {
    const gradient = pen.createLinearGradient(0, 0, count, 0);
    scale.forEach(([at, color]) => gradient.addColorStop(at, color));
    return gradient;
  });

/** Opaque colors a and b in the shares 1 - t and t. */
function mixed(a, b, t) {
  let out = 0xff000000;
  for (let shift = 0; shift < 24; shift += 8) {
    const [low, high] = [(a >>> shift) & 255, (b >>> shift) & 255];
    out |= Math.round(low + (high - low) * t) << shift;
  }
  return out >>> 0;
}

/** For `count` pixels along an axis of the grid: the node before each, and its share of the way to the next. */
function cellsOf(count, placeOf, [from, to], last) {
  const nodes = new Int32Array(count);
  const shares = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const at = Math.max(0, Math.min(last, ((placeOf(i + 0.5) - from) / (to - from)) * last));
    nodes[i] = Math.min(Math.floor(at), last - 1);
    shares[i] = at - nodes[i];
  }
  return { nodes, shares };
}

/** The height of every pixel's middle in bands from the lowest, row by row, with a row and a column more at the end. */
function bandsOf(grid, [left, top, width, height], w, h, map, perBand) {
  const { nx, ny, lo } = grid;
  const z = heightsOf(grid);
  const bands = new Float32Array((w + 1) * (h + 1));
  const columns = cellsOf(w + 1, (i) => map.x.back(left + (i * width) / w), grid.x, nx - 1);
  const rows = cellsOf(h + 1, (j) => map.y.back(top + (j * height) / h), grid.y, ny - 1);
  for (let j = 0, k = 0; j <= h; j++) {
    const row = rows.nodes[j] * nx;
    const up = rows.shares[j];
    for (let i = 0; i <= w; i++, k++) {
      const at = row + columns.nodes[i];
      const across = columns.shares[i];
      const below = z[at] + across * (z[at + 1] - z[at]);
      const above = z[at + nx] + across * (z[at + nx + 1] - z[at + nx]);
      bands[k] = (below + up * (above - below) - lo) * perBand;
    }
  }
  return bands;
}

/**
 * Paint the grid's heights in `count` bands over all of a canvas.
 * @param {number[]} clip left, top, width, height of the canvas in the pixels of `map`
 * @param {{x: Function, y: Function}} map with `back` from pixels to the plane
 * @param {{scale: Array, line: {color: string, width: number}}} look the bands' colors, and the lines between them
 */
export function paintBands(canvas, grid, clip, map, { scale, line }, count) {
  const { width: w, height: h } = canvas;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const picture = pen.createImageData(w, h);
  const pixels = new Uint32Array(picture.data.buffer);
  const colors = bandColors(scale, count);
  const [ink] = bytesOf(1, () => line.color);
  const strength = (ink >>> 24) / 255;
  const bands = bandsOf(grid, clip, w, h, map, count / (grid.hi - grid.lo || 1));
  for (let j = 0; j < h; j++) {
    for (let i = 0, k = j * (w + 1); i < w; i++, k++) {
      const here = bands[k];
      if (Number.isNaN(here)) continue;
      const band = Math.max(0, Math.min(count - 1, Math.floor(here)));
      const edge = Math.round(here);
      const steep = Math.abs(bands[k + 1] - here) + Math.abs(bands[k + w + 1] - here); // bands a pixel
      const off = (here - edge) / steep; // how far the edge of the band is, in pixels
      let color = colors[band];
      if (edge > 0 && edge < count && Math.abs(off) < 1) {
        const drawn = Math.max(0, Math.min(line.width, (1 + line.width) / 2 - Math.abs(off))); // how much of the pixel
        if (Math.abs(off) < 0.5) color = mixed(colors[edge - 1], colors[edge], off + 0.5);
        color = mixed(color, ink, strength * drawn);
      }
      pixels[j * w + i] = color;
    }
  }
  pen.putImageData(picture, 0, 0);
}

/** Paint them one pixel a CSS pixel, behind everything else in `host`; returns what takes the picture away. */
export function drawBands(host, grid, clip, map, look, count) {
  const [left, top, width, height] = clip;
  const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(width), height: Math.round(height) });
  canvas.style.cssText = `position: absolute; left: ${left}px; top: ${top}px; width: ${width}px; height: ${height}px`;
  paintBands(canvas, grid, clip, map, look, count);
  host.prepend(canvas);
  return () => canvas.remove();
}
