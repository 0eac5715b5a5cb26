// Where a picture of the networks' answers lies in its panel, and its axes.

import { fontSize } from "./panel.mjs";
import { theme } from "./theme.mjs";
import { linearTicks, short } from "./ticks.mjs";

const MARGIN = { left: 42, right: 10, top: 6, bottom: 24 }; // px with letters of 11
const ROUND = 2.2; // sides of a window that differ more than that are not drawn to one scale

/** The box [left, top, width, height] of a window [x0, x1, y0, y1] in a panel of w x h; `equal`: one scale for both axes. */
export function boxOf(w, h, [x0, x1, y0, y1], equal = true) {
  const scale = fontSize(h) / 11;
  const { left, right, top, bottom } = MARGIN;
  const [wide, tall] = [w - (left + right) * scale, h - (top + bottom) * scale];
  const ratio = (x1 - x0) / (y1 - y0);
  if (!equal || ratio > ROUND || ratio < 1 / ROUND) return [left * scale, top * scale, wide, tall];
  const width = Math.floor(Math.min(wide, tall * ratio));
  const height = Math.floor(width / ratio);
  return [Math.round(left * scale + (wide - width) / 2), Math.round(top * scale), width, height];
}

/** Inputs to pixels and back. */
export function mapOf([left, top, width, height], [x0, x1, y0, y1]) {
  return {
    x: (x) => left + (width * (x - x0)) / (x1 - x0),
    y: (y) => top + (height * (y1 - y)) / (y1 - y0),
    /** The shares (u, v) of the width and, from below, of the height at a pixel; null outside. */
    shares(px, py) {
      const [u, v] = [(px - left) / width, 1 - (py - top) / height];
      return u >= 0 && u <= 1 && v >= 0 && v <= 1 ? [u, v] : null;
    },
    input: ([u, v]) => [x0 + u * (x1 - x0), y0 + v * (y1 - y0)],
  };
}

/** A frame, ticks and their numbers, and what the axes are called. */
export function drawFrame(g, h, box, window, [across, up]) {
  const [left, top, width, height] = box;
  const [x0, x1, y0, y1] = window;
  const map = mapOf(box, window);
  const size = fontSize(h);
  g.font = `${size}px ${theme.font}`;
  g.lineWidth = 1;
  g.strokeStyle = theme.border;
  g.strokeRect(left - 0.5, top - 0.5, width + 1, height + 1);
  g.fillStyle = theme.muted;
  Object.assign(g, { textAlign: "center", textBaseline: "top" });
  const edge = 0.8 * size;
  for (const tick of linearTicks(x0, x1, width / 70)) {
    const x = Math.round(map.x(tick)) + 0.5;
    g.fillRect(x - 0.5, top + height + 1, 1, 4);
    if (x < left + width - 2 * edge) g.fillText(short(tick), x, top + height + 7);
  }
  g.textAlign = "right";
  g.fillText(across, left + width, top + height + 7);
  g.textBaseline = "middle";
  for (const tick of linearTicks(y0, y1, height / 44)) {
    const y = Math.round(map.y(tick)) + 0.5;
    g.fillRect(left - 5, y - 0.5, 4, 1);
    if (y > top + 2 * edge) g.fillText(short(tick), left - 8, y);
  }
  g.fillText(up, left - 8, top + edge / 2);
}
