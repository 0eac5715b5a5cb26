// The panel of the noise cloud: how many seeds have left their saddle or minimum, where they end, how far they spread.
// The cloud itself is on the contour, see cloudlayer.mjs.

import { cloud, colorOf, endName, leftBy, stageColor } from "./cloud.mjs";
import { createLeftCurve, createSpreadCurve } from "./cloudcurves.mjs";
import { brief, count } from "./numbers.mjs";
import { theme } from "./theme.mjs";
import { runName, tracksOf } from "./tracks.mjs";
import { button, el, options, select, write } from "./ui.mjs";

const LISTED = 6; // ends that are listed
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

  const percent = (share) => `${(100 * share).toFixed(share > 0.001 && share < 0.999 ? 1 : 2).replace(/\.?0+$/, "")}%`;
  const between = ({ low, high }) => store.say("cloud.between", { low: percent(low), high: percent(high) });
  const range = ({ low, high }) => `${percent(low).slice(0, -1)}\u2013${percent(high)}`;
  const where = ({ x, y }) => `(${brief(x, 3)}, ${brief(y, 3)})`;
  const colors = () => [theme.text, theme.accent];

  // ---- what is said ---------------------------------------------------------------------------------------------

  const line = (text) => el("p", { text });

  function table(heads, rows) {
    return el("table", {}, el("thead", {}, el("tr", {}, heads.map((text) => el("th", { text })))), el("tbody", {}, rows.map((cells) =>
      el("tr", {}, cells.map((cell) => (cell instanceof Node ? el("td", {}, cell) : el("td", { text: cell })))))));
  }

  /** When they left. */
  function times({ escape, median: [middle, low, high] }) {
    const { seeds: n } = about;
    const { steps } = store.state.header.scenario;
    const half = middle === null ? store.sayTick("cloud.never_half", { steps: count(steps) })
      : store.sayTick("cloud.half", { step: count(middle), low: count(low), high: high === null ? `> ${count(steps)}` : count(high) });
    return [
      line(store.say("cloud.left_by_end", { count: count(escape.count), seeds: count(n), share: percent(escape.share), between: between(escape) })),
      line(half),
    ];
  }

  const note = (...said) => el("p", { class: "dl-cloud-note", text: said.filter(Boolean).join(" ") });

  function leftNote({ every }) {
    const { kind, radius } = about.home;
    return note(store.say(`cloud.means_${kind}`, { radius: brief(radius, 3) }), every > 1 && store.sayTick("cloud.every", { every }));
  }

  /** Where they end, and how much of exp(-f/T) is there. */
  function endTable({ ends }) {
    const density = found.density?.header;
    const rows = [...ends].sort((one, other) => other.count - one.count).slice(0, LISTED).map((one) => {
      const mass = density?.masses.find(({ point }) => point === one.point)?.mass;
      const name = el("span", { class: "dl-cloud-end" }, el("i", { style: `background: ${colorOf(one.point)}` }), el("b", { text: endName(store, one.point) }));
      if (one.point >= 0) name.title = where(about.points[one.point]);
      return [name, percent(one.share), range(one), ...(density ? [mass === undefined ? "" : percent(mass)] : [])];
    });
    return table([about.home ? store.say("cloud.ends") : "", store.say("cloud.share"), "95%", ...(density ? ["exp(\u2212f/T)"] : [])], rows);
  }

  function densityLines() {
    const told = found.density?.header;
    if (!told) return [];
    const regions = told.regions.map(({ mass, ...one }) => store.say("cloud.region", { mass: percent(mass), share: percent(one.share), between: between(one) }));
    return [note(store.say(told.formula ? "cloud.picture" : "cloud.sampler", { T: brief(told.temperature, 3), formula: told.formula }), ...regions)];
  }

  /** How far they spread, along both directions of the minimum's curvature. */
  function spreadTable({ axes, seeds: n, point, steady }) {
    const rows = axes.map((one, k) => {
      const turn = Math.round((180 / Math.PI) * Math.atan2(one.axis[1], one.axis[0]));
      const angle = `${90 - ((450 - turn) % 180)}\u00b0`.replace("-", "\u2212");
      const name = el("span", { class: "dl-cloud-end" }, el("i", { class: k ? "" : "dl-round", style: `background: ${colors()[k]}` }), el("span", { text: angle }));
      return [name, brief(one.curvature, 3), `${brief(one.value, 3)} \u00b1 ${brief((one.high - one.low) / 2, 2)}`, brief(one.theory, 3)];
    });
    const heads = ["direction", "curvature", "deviation", "theory"].map((key) => store.say(`cloud.${key}`));
    const said = [store.say("cloud.spread_of", { seeds: count(n), name: endName(store, point) })];
    return [table(heads, rows), note(!steady && store.say("cloud.unsteady"), ...said)];
  }

  function sweepLine({ each, over, point }) {
    const values = { seeds: each, name: endName(store, point), steps: count(store.state.header.scenario.steps) };
    return note(store.sayTick(over === "batch" ? "cloud.swept_batch" : "cloud.swept_lr", values));
  }

  // ---- together -------------------------------------------------------------------------------------------------

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
    const at = about.home && where(about.points[about.home.point]);
    write(left.title, about.home ? store.say(`cloud.left_${about.home.kind}`, { at }) : store.say("cloud.ends"));
    left.frame.hidden = !about.home;
    left.said.replaceChildren(...(about.home ? times(own.header) : [line(store.say("cloud.no_home"))]), endTable(own.header), ...densityLines(), ...(about.home ? [leftNote(own.header)] : []));
    spread.element.hidden = !told && !sweep;
    write(spread.title, sweep ? store.say(`cloud.over_${sweep.header.over}`) : store.say("cloud.spread"));
    spread.frame.hidden = !sweep;
    spread.said.replaceChildren(...(told ? spreadTable(told.header) : []), ...(sweep ? [sweepLine(sweep.header)] : []));
  }

  function curves() {
    if (!found.cloud || !store.state?.header.chart) return;
    if (about.home) parts.left.curve.draw(found.cloud, store.clock.t);
    if (!found.sweep) return;
    const { scenario, chart } = store.state.header;
    const own = found.sweep.header.over === "batch" ? scenario.noise.hyper?.batch : scenario.runs[chart.runs[0]].hyper.lr;
    parts.spread.curve.draw({ ...found.sweep, over: found.sweep.header.over }, own, colors());
  }

  /** What is true at the play position. */
  function follow(t) {
    if (!found.cloud || store.state?.header.chart?.kind !== "cloud") return;
    const n = about.seeds;
    const step = store.sayTick("views.step", { step: count(Math.floor(t)) });
    const many = leftBy(found.cloud, t);
    write(read, about.home ? store.say(`cloud.now_${about.home.kind}`, { step, count: count(many), seeds: count(n), share: percent(many / n) }) : store.say("cloud.now", { step, seeds: count(n) }));
    if (about.home) parts.left.curve.draw(found.cloud, t);
  }

  parts.left.frame.addEventListener("click", (event) => {
    const tick = found.cloud && parts.left.curve.tickAt(event, found.cloud.at.at(-1));
    if (tick === null || tick === undefined) return;
    store.pause();
    store.seek(tick);
  });

  const off = store.onFrame(follow, PACE);
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
    destroy() {
      off();
      cloud.set(null);
      Object.values(parts).forEach(({ curve }) => curve.destroy());
      element.remove();
    },
  };
}


