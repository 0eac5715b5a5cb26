// A map over two dials as it grows: how each run ended, painted into a canvas.

import { createMapImage, hatched } from "./mapimage.mjs";

export const CONVERGES = 0;
export const OSCILLATES = 1;
export const DIVERGES = 2;
const UNKNOWN = 255;
const NEVER = 65535;
const BLACK = { light: [40, 40, 40], dark: [12, 12, 12] };
export const NONE = [150, 150, 150];

// Viridis, which is even to the eye and stays so in gray and for the color-blind; from good (bright) to bad.
const SCALE = [[253, 231, 37], [160, 218, 57], [74, 193, 109], [31, 161, 135], [39, 127, 142], [54, 92, 141], [70, 50, 126], [68, 1, 84]];
export const KINDS = { [CONVERGES]: [119, 170, 221], [OSCILLATES]: [238, 136, 102] };

/** A color of the scale at a share from good (0) to bad (1). */
export function scaled(share) {
  const at = Math.min(1, Math.max(0, share)) * (SCALE.length - 1);
  const [k, part] = [Math.min(SCALE.length - 2, Math.floor(at)), at - Math.min(SCALE.length - 2, Math.floor(at))];
  return SCALE[k].map((one, i) => one + (SCALE[k + 1][i] - one) * part);
}

export function createGridMap(canvas) {
  let [nx, ny, least, floor, total] = [0, 0, 0, 1e-12, 1];
  let loss, arrived, outcome;
  let [mode, dark] = ["loss", false];
  let range = [0, 1]; // of log10 of the loss above the least

  const height = (value) => Math.log10(Math.max(value - least, floor));

  function shade(at, x, y) {
    if (outcome[at] === DIVERGES) return hatched(BLACK[dark ? "dark" : "light"], x, y);
    if (mode === "outcome") return KINDS[outcome[at]];
    if (mode === "arrived") return arrived[at] === NEVER ? NONE : scaled(Math.log1p(arrived[at]) / Math.log1p(total));
    return scaled((height(loss[at]) - range[0]) / (range[1] - range[0]));
  }

  const image = createMapImage(canvas, (at) => outcome[at] !== UNKNOWN, shade);

  /** From where to where the losses go; whether that is news. */
  function widened(pixel) {
    let [low, high] = range;
    for (const at of pixel) {
      if (outcome[at] === DIVERGES || !Number.isFinite(loss[at])) continue;
      const value = height(loss[at]);
      if (value < low) low = value;
      if (value > high) high = value;
    }
    const news = low !== range[0] || high !== range[1];
    range = [low, high > low ? high : low + 1];
    return news;
  }

  return {
    begin({ size, least: lowest, tolerance }, most) {
      [nx, ny] = size;
      // Below a ten-thousandth of the tolerance, and float32's digits, losses are all the same.
      [least, floor, total] = [lowest ?? 0, Math.max(tolerance * 1e-4, 1e-9 * Math.abs(lowest ?? 0), 1e-30), most];
      loss = new Float32Array(nx * ny);
      arrived = new Uint16Array(nx * ny).fill(NEVER);
      outcome = new Uint8Array(nx * ny).fill(UNKNOWN);
      range = [Infinity, -Infinity];
      image.begin(nx, ny);
    },
    add({ pixel, loss: losses, arrived: steps, outcome: ends }) {
      for (let i = 0; i < pixel.length; i++) {
        const at = pixel[i];
        [loss[at], arrived[at], outcome[at]] = [losses[i], steps[i], ends[i]];
      }
      image.paint(widened(pixel) ? null : pixel);
    },
    /** Paints by "loss", "arrived" or "outcome". */
    look(by, isDark) {
      [mode, dark] = [by, isDark];
      image.paint();
    },
    get range() { return [least, 10 ** range[0], 10 ** range[1]]; },
    get total() { return total; },
    /** What is known of the run at (u, v), shares of the width and of the height from below; null if nothing is. */
    at(u, v) {
      const found = image.at(u, v);
      if (!found) return null;
      const { x, y, at: k } = found;
      return { x, y, loss: loss[k], arrived: arrived[k] === NEVER ? null : arrived[k], outcome: outcome[k] };
    },
    /** `row(x, y, loss, steps until it arrived or NaN, outcome)` of every run, one row of pixels after another. */
    *points(row) {
      for (let k = 0; k < nx * ny; k++) yield row(k % nx, Math.floor(k / nx), loss[k], arrived[k] === NEVER ? NaN : arrived[k], outcome[k]);
    },
    /** The share of each outcome among what is known. */
    shares() {
      const counts = [0, 0, 0];
      let known = 0;
      for (const one of outcome ?? []) if (one !== UNKNOWN) [counts[one], known] = [counts[one] + 1, known + 1];
      return counts.map((one) => one / (known || 1));
    },
  };
}
