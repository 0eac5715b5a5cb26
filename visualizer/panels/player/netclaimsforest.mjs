// The comparison as a forest plot: for each measure every seed of every arm, means with their intervals, and the paired
// differences from the first arm beside a line at 0.

import { brief } from "./numbers.mjs";
import { axisOf } from "./plotaxes.mjs";
import { measureName } from "./netclaimswords.mjs";
import { theme } from "./theme.mjs";
import { exact } from "./ticks.mjs";

// In sizes of the letters:
const HEAD = 1.7;     // the line of column heads
const TITLE = 1.6;    // a measure's name
const ROW = 1.35;     // an arm
const AXIS = 1.9;     // ticks and their numbers
const NUMBERS = 11.5;  // a difference in numbers, where there is room
const NARROW = 42;    // without them

export const forestHeight = ({ arms, measures }, size) => size * (HEAD + measures.length * (TITLE + ROW * arms.length + AXIS));

const values = (found, about, i, m) => found.measured.flatMap((row) => (row ? [row[i * about.measures.length + m]] : []));
const interval = (array, about, i, m) => [0, 1, 2].map((end) => array[(i * about.measures.length + m) * 3 + end]);

/** All of it, w wide, on any context. @returns {{x: number, y: number, text: string, mean?: boolean}[]} what can be pointed at */
export function paintForest(g, w, store, about, arms, found, size) {
  const hits = [];
  const narrow = w < NARROW * size;
  g.font = `${size}px ${theme.font}`;
  const names = Math.min(w * 0.27, Math.max(...arms.map(({ text }) => g.measureText(text).width)) + 1.6 * size);
  const numbers = narrow ? 0 : NUMBERS * size;
  const gap = 1.6 * size;
  const rest = w - names - numbers - gap * (narrow ? 1 : 2) - size;
  const columns = { left: [names, rest * 0.58], right: [names + rest * 0.58 + gap, rest * 0.42] };
  const text = (words, x, y, { align = "left", color = theme.text, weight = "", most } = {}) => {
    g.font = `${weight}${size}px ${theme.font}`;
    Object.assign(g, { fillStyle: color, textAlign: align, textBaseline: "middle" });
    g.fillText(words, x, y, most);
  };
  /** The first of the words that fit. */
  function head(keys, x, most) {
    const all = keys.map((key) => store.say(`net_claims.${key}`, { name: arms[0].text }));
    text(all.find((words) => g.measureText(words).width <= most) ?? all.at(-1), x, size * 0.8, { color: theme.muted, most });
  }
  head(["each", "each_short"], columns.left[0], columns.left[1]);
  head(["less", "less_short"], columns.right[0], w - columns.right[0]);
  let y = HEAD * size;
  about.measures.forEach((measure, m) => {
    rule(g, w, y);
    text(measureName(store, about, measure), 0, y + 0.85 * size, { weight: "600 " });
    y += TITLE * size;
    const seen = arms.map((_, i) => [values(found, about, i, m), interval(found.means, about, i, m)]);
    const left = axisFor(seen.flatMap(([all, ends]) => [...all, ...ends]), false);
    const right = axisFor(arms.flatMap((_, i) => (i ? interval(found.differences, about, i, m) : [0])), true);
    const place = (axis, [x, wide]) => (value) => x + axis.share(value) * wide;
    const [atLeft, atRight] = [place(left, columns.left), place(right, columns.right)];
    const bottom = y + ROW * arms.length * size;
    line(g, atRight(0), y, atRight(0), bottom, theme.muted);
    arms.forEach((arm, i) => {
      const middle = y + (i + 0.5) * ROW * size;
      text(arm.text, names - 0.8 * size, middle, { align: "right", most: names - 0.8 * size });
      dots(g, found, about, i, m, arm, middle, atLeft, size, hits, store, measure);
      mean(g, seen[i][1], arm.color, middle, atLeft, size, true);
      hits.push({ x: atLeft(seen[i][1][0]), y: middle, mean: true, text: told(store, about, measure, arm.text, seen[i][1], "mean") });
      if (!i) return;
      const ends = interval(found.differences, about, i, m);
      const clear = ends[1] > 0 || ends[2] < 0;
      mean(g, ends, arm.color, middle, atRight, size, clear, columns.right);
      hits.push({ x: atRight(ends[0]), y: middle, mean: true, text: told(store, about, measure, `${arm.text} − ${arms[0].text}`, ends, "difference") });
      if (numbers) text(spelled(ends), w, middle, { align: "right", weight: clear ? "600 " : "", color: clear ? theme.text : theme.muted, most: numbers });
    });
    ticks(g, left, columns.left, bottom, size);
    ticks(g, right, columns.right, bottom, size);
    y = bottom + AXIS * size;
  });
  return hits;
}

/** A mean with its interval in numbers: +0.012 [0.004, 0.020]. */
export function spelled([mean, low, high]) {
  if (!Number.isFinite(mean)) return "–";
  const sign = mean > 0 ? "+" : "";
  return Number.isFinite(low) && Number.isFinite(high) ? `${sign}${brief(mean, 3)} [${brief(low, 3)}, ${brief(high, 3)}]` : `${sign}${brief(mean, 3)}`;
}

function told(store, about, measure, name, [mean, low, high], key) {
  return store.say(`net_claims.${key}`, { name, measure: measureName(store, about, measure), mean: exact(mean), low: brief(low, 4), high: brief(high, 4) });
}

/** Every seed, a little apart from each other so that none hides another. */
function dots(g, found, about, i, m, arm, middle, at, size, hits, store, measure) {
  g.save();
  g.globalAlpha = 0.5;
  g.fillStyle = arm.color;
  found.measured.forEach((row, seed) => {
    const value = row?.[i * about.measures.length + m];
    if (!Number.isFinite(value)) return;
    const y = middle + (((seed * 7) % 5) - 2) * 0.13 * size;
    g.beginPath();
    g.arc(at(value), y, size * 0.24, 0, 2 * Math.PI);
    g.fill();
    hits.push({ x: at(value), y, text: store.say("net_claims.one", { name: arm.text, seed, measure: measureName(store, about, measure), value: exact(value) }) });
  });
  g.restore();
}

/** A mean as a bar across its interval; hollow where the interval holds 0. */
function mean(g, [value, low, high], color, y, at, size, full, column = null) {
  if (!Number.isFinite(value)) return;
  const ends = [low, high].map((end, k) => (Number.isFinite(end) || !column ? at(Number.isFinite(end) ? end : value) : column[0] + k * column[1]));
  for (const [ink, wide] of [[theme.halo, 5], [color, 2]]) {
    line(g, ends[0], y, ends[1], y, ink, wide);
  }
  g.beginPath();
  g.rect(at(value) - size * 0.28, y - size * 0.38, size * 0.56, size * 0.76);
  g.fillStyle = full ? color : theme.background;
  g.fill();
  g.strokeStyle = full ? theme.halo : color;
  g.lineWidth = full ? 1 : 1.6;
  g.stroke();
}

/** A linear axis around finite values, with 0 on it if that is asked for. */
function axisFor(all, zero) {
  const known = all.filter(Number.isFinite);
  const [low, high] = known.length ? [Math.min(...known, ...(zero ? [0] : [])), Math.max(...known, ...(zero ? [0] : []))] : [0, 1];
  const room = 0.06 * (high - low) || Math.abs(high) * 0.1 || 1;
  return axisOf("linear", low - room, high + room);
}

function ticks(g, axis, [x, wide], y, size) {
  line(g, x, y + 1, x + wide, y + 1, theme.border);
  g.font = `${size * 0.88}px ${theme.font}`;
  Object.assign(g, { fillStyle: theme.muted, textAlign: "center", textBaseline: "top" });
  for (const [share, text] of axis.ticks(Math.max(2, wide / (5.5 * size)))) {
    g.fillRect(Math.round(x + share * wide), y + 1, 1, 3);
    g.fillText(text, x + share * wide, y + 0.4 * size);
  }
}

function rule(g, w, y) {
  line(g, 0, Math.round(y) + 0.5, w, Math.round(y) + 0.5, theme.border);
}

function line(g, x0, y0, x1, y1, color, wide = 1) {
  g.beginPath();
  g.moveTo(x0, y0);
  g.lineTo(x1, y1);
  g.strokeStyle = color;
  g.lineWidth = wide;
  g.stroke();
}
