// Every run tuned with the same budget, then raced at its best: the table, and what would turn it over.

import { fairFigure } from "./fairfigure.mjs";
import { createStrip } from "./fairstrip.mjs";
import { flipsOf, notesOf, rowOf, verdictOf } from "./fairwords.mjs";
import { exact } from "./numbers.mjs";
import { swatch } from "./swatch.mjs";
import { theme } from "./theme.mjs";
import { runName, tracksOf } from "./tracks.mjs";
import { button, el, options, select, write } from "./ui.mjs";

const CHOICES = ["trials", "search", "dials"];

export function createFairPlot(field, store) {
  const picks = CHOICES.map((name) => select({ label: "", key: `map:fair:${name}`, onpick: (value) => choose(name, value) }));
  const race = button({ text: " ", class: "dl-fair-race", "data-key": "map:fair:race", onclick: atBest });
  const verdict = el("p", { class: "dl-fair-verdict", role: "status" });
  const table = el("table", { class: "dl-fair-table" });
  const notes = el("dl", { class: "dl-fair-notes" });
  const how = el("p", { class: "dl-fair-how" });
  const read = el("output", { class: "dl-map-read" });
  const body = el("div", { class: "dl-fair-body", tabindex: 0 }, verdict, table, notes, how);
  const element = el("figure", { class: "dl-map-plot dl-fair" }, el("figcaption", {}, ...picks, race), body, read);
  field.append(element);
  let [about, found, told, shown, strips] = [null, [], null, "", []];

  function choose(name, value) {
    const { kind, runs, options: set } = store.state.header.chart;
    const chosen = Object.fromEntries(Object.entries(set).map(([key, own]) => [key, own.value]));
    store.edit("chart", { value: { kind, runs, options: { ...chosen, [name]: value } } });
  }

  const best = () => store.state.header.chart.runs.flatMap((run, i) => (found[i] && Object.keys(found[i].row.values).length ? [{ run, values: found[i].row.values }] : []));
  function atBest() {
    store.edit("best", { value: best() });
  }

  /** What a run has of a dial now. */
  function valueOf(run, dial) {
    const own = store.state.header.scenario.runs[run];
    const [slug, name] = dial.includes(".") ? dial.split(".") : ["", dial];
    return slug ? own.schedule.hyper[name] : own.hyper[name];
  }

  /** The places of the rows that are known, the best first. */
  const order = () => found.flatMap((one, i) => (one ? [i] : [])).sort((a, b) => (found[a].row.score ?? Infinity) - (found[b].row.score ?? Infinity));

  function draw(next = about) {
    about = next;
    const { chart } = store.state.header;
    if (chart?.kind !== "fair" || !about?.ranges || about.ranges.length !== chart.runs.length) return;
    const names = chart.runs.map((run) => runName(store, run));
    const now = JSON.stringify([store.lang, theme.key, names, chart.runs, about, found.map((one) => one?.row), told]);
    if (now !== shown) build(names);
    shown = now;
    strips.forEach(({ strip, i }) => found[i].x && strip.draw(trialsOf(i), chart.runs[i]));
    const wanted = best();
    const there = wanted.every(({ run, values }) => Object.entries(values).every(([dial, value]) => valueOf(run, dial) === value));
    race.disabled = !wanted.length || !told || there;
    write(race.firstChild, store.say(there && told ? "fair.raced" : "fair.race"));
  }

  /** What a run's strip shows. */
  function trialsOf(i) {
    const run = store.state.header.chart.runs[i];
    return { found, about, i, color: tracksOf(store.state)[run].color, now: valueOf(run, about.ranges[i][0].dial) };
  }

  function build(names) {
    strips.forEach(({ strip }) => strip.destroy());
    strips = order().map((i) => ({ i, strip: createStrip(store, (text) => write(read, text)) }));
    const [first] = about.ranges.flat();
    const head = ["", "run", "setting", "result", "twice", "lost"].map((key) => el("th", { scope: "col", text: key && store.say(`fair.${key}`), title: key && store.say(`fair.${key}_doc`) }));
    const axis = el("th", { scope: "col", class: "dl-fair-axis", title: [store.say("fair.strip_doc"), store.say("fair.strip_click")].join(store.say("fair.space")) },
      ...(first ? [exact(first.low), store.say("fair.rate"), exact(first.high)].map((text) => el("span", { text })) : []));
    table.replaceChildren(el("thead", {}, el("tr", {}, head, axis)), el("tbody", {}, strips.map(({ i, strip }, rank) => row(i, rank, names[i], strip))));
    const said = told ? verdictOf(store, about, told, names, found) : [];
    verdict.replaceChildren(...said.flatMap(({ text, strong, flips }, k) => [k ? " " : "", el(strong ? "b" : "span", { class: flips ? "dl-fair-flips" : "", text })]));
    notes.replaceChildren(...(told ? flipsOf(store, about, told, names) : []).flatMap(([key, text, flips]) =>
      [el("dt", { text: key }), el("dd", { class: flips ? "dl-fair-flips" : "" }, text)]));
    write(how, notesOf(store, about, names, found));
  }

  function row(i, rank, name, strip) {
    const { row: own } = found[i];
    const line = el("span", { class: "dl-fair-line", "aria-hidden": "true" });
    swatch(line, store.state.header.scenario.runs[store.state.header.chart.runs[i]].color);
    const said = rowOf(store, about, i, found[i]);
    const setting = said.setting.map(({ text, low, high, edge, range }) =>
      el("span", { title: store.say(edge ? "fair.edge_doc" : "fair.range", { low, high }) },
        text, edge ? el("b", { class: "dl-fair-edge", text: store.say("fair.edge") }) : null, range ? el("small", { text: ` ${range}` }) : null));
    const many = Math.round(own.twice * own.trials);
    const share = (key, title) => el("td", { class: "dl-fair-share", title, text: said[key], data: { label: store.say(`fair.${key}`) } });
    const fragile = said.fragile ? el("b", { class: "dl-fair-edge", text: store.say("fair.fragile"), title: store.say("fair.fragile_doc") }) : null;
    return el("tr", {}, el("td", { text: String(rank + 1) }), el("th", { scope: "row" }, el("div", { class: "dl-fair-name" }, line, el("span", { text: name }))),
      el("td", { class: "dl-fair-setting" }, setting.length ? setting : el("span", { text: store.say("fair.rateless") })),
      el("td", { class: "dl-fair-result" }, el("span", { text: said.result }), " ", fragile), share("twice", store.say("fair.of", { many, trials: own.trials })), share("lost"), el("td", { class: "dl-fair-strip" }, setting.length ? strip.element : null));
  }

  return {
    name(chart) {
      if (!chart.options?.trials) return;
      picks.forEach((pick, k) => {
        const { value, choices } = chart.options[CHOICES[k]];
        options(pick, choices.map((one) => [one, store.say(`fair.${CHOICES[k]}_${k ? one : "n"}`, { n: one })]), value);
        pick.title = store.say(`fair.${CHOICES[k]}_doc`);
        pick.setAttribute("aria-label", pick.title);
      });
      race.title = store.say("fair.race_doc");
      body.setAttribute("aria-label", store.say("map.fair"));
    },
    begin(header) {
      [about, found, told] = [header, [], null];
      element.classList.add("dl-fair-busy");
      draw();
    },
    add(arrays, first, place, header) {
      about = first;
      if (header.row) found[place] = { row: header.row, x: arrays.x, y: arrays.y, score: arrays.score };
      if (header.verdict) told = header.verdict;
      element.classList.toggle("dl-fair-busy", !told);
      if (header.row || header.verdict) draw();
    },
    draw,
    figure() {
      const { chart } = store.state.header;
      if (chart?.kind !== "fair" || !told || about.ranges.length !== chart.runs.length) return null;
      const tracks = tracksOf(store.state);
      return fairFigure(store, { about, found, told, order: order(), trialsOf, runs: chart.runs.map((run) => ({ name: runName(store, run), ...tracks[run] })) });
    },
    destroy() {
      strips.forEach(({ strip }) => strip.destroy());
      element.remove();
    },
  };
}
