// A map beside the contour, in the place of the surface: the basins of one run, or of two side by side; or what two
// dials of a run do together. Which it is, asking for it, and how far it has come.

import { createBasinPlot } from "./basinplot.mjs";
import { createBudgetPlot } from "./budgetplot.mjs";
import { landscapes } from "./catalogue.mjs";
import { createCloudPlot } from "./cloudplot.mjs";
import { createFairPlot } from "./fairplot.mjs";
import { createGridPlot } from "./gridplot.mjs";
import { TYPING } from "./keys.mjs";
import { createExport } from "./mapexport.mjs";
import { partsOf } from "./mapstream.mjs";
import { onResize } from "./panel.mjs";
import { createRatePlot } from "./rateplot.mjs";
import { scope } from "./scope.mjs";
import { runName } from "./tracks.mjs";
import { button, el, options, select, write } from "./ui.mjs";

const REST = 120;   // ms without another scenario until its map is asked for,
const BUSY = 500;   // if the one before came so short a time ago
const PLOTS = { basins: createBasinPlot, grid: createGridPlot, rates: createRatePlot, fair: createFairPlot, cloud: createCloudPlot, budget: createBudgetPlot };
const TOGETHER = ["rates", "fair", "budget"]; // of all runs in one plot

export function createMapPanel(root, store) {
  const page = root.closest(".dl");
  const kinds = Object.keys(PLOTS);
  const tabs = kinds.map((kind) => el("button", { type: "button", role: "tab", class: "dl-scope-tab", data: { key: `map:${kind}` }, onclick: () => turn(kind) }));
  const title = el("span", { role: "tablist", class: "dl-scope-tabs" }, tabs);
  const close = button({ icon: "close", class: "dl-quiet dl-square", "data-key": "map:close", onclick: leave });
  const beside = select({ label: "", key: "map:beside", onpick: (run) => add(Number(run)) });
  const bar = el("progress", { max: 1, value: 0 });
  const said = el("p", { class: "dl-map-said", role: "status" });
  const field = el("div", { class: "dl-map-field" });
  const taken = createExport(store, () => (whole === asked && whole ? plots.map((plot) => plot.figure?.()).filter(Boolean) : []), named);
  root.append(el("header", {}, title, beside, bar, taken.element, close), field, said);
  let plots = [];
  let asked = "";     // the key of the map that is shown, or on its way
  let abort = null;
  let timer = 0;
  let about = null;   // what the first part says
  let whole = "";     // the key of the map that was computed to its end
  let changed = 0;    // when another map was wanted last

  function named() {
    const { chart, scenario } = store.state.header;
    const surface = store.text(landscapes[scenario.landscape].title);
    return { title: `${store.say(`map.${chart.kind}`)} · ${surface}`, names: [chart.kind, scenario.landscape] };
  }

  /** As many maps as the chart has runs. */
  function build({ kind, runs }) {
    if (field.dataset.kind !== kind) {
      plots.splice(0).forEach((plot) => plot.destroy());
      about = null;
    }
    const many = TOGETHER.includes(kind) ? 1 : runs.length;
    while (plots.length > many) plots.pop().destroy();
    while (plots.length < many) plots.push(PLOTS[kind](field, store, plots.length));
    Object.assign(field.dataset, { kind, maps: many });
  }

  function turn(kind) {
    const { chart } = store.state.header;
    const { scenario, runs } = store.state.header;
    const all = scenario.runs.flatMap((run, i) => (run.visible && !runs[i].fork ? [i] : []));
    if (chart.kind !== kind) store.edit("chart", { value: { kind, runs: TOGETHER.includes(kind) ? all : chart.runs.slice(0, 1) } });
  }

  function update(state) {
    const { chart } = state.header;
    const open = Boolean(chart);
    page.classList.toggle("dl-mapping", open);
    root.hidden = !open;
    if (!open) return drop();
    tabs.forEach((tab, i) => {
      write(tab, store.say(`map.${kinds[i]}`));
      tab.setAttribute("aria-selected", String(kinds[i] === chart.kind));
      tab.disabled = kinds[i] === "basins" && Boolean(state.header.timed);
    });
    root.setAttribute("aria-label", store.say(`map.${chart.kind}`));
    close.title = store.say("map.close");
    close.setAttribute("aria-label", close.title);
    const turned = field.dataset.kind !== chart.kind;
    build(chart);
    if (turned) title.scrollLeft = tabs[kinds.indexOf(chart.kind)].offsetLeft - title.offsetLeft - title.clientWidth / 2; // in sight
    offer(state);
    plots.forEach((plot, i) => plot.name(chart, i));
    if (chart.key !== asked) {
      drop();
      asked = chart.key;
      // While a dial is dragged one map follows another, and only that of a rest is wanted.
      timer = setTimeout(load, performance.now() - changed < BUSY ? REST : 0, state);
      changed = performance.now();
    }
    plots.forEach((plot) => plot.draw(about));
    taken.update();
  }

  function add(run) {
    const { chart } = store.state.header;
    store.edit("chart", { value: { kind: chart.kind, runs: [...chart.runs, run] } });
  }

  /** Runs that could be mapped beside the one that is. */
  function offer({ header: { chart, scenario, runs } }) {
    const others = scenario.runs.flatMap((run, i) => (!runs[i].fork && !chart.runs.includes(i) ? [[i, runName(store, i)]] : []));
    beside.title = store.say("map.beside");
    beside.setAttribute("aria-label", beside.title);
    beside.hidden = chart.kind !== "basins" || chart.runs.length > 1 || !others.length;
    options(beside, [["", store.say("map.beside")], ...others], "");
  }

  function drop() {
    clearTimeout(timer);
    abort?.abort();
    [abort, asked, whole] = [null, "", ""];
  }

  async function load(state) {
    const { signal } = (abort = new AbortController());
    bar.hidden = false;
    bar.value = 0;
    write(said, "");
    const done = Array.from({ length: state.header.chart.runs.length }, () => 0);
    let started = false;
    try {
      for await (const { header, arrays } of partsOf(state.header.query, signal)) {
        if (signal.aborted) return;
        if (header.kind === "refused") write(said, store.text(header.text));
        else if (header.kind in PLOTS) {
          about = header;
          plots.forEach((plot) => plot.begin(header, state.header.scenario.steps, arrays));
        } else if (header.kind === "part") {
          (plots[header.map] ?? plots[0]).add(arrays, about, header.map, header);
          done[header.map] = header.done;
          if (!started) performance.mark("dl:map-begun", { detail: { key: state.header.chart.key } });
          started = true;
          bar.value = done.reduce((sum, share) => sum + share, 0) / done.length;
        } else if (header.kind === "whole") {
          whole = state.header.chart.key;
          taken.update();
          performance.mark("dl:map", { detail: { key: whole } });
        }
      }
      bar.hidden = true;
    } catch (error) {
      if (signal.aborted) return;
      bar.hidden = true;
      write(said, store.say("map.failed"));
      console.warn(error);
    }
  }

  function leave() {
    store.edit("chart", { value: null });
    page.querySelector("[data-key=map]").focus({ preventScroll: true });
  }

  function press(event) {
    if (!store.state || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.composedPath()[0];
    if (event.key.toLowerCase() !== "b" || (target instanceof Element && target.closest(TYPING))) return;
    event.preventDefault();
    toggleMap(store);
  }
  document.addEventListener("keydown", press);

  const offs = [store.subscribe(update), onResize(field, () => plots.forEach((plot) => plot.draw(about)))];
  return {
    destroy() {
      drop();
      document.removeEventListener("keydown", press);
      offs.forEach((off) => off());
      plots.forEach((plot) => plot.destroy());
    },
  };
}

/** Opens the map of basins of the first runs that are shown, or closes the map. */
export function toggleMap(store) {
  const { chart, scenario, runs } = store.state.header;
  if (chart) return store.edit("chart", { value: null });
  const kind = store.state.header.timed ? "grid" : "basins"; // where its second axis is time, no start lies there
  const shown = scenario.runs.flatMap((run, i) => (run.visible && !runs[i].fork ? [i] : []));
  scope.close(store);
  if (shown.length) store.edit("chart", { value: { kind, runs: shown.slice(0, 1) } });
}
