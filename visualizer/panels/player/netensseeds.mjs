// Independent seeds: each network's test loss, and that of ensembles of 1, 2, ... of them.

import { boxOf, drawDot, drawGrid, placed, upOf } from "./netensaxes.mjs";
import { parts } from "./netstats.mjs";
import { brief, count } from "./numbers.mjs";
import { axisOf, drawBand, drawLine } from "./plotaxes.mjs";
import { theme } from "./theme.mjs";
import { exact } from "./ticks.mjs";

const [TEST, MEAN, LOW, HIGH] = [1, 0, 1, 2];

/** The ensembles of 1, 2, ... members: mean, lowest and highest of their test losses. */
const sizesOf = ({ parts: { sizes }, about }, name = "loss") =>
  [MEAN, LOW, HIGH].map((which) => Array.from({ length: about.members }, (_, k) => sizes[name][(which * about.members + k) * 2 + TEST]));

const known = (data) => data.members.filter((one) => one && one.loss[TEST] !== null);
const average = (data) => known(data).reduce((sum, one) => sum + one.loss[TEST], 0) / known(data).length;

export const ready = (data) => known(data).length > 0;

export function sentences(say, data) {
  if (!data.mean || data.mean.loss[TEST] === null) return [say("seeds_wait")];
  const own = data.mean.loss[TEST];
  const better = known(data).filter((one) => own < one.loss[TEST]).length;
  const values = { count: data.mean.count, own: brief(own, 3), mean: brief(average(data), 3), better, all: known(data).length };
  const fewer = data.about.task === "classes" ? say("seeds_wrong", { own: brief(100 * data.mean.mistakes[TEST], 3), mean: brief((100 * known(data).reduce((sum, one) => sum + one.mistakes[TEST], 0)) / known(data).length, 3) }) : "";
  return [say("seeds_says", values), fewer].filter(Boolean);
}

export const note = (say, { about }) => say("seeds_note", { members: about.members, steps: count(about.own) });

export const legend = (say) => [["dot", say("members_key")], ["mean", say("mean_key")], ["test", say("sizes_key")]];

export function paint(g, w, h, size, data, { say, color }) {
  const box = boxOf(w, h, size);
  const all = data.about.members;
  const lines = data.parts.sizes ? sizesOf(data) : [];
  const up = upOf([...known(data).map((one) => one.loss[TEST]), ...(data.mean ? [data.mean.loss[TEST]] : []), ...lines.flat()]);
  const across = axisOf("linear", 0.5, all + 0.5);
  const at = placed(box, across, up);
  drawGrid(g, box, across, up, { size, label: say("size"), name: say("test_loss"), whole: true });
  const mean = average(data);
  drawLine(g, [at(0.5, mean), at(all + 0.5, mean)], { color: theme.text, dash: [2, 3] }, 1.3);
  if (lines.length) {
    const [middle, low, high] = lines.map((line) => line.map((value, k) => at(k + 1, value)));
    drawBand(g, low, high, color, 0.2);
    drawLine(g, middle, { color, dash: [] }, 2.4);
    middle.forEach((point) => drawDot(g, point, 3, color));
  } else if (data.mean) drawDot(g, at(data.mean.count, data.mean.loss[TEST]), 4.5, color);
  for (const one of known(data)) drawDot(g, at(one.place + 1, one.loss[TEST]), 3.4, theme.background, theme.text);
  return { boxes: [box] };
}

export function tell(share, panel, data, { say }) {
  const k = Math.max(0, Math.min(data.about.members - 1, Math.round(0.5 + share * data.about.members) - 1));
  const one = data.members[k];
  const own = one ? `${say("member", { number: k + 1 })} ${exact(one.loss[TEST] ?? NaN)}` : "";
  if (!data.parts.sizes) return own;
  const { mean, low, high } = parts(sizesOf(data).map((line) => line[k]), true);
  return [own, say("read_size", { size: k + 1, mean, low, high })].filter(Boolean).join(" · ");
}

export const table = (data) => ({
  head: ["what", "number", "train_loss", "test_loss", "train_mistakes", "test_mistakes", "lowest_test_loss", "highest_test_loss"],
  rows: [
    ...known(data).map((one) => ["member", one.place + 1, ...one.loss, ...one.mistakes, NaN, NaN]),
    ...(data.parts.sizes ? Array.from({ length: data.about.members }, (_, k) => {
      const of = (name, which, column) => data.parts.sizes[name][(which * data.about.members + k) * 2 + column];
      return ["ensembles_of", k + 1, of("loss", MEAN, 0), of("loss", MEAN, 1), of("mistakes", MEAN, 0), of("mistakes", MEAN, 1), of("loss", LOW, 1), of("loss", HIGH, 1)];
    }) : []),
  ],
});
