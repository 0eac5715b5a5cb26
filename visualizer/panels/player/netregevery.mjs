// All changes at once: what each does to the test loss and to its gap, as intervals over seeds, the most helpful first.

import { createChart } from "./netchart.mjs";
import { drawForest, rowAt } from "./netforest.mjs";
import { parts } from "./netstats.mjs";
import { titleOf } from "./netregwords.mjs";
import { el, write } from "./ui.mjs";

const MEASURES = ["loss", "gap"];

export function create(field, store) {
  const verdict = el("p", { class: "dl-reg-verdict", role: "status" });
  const read = el("output", { class: "dl-net-read" });
  const chart = createChart(read, { paint, tell, press });
  const note = el("p", { class: "dl-reg-note" });
  const element = el("div", { class: "dl-reg dl-reg-every" }, verdict, chart.element, note, read);
  field.append(element);
  let [next, data] = [null, null]; // {about, n, rows, dots}
  const say = (key, values) => store.say(`net_regularization.${key}`, values);

  function begin(header) {
    next = { about: header };
    element.classList.toggle("dl-net-stale", Boolean(data));
  }

  function add(header, arrays) {
    if (header.of !== "changes") return;
    const order = header.rows.map((row, place) => ({ ...row, place })).sort((a, b) => (a.loss[0] ?? Infinity) - (b.loss[0] ?? Infinity));
    data = { ...next, n: header.n, rows: order, dots: arrays };
    element.classList.remove("dl-net-stale");
  }

  function draw() {
    if (!data) return;
    write(verdict, sentence());
    const refused = Object.entries(data.about.refused).map(([change, why]) => `${titleOf(store, change)}: ${store.text(why)}`);
    write(note, [say("every_how", { n: data.n, all: data.about.changes.length }), ...refused].join(say("space")));
    element.style.setProperty("--dl-rows", data.rows.length);
    chart.name(verdict.textContent);
    chart.draw();
  }

  /** Who helps and who hurts, by the intervals that hold for all at once. */
  function sentence() {
    if (data.n < 2) return say("every_single");
    const named = (kind) => data.rows.filter((row) => row.verdict.loss === kind).map((row) => titleOf(store, row.change));
    const [helps, hurts, rest] = [named("helps"), named("hurts"), named("unknown")];
    const list = (names) => names.join(say("comma"));
    return [
      helps.length ? say("every_helps", { names: list(helps), n: data.n }) : say("every_none", { n: data.n }),
      hurts.length ? say("every_hurts", { names: list(hurts) }) : "",
      rest.length ? say("every_unknown", { names: list(rest) }) : "",
    ].filter(Boolean).join(say("space"));
  }

  const rowsOf = () =>
    data.rows.map((row) => ({
      name: titleOf(store, row.change),
      note: row.change === "stopping" ? "" : titleOf(store, row.change, row.value).slice(titleOf(store, row.change).length).trim(),
      intervals: MEASURES.map((name) => row[name]),
      joint: MEASURES.map((name) => row.joint[name]),
      dots: MEASURES.map((name) => data.dots[name].subarray(row.place * data.n, (row.place + 1) * data.n)),
      words: MEASURES.map((name) => say(`word_${name}_${row.verdict[name]}`)),
      sure: MEASURES.map((name) => ["helps", "hurts"].includes(row.verdict[name])),
    }));

  function paint(g, w, h, size) {
    const panels = MEASURES.map((name) => ({ name: say(`every_${name}`), low: say(`lower_${name}`), high: say(`higher_${name}`) }));
    return { boxes: drawForest(g, [0, 0, w, h], rowsOf(), panels, { size, names: w < 500 ? 0.26 : 0.22 }), still: true };
  }

  const at = (y) => data.rows[rowAt(box(), data.rows.length, y)];
  const box = () => chart.boxes[0];

  function tell(share, panel, y) {
    const row = at(y);
    if (!row) return "";
    const told = (name) => say(`read_${name}`, { ...parts(row[name], true), n: row[name][3] });
    return [titleOf(store, row.change, row.value), told("loss"), told("gap"), row.mistakes ? told("mistakes") : ""].filter(Boolean).join(" · ");
  }

  /** To the change that is pressed. */
  function press(share, y) {
    const row = at(y);
    if (!row) return;
    store.edit("view_option", { name: "change", value: row.change });
    store.edit("view_option", { name: "mode", value: "one" });
  }

  return {
    begin,
    add,
    draw,
    figures: () => !data ? [] : [{
      name: "all",
      title: "",
      height: (w, size) => size * (5 + 2.4 * data.rows.length),
      paint,
      legend: [],
      notes: [verdict.textContent, note.textContent],
      table: () => ({
        notes: [note.textContent],
        head: ["change", "value", "measure", "mean_difference", "low95", "high95", "low_joint", "high_joint", "n"],
        rows: data.rows.flatMap((row) => MEASURES.map((name) => [row.change, row.value, name, ...row[name].slice(0, 3), ...row.joint[name].slice(1, 3), data.n].map((cell) => cell ?? NaN))),
      }),
    }],
    destroy() {
      chart.destroy();
      element.remove();
    },
  };
}
