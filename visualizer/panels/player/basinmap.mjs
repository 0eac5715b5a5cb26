// A map of basins as it grows: which point each start came to rest at and in how many steps, painted into a canvas.

import { createMapImage, hatched } from "./mapimage.mjs";

const NOWHERE = -1;
const DIVERGED = -2;
const UNKNOWN = -3;
const NEVER = 65535;

// Paul Tol's "light" colors, which stay apart for the color-blind; a basin's point has a letter as well.
const COLORS = [
  [119, 170, 221], [238, 136, 102], [68, 187, 153], [238, 221, 136], [255, 170, 187], [153, 221, 255], [170, 170, 0], [187, 204, 51],
];
const GROUND = { light: { [NOWHERE]: [176, 176, 176], [DIVERGED]: [40, 40, 40] }, dark: { [NOWHERE]: [110, 110, 110], [DIVERGED]: [12, 12, 12] } };
const SLOW = 0.42; // of a color's brightness where a start needs all steps

const AROUND = 6; // points around one whose colors it does not take

/** A color for each point: in turn, but none that one of those nearest before it has. */
function colored(points) {
  const taken = [];
  points.forEach(({ x, y }, i) => {
    const off = points.slice(0, i).map((other, k) => [(other.x - x) ** 2 + (other.y - y) ** 2, taken[k]]);
    const around = new Set(off.sort((a, b) => a[0] - b[0]).slice(0, AROUND).map(([, color]) => color));
    let color = i % COLORS.length;
    while (around.has(color)) color = (color + 1) % COLORS.length;
    taken.push(color);
  });
  return taken.map((color) => COLORS[color]);
}

/** The name of a point on a map: A, B, ... Z, AA, ... */
export const letterOf = (point) => (point < 26 ? "" : letterOf(Math.floor(point / 26) - 1)) + String.fromCharCode(65 + (point % 26));

export function createBasinMap(canvas) {
  let [nx, ny, total] = [0, 0, 1];
  let point, steps;
  let colors = [];
  let dark = false;

  function shade(at, x, y) {
    const [which, taken] = [point[at], steps[at]];
    if (which < 0) {
      const base = GROUND[dark ? "dark" : "light"][which] ?? [128, 128, 128];
      return which === DIVERGED ? hatched(base, x, y) : base;
    }
    const share = taken === NEVER ? 1 : Math.log1p(taken) / Math.log1p(total);
    const bright = 1 - (1 - SLOW) * Math.min(1, share) ** 2;
    return colors[which].map((part) => part * bright);
  }

  const image = createMapImage(canvas, (at) => point[at] !== UNKNOWN, shade);

  return {
    /** Begins a map of [nx, ny] starts of at most `most` steps, which may come to these points. */
    begin([columns, rows], most, points) {
      colors = colored(points);
      [nx, ny, total] = [columns, rows, most];
      point = new Int16Array(nx * ny).fill(UNKNOWN);
      steps = new Uint16Array(nx * ny).fill(NEVER);
      image.begin(nx, ny);
    },

    /** Takes in starts: their pixels (row times nx + column), points and steps. */
    add({ pixel, point: found, steps: taken }) {
      for (let i = 0; i < pixel.length; i++) [point[pixel[i]], steps[pixel[i]]] = [found[i], taken[i]];
      image.paint(pixel);
    },

    colorOf: (which) => colors[which],

    repaint(isDark) {
      dark = isDark;
      image.paint();
    },

    /** What is known of the start at (u, v), shares of the width and the height from below: {point, steps} or null. */
    at(u, v) {
      const found = image.at(u, v);
      return found && { point: point[found.at], steps: steps[found.at] === NEVER ? null : steps[found.at] };
    },

    /** `row(u, v, point, steps or NaN)` of every start, one row of pixels after another; u and v from 0 to 1. */
    *starts(row) {
      for (let k = 0; k < nx * ny; k++) yield row((k % nx) / (nx - 1), Math.floor(k / nx) / (ny - 1), point[k], steps[k] === NEVER ? NaN : steps[k]);
    },

    /** How many starts came to each point, and in all: {counts: Map, known}. */
    shares() {
      const counts = new Map();
      let known = 0;
      for (const which of point ?? []) {
        if (which === UNKNOWN) continue;
        known++;
        counts.set(which, (counts.get(which) ?? 0) + 1);
      }
      return { counts, known };
    },
  };
}
