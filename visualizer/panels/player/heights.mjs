// Losses and drawn heights. On a log landscape the height of a loss is log10(max(loss - shift, 0) + eps).

/**
 * @param {{kind: string, shift?: number, eps?: number}} height the header's `height`
 * @returns {{of: (loss: number) => number, back: (height: number) => number}}
 */
export function heightScale(height) {
  if (height.kind !== "log") return { of: (loss) => loss, back: (z) => z };
  const { shift, eps } = height;
  return {
    of: (loss) => Math.log10(Math.max(loss - shift, 0) + eps),
    back: (z) => shift + Math.max(0, 10 ** z - eps),
  };
}

const HOLE = 65535; // the level of a point where the surface is not defined, in a grid that has such

/** The grid's heights as floats, row-major [ny][nx], NaN where the surface is not defined; worked out once a grid. */
export function heightsOf(grid) {
  if (grid.z) return grid.z;
  const { u16, lo, hi, holes } = grid;
  const unit = (hi - lo) / 65535;
  const z = new Float32Array(u16.length);
  for (let k = 0; k < z.length; k++) z[k] = holes && u16[k] === HOLE ? NaN : lo + unit * u16[k];
  return (grid.z = z);
}

/** Bilinear height at (x, y); NaN outside the grid, and at the edge of a hole. */
export const heightAt = (grid, x, y) =>
  within(grid, x, y, (z, k, nx, a, b) => (z[k] * (1 - a) + z[k + 1] * a) * (1 - b) + (z[k + nx] * (1 - a) + z[k + nx + 1] * a) * b);

/**
 * Height at (x, y) of the mesh that Plotly draws, which cuts each cell in two along the diagonal from its lower right
 * to its upper left corner (gl-surface3d's QUAD; it refines a grid only if it is coarser than 120); NaN outside.
 */
export const meshAt = (grid, x, y) =>
  within(grid, x, y, (z, k, nx, a, b) =>
    a + b <= 1
      ? z[k] + a * (z[k + 1] - z[k]) + b * (z[k + nx] - z[k])
      : z[k + nx + 1] + (1 - a) * (z[k + nx] - z[k + nx + 1]) + (1 - b) * (z[k + 1] - z[k + nx + 1]),
  );

/** Whether the surface is defined at no corner of the point's cell: only then the page may say that it is not there. */
export const isHole = (grid, x, y) =>
  Boolean(grid.holes) && within(grid, x, y, (z, k, nx) => [0, 1, nx, nx + 1].every((step) => Number.isNaN(z[k + step]))) === true;

/** height(z, index of the cell's lower left corner, nx, share across, share up) */
function within(grid, x, y, height) {
  const z = heightsOf(grid);
  const { nx, ny } = grid;
  const u = ((x - grid.x[0]) / (grid.x[1] - grid.x[0])) * (nx - 1);
  const v = ((y - grid.y[0]) / (grid.y[1] - grid.y[0])) * (ny - 1);
  if (!(u >= 0 && v >= 0 && u <= nx - 1 && v <= ny - 1)) return NaN;
  const i = Math.min(u | 0, nx - 2);
  const j = Math.min(v | 0, ny - 2);
  const a = u - i;
  const b = v - j;
  return height(z, j * nx + i, nx, a, b);
}

/** The grid as Plotly wants it: an array of row views, and the coordinates of columns and rows. */
export function plotlyGrid(grid) {
  const z = heightsOf(grid);
  const line = ([from, to], count) => Float64Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));
  return {
    x: line(grid.x, grid.nx),
    y: line(grid.y, grid.ny),
    z: Array.from({ length: grid.ny }, (_, j) => z.subarray(j * grid.nx, (j + 1) * grid.nx)),
  };
}
