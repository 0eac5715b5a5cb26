// How each run ends at every learning rate: the median over seeds with its bands, and where the run itself stands.

import { createLayer } from "./layer.mjs";
import { brief, round } from "./numbers.mjs";
import { axisOf, boxOf, drawAxes, drawBand, drawLine, lossAxis, nearestLine, pointerIn, within } from "./plotaxes.mjs";
import { theme } from "./theme.mjs";
import { runName, tracksOf } from "./tracks.mjs";
import { el, write } from "./ui.mjs";

const BANDS = [[0, 4, 0.12], [1, 3, 0.2]]; // quantiles that a band lies between, and how strong it is
const MEDIAN = 2;
const DIGITS = 3;

export function createRatePlot(field, store) {
  const frame = el("div", { class: "dl-map-frame dl-map-axes dl-map-rates" });
  const read = el("output", { class: "dl-map-read" });
  const element = el("figure", { class: "dl-map-plot" }, el("figcaption", {}, read), frame);
  field.append(element);
  const layer = createLayer(frame);
  layer.canvas.classList.add("dl-still");
  let [about, rates, found, shown] = [null, null, [], null]; // shown: {box, across, up} of what is drawn

  /** The scales of what is known; null as long as nothing is. */
  function scales() {
    const losses = function* () {
      for (const one of found) if (one) yield* one.loss;
    };
    const up = about && rates && lossAxis(losses(), about);
    return up && { up, across: axisOf("log", rates[0], rates.at(-1)) };
  }

  const placeOf = ({ box, across, up }, lr, loss) => [box[0] + across.share(lr) * box[2], box[1] + (1 - up.share(loss)) * box[3]];
  const points = (seen, one, quantile) => Array.from(rates, (lr, k) => placeOf(seen, lr, one.loss[quantile * rates.length + k]));

  function draw(next = about) {
    about = next;
    const [w, h] = [frame.clientWidth, frame.clientHeight];
    layer.fit([0, 0, w, h]);
    layer.clear();
    shown = store.state?.header.chart?.kind === "rates" && scales() ? paint(layer.g, w, h) : null;
  }

  /** All of the plot, w x h, on any context. */
  function paint(g, w, h, size) {
    const box = boxOf(w, h, size);
    const seen = { box, ...scales() };
    drawAxes(g, box, { axis: seen.across, label: "lr" }, { axis: seen.up, label: label() }, { ruled: true, size });
    const { runs } = store.state.header.chart;
    const tracks = tracksOf(store.state);
    within(g, box, () => runs.forEach((run, i) => {
      if (!found[i]) return;
      for (const [low, high, alpha] of found[i].seeds > 1 ? BANDS : []) drawBand(g, points(seen, found[i], low), points(seen, found[i], high), tracks[run].color, alpha);
      drawLine(g, points(seen, found[i], MEDIAN), tracks[run]);
    }));
    runs.forEach((run, i) => found[i] && own(g, seen, found[i], tracks[run]));
    return seen;
  }

  const label = () => store.say(about.least === null ? "map.by_loss" : "map.gap");

  const nearest = (lr) => {
    const k = Math.round(((rates.length - 1) * Math.log(lr / rates[0])) / Math.log(rates.at(-1) / rates[0]));
    return Math.max(0, Math.min(rates.length - 1, k));
  };

  /** The rate that the run has now. */
  function own(g, seen, one, track) {
    const { lr } = store.state.header.scenario.runs[track.run].hyper;
    if (!(lr >= rates[0] && lr <= rates.at(-1))) return;
    const [x, y] = placeOf(seen, lr, one.loss[MEDIAN * rates.length + nearest(lr)]);
    g.beginPath();
    g.arc(x, Math.max(seen.box[1], y), 6, 0, 2 * Math.PI);
    g.fillStyle = track.color;
    g.strokeStyle = theme.background;
    g.lineWidth = 2;
    g.fill();
    g.stroke();
  }

  /** The run whose median is nearest to the pointer, and the rate there. */
  function pick(event) {
    if (!shown) return null;
    const at = pointerIn(frame, event, shown.box);
    if (!at) return null;
    const lr = shown.across.value(at.share);
    const k = nearest(lr);
    const { runs } = store.state.header.chart;
    const i = nearestLine(runs.map((_, j) => (found[j] ? Math.max(shown.box[1], placeOf(shown, lr, found[j].loss[MEDIAN * rates.length + k])[1]) : Infinity)), at.y);
    return i < 0 ? null : { run: runs[i], i, k, lr };
  }

  frame.addEventListener("pointermove", (event) => {
    const hit = pick(event);
    frame.classList.toggle("dl-on-line", Boolean(hit));
    if (!hit) return write(read, "");
    const one = found[hit.i];
    const at = (quantile) => one.loss[quantile * rates.length + hit.k];
    const ends = Number.isFinite(at(MEDIAN)) ? store.say("map.ends", { loss: brief(at(MEDIAN), 3) }) : store.say("map.diverges");
    const spread = one.seeds > 1 ? store.say("map.spread", { low: brief(at(1), 3), high: brief(at(3), 3), lost: `${(100 * one.lost[hit.k]).toFixed(0)}%`, seeds: one.seeds }) : "";
    write(read, [`${runName(store, hit.run)}: lr = ${brief(rates[hit.k], 3)}`, ends, spread].filter(Boolean).join(" · "));
  });
  frame.addEventListener("pointerleave", () => write(read, ""));
  frame.addEventListener("click", (event) => {
    const hit = pick(event);
    if (hit) store.edit("run_hyper", { run: hit.run, name: "lr", value: round(hit.lr, DIGITS) });
  });

  return {
    name() {
      element.title = "";
    },
    begin(header, steps, arrays) {
      [about, rates, found] = [header, arrays.lr, []];
    },
    add(arrays, first, place, { seeds }) {
      about = first;
      found[place] = { ...arrays, seeds: seeds ?? about.size[1] };
      draw();
    },
    draw,
    figure() {
      if (!shown) return null;
      const { runs } = store.state.header.chart;
      const tracks = tracksOf(store.state);
      const seeds = Math.max(...found.map((one) => one.seeds));
      return {
        name: "",
        title: "",
        paint,
        legend: runs.map((run) => ({ text: runName(store, run), color: tracks[run].color, dash: tracks[run].dash })),
        notes: [seeds > 1 ? store.say("export.rate_bands", { seeds }) : "", store.say("export.dots")].filter(Boolean),
        table: () => ({
          notes: [`loss: ${store.say("map.by_loss")}`, about.least === null ? "" : `least = ${about.least}`].filter(Boolean),
          head: ["run", "lr", ...about.quantiles.map((share) => `loss_q${100 * share}`), "diverged"],
          rows: runs.flatMap((run, i) => Array.from(rates, (lr, k) => [runName(store, run), lr, ...about.quantiles.map((_, q) => found[i].loss[q * rates.length + k]), found[i].lost[k]])),
        }),
      };
    },
    destroy() {
      layer.destroy();
      element.remove();
    },
  };
}
