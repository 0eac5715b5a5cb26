// What the curve panel can show, and on which scale: a transform of the values, its range, and its ticks.

import { decade, linearTicks, logTicks, short } from "./ticks.mjs";

const DECADES = 14;      // a log axis shows at most these below its top: float32 has no more to say
const WORTH_A_LOG = 30;  // largest over smallest positive value

/** The kinds with a tab, in order. */
export const KINDS = ["loss", "gradient", "rate", "momentum", "effective"];

/** Quantities that grow without bound in a run that diverges, and how far above the start an axis follows them. */
const EXPLODES = new Set(["loss", "gradient", "step"]);
const TALL = 100;

/** Quantities of which only the order of magnitude matters. */
const ALWAYS_LOG = new Set(["gradient", "effective", "step"]);

/**
 * The values of the chosen curve.
 * @returns {{values: Float32Array, parts: number, gap: boolean}} gap: the loss is shown above its minimum
 */
export function valuesOf(state) {
  const { curve: kind, height, runs } = state.header;
  if (kind !== "loss" && state.curve) {
    const rows = runs.reduce((sum, run) => sum + run.valid, 0);
    return { kind, values: state.curve, parts: Math.max(1, Math.round(state.curve.length / rows)), gap: false };
  }
  const shift = height.kind === "log" ? height.shift : 0;
  if (!shift) return { kind: "loss", values: state.loss, parts: 1, gap: false };
  return { kind: "loss", values: state.loss.map((loss) => loss - shift), parts: 1, gap: true };
}

/** Smallest and largest finite value that a visible run has; `least` is the smallest positive one, `first` the largest at step 0. */
function extent(state, values, parts) {
  let [lo, hi, least, first] = [Infinity, -Infinity, Infinity, 0];
  state.header.runs.forEach((run, i) => {
    if (!state.header.scenario.runs[i].visible) return;
    const from = state.offset[i] * parts;
    if (values[from] > first) first = values[from];
    for (let k = from; k < from + run.valid * parts; k++) {
      const value = values[k];
      if (!Number.isFinite(value)) continue;
      if (value < lo) lo = value;
      if (value > hi) hi = value;
      if (value > 0 && value < least) least = value;
    }
  });
  return { lo, hi, least, first };
}

/**
 * The vertical axis for these values.
 * @returns {{of: (v: number) => number, lo: number, hi: number, log: boolean, ticks: {at: number, text: string}[]} | null}
 *   in transformed units; null when there is nothing to show
 */
export function axisOf(state, { kind, values, parts }, count) {
  const all = extent(state, values, parts);
  const { lo, least } = all;
  if (!(all.hi >= lo)) return null;
  // A run that explodes leaves through the top; it must not flatten all the others.
  const hi = EXPLODES.has(kind) && all.first > 0 ? Math.min(all.hi, all.first * TALL) : all.hi;
  const log = hi > 0 && least < Infinity && (ALWAYS_LOG.has(kind)
    || (kind === "loss" ? state.header.height.kind === "log" : lo > 0 && hi / least > WORTH_A_LOG));
  if (!log) {
    const margin = (hi - lo) * 0.06 || Math.abs(hi) * 0.1 || 1;
    const [from, to] = [lo === 0 ? 0 : lo - margin, hi + margin];
    return { of: (v) => v, lo: from, hi: to, log, ticks: linearTicks(from, to, count).map((at) => ({ at, text: short(at) })) };
  }
  const top = Math.log10(hi);
  const bottom = Math.max(Math.log10(least), top - DECADES);
  const margin = Math.max((top - bottom) * 0.05, 0.05);
  const floor = bottom - margin;
  // Zero or below has no logarithm: it lies at the foot of the axis, where the eye expects "gone".
  const of = (v) => (Number.isNaN(v) ? NaN : v > 0 ? Math.max(Math.log10(v), floor) : floor);
  const exponents = logTicks(floor, top + margin, count);
  const powers = exponents.some((exponent) => Math.abs(exponent) > 2);
  const ticks = exponents.map((at) => ({ at, text: decade(at, powers) }));
  return { of, lo: floor, hi: top + margin, log, ticks };
}
