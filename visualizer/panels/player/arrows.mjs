// The gradient field over the contours: downhill at the centers of a grid of cells.

import { clipped, createLayer } from "./layer.mjs";
import { theme } from "./theme.mjs";

const LONGEST = 0.85;  // of a cell
const SHORTEST = 0.3;  // of the longest: directions are seen in the flat parts too
const DECADES = 4;     // from the longest to the shortest
const MOST = 30;       // px; in a zoomed picture cells are larger than arrows need to be
const BARB = 0.34;     // of an arrow's length
const SPREAD = 0.45;   // radians between an arrow and its barbs

/**
 * The arrows in pixels. Each points where a small step against the gradient goes on the screen, whatever the scales of
 * the two axes are; a vanishing gradient has length 0, and one that is not finite no arrow.
 * @param {Float32Array} field gradients at the cells' centers, rows upwards, (size * size, 2)
 * @param {number[]} window x0, x1, y0, y1 that the cells divide
 * @param {{x: (value: number) => number, y: (value: number) => number}} map
 * @returns {{x: number, y: number, dx: number, dy: number}[]} middle, and from tail to tip
 */
export function arrowsOf(field, size, [x0, x1, y0, y1], map) {
  const [unitX, unitY] = [map.x(1) - map.x(0), map.y(1) - map.y(0)];
  const [wide, high] = [(x1 - x0) / size, (y1 - y0) / size];
  const longest = Math.min(MOST, LONGEST * Math.min(Math.abs(wide * unitX), Math.abs(high * unitY)));
  const norms = Array.from({ length: size * size }, (_, k) => Math.hypot(field[2 * k], field[2 * k + 1]));
  const steepest = norms.reduce((most, norm) => (Number.isFinite(norm) && norm > most ? norm : most), 0);
  return norms.flatMap((norm, k) => {
    if (!Number.isFinite(norm)) return [];
    const [x, y] = [map.x(x0 + wide * ((k % size) + 0.5)), map.y(y0 + high * (Math.floor(k / size) + 0.5))];
    if (!norm) return [{ x, y, dx: 0, dy: 0 }];
    const [dx, dy] = [(-field[2 * k] / norm) * unitX, (-field[2 * k + 1] / norm) * unitY];
    const share = Math.max(0, 1 + Math.log10(norm / steepest) / DECADES);
    const length = (longest * (SHORTEST + (1 - SHORTEST) * share)) / Math.hypot(dx, dy);
    return [{ x, y, dx: dx * length, dy: dy * length }];
  });
}

/** The field of a state, if it has one, on any context. */
export function paintArrows(g, { arrows, header }, map) {
  if (!arrows) return;
  clipped(g, map.clip, () => {
    g.strokeStyle = g.fillStyle = theme.text;
    g.globalAlpha = theme.dark ? 0.42 : 0.38;
    g.lineWidth = 1.2;
    g.lineCap = g.lineJoin = "round";
    g.beginPath();
    for (const arrow of arrowsOf(arrows, header.arrows, header.window, map)) trace(g, arrow);
    g.stroke();
  });
}

/** @param {Element} host the arrows lie above all that it holds now, and below what comes later */
export function createArrows(host) {
  const layer = createLayer(host);
  layer.canvas.classList.add("dl-still");
  layer.canvas.hidden = true; // nothing to blend in every frame while there is nothing to see

  function set(state, map) {
    layer.canvas.hidden = !state.arrows;
    if (!state.arrows) return;
    layer.fit(map.clip);
    layer.clear();
    paintArrows(layer.g, state, map);
  }

  return { set, destroy: layer.destroy };
}

function trace(g, { x, y, dx, dy }) {
  const [tipX, tipY] = [x + dx / 2, y + dy / 2];
  g.moveTo(x - dx / 2, y - dy / 2);
  g.lineTo(tipX, tipY); // of length 0 it is a dot, with round ends
  for (const angle of dx || dy ? [SPREAD, -SPREAD] : []) {
    const [c, s] = [BARB * Math.cos(angle), BARB * Math.sin(angle)];
    g.moveTo(tipX, tipY);
    g.lineTo(tipX - c * dx + s * dy, tipY - s * dx - c * dy);
  }
}
