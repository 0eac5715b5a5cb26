// The loss that each step saw, with its masks; that of the same batch without them and over many; and with other p.

import { brief, count } from "./numbers.mjs";
import { createPlot, dot, whisker } from "./netdropoutparts.mjs";
import { axisOf, boxOf, drawAxes, drawBand, drawLine, lossAxis, within } from "./plotaxes.mjs";
import { theme } from "./theme.mjs";
import { exact } from "./ticks.mjs";
import { el, write } from "./ui.mjs";

const LAST = 0.25; // of the training, over which swings are compared

export function createLosses(host, store, about) {
  const say = (key, values) => store.say(`net_dropout.${key}`, values);
  const read = el("output", { class: "dl-drop-read" });
  const says = (text) => write(read, text);
  const along = createPlot((g, w, h) => paintAlong(g, w, h), { read: readAlong, says });
  const rates = createPlot((g, w, h) => paintRates(g, w, h), { read: readRates, says });
  const words = el("p", { class: "dl-drop-words" });
  const legend = el("p", { class: "dl-drop-legend" });
  host.append(el("div", { class: "dl-drop-two" },
    el("figure", {}, el("figcaption", {}, el("b", { text: say("along_title") }), legend), along.frame),
    el("figure", {}, el("figcaption", { text: say("rates_title") }), rates.frame)), read, words);
  let [begun, found, drawn, shown, spread] = [null, [], [], null, null];

  const color = { seen: () => theme.muted, plain: () => theme.text, mean: () => theme.paths[1] };
  const ink = (name) => ({ color: color[name](), dash: [] });

  function add(header, arrays) {
    if (header.of === "begin") begun = { ...header, ...arrays };
    else if (header.of === "along") {
      header.at.forEach((at, k) => found.push({ at, plain: arrays.plain[k], mean: arrays.mean[k], std: arrays.std[k], low: arrays.low[k], high: arrays.high[k] }));
      found.sort((a, b) => a.at - b.at);
    } else drawn.push({ at: header.at, losses: arrays.drawn });
    draw();
  }

  function draw() {
    along.draw();
    rates.draw();
    tell();
  }

  function paintAlong(g, w, h, size = 12) {
    if (!begun) return;
    const box = boxOf(w, h, size);
    const every = function* () {
      yield* begun.seen;
      for (const { plain, mean } of found) yield* [plain, mean];
    };
    const up = lossAxis(every(), { least: null, tolerance: 1e-3 });
    if (!up) return;
    const across = axisOf("linear", 0, 1.04 * about.steps);
    drawAxes(g, box, { axis: across, label: say("step_axis") }, { axis: up, label: say("batch_loss") }, { ruled: true, size });
    const at = (x, y) => [box[0] + across.share(x) * box[2], box[1] + (1 - Math.min(1.1, Math.max(-0.1, up.share(y)))) * box[3]];
    shown = { box, across, up };
    within(g, box, () => {
      g.globalAlpha = Math.min(1, Math.max(0.16, 260 / begun.seen.length));
      begun.seen.forEach((loss, step) => Number.isFinite(loss) && dot(g, ...at(step, loss), 1.5, color.seen()));
      g.globalAlpha = 1;
      drawBand(g, found.map(({ at: step, low }) => at(step, low)), found.map(({ at: step, high }) => at(step, high)), color.mean(), 0.22);
      drawLine(g, found.map(({ at: step, mean }) => at(step, mean)), ink("mean"), 1.8);
      drawLine(g, found.map(({ at: step, plain }) => at(step, plain)), ink("plain"), 1.8);
      found.forEach(({ at: step }) => dot(g, ...at(step, begun.seen[step]), 2.6, color.seen()));
      const x = at(Math.min(store.clock.t, about.steps), 1)[0];
      whisker(g, [x, box[1]], [x, box[1] + box[3]], 1, theme.text);
    });
  }

  /** Of the moments whose losses over p are known, the one nearest to the play position. */
  const moment = () => drawn.reduce((best, one) => (!best || Math.abs(one.at - store.clock.t) < Math.abs(best.at - store.clock.t) ? one : best), null);

  function paintRates(g, w, h, size = 12) {
    const one = moment();
    if (!one) return;
    const box = boxOf(w, h, size);
    const across = axisOf("linear", -0.05, 0.85);
    const up = lossAxis(one.losses, { least: null, tolerance: 1e-3 });
    if (!up) return;
    drawAxes(g, box, { axis: across, label: "p" }, { axis: up, label: say("one_batch", { at: count(one.at) }) }, { ruled: true, size });
    const at = (x, y) => [box[0] + across.share(x) * box[2], box[1] + (1 - Math.max(-0.1, up.share(y))) * box[3]];
    const wide = (box[2] / begun.rates.length) * 0.32;
    spread = { box, across, up, one };
    within(g, box, () => begun.rates.forEach((rate, k) => {
      const { mean, low, high, losses } = summed(one, k);
      g.globalAlpha = 0.4;
      losses.forEach((loss, i) => {
        const [x, y] = at(rate, loss);
        dot(g, x + (((i * 0.618034) % 1) - 0.5) * 2 * wide, y, 1.6, theme.paths[0]);
      });
      g.globalAlpha = 1;
      const strong = Math.abs(rate - about.p) < 1e-6 ? theme.paths[1] : theme.text;
      const [x] = at(rate, mean);
      whisker(g, [x, at(rate, low)[1]], [x, at(rate, high)[1]], 2, strong);
      whisker(g, [x - wide, at(rate, mean)[1]], [x + wide, at(rate, mean)[1]], 2.4, strong);
    }));
  }

  function summed({ losses }, k) {
    const own = Array.from(losses.subarray(k * begun.count, (k + 1) * begun.count));
    const mean = own.reduce((a, b) => a + b, 0) / own.length;
    const std = Math.sqrt(own.reduce((sum, loss) => sum + (loss - mean) ** 2, 0) / (own.length - 1));
    const sorted = [...own].sort((a, b) => a - b);
    const [low, high] = [0.1, 0.9].map((share) => sorted[Math.round(share * (own.length - 1))]);
    return { mean, std, low, high, losses: own };
  }

  function readAlong(x) {
    if (!shown || !found.length) return "";
    const step = shown.across.value((x - shown.box[0]) / shown.box[2]);
    const one = found.reduce((best, other) => (Math.abs(other.at - step) < Math.abs(best.at - step) ? other : best));
    return say("along_reads", { step: count(one.at), seen: exact(begun.seen[one.at]), plain: exact(one.plain), mean: exact(one.mean), std: brief(one.std, 3), masks: begun.drawn });
  }

  function readRates(x) {
    if (!spread) return "";
    const rate = spread.across.value((x - spread.box[0]) / spread.box[2]);
    const k = Math.max(0, Math.min(begun.rates.length - 1, Math.round(rate * 10)));
    const { mean, std } = summed(spread.one, k);
    return say("rates_reads", { p: begun.rates[k], mean: exact(mean), std: brief(std, 3), masks: begun.count });
  }

  /** How much of the swing is the masks'. */
  function tell() {
    const entry = (name) => el("span", {}, el("i", { style: `background: ${color[name]()}` }), say(`${name}_name`, { masks: begun?.drawn ?? "" }));
    legend.replaceChildren(...["seen", "plain", "mean"].map(entry));
    if (!begun || found.length < begun.shown) return write(words, say("computing"));
    const late = found.filter(({ at, plain, mean }) => at >= (1 - LAST) * about.steps && Number.isFinite(plain) && Number.isFinite(mean));
    if (late.length < 3) return write(words, "");
    const mean = late.reduce((sum, { plain }) => sum + plain, 0) / late.length;
    const between = Math.sqrt(late.reduce((sum, { plain }) => sum + (plain - mean) ** 2, 0) / (late.length - 1));
    const masks = Math.sqrt(late.reduce((sum, { std }) => sum + std ** 2, 0) / late.length);
    const higher = late.reduce((sum, { mean: over, plain }) => sum + over - plain, 0) / late.length;
    return write(words, say("jitters", { n: late.length, masks: brief(masks, 2), batches: brief(between, 2), higher: brief(higher, 2), plain: brief(mean, 2) })
      + (about.jitter ? say("space") + say("no_jitter") : ""));
  }

  return {
    add,
    draw,
    frame() {
      along.draw();
      rates.draw();
    },
    figures() {
      if (!begun || !found.length) return [];
      const entry = (name) => ({ text: say(`${name}_name`, { masks: begun.drawn }), color: color[name](), dash: [] });
      return [
        {
          name: "dropout-loss", title: say("along_title"), paint: paintAlong, legend: ["seen", "plain", "mean"].map(entry), notes: [words.textContent],
          table: () => ({ head: ["step", "seen", "without_masks", "mean_over_masks", "sd_over_masks", "q10", "q90"], rows: found.map(({ at, plain, mean, std, low, high }) => [at, begun.seen[at], plain, mean, std, low, high]) }),
        },
      ];
    },
    destroy() {
      along.destroy();
      rates.destroy();
    },
  };
}
