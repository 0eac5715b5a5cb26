// A network's pass of one point with the masks of a step, or as in testing: the numbers of the diagram.

const EPS = 1e-5; // as in forward.py
const MOST = 4000; // masks that an average is taken of

const BENDS = {
  relu: (z) => Math.max(z, 0),
  tanh: Math.tanh,
  gelu: (z) => 0.5 * z * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (z + 0.044715 * z ** 3))),
  linear: (z) => z,
};

/** The layers of a snapshot: {weight, bias, gain?, shift?, wide, out}, weight[i * out + j] from unit i to unit j. */
export function layersOf(parts, theta) {
  const found = [];
  for (const [layer, name, at, shape] of parts) {
    const one = (found[layer] ??= {});
    one[name] = theta.subarray(at, at + shape.reduce((a, b) => a * b, 1));
    if (name === "weight") [one.wide, one.out] = shape;
  }
  return found;
}

/** Which units are on: a function of a hidden unit's place in the bits of one mask. */
export const bitAt = (bits, from, at) => (bits[from + (at >> 3)] >> (at & 7)) & 1;

/**
 * @param {object} about activation, norm, hidden
 * @param {Float32Array} x @param {(layer: number, unit: number) => number} kept 1 or 0 @param {number} scale of what is on
 * @param {Float32Array | null} statistics with batch normalization: means of all hidden units, then variances
 * @returns {{sums: Float64Array[], bent: Float64Array[], given: Float64Array[]}} of each layer what its units get, what
 *   they make of it, and what they pass on; the last layer's sums are the answer
 */
export function pass(about, layers, x, kept, scale, statistics = null) {
  const bend = BENDS[about.activation];
  const [sums, bent, given] = [[], [], []];
  const units = about.hidden.reduce((a, b) => a + b, 0);
  let h = x;
  let first = 0;
  layers.forEach((layer, k) => {
    const z = new Float64Array(layer.out);
    for (let j = 0; j < layer.out; j++) {
      let sum = layer.bias[j];
      for (let i = 0; i < layer.wide; i++) sum += h[i] * layer.weight[i * layer.out + j];
      z[j] = sum;
    }
    sums.push(z);
    if (k === layers.length - 1) return;
    const made = normalized(about.norm, z, statistics, first, units).map((value, j) => bend(layer.gain ? value * layer.gain[j] + layer.shift[j] : value));
    h = made.map((value, j) => value * kept(k, j) * scale);
    bent.push(made);
    given.push(h);
    first += layer.out;
  });
  return { sums, bent, given };
}

function normalized(norm, z, statistics, first, units) {
  if (norm === "none") return z;
  if (norm === "batch") return z.map((value, j) => (value - statistics[first + j]) / Math.sqrt(statistics[units + first + j] + EPS));
  const mean = z.reduce((a, b) => a + b) / z.length;
  const variance = z.reduce((sum, value) => sum + (value - mean) ** 2, 0) / z.length;
  return z.map((value) => (value - mean) / Math.sqrt(variance + EPS));
}

/** The probabilities of logits. */
export function chances(logits) {
  const top = Math.max(...logits);
  const odds = Array.from(logits, (value) => Math.exp(value - top));
  const total = odds.reduce((a, b) => a + b, 0);
  return odds.map((value) => value / total);
}

/** The loss of one point, as the network's task has it. */
export function lossOf(task, answer, y) {
  if (task !== "classes") return answer.reduce((sum, value, i) => sum + (value - y[i]) ** 2, 0) / answer.length;
  const top = Math.max(...answer);
  return Math.log(answer.reduce((sum, value) => sum + Math.exp(value - top), 0)) + top - answer.reduce((sum, value, i) => sum + value * y[i], 0);
}

/**
 * What unit `j` of the layer after the first hidden one gets, with both scales: with this mask, on average over all
 * masks, on average over those of the training (with half of its 95 % interval), in testing, and with the other factor.
 * @param {object} layer that unit's @param {Float64Array} h what the first hidden layer's units make of the point
 * @param {(i: number) => number} kept @param {Uint8Array} bits of all masks, `size` bytes each @param {number} masks how many
 */
export function worked(layer, h, j, p, kept, bits, size, masks) {
  const part = Array.from(h, (value, i) => value * layer.weight[i * layer.out + j]);
  const bias = layer.bias[j];
  const all = part.reduce((a, b) => a + b, 0);
  const now = part.reduce((sum, value, i) => sum + value * kept(i), 0);
  const n = Math.min(masks, MOST);
  let [sum, squares] = [0, 0];
  for (let k = 0; k < n; k++) {
    const from = Math.floor((k * masks) / n) * size;
    let one = 0;
    for (let i = 0; i < part.length; i++) if (bitAt(bits, from, i)) one += part[i];
    sum += one;
    squares += one * one;
  }
  const mean = sum / n;
  const half = 1.96 * Math.sqrt(Math.max(0, squares / n - mean * mean) / n);
  const spread = Math.sqrt(p * (1 - p) * part.reduce((total, value) => total + value * value, 0));
  const of = (scale) => ({ now: bias + scale * now, mean: bias + scale * (1 - p) * all, spread: scale * spread, seen: bias + scale * mean, half: scale * half });
  return {
    bias, all, n,
    inverted: { ...of(1 / (1 - p)), test: bias + all, wrong: bias + (1 - p) * all },
    original: { ...of(1), test: bias + (1 - p) * all, wrong: bias + all },
  };
}
