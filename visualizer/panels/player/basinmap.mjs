// A map of basins as it grows: which point each start came to rest at and in how many steps, painted into a canvas.
// Pixels that are not computed yet show what the coarser picture has for their neighborhood.

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
const HATCH = 8;   // pixels from one line to the next where a run diverged: not by color alone

export const colorOf = (point) => COLORS[point % COLORS.length];

/** The name of a point on a map: A, B, ... Z, AA, ... */
export const letterOf = (point) => (point < 26 ? "" : letterOf(Math.floor(point / 26) - 1)) + String.fromCharCode(65 + (point % 26));

export function createBasinMap(canvas) {
  const g = canvas.getContext("2d");
  let [nx, ny, total] = [0, 0, 1];
  let point, steps, image;
  let dark = false;

  /** Paints rows and columns x..x+size of a start's square. */
  function paint(x, y, size) {
    const at = y * nx + x;
    const [red, green, blue] = shade(point[at], steps[at], x, y);
    for (let v = y; v < Math.min(ny, y + size); v++) {
      for (let u = x; u < Math.min(nx, x + size); u++) {
        const own = v * nx + u;
        if (own !== at && point[own] !== UNKNOWN) continue;
        const k = 4 * ((ny - 1 - v) * nx + u); // an image's rows go down
        [image.data[k], image.data[k + 1], image.data[k + 2], image.data[k + 3]] = [red, green, blue, 255];
      }
    }
  }

  function shade(which, taken, x, y) {
    if (which < 0) {
      const base = GROUND[dark ? "dark" : "light"][which] ?? [128, 128, 128];
      return which === DIVERGED && (x + y) % HATCH < 2 ? base.map((part) => part + 60) : base;
    }
    const share = taken === NEVER ? 1 : Math.log1p(taken) / Math.log1p(total);
    const bright = 1 - (1 - SLOW) * Math.min(1, share) ** 2;
    return colorOf(which).map((part) => part * bright);
  }

  return {
    /** Begins a map of [nx, ny] starts of at most `most` steps. */
    begin([columns, rows], most) {
      [nx, ny, total] = [columns, rows, most];
      point = new Int16Array(nx * ny).fill(UNKNOWN);
      steps = new Uint16Array(nx * ny).fill(NEVER);
      [canvas.width, canvas.height] = [nx, ny];
      image = g.createImageData(nx, ny);
    },

    /** Takes in starts: their pixels (row times nx + column), points and steps. */
    add({ pixel, point: found, steps: taken }) {
      for (let i = 0; i < pixel.length; i++) [point[pixel[i]], steps[pixel[i]]] = [found[i], taken[i]];
      for (const at of pixel) {
        const [x, y] = [at % nx, Math.floor(at / nx)];
        paint(x, y, blockOf(x, y));
      }
      g.putImageData(image, 0, 0);
    },

    repaint(isDark) {
      dark = isDark;
      if (!image) return;
      for (let y = 0; y < ny; y++) for (let x = 0; x < nx; x++) if (point[y * nx + x] !== UNKNOWN) paint(x, y, blockOf(x, y));
      g.putImageData(image, 0, 0);
    },

    /** What is known of the start at (u, v), shares of the width and the height from below: {point, steps} or null. */
    at(u, v) {
      if (!nx) return null;
      const [x, y] = [Math.min(nx - 1, Math.floor(u * nx)), Math.min(ny - 1, Math.floor(v * ny))];
      for (let size = 1; size <= COARSEST; size *= 2) {
        const k = (y - (y % size)) * nx + (x - (x % size));
        if (point[k] !== UNKNOWN) return { point: point[k], steps: steps[k] === NEVER ? null : steps[k] };
      }
      return null;
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

const COARSEST = 16; // pixels from one start of the first picture to the next

/** How wide a square a start stands for until finer ones come: the largest power of two that both divide. */
function blockOf(x, y) {
  let size = 1;
  while (size < COARSEST && x % (2 * size) === 0 && y % (2 * size) === 0) size *= 2;
  return size;
}
