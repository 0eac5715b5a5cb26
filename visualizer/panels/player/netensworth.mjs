// What each way to make one network of several is worth, over new points and seeds, and what it costs to train.

import { createChart } from "./netchart.mjs";
import { drawForest, rowAt } from "./netforest.mjs";
import { interval, parts } from "./netstats.mjs";
import { brief, count } from "./numbers.mjs";
import { el, write } from "./ui.mjs";

export function create(field, store) {
  const verdict = el("p", { class: "dl-reg-verdict", role: "status" });
  const note = el("p", { class: "dl-reg-note" });
  const read = el("output", { class: "dl-net-read" });
  const chart = createChart(read, { paint, tell });
  const element = el("div", { class: "dl-reg dl-reg-every" }, verdict, chart.element, note, read);
  field.append(element);
  let [next, data] = [null, null]; // {about, n, rows, loss}
  const say = (key, values) => store.say(`net_ensemble.${key}`, values);

  function begin(header) {
    next = { about: header };
    element.classList.toggle("dl-net-stale", Boolean(data));
  }

  function add(header, arrays) {
    if (header.of !== "ways") return;
    data = { ...next, ...header, ...arrays };
    element.classList.remove("dl-net-stale");
  }

  /** All but the single network, which they are compared with, the best first. */
  const compared = () =>
    data.rows.map((row, place) => ({ ...row, place })).filter(({ way }) => way !== "single").sort((a, b) => (a.difference[0] ?? Infinity) - (b.difference[0] ?? Infinity));
  const costOf = (way) => say(data.about.costs[way] === 1 ? "cost_same" : "cost_times", { times: data.about.costs[way] });
  const named = (way) => say(`way_${way}`, { members: data.about.members, length: count(data.about.length) });

  function draw() {
    if (!data) return;
    const single = data.rows.find(({ way }) => way === "single");
    const list = (kind) => compared().filter((row) => row.verdict === kind).map(({ way }) => named(way)).join(say("comma"));
    const [helps, hurts] = [list("helps"), list("hurts")];
    const said = [
      say("worth_single", { loss: interval(single.loss), wrong: single.mistakes ? say("worth_wrong", { wrong: interval(single.mistakes.map((value) => (value === null ? null : 100 * value))) }) : "" }),
      helps ? say("worth_helps", { names: helps }) : say("worth_none"),
      hurts ? say("worth_hurts", { names: hurts }) : "",
    ].filter(Boolean).join(say("space"));
    write(verdict, said);
    write(note, say("worth_note", { n: data.n, steps: count(data.about.own), members: data.about.members }));
    element.style.setProperty("--dl-rows", data.rows.length - 1);
    chart.name(said);
    chart.draw();
  }

  function paint(g, w, h, size) {
    const rows = compared().map((row) => ({
      name: named(row.way),
      note: costOf(row.way),
      intervals: [row.difference],
      dots: [data.loss.subarray(row.place * data.n, (row.place + 1) * data.n)],
      words: [row.fewer ? `${brief(100 * row.mistakes[0], 3)}%` : brief(row.loss[0] ?? NaN, 3)],
      sure: [row.verdict === "helps" || row.verdict === "hurts"],
    }));
    const panel = { name: say("worth_axis"), low: say("better"), high: say("worse") };
    return { boxes: drawForest(g, [0, 0, w, h], rows, [panel], { size, names: w < 460 ? 0.42 : 0.36 }), still: true };
  }

  function tell(share, panel, y) {
    const rows = compared();
    const row = rows[rowAt(chart.boxes[0], rows.length, y)];
    if (!row) return "";
    const told = (key, values) => say(key, { ...parts(values, true), n: values[3] });
    return [named(row.way), costOf(row.way), told("read_worth", row.difference), told("read_value", row.loss), row.fewer ? told("read_fewer", row.fewer) : ""].filter(Boolean).join(" · ");
  }

  return {
    begin,
    add,
    draw,
    figures: () => !data ? [] : [{
      name: "worth",
      title: "",
      height: (w, size) => size * (5 + 2.4 * (data.rows.length - 1)),
      paint,
      legend: [],
      notes: [verdict.textContent, note.textContent],
      table: () => ({
        notes: [note.textContent],
        head: ["way", "cost", "test_loss", "test_mistakes", "difference", "low95", "high95", "n"],
        rows: data.rows.map((row) => [row.way, data.about.costs[row.way], row.loss[0] ?? NaN, row.mistakes?.[0] ?? NaN, ...row.difference.slice(0, 3).map((cell) => cell ?? NaN), row.difference[3]]),
      }),
    }],
    destroy() {
      chart.destroy();
      element.remove();
    },
  };
}
