// The best loss against the gradient evaluations that it took, over seeds and starts: a median and a band for each run,
// and how often each is the best of all.

import { createLayer } from "./layer.mjs";
import { brief, count } from "./numbers.mjs";
import { axisOf, boxOf, drawAxes, drawBand, drawLine, lossAxis, nearestLine, pointerIn, stairs, within } from "./plotaxes.mjs";
import { theme } from "./theme.mjs";
import { runName, tracksOf } from "./tracks.mjs";
import { el, options, select, write } from "./ui.mjs";

const [LOW, MEDIAN, HIGH] = [0, 1, 2]; // rows of a run's losses
const SCALES = ["log", "linear"];

let scale = "log"; // of the evaluations, as looked at last

export function createBudgetPlot(field, store) {
  const chosen = ["starts", "seeds"].map((name) => select({ label: "", key: `map:${name}`, onpick: (value) => choose(name, value) }));
  const over = select({ label: "", key: "map:evaluations", onpick: (value) => ((scale = value), draw()) });
  const names = [0, 1, 2].map(() => el("span"));
  const read = el("output", { class: "dl-map-read" });
  const frame = el("div", { class: "dl-map-frame dl-map-axes dl-map-rates" });
  const table = el("table", { class: "dl-budget-table" });
  const doc = el("p", { class: "dl-map-bound" });
  const side = el("div", { class: "dl-map-side" }, [...chosen, over].map((node, i) => el("label", {}, names[i], node)), table, doc);
  const element = el("figure", { class: "dl-map-plot dl-map-grid" }, el("figcaption", {}, read), frame, side);
  field.append(element);
  const layer = createLayer(frame);
  layer.canvas.classList.add("dl-still");
  let [about, spent, found, marks, shown] = [null, null, [], [], null]; // shown: {box, across, up} of what is drawn

  function choose(name, value) {
    const { chart } = store.state.header;
    const now = Object.fromEntries(Object.entries(chart.options).map(([key, option]) => [key, option.value]));
    store.edit("chart", { value: { kind: "budget", runs: chart.runs, options: { ...now, [name]: value } } });
  }

  /** The scales of what is known; null as long as nothing is. */
  function scales() {
    const losses = function* () {
      for (const one of found) if (one) yield* one.loss;
    };
    const up = about && spent && lossAxis(losses(), about);
    return up && { up, across: axisOf(scale, scale === "log" ? 1 : 0, Math.max(about.budget, 2)) };
  }

  const points = ({ box, across, up }, one, quantile) => {
    const first = across.low ? 1 : 0; // on a log axis there is no 0
    const at = (k) => [box[0] + across.share(spent[k]) * box[2], box[1] + (1 - up.share(one.loss[quantile * spent.length + k])) * box[3]];
    return Array.from({ length: spent.length - first }, (_, k) => at(k + first));
  };

  /** All of the plot, w x h, on any context. */
  function paint(g, w, h, size) {
    const box = boxOf(w, h, size);
    const seen = { box, ...scales() };
    drawAxes(g, box, { axis: seen.across, label: store.say("budget.across") }, { axis: seen.up, label: label() }, { ruled: true, size });
    const { runs } = store.state.header.chart;
    const tracks = tracksOf(store.state);
    within(g, box, () => {
      runs.forEach((run, i) => found[i] && drawBand(g, stairs(points(seen, found[i], LOW)), stairs(points(seen, found[i], HIGH)), tracks[run].color, 0.16));
      runs.forEach((run, i) => found[i] && drawLine(g, stairs(points(seen, found[i], MEDIAN)), tracks[run]));
    });
    return seen;
  }

  const label = () => store.say(about.least === null ? "budget.best" : "budget.gap");

  function draw(next = about) {
    about = next;
    const [w, h] = [frame.clientWidth, frame.clientHeight];
    layer.fit([0, 0, w, h]);
    layer.clear();
    shown = store.state?.header.chart?.kind === "budget" && scales() ? paint(layer.g, w, h) : null;
  }

  const lanesOf = (one) => about.starts * one.seeds;

  /** Who is the best of all at a few budgets. */
  function tell() {
    if (!about || store.state.header.chart?.kind !== "budget") return;
    const { runs } = store.state.header.chart;
    const tracks = tracksOf(store.state);
    const head = el("tr", {}, el("th", { text: store.say("budget.wins") }), marks.map((mark) => el("th", { text: count(mark.evaluations) })));
    const rows = runs.map((run, i) => {
      const name = el("th", { scope: "row", title: runName(store, run) }, el("i", { class: "dl-scope-swatch", style: `background: ${tracks[run].color}` }), el("span", { text: runName(store, run) }));
      return el("tr", {}, name, marks.map(({ best, shares }) => el("td", { class: best.includes(i) ? "dl-best" : "" }, `${(100 * shares[i]).toFixed(0)}%`)));
    });
    chosen[1].disabled = about.seeds === 1 && store.state.header.chart.options.seeds.value !== "1"; // nothing is random
    table.hidden = !marks.length;
    table.replaceChildren(el("thead", {}, head), el("tbody", {}, rows));
    write(doc, [marks.length ? store.say("budget.table", { lanes: count(about.starts * about.seeds) }) : "", measured()].filter(Boolean).join(" "));
  }

  /** How it was measured. */
  function measured() {
    const starts = about.starts === 1 ? store.say("budget.own_start") : store.say("budget.spread", { starts: count(about.starts) });
    const seeds = about.seeds === 1 ? store.say("budget.one_seed") : store.say("budget.many_seeds", { seeds: count(about.seeds) });
    return store.say("budget.doc", { budget: count(about.budget), starts, seeds });
  }

  /** The run whose median is nearest to the pointer, if one is near, and the place of the budget there. */
  function pick(event) {
    if (!shown) return null;
    const at = pointerIn(frame, event, shown.box);
    if (!at) return null;
    const most = shown.across.value(at.share);
    let k = spent.length - 1;
    while (k > 0 && spent[k] > most) k--; // what is known by then
    return { i: nearestLine(store.state.header.chart.runs.map((_, i) => (found[i] ? height(i, k) : Infinity)), at.y), k };
  }
  const height = (i, k) => shown.box[1] + Math.max(0, 1 - shown.up.share(loss(i, MEDIAN, k))) * shown.box[3];
  const loss = (i, quantile, k) => found[i].loss[quantile * spent.length + k];

  /** A loss as the axis has it. */
  function said(value) {
    if (!Number.isFinite(value) || about.least === null) return brief(value, 3);
    const gap = value - about.least;
    return gap < shown.up.floor ? `< ${brief(shown.up.floor, 2)}` : brief(gap, 3);
  }

  frame.addEventListener("pointermove", (event) => {
    const hit = pick(event);
    frame.classList.toggle("dl-on-line", Boolean(hit) && ticked(hit) !== null);
    if (!hit) return write(read, "");
    const { runs } = store.state.header.chart;
    const least = Math.min(...runs.map((_, i) => (found[i] ? loss(i, MEDIAN, hit.k) : Infinity)));
    const best = runs.filter((_, i) => found[i] && loss(i, MEDIAN, hit.k) === least);
    const parts = [store.say("budget.after", { evaluations: count(spent[hit.k]) })];
    if (Number.isFinite(least) && best.length < runs.length) parts.push(store.say("budget.leads", { names: best.map((run) => runName(store, run)).join(", "), loss: said(least) }));
    if (hit.i >= 0) {
      const [low, median, high] = [LOW, MEDIAN, HIGH].map((quantile) => said(loss(hit.i, quantile, hit.k)));
      parts.push(store.say(lanesOf(found[hit.i]) > 1 ? "budget.reads" : "budget.reads_one", { name: runName(store, runs[hit.i]), low, median, high }));
    }
    write(read, parts.join(" · "));
  });
  frame.addEventListener("pointerleave", () => write(read, ""));

  /** What the player's clock shows when a run has taken so many evaluations; null of a line search, whose steps differ. */
  function ticked({ i, k }) {
    if (store.state.header.scenario.budget === "evaluations") return spent[k];
    const cost = i < 0 ? null : found[i].cost;
    return cost === null ? null : Math.floor(spent[k] / cost);
  }
  frame.addEventListener("click", (event) => {
    const hit = pick(event);
    const tick = hit && ticked(hit);
    if (tick === null) return;
    store.pause();
    store.seek(tick);
  });

  return {
    name(chart) {
      ["starts", "seeds"].forEach((name, i) => {
        const { value, choices } = chart.options[name];
        options(chosen[i], choices.map((choice) => [choice, name === "starts" && choice === "1" ? store.say("budget.own") : choice]), value);
      });
      options(over, SCALES.map((name) => [name, store.say(`budget.${name}`)]), scale);
      ["starts", "seeds", "axis"].forEach((key, i) => {
        const node = [...chosen, over][i];
        write(names[i], store.say(`budget.${key}`));
        node.title = store.say(`budget.${key}_doc`);
        node.setAttribute("aria-label", store.say(`budget.${key}`));
      });
      tell(); // in the language of now
    },
    begin(header, steps, arrays) {
      [about, spent, found, marks] = [header, arrays.evaluations, [], []];
      tell();
      draw();
    },
    add(arrays, first, place, header) {
      about = first;
      if (header.marks) marks = header.marks;
      else found[place] = { ...arrays, seeds: header.seeds, cost: header.cost };
      tell();
      draw();
    },
    draw,
    figure() {
      if (!shown) return null;
      const { runs } = store.state.header.chart;
      const tracks = tracksOf(store.state);
      const won = (i) => (marks.length ? ` ${(100 * marks.at(-1).shares[i]).toFixed(0)}%` : "");
      return {
        name: "",
        title: "",
        paint,
        legend: runs.map((run, i) => ({ text: runName(store, run) + won(i), color: tracks[run].color, dash: tracks[run].dash })),
        notes: [store.say("budget.legend", { lanes: count(about.starts * about.seeds) }), measured()],
        table: () => ({
          notes: [store.say("budget.unit"), measured(), about.least === null ? "" : `least = ${about.least}`].filter(Boolean),
          head: ["run", "evaluations", "loss_q25", "loss_median", "loss_q75"],
          rows: runs.flatMap((run, i) => Array.from(spent, (most, k) => [runName(store, run), most, loss(i, LOW, k), loss(i, MEDIAN, k), loss(i, HIGH, k)])),
        }),
      };
    },
    destroy() {
      layer.destroy();
      element.remove();
    },
  };
}
