// The two plots of transfer, on any context: scores at the end over the number of target examples, and learning curves of
// one of these numbers.

import { axisOf, boxOf, drawAxes, drawBand, drawLine, within } from "./plotaxes.mjs";
import { theme } from "./theme.mjs";
import { short } from "./ticks.mjs";

const SLOTS = [5, 2, 3]; // colors and dashes of the ways: not those of the first learners
const SHIFT = 4;         // px between the ways' marks at one size
const ROOM = 0.06;       // of the height above the highest value
const FLOOR = 1e-4;      // of a loss on a logarithmic axis
const [LOSS, MEAN, LOW, HIGH] = [0, 0, 1, 2];
const TEST = 1;

/** How the ways are drawn. */
export const tracks = () => SLOTS.map((slot) => ({ color: theme.paths[slot], dash: theme.dashes[slot] }));

/**
 * Reads the arrays of a part.
 * @returns {{curve: function, final: function, gain: function, taught: number[][], n: number}}
 */
export function readerOf(about, arrays, n) {
  const [W, Z, S] = [about.ways.length, about.sizes.length, about.at.length];
  return {
    n,
    /** [mean, low, high] of a way at a size after a snapshot, on training (0) or test points (1). */
    curve: (score, way, size, step, part = TEST) => {
      const at = ((((score * W + way) * Z + size) * S + step) * 2 + part) * 3;
      return arrays.curves.subarray(at, at + 3);
    },
    final: (score, way, size, seed) => arrays.finals[((score * W + way) * Z + size) * n + seed],
    gain: (score, way, size) => {
      const at = ((score * (W - 1) + way - 1) * Z + size) * 3;
      return arrays.gains.subarray(at, at + 3);
    },
    taught: Array.from({ length: n }, (_, seed) => [arrays.taught[2 * seed], arrays.taught[2 * seed + 1]]),
  };
}

/** The axis of a score over values that are finite; of mistakes from 0 on, of losses logarithmic. */
function upAxis(score, values) {
  const finite = values.filter(Number.isFinite);
  const most = Math.max(...finite, score === LOSS ? FLOOR : 0.01);
  if (score !== LOSS) {
    const axis = axisOf("linear", 0, Math.min(1, most) * (1 + ROOM));
    return { ...axis, ticks: (many) => axis.ticks(many).map(([share]) => [share, `${short(Number((100 * axis.value(share)).toPrecision(6)))}%`]) };
  }
  const least = Math.max(FLOOR, Math.min(...finite.filter((value) => value > 0)));
  const axis = axisOf("log", least / 1.15, Math.max(most, 1.5 * least) * 1.15);
  return { ...axis, share: (value) => axis.share(Math.max(value, least / 1.15)) };
}

/** Where sizes are: their logarithms, with room on both sides. */
function sizeAxis(sizes) {
  const [low, high] = [sizes[0] / 1.6, sizes.at(-1) * 1.6];
  const axis = axisOf("log", low, high);
  return { ...axis, ticks: () => sizes.map((size) => [axis.share(size), String(size)]) };
}

/** Scores at the end, w x h; returns where they are. */
export function paintSizes(g, w, h, { store, about, read, score, chosen }, size) {
  const scale = (size ?? 12) / 12;
  const box = boxOf(w, h, size);
  const last = about.at.length - 1;
  const ends = (way, k) => read.curve(score, way, k, last);
  const all = about.ways.flatMap((_, way) => about.sizes.flatMap((_, k) => [ends(way, k)[MEAN], ends(way, k)[HIGH], ...seeds(read, score, way, k)]));
  const [across, up] = [sizeAxis(about.sizes), upAxis(score, all)];
  const x = (k, way) => box[0] + across.share(about.sizes[k]) * box[2] + (way - 1) * SHIFT * scale;
  const y = (value) => box[1] + (1 - Math.max(0, Math.min(1.05, up.share(value)))) * box[3];
  if (chosen !== null) {
    g.fillStyle = theme.border;
    const wide = 26 * scale;
    g.globalAlpha = 0.5;
    g.fillRect(x(chosen, 1) - wide / 2, box[1], wide, box[3]);
    g.globalAlpha = 1;
  }
  drawAxes(g, box, { axis: across, label: store.say("net_transfer.across") }, { axis: up, label: store.say(`net_transfer.score_${score}`) }, { ruled: true, size });
  within(g, [box[0], box[1] - 4, box[2], box[3] + 8], () => {
    tracks().forEach((track, way) => {
      drawLine(g, about.sizes.map((_, k) => [x(k, way), y(ends(way, k)[MEAN])]).filter(([, at]) => Number.isFinite(at)), track, 1.8 * scale);
      about.sizes.forEach((_, k) => mark(g, way, track.color, x(k, way), y, ends(way, k), seeds(read, score, way, k), scale));
    });
  });
  return { box, x, y };
}

const seeds = (read, score, way, k) => Array.from({ length: read.n }, (_, seed) => read.final(score, way, k, seed));

/** A mean with its interval, and all seeds: a dot, a square or a diamond. */
function mark(g, way, color, x, y, [mean, low, high], values, scale) {
  if (!Number.isFinite(mean)) return;
  Object.assign(g, { fillStyle: color, strokeStyle: color, lineWidth: 1.6 * scale });
  g.setLineDash([]);
  g.globalAlpha = 0.35;
  for (const value of values) if (Number.isFinite(value)) g.fillRect(x - 1.2 * scale, y(value) - 1.2 * scale, 2.4 * scale, 2.4 * scale);
  g.globalAlpha = 1;
  if (Number.isFinite(low)) {
    g.beginPath();
    g.moveTo(x, y(low));
    g.lineTo(x, y(high));
    g.stroke();
  }
  shape(g, way, x, y(mean), 3.6 * scale);
  g.fill();
}

/** The sign of a way. */
export function shape(g, way, x, y, r) {
  g.beginPath();
  if (way === 0) g.arc(x, y, r, 0, 2 * Math.PI);
  else if (way === 1) g.rect(x - r * 0.9, y - r * 0.9, 1.8 * r, 1.8 * r);
  else [[0, -1.25], [1.25, 0], [0, 1.25], [-1.25, 0]].forEach(([u, v], i) => (i ? g.lineTo(x + u * r, y + v * r) : g.moveTo(x + u * r, y + v * r)));
  if (way === 2) g.closePath();
}

/** Learning curves on test points of the chosen size, w x h; returns where they are. */
export function paintCurves(g, w, h, { store, about, read, score, chosen }, size) {
  const scale = (size ?? 12) / 12;
  const box = boxOf(w, h, size);
  const steps = about.at.map((_, s) => s);
  const all = about.ways.flatMap((_, way) => steps.flatMap((s) => {
    const [mean, , high] = read.curve(score, way, chosen, s);
    return score === LOSS ? [mean, high] : [mean, Math.min(high, 1)];
  }));
  const across = axisOf("linear", 0, about.at.at(-1));
  const up = upAxis(score, all);
  const at = (s, value) => [box[0] + across.share(about.at[s]) * box[2], box[1] + (1 - up.share(value)) * box[3]];
  drawAxes(g, box, { axis: across, label: store.say("net_transfer.curves", { n: about.sizes[chosen] }) }, { axis: up, label: store.say(`net_transfer.score_${score}`) }, { ruled: true, size });
  within(g, box, () => {
    tracks().forEach((track, way) => {
      const known = steps.filter((s) => read.curve(score, way, chosen, s).every(Number.isFinite));
      const line = (which) => known.map((s) => at(s, read.curve(score, way, chosen, s)[which]));
      if (known.length) drawBand(g, line(LOW), line(HIGH), track.color, 0.16);
    });
    tracks().forEach((track, way) => {
      const known = steps.filter((s) => Number.isFinite(read.curve(score, way, chosen, s)[MEAN]));
      drawLine(g, known.map((s) => at(s, read.curve(score, way, chosen, s)[MEAN])), track, 1.8 * scale);
    });
  });
  return { box, across };
}
