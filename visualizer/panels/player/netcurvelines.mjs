// The curves of networks as lines: which there are of each kind, and an axis that holds them.

import { axisOf } from "./plotaxes.mjs";

export const KINDS = ["loss", "mistakes", "batch", "lr", "gap"];
const DECADES = 8;  // a log axis shows at most these below its top
const WILD = 100;   // times the largest loss before training: what diverges is not the picture
const WIDE = 4;     // a largest value so many times the least takes a log axis
const ROOM = 0.05;  // of an axis above and below what it holds

/** Rounds halves to even numbers, as the server does. */
const even = (value) => (Math.abs(value % 1) === 0.5 ? 2 * Math.round(value / 2) : Math.round(value));

/** The steps (first, last) that stretch k of `many` is of, where there are `steps`. */
export const stretch = (k, many, steps) => [even((k * steps) / many) + 1, even(((k + 1) * steps) / many)];

/** Updates, or stretches of them, as a line: `at` their steps, `values`, or `low` and `high` of each stretch. */
function updates(values, stretches, steps) {
  if (!stretches) return { at: Float64Array.from({ length: values.length }, (_, t) => t + 1), values };
  const at = Float64Array.from({ length: stretches }, (_, k) => {
    const [first, last] = stretch(k, stretches, steps);
    return (first + last) / 2;
  });
  return { at, low: values.subarray(0, stretches), high: values.subarray(stretches), stretches, steps };
}

/**
 * @param {object[]} learners in the page's order, null where none has been trained
 * @param {{task: string, test: number}} about @param {number} steps
 * @returns {{place: number, part: "train" | "test" | "batch" | "lr" | "gap", at: ArrayLike<number>, values?: ArrayLike<number>,
 *   low?: ArrayLike<number>, high?: ArrayLike<number>}[]} what is faint first
 */
export function linesOf(kind, learners, { task, test }, steps) {
  const percent = kind === "mistakes" && task === "classes" ? 100 : 1;
  return learners.flatMap((learner, place) => {
    if (!learner) return [];
    const { at, loss, mistakes, batch, stretches, lr } = learner;
    const half = (values, i, factor = 1) => values.subarray(i * at.length, (i + 1) * at.length).map((value) => factor * value);
    const both = (values, factor) => [
      ...(test ? [{ place, part: "test", at, values: half(values, 1, factor) }] : []),
      { place, part: "train", at, values: half(values, 0, factor) },
    ];
    if (kind === "loss") return both(loss, 1);
    if (kind === "mistakes") return both(mistakes, percent);
    if (kind === "batch") return [{ place, part: "batch", ...updates(batch, stretches, steps) }, { place, part: "train", at, values: half(loss, 0) }];
    if (kind === "lr") return lr ? [{ place, part: "lr", ...updates(lr, stretches, steps) }] : [];
    return test ? [{ place, part: "gap", at, values: half(loss, 1).map((value, i) => value - loss[i]) }] : [];
  });
}

/** The vertical axis of these lines; null if there is nothing finite. */
export function axisFor(kind, lines, task) {
  let [low, high, begun] = [Infinity, -Infinity, 0];
  for (const line of lines) {
    const rows = line.values ? [line.values] : [line.low, line.high];
    for (const values of rows) {
      if (Number.isFinite(values[0])) begun = Math.max(begun, Math.abs(values[0]));
      for (const value of values) {
        if (!Number.isFinite(value)) continue;
        if (value < low) low = value;
        if (value > high) high = value;
      }
    }
  }
  if (!(high >= low)) return null;
  if (kind !== "lr" && begun) [low, high] = [Math.max(low, -WILD * begun), Math.min(high, WILD * begun)];
  if (kind === "gap") return linear(Math.min(low, 0), Math.max(high, 0));
  if (kind === "mistakes" && task === "classes") return linear(0, high || 1, 0);
  if (low > 0 && high / low > WIDE) {
    const [from, to] = [Math.max(Math.log10(low), Math.log10(high) - DECADES), Math.log10(high)];
    return axisOf("log", 10 ** (from - ROOM * (to - from)), 10 ** (to + ROOM * (to - from)));
  }
  return linear(Math.min(low, 0), high, 0);
}

function linear(low, high, below = ROOM) {
  const wide = high - low || Math.abs(high) || 1;
  return axisOf("linear", low - below * wide, high + ROOM * wide);
}

/** Where the values of a line are lowest; -1 if none is finite. */
export function lowest(values) {
  let best = -1;
  values.forEach((value, i) => {
    if (Number.isFinite(value) && (best < 0 || value < values[best])) best = i;
  });
  return best;
}

/** The place of a line's step that is nearest to `step`. */
export function nearestStep(at, step) {
  let [low, high] = [0, at.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((at[middle] + at[middle + 1]) / 2 < step) low = middle + 1;
    else high = middle;
  }
  return low;
}
