// One change: the losses without it and with it side by side, on common axes, and what is left at the end.

import { createChart } from "./netchart.mjs";
import { drawSide, scalesOf, SERIES } from "./netregcurves.mjs";
import { createMaps } from "./netregmaps.mjs";
import { rangeOf, rangesOf } from "./netstats.mjs";
import { fill, titleOf, verdictOf } from "./netregwords.mjs";
import { theme } from "./theme.mjs";
import { exact } from "./ticks.mjs";
import { button, el, write } from "./ui.mjs";

const SIDES = ["without", "with"];
const SPARSE = ["l1", "l2", "decay"]; // changes that make weights small
let kind = "linear"; // of the axis of losses, as looked at last

export function create(field, store) {
  const verdict = el("p", { class: "dl-reg-verdict", role: "status" });
  const legend = el("div", { class: "dl-reg-legend" });
  const scale = button({ text: " ", class: "dl-reg-scale", "data-key": "regularization:scale", onclick: () => ((kind = kind === "log" ? "linear" : "log"), draw()) });
  const read = el("output", { class: "dl-net-read" });
  const table = el("table", { class: "dl-reg-table" });
  const chart = createChart(read, { paint, tell, press });
  const maps = createMaps(store);
  const element = el("div", { class: "dl-reg" }, verdict, el("div", { class: "dl-reg-head" }, legend, scale), chart.element, el("div", { class: "dl-reg-below" }, table, maps.element), read);
  field.append(element);
  let [next, data] = [null, null]; // what is coming, and what is drawn: {about, rows, table, lines}
  const say = (key, values) => store.say(`net_regularization.${key}`, values);

  function begin(header) {
    next = { about: header, rows: [], table: [], lines: null, answers: null };
    element.classList.toggle("dl-net-stale", Boolean(data));
  }

  function add(header, arrays) {
    if (header.of === "seed") {
      next.rows[header.place] = { ...arrays, stop: header.stop };
      Object.assign(next, { at: header.at, table: header.table, lines: linesOf(next.rows, header.at.length) });
      data = next;
      element.classList.remove("dl-net-stale");
      if (!next.about.grid) maps.take(null, null, null);
    } else if (header.of === "answers") {
      next.answers = { at: header.at, ...arrays };
      maps.take(next.about, next.answers, store.numbers.about, header.stop);
    }
  }

  /** For each side and each kind of points [means, lowest, highest] over the seeds. */
  const linesOf = (rows, count) =>
    SIDES.map((_, side) => SERIES.map((_, part) => rangesOf(rows.map(({ loss }) => Float64Array.from({ length: count }, (_, k) => loss[(side * count + k) * SERIES.length + part])))));

  const stopped = () => data.about.change === "stopping";

  function draw() {
    if (!data) return;
    const title = titleOf(store, data.about.change, data.about.value);
    const said = [verdictOf(store, data.table, "test", { change: title }), verdictOf(store, data.table, "gap", {})];
    write(verdict, said.filter(Boolean).join(say("space")));
    legend.replaceChildren(...[...SERIES.map((name) => [name, name]), ["band", "band"], ["gap", "gap_shade"], ["stop", "stop"]].map(([name, key]) =>
      el("span", { title: say(`${key}_doc`) }, el("i", { class: `dl-reg-${name}`, style: `--dl-run: ${color()}` }), el("span", { text: say(`${key}_key`, { n: data.rows.length }) }))));
    write(scale.lastChild, say(`scale_${kind}`));
    scale.title = say("scale_doc");
    chart.name([say("chart"), ...said].join(" "));
    fill(table, store, data.table.filter(({ name }) => name !== "zeros" || SPARSE.includes(data.about.change)));
    chart.draw();
    maps.draw(title, data.about.finite ? say("finite") : "");
  }

  const color = () => {
    const run = store.state.header.scenario.runs[store.state.header.scenario.looked];
    return theme.paths[(run?.color ?? 0) % theme.paths.length];
  };

  function paint(g, w, h, size) {
    const scales = scalesOf(data.lines, data.at, kind);
    const left = 4.2 * size;
    const gap = 1.2 * size;
    const wide = (w - left - 2 * gap) / 2;
    const tall = h - 3.4 * size;
    const boxes = SIDES.map((_, side) => [left + side * (wide + gap), 1.6 * size, wide, tall]);
    const titles = [say("without"), titleOf(store, data.about.change, data.about.value)];
    boxes.forEach((box, side) => drawSide(g, box, data, side, { scales, size, color: color(), title: titles[side], first: !side, stopped: stopped() && side === 1, words: { step: say("step"), loss: say("loss") } }));
    return { boxes };
  }

  const place = (share) => {
    const step = share * data.at.at(-1);
    return data.at.reduce((best, at, k) => (Math.abs(at - step) < Math.abs(data.at[best] - step) ? k : best), 0);
  };

  function tell(share, side) {
    const k = place(share);
    const each = SERIES.map((name, part) => {
      const [mean, low, high] = data.lines[side][part].map((line) => line[k]);
      return `${say(`${name}_key`)} ${exact(mean)}${data.rows.length > 1 ? ` (${exact(low)} … ${exact(high)})` : ""}`;
    });
    return [`${side ? titleOf(store, data.about.change, data.about.value) : say("without")} · ${say("after", { step: data.at[k] })}`, ...each].join(" · ");
  }

  function press(share) {
    store.pause();
    store.seek(data.at[place(share)]);
  }

  return {
    begin,
    add,
    draw,
    frame(t) {
      if (!data) return;
      chart.clock(Math.min(1, t / data.at.at(-1)));
      maps.frame(t);
    },
    figures() {
      if (!data) return [];
      const title = titleOf(store, data.about.change, data.about.value);
      const final = SIDES.map((side, i) => `${say(side)}: ${rangeOf(data.rows.map(({ stop }) => data.at[stop[i]]))[0]}`);
      return [{
        name: data.about.change,
        title: "",
        height: (w) => w * 0.42,
        paint,
        legend: [{ text: say("test_key"), color: color(), dash: [] }, { text: say("train_key"), color: theme.text, dash: [6, 4] }, { text: say("validation_key"), color: theme.muted, dash: [2, 3] }],
        notes: [verdict.textContent, say("how", { n: data.rows.length })],
        table: () => ({
          notes: [title, say("how", { n: data.rows.length }), `${say("stop_key")}: ${final.join(", ")}`],
          head: ["side", "seed", "step", "train_loss", "validation_loss", "test_loss", "train_mistakes", "validation_mistakes", "test_mistakes", "zeros"],
          rows: SIDES.flatMap((side, i) => data.rows.flatMap((row, seed) => data.at.map((step, k) => {
            const at = (i * data.at.length + k) * 3;
            return [side, data.about.first + seed, step, ...row.loss.subarray(at, at + 3), ...row.mistakes.subarray(at, at + 3), row.zeros[i * data.at.length + k]];
          }))),
        }),
      }];
    },
    destroy() {
      chart.destroy();
      maps.destroy();
      element.remove();
    },
  };
}
