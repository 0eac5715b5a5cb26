// The trials of one run of a fair race, in small: learning rate across, result upwards, worse higher.
//
// Above the dashed line are the final losses of trials that did not come within the tolerance, on a log scale; below it
// the steps of those that did, fewer lower. Trials that diverged lie at the top. All strips have the same axes.

import { createLayer } from "./layer.mjs";
import { brief, exact } from "./numbers.mjs";
import { theme } from "./theme.mjs";
import { tracksOf } from "./tracks.mjs";
import { el } from "./ui.mjs";

const PAD = 5;
const DECADES = 8;   // of losses above the tolerance are told apart
const SPLIT = 0.6;   // where the tolerance is, from the top
const TOP = 0.12;    // the part of the height for those that diverged
const NEAR = 14;     // px

export function createStrip(store, tell) {
  const element = el("div", { class: "dl-fair-trials" });
  const layer = createLayer(element);
  layer.canvas.classList.add("dl-still");
  let points = [];
  let drawn = null;

  function draw(found, about, i, run, valueOf) {
    drawn = { found, about, i, run };
    const [w, h] = [element.clientWidth, element.clientHeight];
    layer.fit([0, 0, w, h]);
    layer.clear();
    if (!w || !h) return;
    const { g } = layer;
    const [{ low, high }] = about.ranges[i];
    const { x, score, row } = found[i];
    const track = tracksOf(store.state)[run];
    const gaps = found.flatMap((one) => (one ? [...one.score].filter((value) => value > 0 && Number.isFinite(value)) : []));
    const floor = Math.log10(Math.max(about.tolerance, 1e-30));
    const top = Math.min(Math.max(floor + 1, ...gaps.map(Math.log10)), floor + DECADES);
    const steps = found.flatMap((one) => (one ? [...one.score].filter((value) => value < 0) : [])).map((value) => taken(value, about));
    const least = Math.log10(Math.max(1, Math.min(about.limit, ...steps)));
    const most = Math.max(Math.log10(about.limit), least + 0.1);
    const xOf = (lr) => PAD + ((w - 2 * PAD) * Math.log(lr / low)) / Math.log(high / low);
    const yOf = (value) => {
      if (!Number.isFinite(value)) return 0.5 * TOP * h + 1;
      if (value >= 0) return h * (SPLIT - (SPLIT - TOP) * Math.max(0, Math.min(1, (Math.log10(Math.max(value, 1e-30)) - floor) / (top - floor))));
      const share = (most - Math.log10(Math.max(1, taken(value, about)))) / (most - least);
      return h * SPLIT + (h * (1 - SPLIT) - PAD) * Math.max(0, Math.min(1, share));
    };
    frame(g, w, h, low, high, xOf);
    points = [...x].map((lr, k) => [xOf(lr), yOf(score[k]), k]);
    g.fillStyle = track.color;
    points.forEach(([px, py, k]) => {
      if (Number.isFinite(score[k])) {
        g.beginPath();
        g.arc(px, py, 1.8, 0, 2 * Math.PI);
        g.fill();
      } else cross(g, px, py);
    });
    const dials = Object.keys(row.values);
    const at = points.findIndex((_, k) => x[k] === row.values[dials[0]] && (dials.length < 2 || found[i].y[k] === row.values[dials[1]]));
    if (at >= 0) ring(g, points[at], track.color);
    const now = valueOf(run, dials[0]);
    if (now >= low && now <= high) mark(g, xOf(now), h);
  }

  function frame(g, w, h, low, high, xOf) {
    g.strokeStyle = theme.border;
    g.lineWidth = 1;
    g.beginPath();
    for (let k = Math.ceil(Math.log10(low) - 1e-9); k <= Math.log10(high) + 1e-9; k++) {
      const px = Math.round(xOf(10 ** k)) + 0.5;
      g.moveTo(px, 0);
      g.lineTo(px, h);
    }
    g.stroke();
    g.strokeStyle = theme.muted;
    g.setLineDash([3, 3]);
    g.beginPath();
    g.moveTo(0, Math.round(h * SPLIT) + 0.5);
    g.lineTo(w, Math.round(h * SPLIT) + 0.5);
    g.stroke();
    g.setLineDash([]);
  }

  function cross(g, px, py) {
    g.strokeStyle = theme.muted;
    g.lineWidth = 1;
    g.beginPath();
    g.moveTo(px - 1.8, py - 1.8);
    g.lineTo(px + 1.8, py + 1.8);
    g.moveTo(px - 1.8, py + 1.8);
    g.lineTo(px + 1.8, py - 1.8);
    g.stroke();
  }

  function ring(g, [px, py], color) {
    for (const [stroke, width] of [[theme.halo, 4], [color, 2]]) {
      g.beginPath();
      g.arc(px, py, 4.5, 0, 2 * Math.PI);
      g.strokeStyle = stroke;
      g.lineWidth = width;
      g.stroke();
    }
  }

  /** What the run has now: a small triangle on the lower edge. */
  function mark(g, px, h) {
    g.fillStyle = theme.text;
    g.beginPath();
    g.moveTo(px, h - 6);
    g.lineTo(px - 4, h);
    g.lineTo(px + 4, h);
    g.fill();
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
    const end = !Number.isFinite(value) ? store.say("map.diverges")
      : value < 0 ? store.sayTick("fair.taken", { n: taken(value, about) })
      : store.say(about.certified ? "fair.gap" : "fair.gap_found", { gap: brief(value, 3) });
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
const taken = (value, { limit }) => Math.round((value + 1) * (limit + 1));
