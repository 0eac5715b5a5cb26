// The panel of the noise cloud: how many seeds have left their saddle or minimum, where they end, how far they spread.
// The cloud itself is on the contour, see cloudlayer.mjs.

import { cloud, stageColor } from "./cloud.mjs";
import { createLeftCurve, createSpreadCurve } from "./cloudcurves.mjs";
import { cloudFigure } from "./cloudfigure.mjs";
import { axisColors, createWords } from "./cloudwords.mjs";
import { count } from "./numbers.mjs";
import { runName, tracksOf } from "./tracks.mjs";
import { button, el, hushed, options, select, write } from "./ui.mjs";

const PACE = 100; // ms between two readings while it plays

export function createCloudPlot(field, store) {
  const which = select({ label: "", key: "map:run:0", onpick: (run) => edit({ runs: [Number(run)] }) });
  const swatch = el("i", { class: "dl-scope-swatch", "aria-hidden": "true" });
  const seeds = select({ label: "", key: "cloud:seeds", onpick: (value) => edit({ options: { seeds: value } }) });
  const by = select({ label: "", key: "cloud:by", onpick: (value) => (cloud.color(value), tell()) });
  const key = el("span", { class: "dl-cloud-end dl-cloud-key", hidden: true }, el("i"), el("span"), el("i"), el("span"));
  const read = el("output", { class: "dl-cloud-read" });
  const makers = { left: createLeftCurve, spread: createSpreadCurve };
  const parts = Object.fromEntries(Object.keys(makers).map((name) => [name, block(name)]));
  const body = el("div", { class: "dl-cloud-body" }, ...Object.values(parts).map(({ element }) => element));
  const hint = el("p");
  const add = button({ text: " ", "data-key": "cloud:noise", onclick: () => store.edit("noise", { value: "gaussian" }) });
  const empty = el("div", { class: "dl-cloud-empty", hidden: true }, hint, add);
  const element = el("figure", { class: "dl-map-plot dl-cloud" }, el("figcaption", {}, swatch, which, seeds, by, key, read), body, empty);
  field.append(element);
  let [about, found] = [null, {}]; // the first header; the parts by name, {header, arrays...}

  /** A plot with its title, and what is said beneath it. */
  function block(name) {
    const [title, frame, said] = [el("h4"), el("div", { class: "dl-cloud-frame" }), el("div", { class: "dl-cloud-said" })];
    return { title, frame, said, curve: makers[name](frame, store), element: el("section", {}, title, frame, said) };
  }

  function edit(changed) {
    const { chart } = store.state.header;
    store.edit("chart", { value: { kind: "cloud", runs: chart.runs, options: chosen(), ...changed } });
  }
  const chosen = () => Object.fromEntries(Object.entries(store.state.header.chart.options).map(([name, { value }]) => [name, value]));

  const line = (text) => el("p", { text });
  const note = (text) => el("p", { class: "dl-cloud-note", text });
  const mark = (row) => {
    const named = el("span", { class: "dl-cloud-end" }, el("i", { class: row.round ? "dl-round" : "", style: `background: ${row.color}` }), el(row.bold ? "b" : "span", { text: row.name }));
    if (row.at) named.title = row.at;
    return el("td", {}, named);
  };
  const table = ({ heads, rows }) => el("table", {}, el("thead", {}, el("tr", {}, heads.map((text) => el("th", { text })))), el("tbody", {},
    rows.map((row) => el("tr", {}, mark(row), row.cells.map((text) => el("td", { text }))))));

  function tell() {
    const { left, spread } = parts;
    const { nothing, cloud: own, spread: told, sweep } = found;
    empty.hidden = !nothing;
    body.hidden = read.hidden = Boolean(nothing);
    key.hidden = Boolean(nothing) || cloud.by !== "left";
    ["cloud.there", "cloud.gone"].forEach((name, i) => {
      key.children[2 * i].style.background = stageColor(i);
      write(key.children[2 * i + 1], store.say(name));
    });
    write(hint, store.say("cloud.same"));
    write(add.querySelector("span"), store.say("cloud.add"));
    if (!about || !own) return;
    const words = createWords(store, about, found);
    write(left.title, words.leftTitle());
    left.frame.hidden = !about.home;
    left.said.replaceChildren(...words.times().map(line), table(words.ends()), ...[words.densityNote(), words.leftNote()].filter(Boolean).map(note));
    spread.element.hidden = !told && !sweep;
    write(spread.title, words.spreadTitle());
    spread.frame.hidden = !sweep;
    spread.said.replaceChildren(...(told ? [table(words.spreads()), note(words.spreadNote())] : []), ...(sweep ? [note(words.sweepNote())] : []));
  }

  function curves() {
    if (!found.cloud || !store.state?.header.chart) return;
    if (about.home) parts.left.curve.draw(found.cloud);
    if (found.sweep) parts.spread.curve.draw({ ...found.sweep, over: found.sweep.header.over }, createWords(store, about, found).own(), axisColors());
  }

  /** What is true at the play position. */
  function follow(t) {
    if (!found.cloud || store.state?.header.chart?.kind !== "cloud") return;
    write(read, createWords(store, about, found).now(t));
    if (about.home) parts.left.curve.follow(t);
  }

  parts.left.frame.addEventListener("click", (event) => {
    const tick = found.cloud && parts.left.curve.tickAt(event);
    if (tick === null || tick === undefined) return;
    store.pause();
    store.seek(tick);
  });

  const offs = [store.onFrame(follow, PACE), hushed(read, store)];
  return {
    name(chart) {
      const { scenario, runs } = store.state.header;
      const list = scenario.runs.flatMap((_, k) => (runs[k].fork ? [] : [[k, runName(store, k)]]));
      options(which, list, chart.runs[0]);
      options(seeds, chart.options.seeds.choices.map((value) => [value, store.say("cloud.seeds", { count: count(value) })]), chart.options.seeds.value);
      options(by, [["end", store.say("cloud.by_end")], ["left", store.say("cloud.by_left")]], cloud.by);
      for (const [node, key] of [[which, "map.run"], [seeds, "cloud.many"], [by, "cloud.by"]]) {
        node.title = store.say(key);
        node.setAttribute("aria-label", node.title);
      }
      swatch.style.background = tracksOf(store.state)[chart.runs[0]].color;
      tell(); // in the language of now
    },
    begin(header) {
      about = header;
      found = { ...found, stale: true };
    },
    add(arrays, first, place, header) {
      about = first;
      if (found.stale) found = {};
      found[header.of] = { header, ...arrays };
      if (header.of === "nothing") cloud.set(null);
      if (header.of === "cloud") cloud.set({ header: about, n: about.seeds, ...arrays });
      if (header.of === "density") cloud.set({ ...cloud.data, inside: arrays.inside, size: header.size });
      tell();
      curves();
      follow(store.clock.t);
    },
    draw() {
      curves();
      follow(store.clock.t);
    },
    figure: () => (found.cloud && !found.stale && store.state?.header.chart?.kind === "cloud" ? cloudFigure(store, about, found) : null),
    destroy() {
      offs.forEach((off) => off());
      cloud.set(null);
      Object.values(parts).forEach(({ curve }) => curve.destroy());
      element.remove();
    },
  };
}


