// The trials of one run of a fair race, in small: learning rate across, result upwards, worse higher.
//
// Above the dashed line are the final losses of trials that did not come within the tolerance, on a log scale; below it
// the steps of those that did, fewer lower. Trials that diverged lie at the top. All strips have the same axes.

import { ended } from "./fairwords.mjs";
import { createLayer } from "./layer.mjs";
import { exact } from "./numbers.mjs";
import { theme } from "./theme.mjs";
import { el } from "./ui.mjs";

const PAD = 5;
const DECADES = 8;   // of losses above the tolerance are told apart
const SPLIT = 0.6;   // where the tolerance is, from the top
const TOP = 0.12;    // the part of the height for those that diverged
const NEAR = 14;     // px

/** The axes that all strips of a race share: decades of losses from the tolerance up, decades of steps below it. */
function axesOf(found, about) {
  const scores = found.flatMap((one) => (one ? [...one.score] : []));
  const gaps = scores.filter((value) => value > 0 && Number.isFinite(value));
  const steps = scores.filter((value) => value < 0).map((value) => taken(value, about));
  const floor = Math.log10(Math.max(about.tolerance, 1e-30));
  const least = Math.log10(Math.max(1, Math.min(about.limit, ...steps)));
  return {
    floor,
    top: Math.min(Math.max(floor + 1, ...gaps.map(Math.log10)), floor + DECADES),
    least,
    most: Math.max(Math.log10(about.limit), least + 0.1),
  };
}

/**
 * The strip of run `i`, w x h, on any context; all marks `k` times as large as on the page.
 * @param {{found: object[], about: object, i: number, color: string, now: number}} strip `now`: the rate that the run has
 * @returns {[number, number, number][]} where its trials are: x, y, which
 */
export function paintStrip(g, w, h, { found, about, i, color, now }, k = 1) {
  const [{ low, high }] = about.ranges[i];
  const { x, score } = found[i];
  const { floor, top, least, most } = axesOf(found, about);
  const pad = PAD * k;
  const xOf = (lr) => pad + ((w - 2 * pad) * Math.log(lr / low)) / Math.log(high / low);
  const yOf = (value) => {
    if (!Number.isFinite(value)) return 0.5 * TOP * h + k;
    if (value >= 0) return h * (SPLIT - (SPLIT - TOP) * Math.max(0, Math.min(1, (Math.log10(Math.max(value, 1e-30)) - floor) / (top - floor))));
    const share = (most - Math.log10(Math.max(1, taken(value, about)))) / (most - least);
    return h * SPLIT + (h * (1 - SPLIT) - pad) * Math.max(0, Math.min(1, share));
  };
  const points = [...x].map((lr, n) => [xOf(lr), yOf(score[n]), n]);
  const best = bestOf(found[i]);
  g.save();
  frame(g, w, h, low, high, xOf, k);
  dots(g, points.filter(([, , n]) => Number.isFinite(score[n])), color, k);
  crosses(g, points.filter(([, , n]) => !Number.isFinite(score[n])), k);
  if (best >= 0) ring(g, points[best], color, k);
  if (now >= low && now <= high) mark(g, xOf(now), h, k);
  g.restore();
  return points;
}

/** The place of the trial that the row's best setting is. */
export function bestOf({ x, y, row }) {
  const [first, second] = Object.values(row.values);
  return x ? x.findIndex((value, n) => value === first && (second === undefined || y[n] === second)) : 0;
}

function frame(g, w, h, low, high, xOf, k) {
  g.strokeStyle = theme.border;
  g.lineWidth = k;
  g.beginPath();
  for (let decade = Math.ceil(Math.log10(low) - 1e-9); decade <= Math.log10(high) + 1e-9; decade++) {
    const px = Math.round(xOf(10 ** decade)) + 0.5;
    g.moveTo(px, 0);
    g.lineTo(px, h);
  }
  g.stroke();
  g.strokeStyle = theme.muted;
  g.setLineDash([3 * k, 3 * k]);
  g.beginPath();
  g.moveTo(0, Math.round(h * SPLIT) + 0.5);
  g.lineTo(w, Math.round(h * SPLIT) + 0.5);
  g.stroke();
  g.setLineDash([]);
}

function dots(g, points, color, k) {
  g.fillStyle = color;
  points.forEach(([px, py]) => {
    g.beginPath();
    g.arc(px, py, 1.8 * k, 0, 2 * Math.PI);
    g.fill();
  });
}

function crosses(g, points, k) {
  const r = 1.8 * k;
  g.strokeStyle = theme.muted;
  g.lineWidth = k;
  g.beginPath();
  points.forEach(([px, py]) => {
    g.moveTo(px - r, py - r);
    g.lineTo(px + r, py + r);
    g.moveTo(px - r, py + r);
    g.lineTo(px + r, py - r);
  });
  g.stroke();
}

function ring(g, [px, py], color, k) {
  for (const [stroke, width] of [[theme.halo, 4], [color, 2]]) {
    g.beginPath();
    g.arc(px, py, 4.5 * k, 0, 2 * Math.PI);
    g.strokeStyle = stroke;
    g.lineWidth = width * k;
    g.stroke();
  }
}

/** What the run has now: a small triangle on the lower edge. */
function mark(g, px, h, k) {
  g.fillStyle = theme.text;
  g.beginPath();
  g.moveTo(px, h - 6 * k);
  g.lineTo(px - 4 * k, h);
  g.lineTo(px + 4 * k, h);
  g.fill();
}

export function createStrip(store, tell) {
  const element = el("div", { class: "dl-fair-trials" });
  const layer = createLayer(element);
  layer.canvas.classList.add("dl-still");
  let points = [];
  let drawn = null;

  function draw(strip, run) {
    drawn = { ...strip, run };
    const [w, h] = [element.clientWidth, element.clientHeight];
    layer.fit([0, 0, w, h]);
    layer.clear();
    if (w && h) points = paintStrip(layer.g, w, h, strip);
  }

  function pick(event) {
    if (!drawn) return null;
    const box = element.getBoundingClientRect();
    const far = points.map(([px, py]) => Math.hypot(px - event.clientX + box.left, py - event.clientY + box.top));
    const k = far.indexOf(Math.min(...far));
    return far[k] <= NEAR ? k : null;
  }

  function valuesAt(k) {
    const { found, i } = drawn;
    return Object.fromEntries(Object.keys(found[i].row.values).map((dial, j) => [dial, (j ? found[i].y : found[i].x)[k]]));
  }

  element.addEventListener("pointermove", (event) => {
    const k = pick(event);
    element.classList.toggle("dl-on-line", k !== null);
    if (k === null) return tell("");
    const { found, about, i } = drawn;
    const value = found[i].score[k];
    const end = ended(store, about, value < 0 ? { steps: taken(value, about) } : { steps: null, gap: Number.isFinite(value) ? value : null });
    tell([...Object.entries(valuesAt(k)).map(([dial, own]) => `${dial.split(".").at(-1)} = ${exact(own)}`), end].join(" · "));
  });
  element.addEventListener("pointerleave", () => tell(""));
  element.addEventListener("click", (event) => {
    const k = pick(event);
    if (k !== null) store.edit("best", { value: [{ run: drawn.run, values: valuesAt(k) }] });
  });

  return { element, draw, destroy: () => layer.destroy() };
}

/** The steps, or evaluations, that a score below 0 stands for. */
export const taken = (value, { limit }) => Math.round((value + 1) * (limit + 1));
