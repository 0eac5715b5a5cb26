// The nodes of a slice as they come, coarse ones first, and the heights that they are drawn at.

import { decade, linearTicks, logTicks, short } from "./ticks.mjs";

const COARSEST = 16;     // nodes from one of the first picture to the next
const SPREAD = 8;        // losses that differ by more than this factor are drawn by their logarithm,
const DECADES = 5;       // of which this many at most, below the highest
const MOST = 24;         // bands of color
const STEPS = [0.02, 0.05, 0.1, 0.2, 0.25, 0.5, 1]; // of a decade: with 0.1, lines run nearly at 1, 2 and 5
export const KINDS = ["train", "test"];

/** @param {number[]} window x_low, x_high, y_low, y_high @param {number[]} size columns, rows */
export function createNodes(window, [nx, ny]) {
  const [x0, x1, y0, y1] = window;
  const count = nx * ny;
  const known = new Uint8Array(count);
  const numbers = { loss: KINDS.map(() => new Float32Array(count).fill(NaN)), mistakes: KINDS.map(() => new Float32Array(count).fill(NaN)) };
  const left = new Map(); // stride -> nodes of its lattice that are still missing
  for (let stride = COARSEST; stride; stride >>= 1) left.set(stride, Math.ceil(nx / stride) * Math.ceil(ny / stride));
  const lowest = [-1, -1];
  let stride = 0; // of the finest lattice that is complete; 0: none is
  let high = -Infinity;

  return {
    window, nx, ny, known, lowest,
    ...numbers,
    get complete() { return stride === 1; },
    get begun() { return stride > 0; },
    get high() { return high; },
    x: (column) => x0 + ((x1 - x0) * column) / (nx - 1),
    y: (row) => y0 + ((y1 - y0) * row) / (ny - 1),

    add({ rows, columns, loss, mistakes }) {
      for (let i = 0; i < rows.length; i++) {
        const k = rows[i] * nx + columns[i];
        known[k] = 1;
        for (const kind of [0, 1]) {
          const value = loss[2 * i + kind];
          numbers.loss[kind][k] = value;
          numbers.mistakes[kind][k] = mistakes[2 * i + kind];
          if (!Number.isFinite(value)) continue;
          if (value > high) high = value;
          if (lowest[kind] < 0 || value < numbers.loss[kind][lowest[kind]]) lowest[kind] = k;
        }
        for (const step of left.keys()) if (rows[i] % step === 0 && columns[i] % step === 0) left.set(step, left.get(step) - 1);
      }
      for (const [step, missing] of left) if (!missing) stride = step;
    },

    /** The losses with what is missing read off the finest lattice that is complete; null before there is one. */
    filled(kind) {
      const own = numbers.loss[kind];
      if (!stride || stride === 1) return stride ? own : null;
      const out = Float32Array.from(own);
      const [lastX, lastY] = [nx - 1, ny - 1].map((last) => last - (last % stride));
      for (let row = 0; row < ny; row++) {
        const v = Math.min(row, lastY);
        const below = v - (v % stride);
        const above = Math.min(lastY, below + stride);
        const up = (v - below) / stride;
        for (let column = 0; column < nx; column++) {
          if (known[row * nx + column]) continue;
          const u = Math.min(column, lastX);
          const before = u - (u % stride);
          const after = Math.min(lastX, before + stride);
          const across = (u - before) / stride;
          const line = (at) => own[at * nx + before] * (1 - across) + own[at * nx + after] * across;
          out[row * nx + column] = line(below) * (1 - up) + line(above) * up;
        }
      }
      return out;
    },
  };
}

/**
 * How losses become heights, the same for training and test points: by their logarithm where they spread far.
 * @returns {{log: boolean, low: number, high: number, bands: number, of: (loss: number) => number, back: (height: number) => number,
 *   ticks: (most: number) => {at: number, text: string}[]} | null} low and high are heights; null as long as nothing is known
 */
export function scaleOf(nodes, others = []) {
  const finite = [...nodes.lowest.map((k, kind) => (k < 0 ? NaN : nodes.loss[kind][k])), nodes.high, ...others].filter(Number.isFinite);
  if (finite.length < 2) return null;
  const [least, most] = [Math.min(...finite), Math.max(...finite)];
  const log = least > 0 && most > SPREAD * least;
  const floor = most * 10 ** -DECADES;
  const of = log ? (loss) => Math.log10(Math.max(loss, floor)) : (loss) => loss;
  const [from, to] = [of(least), of(most)];
  const step = log ? STEPS.find((one) => one >= (to - from) / MOST) : roundStep(from, to);
  const low = step * Math.floor(from / step + 1e-6);
  const high = Math.max(low + step, step * Math.ceil(to / step - 1e-6));
  const ticks = (count) =>
    (log ? logTicks(low, high, count).map((at) => ({ at, text: decade(at, high - low > 4) })) : linearTicks(low, high, count).map((at) => ({ at, text: short(at) })))
      .filter(({ at }) => at >= low - 1e-9 && at <= high + 1e-9);
  return { log, low, high, bands: Math.round((high - low) / step), of, back: log ? (at) => 10 ** at : (at) => at, ticks };
}

function roundStep(from, to) {
  const [first, second] = linearTicks(from, to, MOST);
  return second - first || Math.abs(from) || 1;
}

/** The losses of a kind as a grid of heights, as drawn by sketch.mjs, surface.mjs and camera.mjs. */
export function gridOf(nodes, scale, kind) {
  const losses = nodes.filled(kind);
  const [x0, x1, y0, y1] = nodes.window;
  return losses && { nx: nodes.nx, ny: nodes.ny, x: [x0, x1], y: [y0, y1], z: losses.map(scale.of), lo: scale.low, hi: scale.high };
}
