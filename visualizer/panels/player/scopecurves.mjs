// Small curves of the run under the microscope over its updates, in the place of the race's curve: each on an axis of its
// own, with a line at the update that is shown. Press or drag to go there. They are drawn once; a step moves the lines.

import { createLayer } from "./layer.mjs";
import { onResize } from "./panel.mjs";
import { angle, calmly, frameOf, scope, shares, tickOf, updateAt } from "./scope.mjs";
import { lookOf } from "./scopedraw.mjs";
import { theme } from "./theme.mjs";
import { decade, linearTicks, logTicks, short } from "./ticks.mjs";
import { tracksOf } from "./tracks.mjs";
import { el, write } from "./ui.mjs";

const MARGIN = { left: 40, right: 8, top: 6, bottom: 6 };
const CALM = 45;   // ms between frames while playing
const DECADES = 12; // a log axis shows at most these below its top
const BLUR = 1e-13; // of a gradient: what rounding leaves across it
const SECOND = [2, 2.5]; // dash of the second coordinate, or axis

const lengths = (array) => array.subarray(0, array.length / 2).map((_, k) => Math.hypot(array[2 * k], array[2 * k + 1]));
const part = (array, i) => array.subarray(0, array.length / 2).map((_, k) => array[2 * k + i]);
const both = (array, { timed }) => (timed ? [part(array, 0)] : [part(array, 0), part(array, 1)]); // the second axis may be time

/** Every curve there may be; `of` gives its lines, a value for each update. */
const CURVES = [
  { name: "gradient", of: ({ g }) => [lengths(g)], log: true },
  { name: "m", of: ({ m }) => [lengths(m)], log: true },
  { name: "rootV", of: (rows) => both(rows.root_v, rows), log: true, when: ({ root_v }) => root_v.some((value) => value !== 1) },
  { name: "rate", of: (rows) => both(rows.rate, rows), log: true },
  { name: "angle", of: (rows) => [angles(rows)], log: false },
  { name: "shares", of: split, log: true, when: ({ quadratic }) => quadratic },
];

function angles({ step, g, lr }) {
  return lr.map((_, k) => angle([step[2 * k], step[2 * k + 1]], [-g[2 * k], -g[2 * k + 1]]));
}

/**
 * The loss along each axis of a quadratic. A surface that curves down there has a negative one: its size is drawn. Where
 * a gradient points along the other axis to rounding, its share is not known.
 */
export function split({ slope, hessian, updates }) {
  const frame = frameOf(hessian.subarray(0, 3));
  const all = Array.from({ length: updates }, (_, k) => {
    const g = [slope[2 * k], slope[2 * k + 1]];
    const unknown = frame.axes.map(([x, y]) => Math.abs(x * g[0] + y * g[1]) < BLUR * Math.hypot(...g));
    return shares(g, frame).map((share, i) => (unknown[i] ? NaN : Math.abs(share)));
  });
  return [0, 1].map((i) => Float64Array.from(all, (pair) => pair[i]));
}

/** A vertical axis for these lines. */
export function axisOf(lines, log) {
  let [lo, hi, least] = [Infinity, -Infinity, Infinity];
  for (const line of lines) {
    for (const value of line) {
      if (!Number.isFinite(value)) continue;
      if (value < lo) lo = value;
      if (value > hi) hi = value;
      if (value > 0 && value < least) least = value;
    }
  }
  if (!(hi >= lo)) return null;
  if (!log || !(hi > 0)) {
    const ticks = [0, 45, 90, 135, 180].filter((at) => at >= lo - 45 && at <= hi + 45);
    const [from, to] = [Math.min(lo, ticks[0]), Math.max(hi, ticks.at(-1))];
    return { of: (v) => v, lo: from, hi: to, ticks: ticks.map((at) => ({ at, text: `${at}°` })) };
  }
  const top = Math.log10(hi);
  // What comes near 0 would press all else flat; where a run begins belongs into the picture, however far it gets away.
  const begun = Math.min(...lines.map((line) => line[0]).filter((value) => value > 0));
  const bottom = Math.max(Math.log10(least), Math.min(top - DECADES, Math.log10(begun)));
  const room = Math.max(0.06 * (top - bottom), 0.05);
  const floor = bottom - room;
  const of = (v) => (Number.isNaN(v) ? NaN : v > 0 ? Math.max(Math.log10(v), floor) : floor);
  const few = top - bottom < 0.3 ? linearTicks(10 ** floor, 10 ** (top + room), 2).filter((v) => v > 0).map((v) => ({ at: Math.log10(v), text: short(v) }))
    : logTicks(floor, top + room, 3).map((at) => ({ at, text: decade(at, Math.max(Math.abs(top), Math.abs(bottom)) > 2) }));
  return { of, lo: floor, hi: top + room, ticks: few };
}

export function createScopeCurves(root, store) {
  const strip = el("div", { class: "dl-scope-curves", role: "group", hidden: true });
  root.append(strip);
  const plots = CURVES.map((curve) => createPlot(curve, store));
  strip.append(...plots.map((plot) => plot.element));

  function update() {
    const rows = scope.rows(store);
    strip.hidden = scope.run(store) === null;
    if (strip.hidden || !rows) return;
    strip.setAttribute("aria-label", store.say("scope.curves"));
    const { color } = tracksOf(store.state)[rows.run];
    for (const plot of plots) plot.set(rows);
    for (const plot of plots) plot.draw(color); // only now it is known how many there are, and how wide each is
    frame(store.clock.t);
  }

  function frame(t) {
    const rows = scope.rows(store);
    if (strip.hidden || !rows?.updates) return;
    const k = updateAt(rows, t);
    for (const plot of plots) plot.move(k);
    soon();
  }
  const soon = calmly(() => {
    const rows = scope.rows(store);
    if (rows?.updates) for (const plot of plots) plot.tell(updateAt(rows, store.clock.t));
  });

  const offs = [store.subscribe(update), scope.onChange(update), store.onFrame(frame, CALM), onResize(strip, update)];
  return {
    destroy() {
      offs.forEach((off) => off());
      plots.forEach((plot) => plot.destroy());
      strip.remove();
    },
  };
}

function createPlot({ name, of, log, when = () => true }, store) {
  const title = el("span", { class: "dl-scope-title" });
  const read = el("span", { class: "dl-scope-read" });
  const cursor = el("i", { class: "dl-scope-cursor" });
  const field = el("div", { class: "dl-scope-field" });
  const element = el("figure", { class: "dl-scope-curve" }, el("figcaption", {}, title, read), field);
  const layer = createLayer(field);
  layer.canvas.classList.add("dl-still");
  field.append(cursor);
  let rows = null;
  let lines = [];

  let width = 0; // of the field: to ask for it in a frame that has written numbers would lay the page out at once
  const xOf = (k) => MARGIN.left + ((width - MARGIN.left - MARGIN.right) * k) / Math.max(1, rows.updates - 1);

  function draw(color) {
    if (!rows) return;
    const [w, h] = [field.clientWidth, field.clientHeight];
    if (!w || !h) return;
    width = w;
    layer.fit([0, 0, w, h]);
    layer.clear();
    const axis = axisOf(lines, log);
    if (!axis) return;
    const { g } = layer;
    const y = (value) => MARGIN.top + (h - MARGIN.top - MARGIN.bottom) * (1 - (axis.of(value) - axis.lo) / (axis.hi - axis.lo || 1));
    g.font = `10.5px ${theme.font}`;
    g.textAlign = "right";
    g.textBaseline = "middle";
    g.fillStyle = theme.muted;
    g.strokeStyle = theme.border;
    g.lineWidth = 1;
    for (const { at, text } of axis.ticks) {
      const level = Math.round(MARGIN.top + (h - MARGIN.top - MARGIN.bottom) * (1 - (at - axis.lo) / (axis.hi - axis.lo || 1))) + 0.5;
      g.beginPath();
      g.moveTo(MARGIN.left, level);
      g.lineTo(w - MARGIN.right, level);
      g.stroke();
      g.fillText(text, MARGIN.left - 5, level);
    }
    g.lineWidth = 1.7;
    g.lineJoin = "round";
    g.strokeStyle = g.fillStyle = { m: lookOf("m").color, rate: lookOf("rate").color, gradient: theme.text }[name] ?? color;
    lines.forEach((line, i) => {
      g.setLineDash(i ? SECOND : []);
      g.beginPath();
      let open = false;
      line.forEach((value, k) => {
        const level = y(value);
        if (!Number.isFinite(level)) open = false;
        else if (open) g.lineTo(xOf(k), level);
        else g.moveTo(xOf(k), level);
        open ||= Number.isFinite(level);
      });
      g.stroke();
      if (line.length === 1 && Number.isFinite(y(line[0]))) g.fillRect(xOf(0) - 2.5, y(line[0]) - 2.5, 5, 5); // no line through one point
    });
    g.setLineDash([]);
  }

  function seek(event) {
    const box = field.getBoundingClientRect();
    const share = (event.clientX - box.left - MARGIN.left) / (box.width - MARGIN.left - MARGIN.right);
    const k = Math.round(Math.max(0, Math.min(1, share)) * (rows.updates - 1));
    store.seek(tickOf(rows, k));
  }
  field.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !rows?.updates) return;
    field.setPointerCapture(event.pointerId);
    store.pause();
    seek(event);
  });
  field.addEventListener("pointermove", (event) => field.hasPointerCapture(event.pointerId) && seek(event));

  return {
    element,
    draw,
    set(next) {
      const there = when(next) && next.updates > 0;
      element.hidden = !there;
      if (!there) {
        rows = null;
        return;
      }
      if (rows !== next) lines = of(next);
      rows = next;
      write(title, store.say(`scope.curve_${name}`));
      element.title = store.say(`scope.curve_${name}_doc`);
    },
    move(k) {
      if (!rows) return;
      cursor.style.transform = `translateX(${xOf(k)}px)`;
    },
    tell(k) {
      if (!rows) return;
      write(read, lines.map((line) => (log && !Number.isNaN(line[k]) ? short(line[k]) : Number.isNaN(line[k]) ? "–" : `${line[k].toFixed(1)}°`)).join(", "));
    },
    destroy: layer.destroy,
  };
}
