// The race on the 2-D panel: every row in pixels, and the marks where runs end.

import { inside } from "./plane.mjs";
import { cut, endsOf, tracksOf } from "./tracks.mjs";

/** Of the paths there, see overlay.mjs. */
export const LOOK = { width: 2.2, ghost: 0.5, edge: true };

const FAR = 1e5; // px; canvases lose points much farther away than this
const EDGE = 12; // px; a mark at the edge keeps so far from it

/**
 * Pixels of every row. A canvas loses points that are very far away: the first of them is pulled in along the line
 * from the last near one, so that the path leaves in the right direction, and the others are not drawn.
 */
function pixels({ path, header, offset }, map) {
  const px = new Float32Array(path.length);
  const [ax, bx] = [map.x(0), map.x(1) - map.x(0)];
  const [ay, by] = [map.y(0), map.y(1) - map.y(0)];
  header.runs.forEach(({ valid }, run) => {
    let [x0, y0, near] = [0, 0, false]; // the row before, and whether it was near
    for (let k = 2 * offset[run]; k < 2 * (offset[run] + valid); k += 2) {
      let x = ax + bx * path[k];
      let y = ay + by * path[k + 1];
      const size = Math.max(Math.abs(x), Math.abs(y));
      const far = !(size < FAR);
      if (far && near && size < Infinity) {
        const part = FAR / size;
        x = x0 + (x - x0) * part;
        y = y0 + (y - y0) * part;
      } else if (far) x = y = NaN;
      px[k] = x;
      px[k + 1] = y;
      [x0, y0, near] = [x, y, !far];
    }
  });
  return px;
}

/** Where a run that ended goes out of the picture, a little before its edge; or where it ended, if inside. */
function leaves(px, { row, last }, [left, top, width, height]) {
  const [x, y, x1, y1] = px.subarray(2 * row, 2 * row + 4);
  if (row === last || Number.isNaN(x1)) return [x, y];
  const share = (from, to, low, high) => (to === from ? 1 : ((to > from ? high : low) - from) / (to - from));
  const part = Math.min(
    share(x, x1, left + EDGE, left + width - EDGE),
    share(y, y1, top + EDGE, top + height - EDGE),
  );
  const kept = Math.max(0, Math.min(1, part)); // none, where it was at the edge already
  return [x + (x1 - x) * kept, y + (y1 - y) * kept];
}

/** What the overlay draws of a state. */
export function sceneOf(store, state, map) {
  const { header } = state;
  const [left, , width] = map.clip;
  const px = pixels(state, map);
  const points = header.points.map((p) => ({ ...p, x: map.x(p.x), y: map.y(p.y) }));
  const within = (row) => inside(map.clip, px[2 * row], px[2 * row + 1]);
  const crosses = endsOf(store, state, within).map((end) => {
    const [x, y] = leaves(px, end, map.clip);
    cut(px, end); // where it went after that is no picture any more
    return { ...end, x, y, flip: x > left + width - 80 };
  });
  return { tracks: tracksOf(state), px, seen: null, clip: map.clip, points, crosses };
}
