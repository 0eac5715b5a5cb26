// Where a value sits on its slider. Positions are integers 0..count; each scale moves the variable that matters:
// log for rates, log(1 - beta) for averages ("how many steps are remembered"), log with an exact zero for decay.
import { round, tidy } from "./numbers.mjs";

const POSITIONS = 200;
const clamp = (x, lo, hi) => Math.min(hi, Math.max(lo, x));

/** The largest of 1, 2, 5 x 10^k that is not above `step`: a linear slider stops at values people say aloud. */
function niceStep(step) {
  const base = 10 ** Math.floor(Math.log10(step) + 1e-9);
  return tidy([5, 2, 1].find((m) => m * base <= step * 1.001) * base);
}

function linear({ low, high, kind }) {
  const step = Math.max(kind === "int" ? 1 : 0, niceStep((high - low) / POSITIONS));
  const count = Math.max(1, Math.round((high - low) / step));
  return {
    count,
    value: (p) => tidy(Math.min(high, low + p * step)),
    position: (v) => Math.round((clamp(v, low, high) - low) / step),
  };
}

function logarithmic({ low, high, kind }) {
  const span = Math.log(high / low);
  const snap =
    kind === "int" ? (v) => clamp(Math.round(round(v, v < 100 ? 2 : 3)), low, high) : (v) => clamp(round(v), low, high);
  return {
    count: POSITIONS,
    value: (p) => (p === 0 ? low : p === POSITIONS ? high : snap(low * Math.exp((span * p) / POSITIONS))),
    position: (v) => Math.round((POSITIONS * Math.log(clamp(v, low, high) / low)) / span),
  };
}

function withZero(hyper) {
  const inner = logarithmic({ ...hyper, low: hyper.low > 0 ? hyper.low : hyper.high * 1e-5 });
  return {
    count: inner.count + 1,
    value: (p) => (p === 0 ? 0 : inner.value(p - 1)),
    position: (v) => (v <= 0 ? 0 : 1 + inner.position(v)),
  };
}

function complement({ low, high }) {
  const top = 1 - low;
  const bottom = Math.max(1 - high, 1e-6);
  const inner = logarithmic({ low: bottom, high: top, kind: "float" });
  return {
    count: inner.count,
    value: (p) => tidy(1 - inner.value(inner.count - p)),
    position: (v) => inner.count - inner.position(1 - v),
  };
}

/** @returns {{count: number, value: (position: number) => number, position: (value: number) => number}} */
export function scaleOf(hyper) {
  if (hyper.scale === "log1m") return complement(hyper);
  if (hyper.scale === "log0" || (hyper.scale === "log" && hyper.low <= 0)) return withZero(hyper);
  return hyper.scale === "log" ? logarithmic(hyper) : linear(hyper);
}
