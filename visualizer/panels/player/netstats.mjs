// Numbers over seeds in words: means with their intervals, as Python counted them: [mean, low, high, how many].

import { brief } from "./numbers.mjs";

const MINUS = "\u2212";
const DIGITS = 7;

const plus = (value, digits) => (value > 0 ? "+" : "") + brief(value, digits);

/** So many decimals that the half width of an interval keeps two digits. */
function decimals(half) {
  return Math.max(0, Math.min(7, 1 - Math.floor(Math.log10(half))));
}

const fixed = (value, places) => value.toFixed(places).replace("-", MINUS);

/** "0.123 ± 0.045"; without the spread of a single value. */
export function interval([mean, low, high], signed = false) {
  if (mean === null) return brief(NaN);
  if (low === null || high === null || high === low) return signed ? plus(mean, 3) : brief(mean, 3);
  const half = (high - low) / 2;
  if (half < 1e-7 || half >= 1e5) return `${signed ? plus(mean, 3) : brief(mean, 3)} ± ${brief(half, 2)}`;
  const places = decimals(half);
  return `${signed && mean > 0 ? "+" : ""}${fixed(mean, places)} ± ${fixed(half, places)}`;
}

/** {mean, size, low, high} for sentences, in as many digits as the interval deserves; `exact` of all digits. */
export function parts([mean, low, high], exact = false) {
  const ends = { mean, size: mean === null ? null : Math.abs(mean), low, high };
  const places = !exact && low !== null && high > low ? decimals((high - low) / 2) : null;
  const say = (value) => (value === null ? brief(NaN) : exact ? brief(value, DIGITS) : places !== null && Math.abs(value) < 1e5 ? fixed(value, places) : brief(value, 3));
  return Object.fromEntries(Object.entries(ends).map(([name, value]) => [name, say(value)]));
}

/** Mean, lowest and highest of finite values, one a seed; NaN where there is none. */
export function rangeOf(values) {
  const known = values.filter(Number.isFinite);
  if (!known.length) return [NaN, NaN, NaN];
  return [known.reduce((sum, value) => sum + value, 0) / known.length, Math.min(...known), Math.max(...known)];
}

/** The same of lines: `lines` are arrays of as many numbers each; gives [means, lowest, highest]. */
export function rangesOf(lines) {
  const found = [0, 1, 2].map(() => new Float64Array(lines[0].length));
  for (let k = 0; k < lines[0].length; k++) rangeOf(lines.map((line) => line[k])).forEach((value, i) => (found[i][k] = value));
  return found;
}
