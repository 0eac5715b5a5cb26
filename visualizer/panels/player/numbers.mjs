// Numbers as people read and type them: no 0.30000000000000004, powers of ten for the very small, a dash for none.

const MINUS = "\u2212";
export const NONE = "\u2013";

/** Rounds away binary noise: 12 significant digits are more than any control distinguishes. */
export const tidy = (value) => Number(Number(value).toPrecision(12));

/** Rounds to `digits` significant digits. */
export const round = (value, digits = 2) => (value === 0 ? 0 : Number(value.toPrecision(digits)));

const power = (text) => text.replace(/\.?0*e/, "e").replace("e+", "e");

/** The exact value as it may be typed back: 0.05, 1e-4, 2.5e-5, 12000. */
export function exact(value) {
  if (value === null || value === undefined || Number.isNaN(value)) return "";
  if (Array.isArray(value)) return value.map(exact).join(", ");
  const number = tidy(value);
  const size = Math.abs(number);
  if (number !== 0 && (size < 1e-3 || size >= 1e6)) return power(number.toExponential());
  return String(number);
}

/** A measured value in `digits` significant digits for reading only: 1.20, 0.0131, 4.1e-5, 2.3e7. */
export function brief(value, digits = 3) {
  if (value === null || value === undefined || Number.isNaN(value)) return NONE;
  if (!Number.isFinite(value)) return value > 0 ? "∞" : `${MINUS}∞`;
  if (value === 0) return "0";
  const size = Math.abs(value);
  const text =
    size < 1e-3 || size >= 1e5 ? value.toExponential(digits - 2).replace("e+", "e") : fixed(value, size, digits);
  return text.replaceAll("-", MINUS);
}

function fixed(value, size, digits) {
  const whole = Math.floor(Math.log10(size)) + 1;
  return value.toFixed(Math.max(0, Math.min(6, digits - Math.max(whole, 0) + (whole < 0 ? -whole : 0))));
}

/** A count, with the thin grouping both languages accept. */
export const count = (value) =>
  value === null || value === undefined ? NONE : String(value).replace(/\B(?=(\d{3})+$)/g, "\u202f");

/** What was typed, as a number, or NaN. Chinese keyboards give full-width digits, copied text a typographic minus. */
export function parse(text) {
  const plain = text.normalize("NFKC").replaceAll(MINUS, "-").replaceAll("\u2013", "-").trim();
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : NaN;
}
