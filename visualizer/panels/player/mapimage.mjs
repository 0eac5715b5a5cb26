// A map's picture as it grows: a color for each pixel in a canvas. Those that are not computed yet show what the coarser
// picture has for their neighborhood.

const COARSEST = 16; // pixels from one run of the first picture to the next
const HATCH = 8;     // pixels from one line to the next where a run diverged: not by color alone

/** A color, with lines across where a run diverged. */
export const hatched = (color, x, y) => ((x + y) % HATCH < 2 ? color.map((part) => part + 60) : color);

/**
 * @param {(at: number) => boolean} known whether the pixel row * nx + column is computed
 * @param {(at: number, x: number, y: number) => number[]} shade its [red, green, blue]
 */
export function createMapImage(canvas, known, shade) {
  const g = canvas.getContext("2d", { willReadFrequently: true });
  let [nx, ny, image] = [0, 0, null];

  function paint(at) {
    const [x, y] = [at % nx, Math.floor(at / nx)];
    const [red, green, blue] = shade(at, x, y);
    const size = blockOf(x, y);
    for (let v = y; v < Math.min(ny, y + size); v++) {
      for (let u = x; u < Math.min(nx, x + size); u++) {
        if (v * nx + u !== at && known(v * nx + u)) continue;
        const k = 4 * ((ny - 1 - v) * nx + u); // an image's rows go down
        [image.data[k], image.data[k + 1], image.data[k + 2], image.data[k + 3]] = [red, green, blue, 255];
      }
    }
  }

  return {
    begin(columns, rows) {
      [nx, ny] = [columns, rows];
      [canvas.width, canvas.height] = [nx, ny];
      image = g.createImageData(nx, ny);
    },
    /** Paints pixels; all that are known if none are given. */
    paint(pixels) {
      if (!image) return;
      if (pixels) pixels.forEach(paint);
      else for (let at = 0; at < nx * ny; at++) if (known(at)) paint(at);
      g.putImageData(image, 0, 0);
    },
    /** The pixel at (u, v), shares of the width and of the height from below, and the one that stands for it, or null. */
    at(u, v) {
      if (!nx) return null;
      const [x, y] = [Math.min(nx - 1, Math.floor(u * nx)), Math.min(ny - 1, Math.floor(v * ny))];
      for (let size = 1; size <= COARSEST; size *= 2) {
        const at = (y - (y % size)) * nx + (x - (x % size));
        if (known(at)) return { x, y, at };
      }
      return null;
    },
  };
}

/** How wide a square a run stands for until finer ones come: the largest power of two that divides both places. */
function blockOf(x, y) {
  let size = 1;
  while (size < COARSEST && x % (2 * size) === 0 && y % (2 * size) === 0) size *= 2;
  return size;
}
