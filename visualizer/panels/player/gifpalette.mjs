// The colors of a GIF: at most 255 for all frames of a film. Pixels are 32-bit numbers as ImageData has them, red lowest.

const SIDE = 6;                 // bits of a channel that tell bins apart
const BINS = 1 << (3 * SIDE);
const WEIGHTS = [2, 4, 3];      // how much the eye minds a difference in red, green, blue

const LARGE = 2000;             // an area is large that has more than one pixel of so many

const channels = (pixel) => [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255];
const binOf = (pixel) => ((pixel & 255) >> 2) | (((pixel >> 10) & 63) << SIDE) | (((pixel >> 18) & 63) << (2 * SIDE));

/** Which colors occur, and how often: `add(pixels)` counts another frame's. */
export function createHistogram() {
  const counts = new Uint32Array(BINS);
  const sums = [0, 1, 2].map(() => new Float64Array(BINS));
  return {
    add(pixels) {
      for (const pixel of pixels) {
        const bin = binOf(pixel);
        counts[bin]++;
        sums[0][bin] += pixel & 255;
        sums[1][bin] += (pixel >> 8) & 255;
        sums[2][bin] += (pixel >> 16) & 255;
      }
    },
    /** The colors that occur, as {count, color: [r, g, b]}. */
    entries: () => Array.from(counts.keys()).filter((bin) => counts[bin])
      .map((bin) => ({ count: counts[bin], color: sums.map((sum) => sum[bin] / counts[bin]) })),
  };
}

/**
 * A group of colors, its error as one color, and where it is best cut in two. A color counts by the root of its pixels:
 * a thin line matters more than its area says.
 */
function groupOf(entries) {
  let total = 0;
  const [sum, squares] = [[0, 0, 0], [0, 0, 0]];
  for (const { count, color } of entries) {
    const weight = Math.sqrt(count);
    total += weight;
    for (let k = 0; k < 3; k++) {
      sum[k] += weight * color[k];
      squares[k] += weight * color[k] ** 2;
    }
  }
  const errors = sum.map((part, k) => WEIGHTS[k] * Math.max(0, squares[k] - part ** 2 / total));
  const error = Math.max(...errors);
  const axis = errors.indexOf(error);
  return { entries, axis, middle: sum[axis] / total, error: entries.length > 1 ? error : 0 };
}

/** What stands for a group: its mean by pixels, so that the one color of a large area stays what it is. */
function meanOf({ entries }) {
  const total = entries.reduce((sum, { count }) => sum + count, 0);
  return [0, 1, 2].map((k) => Math.round(entries.reduce((sum, { count, color }) => sum + count * color[k], 0) / total));
}

/** At most `most` colors [r, g, b]. Those of `fixed` are among them to the bit, and so are those of large areas. */
export function paletteOf(entries, fixed, most) {
  const total = entries.reduce((sum, { count }) => sum + count, 0);
  const large = entries.filter(({ count }) => count > total / LARGE).sort((one, other) => other.count - one.count).slice(0, most / 3);
  const groups = [groupOf(entries.filter((entry) => !large.includes(entry)))];
  const kept = [...fixed, ...large.map((entry) => meanOf({ entries: [entry] }))];
  while (groups.length < most - kept.length) {
    const worst = groups.reduce((one, other) => (other.error > one.error ? other : one));
    if (worst.error < 1e-6) break;
    const parts = [[], []];
    for (const entry of worst.entries) parts[Number(entry.color[worst.axis] > worst.middle)].push(entry);
    if (!parts[0].length || !parts[1].length) break; // equal but for rounding
    groups.splice(groups.indexOf(worst), 1, ...parts.map(groupOf));
  }
  return [...kept, ...groups.filter((group) => group.entries.length).map(meanOf)];
}

/** Pixel -> the place of the nearest color of a palette. Pixels of one bin get one color, but for those in the palette. */
export function createMatcher(palette) {
  const known = new Int16Array(BINS).fill(-1);
  const exact = new Map(palette.map(([r, g, b], i) => [r | (g << 8) | (b << 16), i]));
  function nearest(pixel) {
    const wanted = channels(pixel);
    let [best, least] = [0, Infinity];
    palette.forEach((color, i) => {
      let distance = 0;
      for (let k = 0; k < 3; k++) distance += WEIGHTS[k] * (color[k] - wanted[k]) ** 2;
      if (distance < least) [best, least] = [i, distance];
    });
    return best;
  }
  return (pixel) => {
    const same = exact.get(pixel & 0xffffff);
    if (same !== undefined) return same;
    const bin = binOf(pixel);
    if (known[bin] < 0) known[bin] = nearest(pixel);
    return known[bin];
  };
}
