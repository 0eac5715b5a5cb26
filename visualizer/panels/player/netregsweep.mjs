// The strength of one change swept: too little lets the network learn by heart, too much keeps it from learning at all.

import { createChart } from "./netchart.mjs";
import { axisOf, drawAxes, drawBand, drawLine, within } from "./plotaxes.mjs";
import { parts } from "./netstats.mjs";
import { titleOf } from "./netregwords.mjs";
import { views } from "./netcatalogue.mjs";
import { exact as plain } from "./numbers.mjs";
import { theme } from "./theme.mjs";
import { exact } from "./ticks.mjs";
import { el, write } from "./ui.mjs";

const SERIES = ["train", "validation", "test"];
const NONE = 0.07; // of the width: where no strength at all lies beside a scale of powers
const [MEAN, LOW, HIGH] = [0, 1, 2];

export function create(field, store) {
  const verdict = el("p", { class: "dl-reg-verdict", role: "status" });
  const legend = el("div", { class: "dl-reg-legend" });
  const read = el("output", { class: "dl-net-read" });
  const chart = createChart(read, { paint, tell, press });
  const element = el("div", { class: "dl-reg" }, verdict, el("div", { class: "dl-reg-head" }, legend), chart.element, read);
  field.append(element);
  let [next, data] = [null, null]; // {about, n, strengths, chosen, best, verdict, lines}
  const say = (key, values) => store.say(`net_regularization.${key}`, values);

  function begin(header) {
    next = { about: header };
    element.classList.toggle("dl-net-stale", Boolean(data));
  }

  function add(header, arrays) {
    if (header.of !== "strengths") return;
    data = { ...next, ...header, strengths: header.at ?? next.about.strengths, lines: arrays };
    element.classList.remove("dl-net-stale");
  }

  const line = (name, which) => data.lines[name].subarray(which * data.strengths.length, (which + 1) * data.strengths.length);
  const color = () => theme.paths[(store.state.header.scenario.runs[store.state.header.scenario.looked]?.color ?? 0) % theme.paths.length];
  const words = (value) => (data.at ? say("at_step", { step: value }) : `${symbol()} ${plain(value)}`);
  const symbol = () => store.say(`net_regularization.dial_${data.about.change}`);

  function draw() {
    if (!data) return;
    const values = { change: titleOf(store, data.about.change), where: words(data.strengths[data.chosen]), ...parts(data.best), n: data.n };
    const none = data.chosen === (data.at ? data.strengths.length - 1 : data.about.none);
    write(verdict, say(none ? "sweep_none" : `sweep_${data.verdict}`, values));
    legend.replaceChildren(...SERIES.map((name) => el("span", {}, el("i", { class: `dl-reg-${name}`, style: `--dl-run: ${color()}` }), el("span", { text: say(`${name}_key`) }))), el("span", {}, el("i", { class: "dl-reg-band", style: `--dl-run: ${color()}` }), el("span", { text: say("interval_key") })));
    chart.name(verdict.textContent);
    chart.draw();
  }

  /** The axis of strengths: of powers with none beside them, or linear. */
  function across() {
    const { strengths, about } = data;
    const dial = data.at ? { scale: "linear" } : views.regularization.dials[about.change];
    if (dial.scale !== "log0") {
      const axis = axisOf("linear", Math.min(...strengths), Math.max(...strengths));
      return { axis, share: axis.share };
    }
    const powers = axisOf("log", strengths[1], strengths.at(-1));
    const share = (value) => (value > 0 ? 2 * NONE + (1 - 2 * NONE) * powers.share(value) : NONE / 2);
    const ticks = (most) => [[NONE / 2, "0"], ...powers.ticks(most).map(([at, text]) => [2 * NONE + (1 - 2 * NONE) * at, text])];
    return { axis: { ...powers, share, ticks }, share, broken: true };
  }

  function upward() {
    const known = SERIES.flatMap((name) => [...line(name, MEAN)]).filter(Number.isFinite);
    const top = Math.max(...known) * 1.15 || 1;
    return axisOf("linear", 0, top);
  }

  function paint(g, w, h, size) {
    const box = [5 * size, 0.7 * size, w - 6 * size, h - 4.4 * size];
    const [x0, y0, width, tall] = box;
    const [x, up] = [across(), upward()];
    drawAxes(g, box, { axis: x.axis, label: data.at ? say("stopped_after") : `${titleOf(store, data.about.change)}, ${symbol()}` }, { axis: up, label: say("loss") }, { ruled: true, size });
    const y = (value) => y0 + (1 - Math.max(-1, Math.min(2, up.share(value)))) * tall;
    const points = (values) => data.strengths.flatMap((value, k) => (Number.isFinite(values[k]) ? [[x0 + x.share(value) * width, y(values[k])]] : []));
    const style = { train: { color: theme.text, dash: [6, 4] }, validation: { color: theme.muted, dash: [2, 3] }, test: { color: color(), dash: [] } };
    within(g, box, () => {
      for (const name of ["train", "test"]) {
        const both = [LOW, HIGH].map((which) => points(line(name, which).map((value, k) => (Number.isFinite(value) ? value : line(name, MEAN)[k]))));
        if (x.broken) both.forEach((side) => side.shift());
        drawBand(g, ...both, style[name].color, name === "test" ? 0.22 : 0.12);
      }
      for (const name of ["validation", "train", "test"]) {
        const all = points(line(name, MEAN));
        drawLine(g, x.broken ? all.slice(1) : all, style[name], name === "test" ? 2.4 : 1.6);
        if (!data.at) for (const [px, py] of all) dot(g, px, py, 2.6, style[name].color);
        if (x.broken && all.length > 1) drawLine(g, all.slice(0, 2), { color: style[name].color, dash: [1, 4] }, 1);
      }
      const here = x0 + x.share(data.strengths[data.chosen]) * width;
      g.strokeStyle = theme.accent;
      g.lineWidth = 1.2;
      g.setLineDash([3, 3]);
      g.beginPath();
      g.moveTo(here, y0);
      g.lineTo(here, y0 + tall);
      g.stroke();
      g.setLineDash([]);
      dot(g, here, y(line("test", MEAN)[data.chosen]), 5, color());
    });
    Object.assign(g, { font: `${size}px ${theme.font}`, fillStyle: theme.text, textBaseline: "top" });
    const here = x0 + x.share(data.strengths[data.chosen]) * width;
    const right = here < x0 + width / 2;
    g.textAlign = right ? "left" : "right";
    g.fillText(say("chosen"), here + (right ? 5 : -5), y0 + 2);
    return { boxes: [box] };
  }

  function dot(g, x, y, r, ink) {
    Object.assign(g, { fillStyle: ink, strokeStyle: theme.background, lineWidth: 1.2 });
    g.beginPath();
    g.arc(x, y, r, 0, 2 * Math.PI);
    g.fill();
    g.stroke();
  }

  function place(share) {
    const { share: at } = across();
    return data.strengths.reduce((best, value, k) => (Math.abs(at(value) - share) < Math.abs(at(data.strengths[best]) - share) ? k : best), 0);
  }

  function tell(share) {
    const k = place(share);
    const each = SERIES.map((name) => `${say(`${name}_key`)} ${exact(line(name, MEAN)[k])}`);
    const [mean, low, high] = [MEAN, LOW, HIGH].map((which) => line("difference", which)[k]);
    const known = Number.isFinite(low) && low !== high;
    return [words(data.strengths[k]), ...each, say("against_none", { mean: exact(mean), between: known ? ` (${exact(low)} … ${exact(high)})` : "" })].join(" · ");
  }

  /** To the strength that is pressed. */
  function press(share) {
    if (data.at) {
      store.pause();
      return store.seek(data.strengths[place(share)]);
    }
    store.edit("view_option", { name: data.about.change, value: data.strengths[place(share)] });
    return store.edit("view_option", { name: "mode", value: "one" });
  }

  return {
    begin,
    add,
    draw,
    figures: () => !data ? [] : [{
      name: `${data.about.change}-strength`,
      title: "",
      height: (w) => w * 0.5,
      paint,
      legend: [{ text: say("test_key"), color: color(), dash: [] }, { text: say("train_key"), color: theme.text, dash: [6, 4] }, { text: say("validation_key"), color: theme.muted, dash: [2, 3] }],
      notes: [verdict.textContent, say("sweep_how", { n: data.n })],
      table: () => ({
        notes: [say("sweep_how", { n: data.n })],
        head: ["strength", ...[...SERIES, "difference"].flatMap((name) => [`${name}_mean`, `${name}_low95`, `${name}_high95`])],
        rows: data.strengths.map((value, k) => [value, ...[...SERIES, "difference"].flatMap((name) => [MEAN, LOW, HIGH].map((which) => line(name, which)[k]))]),
      }),
    }],
    destroy() {
      chart.destroy();
      element.remove();
    },
  };
}
