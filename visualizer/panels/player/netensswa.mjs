// Stochastic weight averaging: the losses on the way, and those of the mean of the weights from the tail's beginning on.

import { boxOf, drawDot, drawGrid, nearestAt, placed, upOf } from "./netensaxes.mjs";
import { brief } from "./numbers.mjs";
import { axisOf, drawLine, within } from "./plotaxes.mjs";
import { theme } from "./theme.mjs";
import { exact } from "./ticks.mjs";

const TEST = 1;
const EARLY = 0.1; // of the steps: losses before that fall from anywhere

export const ready = (data) => Boolean(data.parts.tail);

const row = ({ at }, values, which) => Array.from(values.subarray(which * at.length, (which + 1) * at.length));

export function sentences(say, data) {
  if (!data.mean) return [say("swa_wait")];
  const { tail } = data.parts;
  const [own, last] = [data.mean.loss[TEST] ?? NaN, row(tail, tail.own, TEST).at(-1)];
  const values = { count: tail.at.length, own: brief(own, 3), last: brief(last, 3), size: brief(Math.abs(own - last), 2) };
  return [say(own < last ? "swa_better" : own > last ? "swa_worse" : "swa_same", values)];
}

export const note = (say) => say("swa_note");

export const legend = (say) => [["plain", say("own_test_key")], ["train", say("own_train_key")], ["test", say("running_key")], ["tail", say("tail_key")]];

export function paint(g, w, h, size, data, { say, color }) {
  const { plain, tail } = data.parts;
  const box = boxOf(w, h, size);
  const [x0, y0, width, tall] = box;
  const across = axisOf("linear", 0, plain.at.at(-1));
  const from = plain.at.findIndex((step) => step >= EARLY * plain.at.at(-1));
  const lines = [0, 1].map((which) => row(plain, plain.loss, which));
  const up = upOf([...lines.flatMap((line) => line.slice(from)), ...tail.running]);
  const at = placed(box, across, up);
  const begin = x0 + across.share(tail.at[0]) * width;
  g.fillStyle = color;
  g.globalAlpha = 0.1;
  g.fillRect(begin, y0, x0 + width - begin, tall);
  g.globalAlpha = 1;
  drawGrid(g, box, across, up, { size, label: say("steps"), name: say("loss") });
  within(g, [x0, y0 - 4, width + 4, tall + 8], () => {
    const points = (steps, line) => steps.map((step, k) => at(step, line[k])).filter(([, y]) => Number.isFinite(y));
    drawLine(g, points(plain.at, lines[0]), { color: theme.text, dash: [6, 4] }, 1.4);
    drawLine(g, points(plain.at, lines[TEST]), { color: theme.muted, dash: [1, 3] }, 1.8);
    drawLine(g, points(tail.at, row(tail, tail.running, 0)), { color, dash: [6, 4] }, 1.8);
    drawLine(g, points(tail.at, row(tail, tail.running, TEST)), { color, dash: [] }, 2.6);
    drawDot(g, at(tail.at.at(-1), row(tail, tail.running, TEST).at(-1)), 4, color);
  });
  return { boxes: [box] };
}

const placeOf = (share, data) => nearestAt(data.parts.plain.at, share * data.parts.plain.at.at(-1));

export function tell(share, panel, data, { say }) {
  const { plain, tail } = data.parts;
  const k = placeOf(share, data);
  const said = [say("after", { step: plain.at[k] }), say("read_loss", { test: exact(plain.loss[plain.at.length + k]), train: exact(plain.loss[k]) })];
  const place = tail.at.indexOf(plain.at[k]);
  if (place >= 0) said.push(say("read_running", { count: place + 1, test: exact(tail.running[tail.at.length + place]), train: exact(tail.running[place]) }));
  return said.join(" · ");
}

export const clock = (t, data) => (ready(data) ? Math.min(1, t / data.parts.plain.at.at(-1)) : null);

export function press(share, data, store) {
  store.pause();
  store.seek(data.parts.plain.at[placeOf(share, data)]);
}

export const table = ({ parts: { tail } }) => ({
  head: ["step", "train_loss", "test_loss", "mean_weights_train_loss", "mean_weights_test_loss"],
  rows: tail.at.map((step, k) => [step, ...[tail.own, tail.running].flatMap((values) => [0, 1].map((which) => values[which * tail.at.length + k]))]),
});
