// Bias and variance: networks that each saw other points, their mean, and the truth; without a change and with it.

import { createChart } from "./netchart.mjs";
import { boxOf, drawFrame } from "./netfieldbox.mjs";
import { drawCurves } from "./netanswer.mjs";
import { rangeOf } from "./netstats.mjs";
import { fill, titleOf, verdictOf } from "./netregwords.mjs";
import { brief } from "./numbers.mjs";
import { theme } from "./theme.mjs";
import { exact } from "./ticks.mjs";
import { el, write } from "./ui.mjs";

const SIDES = ["without", "with"];

export function create(field, store) {
  const verdict = el("p", { class: "dl-reg-verdict", role: "status" });
  const read = el("output", { class: "dl-net-read" });
  const table = el("table", { class: "dl-reg-table" });
  const legend = el("div", { class: "dl-reg-legend" });
  const note = el("p", { class: "dl-reg-note" });
  const chart = createChart(read, { paint, tell });
  const element = el("div", { class: "dl-reg" }, verdict, el("div", { class: "dl-reg-head" }, legend), chart.element, el("div", { class: "dl-reg-below" }, table, note), read);
  field.append(element);
  let [next, data] = [null, null]; // {about, x, truth, draws: Float32Array[], table}
  const say = (key, values) => store.say(`net_regularization.${key}`, values);
  const color = () => theme.paths[(store.state.header.scenario.runs[store.state.header.scenario.looked]?.color ?? 0) % theme.paths.length];

  function begin(header, arrays) {
    next = { about: header, ...arrays, draws: [], table: [] };
    element.classList.toggle("dl-net-stale", Boolean(data));
  }

  function add(header, arrays) {
    if (header.of !== "draw") return;
    next.draws[header.place] = arrays.answers;
    next.table = header.table;
    data = next;
    element.classList.remove("dl-net-stale");
  }

  const title = () => titleOf(store, data.about.change, data.about.value);
  const curve = (draw, side) => draw.subarray(side * data.x.length, (side + 1) * data.x.length);
  const meanOf = (side) => data.x.map((_, k) => rangeOf(data.draws.map((draw) => curve(draw, side)[k]))[0]);

  function draw() {
    if (!data) return;
    const said = ["bias", "variance", "error"].map((name) => verdictOf(store, data.table, name, { change: title() })).filter(Boolean);
    write(verdict, said.join(say("space")));
    fill(table, store, data.table);
    legend.replaceChildren(...["draws", "average", "truth"].map((name) => el("span", {}, el("i", { class: `dl-reg-${name}`, style: `--dl-run: ${color()}` }), el("span", { text: say(`${name}_key`, { n: data.draws.length }) }))));
    write(note, [say("bias_how", { n: data.draws.length }), say("noise", { variance: brief(data.about.noise ** 2, 3) })].join(say("space")));
    chart.name(said.join(" "));
    chart.draw();
  }

  function paint(g, w, h, size) {
    const { window } = store.numbers.about;
    const half = (w - size) / 2;
    const boxes = SIDES.map((_, side) => {
      const [x, y, wide, tall] = boxOf(half, h - 1.5 * size, window, false);
      return [x + side * (half + size), y + 1.5 * size, wide, tall];
    });
    boxes.forEach((box, side) => {
      drawFrame(g, h, box, window, ["x", "y"]);
      Object.assign(g, { font: `600 ${size}px ${theme.font}`, fillStyle: theme.text, textAlign: "left", textBaseline: "bottom" });
      g.fillText(side ? title() : say("without"), box[0], box[1] - 0.35 * size);
      const points = { window: [data.x[0], data.x.at(-1), window[2], window[3]], inputs: 1 };
      const [from, to] = [data.x[0], data.x.at(-1)].map((x) => box[0] + (box[2] * (x - window[0])) / (window[1] - window[0]));
      const inner = [from, box[1], to - from, box[3]];
      const trace = (values, ink, width, alpha = 1, dash = []) => {
        g.setLineDash(dash);
        drawCurves(g, inner, null, [along(values)], { points, color: ink, width, dots: false, alpha });
        g.setLineDash([]);
      };
      for (const one of data.draws) trace(curve(one, side), color(), 1, 0.3);
      const mean = meanOf(side);
      trace(mean, theme.halo, 5);
      trace(data.truth, theme.text, 1.8, 1, [2, 3]);
      trace(mean, color(), 2.6);
    });
    return { boxes };
  }

  /** Values at equal distances, of those at the inputs that were drawn. */
  function along(values) {
    const { x } = data;
    let i = 0;
    return Float64Array.from({ length: 160 }, (_, k) => {
      const at = x[0] + ((x.at(-1) - x[0]) * k) / 159;
      while (i < x.length - 2 && x[i + 1] < at) i++;
      return values[i] + ((values[i + 1] - values[i]) * (at - x[i])) / (x[i + 1] - x[i] || 1);
    });
  }

  function tell(share, side) {
    const { window } = store.numbers.about;
    const at = window[0] + share * (window[1] - window[0]);
    const k = data.x.reduce((best, x, i) => (Math.abs(x - at) < Math.abs(data.x[best] - at) ? i : best), 0);
    const [mean, low, high] = rangeOf(data.draws.map((draw) => curve(draw, side)[k]));
    return [side ? title() : say("without"), `x ${exact(data.x[k])}`, `${say("truth_key")} ${exact(data.truth[k])}`, `${say("average_key")} ${exact(mean)} (${exact(low)} … ${exact(high)})`].join(" · ");
  }

  return {
    begin,
    add,
    draw,
    figures: () => !data ? [] : [{
      name: `bias-${data.about.change}`,
      title: "",
      height: (w) => w * 0.4,
      paint,
      legend: [{ text: say("average_key"), color: color(), dash: [] }, { text: say("truth_key"), color: theme.text, dash: [2, 3] }],
      notes: [verdict.textContent, say("bias_how", { n: data.draws.length })],
      table: () => ({
        notes: [say("bias_how", { n: data.draws.length })],
        head: ["side", "draw", "x", "truth", "answer"],
        rows: SIDES.flatMap((name, side) => data.draws.flatMap((one, k) => Array.from(data.x, (x, i) => [name, data.about.first + k, x, data.truth[i], curve(one, side)[i]]))),
      }),
    }],
    destroy() {
      chart.destroy();
      element.remove();
    },
  };
}
