// The axes of a map's plot, and its curves. All of it draws on any context: the panel's canvas, or an exported figure.

import { theme } from "./theme.mjs";
import { decade, linearTicks, logTicks, short } from "./ticks.mjs";

const SIZE = 12;      // px of the letters on the page
const MARGIN = { left: 58, right: 10, top: 8, bottom: 40 };
const DECADES = 14;   // a log axis of losses shows at most these below its top
const MOST = 1e12;    // a swing at the edge of divergence is not the picture
const GRAB = 26;      // px around a line that are the line
const BEYOND = 1.2;   // where a loss that is not finite lies: above the top
const FORMS = {
  linear: [(value) => value, (at) => at],
  log: [Math.log10, (at) => 10 ** at],
  log1m: [(value) => -Math.log10(Math.max(1 - value, 1e-9)), (at) => 1 - 10 ** -at],
};

/** Where the picture lies in a plot of this size: [left, top, width, height]. */
export function boxOf(w, h, size = SIZE) {
  const scale = size / SIZE;
  const { left, right, top, bottom } = MARGIN;
  return [left * scale, top * scale, w - (left + right) * scale, h - (top + bottom) * scale];
}

/** An axis from `low` to `high`: `share` of a value, `value` at a share, `ticks(most)` as [share, text]. */
export function axisOf(scale, low, high) {
  const kind = scale === "log0" ? "log" : scale in FORMS ? scale : "linear";
  const [there, back] = FORMS[kind];
  const [lo, hi] = [there(low), there(high)];
  const share = (at) => (at - lo) / (hi - lo);
  function ticks(most) {
    if (kind === "log1m") return logTicks(-hi, -lo, most).map((at) => [share(-at), short(Number((1 - 10 ** at).toPrecision(6)))]);
    if (kind === "log") return logTicks(lo, hi, most).map((at) => [share(at), decade(at, Math.max(Math.abs(lo), Math.abs(hi)) > 2)]);
    return linearTicks(low, high, most).map((value) => [share(value), short(value)]);
  }
  return { kind, low, high, share: (value) => share(there(value)), value: (at) => back(lo + at * (hi - lo)), ticks };
}

/**
 * The axis of losses: logarithmic, of what is above the least one, if that is known; else of the losses, linear where
 * they are not all positive. It ends at the largest finite one. Null if there is none.
 */
export function lossAxis(losses, { least, tolerance }) {
  const base = least ?? 0;
  const floor = Math.max(tolerance * 1e-6, 1e-7 * Math.abs(base), 1e-30); // float32 does not tell losses apart below
  let [low, high] = [Infinity, -Infinity];
  for (const loss of losses) {
    if (!Number.isFinite(loss)) continue;
    if (loss < low) low = loss;
    if (loss > high) high = loss;
  }
  if (!(high >= low)) return null;
  const above = least !== null || low > 0;
  const put = above ? (loss) => Math.max(loss - base, floor) : (loss) => loss;
  [low, high] = [put(low), Math.min(put(high), MOST)];
  if (above) low = Math.max(low, high * 10 ** -DECADES);
  const bare = axisOf(above ? "log" : "linear", low, high);
  const room = high > low ? 0.04 : above ? Math.log10(2) : 1;
  const [from, to] = above ? [Math.log10(low), Math.log10(high)] : [low, high];
  const wide = room * (to - from || 1);
  const axis = axisOf(bare.kind, ...(above ? [10 ** (from - wide), 10 ** (to + wide)] : [from - wide, to + wide]));
  return { ...axis, floor, gap: (loss) => loss - base, share: (loss) => (Number.isFinite(loss) ? axis.share(put(loss)) : BEYOND) };
}

/**
 * Ticks, their numbers, and what the axes are called; lines across if it is `ruled`.
 * @param {{axis: object, label: string}} across @param {{axis: object, label: string}} up
 */
export function drawAxes(g, [x0, y0, width, tall], across, up, { ruled = false, size = SIZE } = {}) {
  const scale = size / SIZE;
  g.font = `${size}px ${theme.font}`;
  g.fillStyle = theme.muted;
  g.strokeStyle = theme.border;
  g.lineWidth = scale;
  g.textAlign = "center";
  g.textBaseline = "top";
  for (const [share, text] of across.axis.ticks(Math.max(3, width / (70 * scale)))) {
    const x = Math.round(x0 + share * width) + 0.5;
    g.fillRect(x - 0.5, y0 + tall, scale, 4 * scale);
    g.fillText(text, x, y0 + tall + 7 * scale);
  }
  g.textAlign = "right";
  g.textBaseline = "middle";
  for (const [share, text] of up.axis.ticks(Math.max(3, tall / (44 * scale)))) {
    const y = Math.round(y0 + (1 - share) * tall) + 0.5;
    if (ruled) stroke(g, [[x0, y], [x0 + width, y]]);
    else g.fillRect(x0 - 4 * scale, y - 0.5, 4 * scale, scale);
    g.fillText(text, x0 - 7 * scale, y);
  }
  g.fillStyle = theme.text;
  g.textAlign = "center";
  g.textBaseline = "bottom";
  g.fillText(across.label, x0 + width / 2, y0 + tall + 39 * scale);
  g.save();
  g.translate(x0 - 47 * scale, y0 + tall / 2);
  g.rotate(-Math.PI / 2);
  g.textBaseline = "middle";
  g.fillText(up.label, 0, 0);
  g.restore();
}

/** Draws inside a box only. */
export function within(g, box, draw) {
  g.save();
  g.beginPath();
  g.rect(...box);
  g.clip();
  draw();
  g.restore();
}

/** What lies between two lines through points [x, y]. */
export function drawBand(g, low, high, color, alpha) {
  g.save();
  path(g, [...low, ...[...high].reverse()]);
  g.globalAlpha = alpha;
  g.fillStyle = color;
  g.fill();
  g.restore();
}

/** A run's line through points [x, y], in its color and dash. */
export function drawLine(g, points, { color, dash }, width = 2.2) {
  g.save();
  g.lineJoin = "round";
  for (const [ink, thick, broken] of [[theme.halo, width + 2.8, []], [color, width, dash]]) {
    g.setLineDash(broken);
    g.strokeStyle = ink;
    g.lineWidth = thick;
    stroke(g, points);
  }
  g.restore();
}

/** The points of a line that keeps its height until the next. */
export const stairs = (points) => points.flatMap(([x, y], k) => (k ? [[x, points[k - 1][1]], [x, y]] : [[x, y]]));

function path(g, points) {
  g.beginPath();
  points.forEach(([x, y], k) => (k ? g.lineTo(x, y) : g.moveTo(x, y)));
}

function stroke(g, points) {
  path(g, points);
  g.stroke();
}

/** Where the pointer is in a plot: the share of the width, and px from the top of the frame; null beside the plot. */
export function pointerIn(frame, event, [left, , width]) {
  const at = frame.getBoundingClientRect();
  const share = (event.clientX - at.left - left) / width;
  return share < 0 || share > 1 ? null : { share, y: event.clientY - at.top };
}

/** The place of the line, among lines so many px from the top, that is nearest to `y`; -1 if none is near. */
export function nearestLine(heights, y) {
  const off = heights.map((height) => Math.abs(height - y));
  const i = off.indexOf(Math.min(...off));
  return off[i] <= GRAB ? i : -1;
}
