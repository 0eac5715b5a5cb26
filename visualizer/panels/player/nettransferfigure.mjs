// Transfer as figures to take away: both plots with all the words, and their numbers.

import { paintCurves, paintSizes, tracks } from "./nettransferplot.mjs";
import { adviceOf, gainOf, measuredOf, percent, wayName } from "./nettransferwords.mjs";
import { views } from "./netcatalogue.mjs";

/** @returns {import("./figure.mjs").Figure[]} */
export function transferFigures(seen) {
  const { store, about, read, score, told } = seen;
  const names = about.ways.map((way) => wayName(store, about, way));
  const { choices, titles } = views.transfer.dials.pair;
  const legend = tracks().map(({ color, dash }, way) => ({ text: names[way], color, dash }));
  const gains = about.ways.slice(1).flatMap((_, i) => about.sizes.map((n, k) => store.say("net_transfer.gain_note", { n, way: names[i + 1], gain: gainOf(store, score, read.gain(score, i + 1, k)).text })));
  const { head, parts, margins } = adviceOf(store, about, told);
  const advice = [`${head} ${parts.map(({ text, said }) => `${text} ${said}`).join(" · ")}`, ...margins];
  const taught = (part) => read.taught.reduce((sum, one) => sum + one[part], 0) / read.n;
  const notes = [
    store.text(titles[choices.indexOf(about.pair)]),
    ...gains,
    ...advice,
    `${store.say("net_transfer.source")}: ${store.say("net_transfer.taught_line", { train: percent(taught(0)), test: percent(taught(1)) })}`,
    measuredOf(store, about, read.n),
  ];
  const figure = (paint, name) => ({ name, title: "", paint: (g, w, h, size) => paint(g, w, h, seen, size), legend: [], notes: [], table: () => tableOf(seen, notes) });
  const [first, second] = [figure(paintSizes, about.pair), figure(paintCurves, about.pair)];
  return [{ ...first, legend, notes }, { ...second, table: () => ({ head: [], rows: [] }) }];
}

/** Test scores of every seed at the end, then the means of the curves: one kind of row. */
function tableOf({ about, read }, notes) {
  const rows = [];
  about.ways.forEach((way, w) => about.sizes.forEach((size, k) => {
    for (let seed = 0; seed < read.n; seed++) rows.push([way, size, about.at.at(-1), String(seed), read.final(0, w, k, seed), read.final(1, w, k, seed), "", ""]);
    about.at.forEach((step, s) => {
      const [loss, mistakes] = [0, 1].map((score) => read.curve(score, w, k, s));
      rows.push([way, size, step, "mean", loss[0], mistakes[0], mistakes[1], mistakes[2]]);
    });
  }));
  return { notes, head: ["way", "target_examples", "step", "seed", "test_loss", "test_mistakes", "mistakes_low", "mistakes_high"], rows };
}
