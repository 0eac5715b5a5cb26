// The axes of an ensemble's chart, which has no room to spare, and what its charts draw alike.

import { axisOf } from "./plotaxes.mjs";
import { theme } from "./theme.mjs";

/** Where the picture lies in a chart of this size: [left, top, width, height]. */
export const boxOf = (w, h, size) => [4.6 * size, 1.7 * size, w - 6.4 * size, h - 4.9 * size];

/** The axis of values that are all to be seen, with some room; from 0 if that is not far. */
export function upOf(values, room = 0.08) {
  const known = values.filter(Number.isFinite);
  if (!known.length) return axisOf("linear", 0, 1);
  let [low, high] = [Math.min(...known), Math.max(...known)];
  const wide = (high - low) * room || 0.1 * Math.abs(high) || 0.1;
  low = low > 0 && low < 0.35 * high ? 0 : low - wide;
  return axisOf("linear", low, high + wide);
}

/** Lines across with their numbers, ticks below, what the axes are called. `whole`: ticks at whole numbers only. */
export function drawGrid(g, [x0, y0, width, tall], across, up, { size, label, name, whole = false }) {
  Object.assign(g, { font: `${size}px ${theme.font}`, fillStyle: theme.muted, strokeStyle: theme.border, lineWidth: 1, textAlign: "right", textBaseline: "middle" });
  g.setLineDash([]);
  for (const [share, text] of up.ticks(Math.max(2, tall / (3.2 * size)))) {
    const y = Math.round(y0 + (1 - share) * tall) + 0.5;
    g.beginPath();
    g.moveTo(x0, y);
    g.lineTo(x0 + width, y);
    g.stroke();
    g.fillText(text, x0 - 0.5 * size, y);
  }
  Object.assign(g, { textAlign: "center", textBaseline: "top" });
  for (const [share, text] of across.ticks(Math.max(2, width / (6 * size)))) {
    if (share < -1e-9 || share > 1 + 1e-9 || (whole && !/^\d+$/.test(text))) continue;
    const x = Math.round(x0 + share * width);
    g.fillRect(x, y0 + tall, 1, 4);
    g.fillText(text, x, y0 + tall + 6);
  }
  g.fillText(label, x0 + width / 2, y0 + tall + 6 + 1.4 * size);
  Object.assign(g, { textAlign: "left", textBaseline: "bottom", fillStyle: theme.text });
  g.fillText(name, x0 - 4 * size, y0 - 0.4 * size);
}

/** Values to pixels. */
export const placed = ([x0, y0, width, tall], across, up) => (x, y) => [x0 + across.share(x) * width, y0 + (1 - Math.max(-1, Math.min(2, up.share(y)))) * tall];

export function drawDot(g, [x, y], r, fill, rim = theme.background) {
  Object.assign(g, { fillStyle: fill, strokeStyle: rim, lineWidth: 1.5 });
  g.beginPath();
  g.arc(x, y, r, 0, 2 * Math.PI);
  g.fill();
  g.stroke();
}

/** The place in rising numbers that is nearest to a share of the way from the first to the last of an axis. */
export const nearestAt = (at, value) => at.reduce((best, one, k) => (Math.abs(one - value) < Math.abs(at[best] - value) ? k : best), 0);
