// The paths as they lie on the drawn surface: a long step goes over the hills between its ends, not through them.

import { meshAt } from "./heights.mjs";

const MOST = 64;         // points between a step and the next,
const ALTOGETHER = 8192; // and in all paths, which a camera that moves projects anew in every frame
const LOOKED_AT = 192;   // edges of the mesh that a step is followed over; a longer one is followed in as many parts
const SEEN = 0.001;      // of the height range: so much a path may lie off the mesh

/**
 * x, y, z on the mesh of every row, of every stationary point, and of the points between the steps; NaN outside.
 * @returns {{xyz: Float32Array, fine: Uint32Array, parts: Float32Array}} between row r and the next lie the points
 *   fine[r] .. fine[r + 1] - 1; point i is parts[i] of the way
 */
export function drape({ grid, path, header, offset }) {
  const rows = path.length / 2;
  const first = rows + header.points.length;
  const between = []; // x, y, z, part of each point between two rows
  const fine = new Uint32Array(rows + 1);
  header.runs.forEach(({ valid }, run) => {
    const room = between.length + 4 * Math.floor(ALTOGETHER / header.runs.length);
    for (let row = offset[run]; row < offset[run] + valid; row++) {
      fine[row] = first + between.length / 4;
      const k = 2 * row;
      if (row < offset[run] + valid - 1 && between.length < room) follow(grid, path[k], path[k + 1], path[k + 2], path[k + 3], between);
    }
  });
  fine[rows] = first + between.length / 4;

  const xyz = new Float32Array(3 * fine[rows]);
  const parts = new Float32Array(fine[rows]);
  const put = (i, x, y, z) => {
    xyz[3 * i] = x;
    xyz[3 * i + 1] = y;
    xyz[3 * i + 2] = z;
  };
  for (let row = 0; row < rows; row++) put(row, path[2 * row], path[2 * row + 1], meshAt(grid, path[2 * row], path[2 * row + 1]));
  header.points.forEach(({ x, y }, i) => put(rows + i, x, y, meshAt(grid, x, y)));
  for (let i = first; i < fine[rows]; i++) {
    const k = 4 * (i - first);
    put(i, between[k], between[k + 1], between[k + 2]);
    parts[i] = between[k + 3];
  }
  return { xyz, fine, parts };
}

/** Where, in parts of the way, a step crosses edges of the mesh: its triangles are bent along those only. */
function crossings(u, v, du, dv) {
  const total = Math.abs(du) + Math.abs(dv) + Math.abs(du + dv);
  if (total > LOOKED_AT) return Array.from({ length: LOOKED_AT }, (_, i) => (i + 1) / (LOOKED_AT + 1));
  const found = [];
  for (const [from, way] of [[u, du], [v, dv], [u + v, du + dv]]) { // columns, rows, diagonals
    const [low, high] = way < 0 ? [from + way, from] : [from, from + way];
    for (let edge = Math.floor(low) + 1; edge < high; edge++) found.push((edge - from) / way);
  }
  return found.sort((a, b) => a - b);
}

/** Appends to `between` the points without which the line from (x, y) to (x1, y1) would leave the mesh. */
function follow(grid, x, y, x1, y1, between) {
  const [perX, perY] = [(grid.nx - 1) / (grid.x[1] - grid.x[0]), (grid.ny - 1) / (grid.y[1] - grid.y[0])];
  const [dx, dy] = [x1 - x, y1 - y];
  if (Math.abs(dx * perX) + Math.abs(dy * perY) < 0.1) return; // so little of a cell is straight enough
  const [low, high] = [meshAt(grid, x, y), meshAt(grid, x1, y1)];
  if (Number.isNaN(low + high)) return; // it leaves the picture
  const tolerance = SEEN * (grid.hi - grid.lo);
  const most = between.length + 4 * MOST;
  let [t0, z0, t1, z1] = [0, low, 0, low];      // the point kept last, and the newest
  let [least, steepest] = [-Infinity, Infinity]; // slopes from the one kept that stay close to all since
  for (const t of [...crossings((x - grid.x[0]) * perX, (y - grid.y[0]) * perY, dx * perX, dy * perY), 1]) {
    const z = t === 1 ? high : meshAt(grid, x + dx * t, y + dy * t);
    if (t - t0 < 1e-6) continue;
    const slope = (z - z0) / (t - t0);
    if ((slope < least || slope > steepest) && t1 > t0 && between.length < most) {
      between.push(x + dx * t1, y + dy * t1, z1, t1);
      [t0, z0, least, steepest] = [t1, z1, -Infinity, Infinity];
    }
    if (t - t0 > 1e-6) {
      least = Math.max(least, (z - tolerance - z0) / (t - t0));
      steepest = Math.min(steepest, (z + tolerance - z0) / (t - t0));
    }
    [t1, z1] = [t, z];
  }
}
