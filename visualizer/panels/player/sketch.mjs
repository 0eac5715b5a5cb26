// What stands in for Plotly's contours until plotly.js is there, which is most of a second of parsing on a slow
// machine: the same bands of color in the same place, so that nothing jumps when the contours replace them.

import { heightAt } from "./heights.mjs";

/** The colors of `count` bands as [r, g, b, a] bytes; the browser mixes them, whatever their notation. */
function bandColors(scale, count) {
  const pen = Object.assign(document.createElement("canvas"), { width: count, height: 1 }).getContext("2d", { willReadFrequently: true });
  const gradient = pen.createLinearGradient(0, 0, count, 0);
  scale.forEach(([at, color]) => gradient.addColorStop(at, color));
  pen.fillStyle = gradient;
  pen.fillRect(0, 0, count, 1);
  return new Uint32Array(pen.getImageData(0, 0, count, 1).data.buffer);
}

/**
 * Paint the grid's heights in `count` bands, one pixel a CSS pixel.
 * @param {Element} host a positioned element
 * @param {number[]} clip left, top, width, height in CSS pixels of the host
 * @param {{x: Function, y: Function}} map with `back` from pixels to the plane
 * @returns {() => void} takes the picture away
 */
export function drawBands(host, grid, [left, top, width, height], map, scale, count) {
  const [w, h] = [Math.round(width), Math.round(height)];
  const canvas = Object.assign(document.createElement("canvas"), { width: w, height: h });
  canvas.style.cssText = `position: absolute; left: ${left}px; top: ${top}px; width: ${width}px; height: ${height}px`;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const picture = pen.createImageData(w, h);
  const pixels = new Uint32Array(picture.data.buffer);
  const colors = bandColors(scale, count);
  const perBand = count / (grid.hi - grid.lo || 1);
  const xs = Float64Array.from({ length: w }, (_, i) => map.x.back(left + i + 0.5));
  for (let j = 0; j < h; j++) {
    const y = map.y.back(top + j + 0.5);
    for (let i = 0; i < w; i++) {
      const band = Math.floor((heightAt(grid, xs[i], y) - grid.lo) * perBand);
      pixels[j * w + i] = colors[Math.max(0, Math.min(count - 1, band))];
    }
  }
  pen.putImageData(picture, 0, 0);
  host.append(canvas);
  return () => canvas.remove();
}
