// The two small plots of the noise cloud: the share of seeds that have left over the steps, and their spread over
// learning rates or batch sizes. On the page each has a frame of its own.

import { createLayer } from "./layer.mjs";
import { within } from "./plotaxes.mjs";
import { theme } from "./theme.mjs";
import { decade, linearTicks, logTicks, short } from "./ticks.mjs";
import { el } from "./ui.mjs";

const SIZE = 12; // px of the letters on the page
const MARGIN = { left: 46, right: 18, top: 8, bottom: 34 };
const AXES = 2;

const boxOf = (w, h, scale = 1) => [MARGIN.left * scale, MARGIN.top * scale, w - (MARGIN.left + MARGIN.right) * scale, h - (MARGIN.top + MARGIN.bottom) * scale];

/** A plot in a frame of its own: `draw(paint)` with paint(g, w, h), if there is room for it. */
function plotIn(frame) {
  const layer = createLayer(frame);
  layer.canvas.classList.add("dl-still");
  let box = null;
  return {
    get box() { return box; },
    draw(paint) {
      const [w, h] = [frame.clientWidth, frame.clientHeight];
      layer.fit([0, 0, w, h]);
      layer.clear();
      box = boxOf(w, h);
      if (box[2] > 40 && box[3] > 30) paint(layer.g, w, h);
    },
    destroy: layer.destroy,
  };
}

/** Ticks [share, text] of both axes, and what the horizontal one is. */
function axes(g, [x0, y0, w, h], across, up, name, size) {
  const scale = size / SIZE;
  g.font = `${size}px ${theme.font}`;
  g.fillStyle = theme.muted;
  g.strokeStyle = theme.border;
  g.lineWidth = 1;
  g.textAlign = "center";
  g.textBaseline = "top";
  for (const [share, text] of across) {
    const x = Math.round(x0 + share * w);
    g.fillRect(x, y0 + h, 1, 4);
    g.fillText(text, x, y0 + h + 6);
  }
  g.textAlign = "right";
  g.textBaseline = "middle";
  for (const [share, text] of up) {
    const y = Math.round(y0 + h * (1 - share)) + 0.5;
    g.beginPath();
    g.moveTo(x0, y);
    g.lineTo(x0 + w, y);
    g.stroke();
    g.fillText(text, x0 - 6, y);
  }
  g.fillStyle = theme.text;
  g.textAlign = "center";
  g.textBaseline = "bottom";
  g.fillText(name, x0 + w / 2, y0 + h + MARGIN.bottom * scale);
}

/**
 * The share of seeds that have left at each step, with its band, and the play position `t` if there is one: w x h, on
 * any context.
 * @param {{at: Uint32Array, share: Float32Array}} data share: that seen, then the ends of its interval
 */
export function paintLeft(g, w, h, { at, share }, t, name, size = SIZE) {
  const box = boxOf(w, h, size / SIZE);
  const [many, last] = [at.length, at.at(-1) || 1];
  const x = (tick) => box[0] + (box[2] * tick) / last;
  const y = (value) => box[1] + box[3] * (1 - value);
  axes(g, box, linearTicks(0, last, box[2] / (5 * size)).map((tick) => [tick / last, short(tick)]),
    [0, 0.25, 0.5, 0.75, 1].map((value) => [value, `${100 * value}%`]), name, size);
  g.beginPath();
  for (let k = 0; k < many; k++) g.lineTo(x(at[k]), y(share[many + k]));
  for (let k = many - 1; k >= 0; k--) g.lineTo(x(at[k]), y(share[2 * many + k]));
  g.fillStyle = theme.accent;
  g.globalAlpha = 0.25;
  g.fill();
  g.globalAlpha = 1;
  g.beginPath();
  for (let k = 0; k < many; k++) {
    if (k) g.lineTo(x(at[k]), y(share[k - 1])); // none leaves between two steps
    g.lineTo(x(at[k]), y(share[k]));
  }
  g.strokeStyle = theme.accent;
  g.lineWidth = 2;
  g.stroke();
  if (t === null) return;
  g.beginPath();
  g.moveTo(x(t), box[1]);
  g.lineTo(x(t), box[1] + box[3]);
  g.strokeStyle = theme.text;
  g.lineWidth = 1;
  g.stroke();
}

/**
 * The spread along both directions over the values of a sweep: dots with their intervals, lines for linear theory;
 * w x h, on any context.
 * @param {{x: Float64Array, seen: Float32Array, theory: Float32Array, over: string}} sweep  @param {number} own
 */
export function paintSpread(g, w, h, { x: values, seen, theory, over }, own, colors, name, size = SIZE) {
  const box = boxOf(w, h, size / SIZE);
  const many = values.length;
  const heights = [...seen.filter((_, i) => Math.floor(i / many) % 3 === 0), ...theory].filter((value) => value > 0);
  if (!heights.length) return;
  const dots = seen.filter((value, i) => value > 0 && Math.floor(i / many) % 3 === 0);
  const top = Math.log10(Math.min(Math.max(...heights), 3 * Math.max(...dots)));
  const bottom = Math.max(Math.log10(Math.min(...heights)), top - 6);
  const room = 0.06 * (top - bottom || 1);
  const [low, high] = [bottom - room, top + room];
  const ends = [Math.log10(values[0]), Math.log10(values.at(-1))];
  const across = (value) => (Math.log10(value) - ends[0]) / (ends[1] - ends[0] || 1);
  const x = (value) => box[0] + box[2] * across(value);
  const y = (value) => box[1] + box[3] * (1 - (Math.log10(value) - low) / (high - low));
  const ticks = over === "batch" ? [...values].map((value) => [across(value), short(value)])
    : logTicks(...ends, box[2] / (5 * size)).map((at) => [(at - ends[0]) / (ends[1] - ends[0] || 1), decade(at)]);
  axes(g, box, ticks, logTicks(low, high, box[3] / (2.8 * size)).map((at) => [(at - low) / (high - low), decade(at)]), name, size);
  within(g, [box[0] - 6, box[1], box[2] + 12, box[3]], () => {
    if (own >= values[0] && own <= values.at(-1)) {
      g.fillStyle = theme.border;
      g.fillRect(x(own) - 1, box[1], 2, box[3]);
    }
    for (let axis = 0; axis < AXES; axis++) {
      g.strokeStyle = g.fillStyle = colors[axis];
      g.lineWidth = 1.6;
      g.setLineDash(axis ? [5, 3] : []);
      g.beginPath();
      for (let k = 0; k < many; k++) if (theory[axis * many + k] > 0) g.lineTo(x(values[k]), y(theory[axis * many + k]));
      g.stroke();
      g.setLineDash([]);
      for (let k = 0; k < many; k++) mark(g, axis, [0, 1, 2].map((i) => seen[(3 * axis + i) * many + k]), x(values[k]), y);
    }
  });
}

/** A dot or, of the second direction, a square; and its interval. */
function mark(g, axis, [value, least, most], x, y) {
  if (!(value > 0)) return;
  g.beginPath();
  g.moveTo(x, least > 0 ? y(least) : y(value));
  g.lineTo(x, y(most));
  g.stroke();
  g.beginPath();
  if (axis) g.rect(x - 3, y(value) - 3, 6, 6);
  else g.arc(x, y(value), 3.4, 0, 2 * Math.PI);
  g.fill();
}

export const leftLabel = (store) => store.sayTick("cloud.step");
export const spreadLabel = (store, over) => (over === "batch" ? store.say("cloud.batch") : "lr");

export function createLeftCurve(frame, store) {
  const plot = plotIn(frame);
  const bar = el("i", { class: "dl-cloud-bar", "aria-hidden": "true" }); // moves; the curve need not be drawn for it
  frame.append(bar);
  let last = 1;
  return {
    draw(data) {
      last = data.at.at(-1) || 1;
      plot.draw((g, w, h) => paintLeft(g, w, h, data, null, leftLabel(store)));
      [bar.style.top, bar.style.height] = [`${plot.box[1]}px`, `${Math.max(0, plot.box[3])}px`];
    },
    /** Puts the bar where the play position is. */
    follow(t) {
      if (plot.box) bar.style.transform = `translateX(${(plot.box[0] + (plot.box[2] * t) / last).toFixed(1)}px)`;
    },
    /** The step at a place of the plot, or null. */
    tickAt(event) {
      const from = frame.getBoundingClientRect();
      const share = plot.box && (event.clientX - from.left - plot.box[0]) / plot.box[2];
      return share >= 0 && share <= 1 ? Math.round(share * last) : null;
    },
    destroy: plot.destroy,
  };
}

export function createSpreadCurve(frame, store) {
  const plot = plotIn(frame);
  return {
    draw: (sweep, own, colors) => plot.draw((g, w, h) => paintSpread(g, w, h, sweep, own, colors, spreadLabel(store, sweep.over))),
    destroy: plot.destroy,
  };
}
