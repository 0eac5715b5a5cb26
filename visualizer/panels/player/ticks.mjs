// Tick positions and number formats of every axis and read-out.

const MINUS = "\u2212";
const SUPER = "⁰¹²³⁴⁵⁶⁷⁸⁹";

const raise = (n) => (n < 0 ? "⁻" : "") + [...String(Math.abs(n))].map((digit) => SUPER[digit]).join("");
const signed = (text) => text.replace(/-/g, MINUS);

/** A number for a tick: at most 3 significant digits, powers of ten written out as such. */
export function short(value) {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-3) {
    const [digits, exponent] = value.toExponential(1).split("e");
    const mantissa = digits.replace(/\.0$/, "");
    const power = `10${raise(Number(exponent))}`;
    return signed(mantissa === "1" ? power : mantissa === "-1" ? `-${power}` : `${mantissa}·${power}`);
  }
  return signed(String(Number(value.toPrecision(3))));
}

/** 10^exponent for a tick of a log axis; `powers` writes every one as a power, so that an axis is of one kind. */
export const decade = (exponent, powers) =>
  (powers && Number.isInteger(exponent) && Math.abs(exponent) > 1 ? `10${raise(exponent)}` : short(Number((10 ** exponent).toPrecision(6))));

/** A number for a read-out: 7 significant digits, all that float32 carries. */
export function exact(value) {
  if (value === undefined || Number.isNaN(value)) return "–";
  const size = Math.abs(value);
  const text = value === 0 || (size >= 1e-4 && size < 1e7) ? value.toPrecision(7) : value.toExponential(6);
  return signed(text.replace("e+", "e"));
}

/** Round values from lo to hi, about `count` of them. */
export function linearTicks(lo, hi, count) {
  const raw = (hi - lo) / Math.max(1, count);
  if (!(raw > 0)) return [lo];
  const base = 10 ** Math.floor(Math.log10(raw));
  const step = base * [1, 2, 5, 10].find((factor) => base * factor >= raw * 0.999);
  const ticks = [];
  for (let k = Math.ceil(lo / step - 1e-9); k * step <= hi + step * 1e-9; k++) ticks.push(Number((k * step).toPrecision(12)));
  return ticks;
}

/** Powers of ten from 10^lo to 10^hi, at most `count`: thinned, or refined where they are few. Exponents come back. */
export function logTicks(lo, hi, count) {
  const first = Math.ceil(lo - 1e-9);
  const last = Math.floor(hi + 1e-9);
  const stride = Math.max(1, Math.ceil((last - first + 1) / count));
  const round = Math.ceil(first / stride) * stride; // 1 among them, unless that costs a label
  const from = Math.floor((last - round) / stride) < Math.floor((last - first) / stride) ? first : round;
  const ticks = [];
  for (let k = from; k <= last; k += stride) ticks.push(k);
  if (stride > 1 || ticks.length >= 4) return ticks;
  for (const digits of [[1, 2, 5], [1, 3]]) {
    const fine = [];
    for (let k = first - 1; k <= last; k++) {
      for (const digit of digits) {
        const at = k + Math.log10(digit);
        if (at >= lo - 1e-9 && at <= hi + 1e-9) fine.push(at);
      }
    }
    if (fine.length > ticks.length && fine.length <= count) return fine;
  }
  return ticks;
}

/**
 * Heights worth a label, with the real losses they stand for: decades of the gap to the shift on a log scale.
 * @returns {{at: number, text: string}[]} `at` in drawn heights, within [lo, hi]
 */
export function heightTicks(height, lo, hi, count = 6) {
  if (height.kind !== "log") return linearTicks(lo, hi, count).map((at) => ({ at, text: short(at) }));
  const { shift, eps } = height;
  const bottom = Math.log10(Math.max(10 ** lo - eps, eps));
  const top = Math.log10(Math.max(10 ** hi - eps, eps * 10));
  return logTicks(bottom, top, count).map((k) => ({ at: Math.log10(10 ** k + eps), text: short(shift + 10 ** k) }));
}
