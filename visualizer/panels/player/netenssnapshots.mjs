// Snapshots of one run whose rate goes up and down: the rate, the losses, and which networks are kept.

import { boxOf, drawDot, drawGrid, nearestAt, placed, upOf } from "./netensaxes.mjs";
import { brief, count } from "./numbers.mjs";
import { axisOf, drawLine, within } from "./plotaxes.mjs";
import { theme } from "./theme.mjs";
import { exact } from "./ticks.mjs";

const TEST = 1;
const EARLY = 0.06; // of the steps: losses before that fall from anywhere
const RATES = 0.24; // of the height

export const ready = (data) => Boolean(data.parts.cycles);

const last = (data) => data.members[data.about.members - 1];

export function sentences(say, data) {
  if (!data.mean || !data.parts.plain) return [say("snapshots_wait")];
  const value = (loss) => brief(loss[TEST] ?? NaN, 3);
  return [say("snapshots_says", { count: data.mean.count, own: value(data.mean.loss), last: value(last(data).loss), plain: value(data.parts.plain.final) })];
}

export const note = (say, { about }) => say("snapshots_note", { steps: count(about.steps), length: count(about.length), members: about.members });

export const legend = (say) => [["test", say("test_key")], ["train", say("train_key")], ["plain", say("plain_key")], ["kept", say("kept_key")], ["square", say("so_far_key")]];

function lossesOf({ parts: { cycles, plain } }) {
  const of = ({ loss, at }) => [0, 1].map((row) => Array.from(loss.subarray(row * at.length, (row + 1) * at.length)));
  return { cycles: of(cycles), plain: plain ? of(plain) : null };
}

export function paint(g, w, h, size, data, { say, color }) {
  const { cycles, plain, so_far: far } = data.parts;
  const whole = boxOf(w, h, size);
  const top = [whole[0], whole[1], whole[2], whole[3] * RATES];
  const box = [whole[0], whole[1] + whole[3] * RATES + 1.9 * size, whole[2], whole[3] * (1 - RATES) - 1.9 * size];
  const across = axisOf("linear", 0, data.about.steps);
  const losses = lossesOf(data);
  const late = (at) => at.findIndex((step) => step >= EARLY * data.about.steps);
  const seen = [...losses.cycles.flatMap((line) => line.slice(late(cycles.at))), ...(losses.plain ? losses.plain[TEST].slice(late(plain.at)) : [])];
  const up = upOf(seen);
  const at = placed(box, across, up);
  drawGrid(g, box, across, up, { size, label: say("steps"), name: say("loss") });
  drawRates(g, top, across, data, { size, color, name: say("rate") });
  within(g, [box[0], box[1] - 4, box[2] + 4, box[3] + 8], () => {
    const points = (steps, line) => steps.map((step, k) => at(step, line[k])).filter(([, y]) => Number.isFinite(y));
    if (losses.plain) drawLine(g, points(plain.at, losses.plain[TEST]), { color: theme.muted, dash: [1, 3] }, 1.6);
    drawLine(g, points(cycles.at, losses.cycles[0]), { color: theme.text, dash: [6, 4] }, 1.4);
    drawLine(g, points(cycles.at, losses.cycles[TEST]), { color, dash: [] }, 2);
    for (const one of data.members) if (one) drawDot(g, at(one.at, one.loss[TEST]), 4, theme.background, color);
    if (far) data.members.forEach((one, k) => one && square(g, at(one.at, far.loss[data.about.members + k]), 3.6, color));
  });
  return { boxes: [top, box].slice(1) };
}

function square(g, [x, y], r, ink) {
  Object.assign(g, { fillStyle: ink, strokeStyle: theme.background, lineWidth: 1.5 });
  g.fillRect(x - r, y - r, 2 * r, 2 * r);
  g.beginPath();
  g.rect(x - r, y - r, 2 * r, 2 * r);
  g.stroke();
}

/** The rate of each step, and where it begins anew. */
function drawRates(g, [x0, y0, width, tall], across, { parts: { cycles }, about }, { size, color, name }) {
  const most = cycles.rate.reduce((high, rate) => Math.max(high, rate), 0) || 1;
  g.fillStyle = theme.border;
  for (let k = 1; k <= about.members; k++) g.fillRect(Math.round(x0 + across.share(k * about.length) * width), y0, 1, tall);
  g.fillRect(x0, y0 + tall, width, 1);
  const points = Array.from(cycles.rate, (rate, k) => [x0 + across.share(k * cycles.stride) * width, y0 + (1 - rate / most) * tall]);
  drawLine(g, points, { color, dash: [] }, 1.4);
  Object.assign(g, { font: `${size}px ${theme.font}`, fillStyle: theme.muted, textAlign: "right", textBaseline: "middle" });
  g.fillText(brief(most, 2), x0 - 0.5 * size, y0 + 2);
  g.fillText("0", x0 - 0.5 * size, y0 + tall);
  Object.assign(g, { textAlign: "left", textBaseline: "bottom", fillStyle: theme.text });
  g.fillText(name, x0 - 4 * size, y0 - 0.4 * size);
}

const stepOf = (share, data) => data.parts.cycles.at[nearestAt(data.parts.cycles.at, share * data.about.steps)];

export function tell(share, panel, data, { say }) {
  const { cycles, so_far: far } = data.parts;
  const k = nearestAt(cycles.at, share * data.about.steps);
  const rate = cycles.rate[Math.min(cycles.rate.length - 1, Math.floor(Math.max(0, cycles.at[k] - 1) / cycles.stride))];
  const said = [say("after", { step: cycles.at[k] }), `${say("rate")} ${exact(rate)}`, say("read_loss", { test: exact(cycles.loss[cycles.at.length + k]), train: exact(cycles.loss[k]) })];
  const member = data.members.findIndex((one) => one?.at === cycles.at[k]);
  if (member >= 0 && far) said.push(say("read_so_far", { count: member + 1, test: exact(far.loss[data.about.members + member]) }));
  return said.join(" · ");
}

export const clock = (t, data) => (data.parts.cycles ? Math.min(1, t / data.about.steps) : null);

export function press(share, data, store) {
  store.pause();
  store.seek(stepOf(share, data));
}

export const table = (data) => {
  const { cycles, so_far: far } = data.parts;
  const many = data.about.members;
  return {
    head: ["step", "train_loss", "test_loss", "snapshot", "ensemble_train_loss", "ensemble_test_loss"],
    rows: cycles.at.map((step, k) => {
      const member = data.members.findIndex((one) => one?.at === step);
      return [step, cycles.loss[k], cycles.loss[cycles.at.length + k], member + 1 || "", ...(member >= 0 && far ? [far.loss[member], far.loss[many + member]] : ["", ""])];
    }),
  };
};
