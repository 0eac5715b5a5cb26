// The mean of independent networks' weights, and why it fails: the losses on straight lines between networks.

import { boxOf, drawDot, drawGrid, placed, upOf } from "./netensaxes.mjs";
import { brief } from "./numbers.mjs";
import { axisOf, drawLine, within } from "./plotaxes.mjs";
import { theme } from "./theme.mjs";
import { exact } from "./ticks.mjs";

const TEST = 1;
const DASHES = { own: [], permuted: [6, 3], other: [2, 3] };

export const ready = (data) => Boolean(data.parts.lines);

const lineOf = ({ parts: { lines } }, k, which) => {
  const count = lines.lines.length / (2 * lines.names.length);
  return Array.from(lines.lines.subarray((2 * k + which) * count, (2 * k + which + 1) * count));
};
const middleOf = (line) => line[(line.length - 1) / 2];

export function sentences(say, data) {
  const { means } = data;
  if (!means?.weights || !data.parts.lines) return [say("weights_wait")];
  const [losses, wrongs] = ["loss", "mistakes"].map((name) => data.members.map((one) => one[name][TEST] ?? NaN));
  const average = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [own, wrong] = [means.weights.loss[TEST] ?? NaN, means.weights.mistakes[TEST] ?? NaN];
  const worse = wrong > Math.max(...wrongs);
  const percent = (share) => brief(100 * share, 3);
  const values = { count: losses.length, own: brief(own, 3), mean: brief(average(losses), 3), together: brief(means.ensemble?.loss[TEST] ?? NaN, 3), wrong: percent(wrong), wrongs: percent(average(wrongs)) };
  const fails = own > Math.max(...losses) ? "fails" : own > average(losses) ? "between" : worse ? "unsure" : "works";
  return [say(`weights_${fails}`, values), data.about.task === "classes" && fails !== "unsure" ? say("weights_wrong", values) : ""].filter(Boolean);
}

export function note(say, data) {
  if (!ready(data)) return say("weights_note");
  const line = lineOf(data, data.parts.lines.names.indexOf("permuted"), TEST);
  return `${say("weights_permuted", { end: brief(line[0], 3), middle: brief(middleOf(line), 3) })}${say("space")}${say("weights_note")}`;
}

export const legend = (say, data) => (data.parts.lines?.names ?? Object.keys(DASHES)).map((name) => [`line-${name}`, say(`line_${name}`)]);

const inkOf = (name, color) => ({ own: theme.muted, permuted: theme.text, other: color })[name];

export function paint(g, w, h, size, data, { say, color }) {
  const box = boxOf(w, h, size);
  const { names } = data.parts.lines;
  const across = axisOf("linear", 0, 1);
  const all = names.map((_, k) => lineOf(data, k, TEST));
  const up = upOf(all.flat());
  const at = placed(box, across, up);
  drawGrid(g, box, across, up, { size, label: say("along"), name: say("test_loss") });
  within(g, [box[0] - 5, box[1] - 5, box[2] + 10, box[3] + 10], () => {
    names.forEach((name, k) => {
      const line = all[k];
      const points = line.map((loss, i) => at(i / (line.length - 1), loss)).filter(([, y]) => Number.isFinite(y));
      drawLine(g, points, { color: inkOf(name, color), dash: DASHES[name] }, 2.2);
      drawDot(g, at(1, line.at(-1)), 3.6, inkOf(name, color));
    });
    drawDot(g, at(0, all[0][0]), 4.5, color);
  });
  return { boxes: [box] };
}

export function tell(share, panel, data, { say }) {
  const { names } = data.parts.lines;
  const count = lineOf(data, 0, TEST).length;
  const k = Math.round(share * (count - 1));
  return [say("way", { share: exact(k / (count - 1)) }), ...names.map((name, i) => `${say(`line_${name}`)} ${exact(lineOf(data, i, TEST)[k])}`)].join(" · ");
}

export const table = (data) => {
  const { names } = data.parts.lines;
  const lines = names.map((_, k) => [0, 1].map((which) => lineOf(data, k, which)));
  return {
    head: ["share_of_the_way", ...names.flatMap((name) => [`${name}_train_loss`, `${name}_test_loss`])],
    rows: lines[0][0].map((_, i) => [i / (lines[0][0].length - 1), ...lines.flatMap((both) => both.map((line) => line[i]))]),
  };
};
