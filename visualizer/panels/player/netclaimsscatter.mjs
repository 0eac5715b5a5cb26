// Sharpness against the gap between test and training loss: a mark for each arm and seed, another shape for each arm.

import { measureName } from "./netclaimswords.mjs";
import { axisOf, boxOf, drawAxes } from "./plotaxes.mjs";
import { theme } from "./theme.mjs";
import { exact } from "./ticks.mjs";

const WIDE = 12;  // so many times as sharp: a logarithmic axis
const ROOM = 0.07;
export const SIGNS = [..."●■▲◆▼✚"]; // the shapes in words, in this order
const SHAPES = [
  (g, x, y, r) => g.arc(x, y, r, 0, 2 * Math.PI),
  (g, x, y, r) => g.rect(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8),
  (g, x, y, r) => corners(g, [[x, y - r * 1.2], [x + r * 1.1, y + r * 0.8], [x - r * 1.1, y + r * 0.8]]),
  (g, x, y, r) => corners(g, [[x, y - r * 1.25], [x + r * 1.25, y], [x, y + r * 1.25], [x - r * 1.25, y]]),
  (g, x, y, r) => corners(g, [[x, y + r * 1.2], [x + r * 1.1, y - r * 0.8], [x - r * 1.1, y - r * 0.8]]),
  (g, x, y, r) => [[-1, -0.35, 2, 0.7], [-0.35, -1, 0.7, 2]].forEach(([dx, dy, w, h]) => g.rect(x + dx * r * 1.2, y + dy * r * 1.2, w * r * 1.2, h * r * 1.2)),
];

/** All of it, on any context. @returns {{x: number, y: number, text: string}[]} what can be pointed at */
export function paintScatter(g, w, h, store, about, arms, found, size) {
  const many = about.measures.length;
  const [sharp, gap] = ["sharpness", "gap"].map((name) => about.measures.indexOf(name));
  const points = arms.flatMap((arm, i) =>
    found.measured.flatMap((row, seed) => {
      const [x, y] = [row[i * many + sharp], row[i * many + gap]];
      return Number.isFinite(x) && Number.isFinite(y) ? [{ arm, i, seed, x, y }] : [];
    }));
  if (!points.length) return [];
  const across = axisFor(points.map(({ x }) => x), true);
  const up = axisFor(points.map(({ y }) => y), false);
  const box = boxOf(w - size, h, size);
  drawAxes(g, box, { axis: across, label: measureName(store, about, "sharpness") }, { axis: up, label: store.say("net_claims.measure_gap_short") }, { ruled: true, size });
  return points.map(({ arm, i, seed, x, y }) => {
    const at = [box[0] + across.share(x) * box[2], box[1] + (1 - up.share(y)) * box[3]];
    g.beginPath();
    SHAPES[i % SHAPES.length](g, ...at, size * 0.34);
    g.globalAlpha = 0.75;
    g.fillStyle = arm.color;
    g.fill("nonzero");
    g.globalAlpha = 1;
    g.strokeStyle = theme.halo;
    g.lineWidth = 1;
    g.stroke();
    return { x: at[0], y: at[1], text: store.say("net_claims.pair", { name: arm.text, seed, sharpness: exact(x), gap: exact(y) }) };
  });
}

/** An axis around the values, with a little room; logarithmic where `wide` allows it and they ask for it. */
function axisFor(values, wide) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (wide && low > 0 && high > WIDE * low) {
    const room = (high / low) ** ROOM;
    return axisOf("log", low / room, high * room);
  }
  const room = ROOM * (high - low) || Math.abs(high) * ROOM || 1;
  return axisOf("linear", low - room, high + room);
}

function corners(g, points) {
  points.forEach(([x, y], k) => (k ? g.lineTo(x, y) : g.moveTo(x, y)));
  g.closePath();
}
