// The cloud that is shown: where all seeds of one run are at any play position, and how they are colored. The panel
// fills it, the layer over the contour draws it.

import { letterOf } from "./basinmap.mjs";
import { theme } from "./theme.mjs";

const FAR = 65534; // of a coordinate: too far outside to be told, or (one more) not finite
const WHOLE = 65533;
const NEVER = 2 ** 32 - 1;
export const NOWHERE = -1;
export const DIVERGED = -2;
export const OUTSIDE = -3;
// Paul Tol's "bright" colors and his "light" ones, which stay apart for the color-blind; a minimum has a letter as well.
const COLORS = {
  light: ["#4477aa", "#cc3311", "#228833", "#aa3377", "#009988", "#ee7733", "#332288", "#882255"],
  dark: ["#77aadd", "#ee8866", "#44bb99", "#ffaabb", "#99ddff", "#eedd88", "#bbcc33", "#aaaa00"],
};
const GREY = { light: "#6b6b6b", dark: "#b5b5b5" };

const listeners = new Set();
let by = "end";
let data = null; // {header, ticks, xy, left, end, n, inside?, size?}

const tell = () => listeners.forEach((listener) => listener());

export const cloud = {
  get data() { return data; },
  get by() { return by; },
  set(next) { data = next; tell(); },
  color(next) { by = next; tell(); },
  onChange(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

/** The color of a group of seeds: those that end near point `k`, or elsewhere. */
export function colorOf(k) {
  const kind = theme.dark ? "dark" : "light";
  return k < 0 ? GREY[kind] : COLORS[kind][k % COLORS.light.length];
}

/** The color of seeds that are still there (0) or have left (1). */
export const stageColor = (left) => COLORS[theme.dark ? "dark" : "light"][left];

/** What a group is called: a minimum's letter, or what else became of it. */
export function endName(store, k) {
  return k >= 0 ? letterOf(k) : store.say({ [NOWHERE]: "cloud.elsewhere", [DIVERGED]: "cloud.diverged", [OUTSIDE]: "cloud.outside" }[k]);
}

/** How many seeds have left at play position t. */
export function leftBy({ left }, t) {
  let many = 0;
  for (let i = 0; i < left.length; i++) if (left[i] !== NEVER && left[i] <= t) many++;
  return many;
}

/** The frame before t, and how far it is on its way to the next: [frame, share]. */
export function frameAt(ticks, t) {
  let [low, high] = [0, ticks.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (ticks[middle] <= t) low = middle;
    else high = middle - 1;
  }
  return [low, low < ticks.length - 1 ? (t - ticks[low]) / (ticks[low + 1] - ticks[low]) : 0];
}

/** The seeds in an order that has those of one color together: [{end, from, to}], and their numbers. */
export function grouped(end) {
  const order = Uint32Array.from(end.keys()).sort((a, b) => end[a] - end[b] || a - b);
  const groups = [];
  order.forEach((seed, i) => {
    if (groups.at(-1)?.end !== end[seed]) groups.push({ end: end[seed], from: i, to: i });
    groups.at(-1).to = i + 1;
  });
  return { order, groups };
}

/**
 * Where the seeds are at play position t, into `out` (x, y of each, in the plane): NaN for who is too far away or has
 * left the finite numbers. Between two frames that were recorded, on the straight line.
 */
export function placesAt({ ticks, xy, n, header: { box } }, t, out) {
  const [frame, share] = frameAt(ticks, t);
  const [x0, x1, y0, y1] = box;
  const [stepX, stepY] = [(x1 - x0) / WHOLE, (y1 - y0) / WHOLE];
  const at = 2 * n * frame;
  const next = share > 0 ? at + 2 * n : at;
  for (let i = 0; i < n; i++) {
    const [u, v, p, q] = [xy[at + i], xy[at + n + i], xy[next + i], xy[next + n + i]];
    const gone = u >= FAR || p >= FAR;
    out[2 * i] = gone ? NaN : x0 + stepX * (u + share * (p - u));
    out[2 * i + 1] = gone ? NaN : y0 + stepY * (v + share * (q - v));
  }
  return out;
}
