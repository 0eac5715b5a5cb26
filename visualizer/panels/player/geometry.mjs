// Lengths and distances along the drawn paths, in pixels.

/** The points of a scene up to `share` of the way from a row to the next, and x, y there. */
export function partOf({ px, fine, parts }, row, share) {
  const points = [row];
  let from = 0;
  let next = fine ? fine[row] : 0;
  for (; fine && next < fine[row + 1] && parts[next] <= share; next++) {
    points.push(next);
    from = parts[next];
  }
  const more = fine && next < fine[row + 1];
  const [one, other, to] = [2 * points.at(-1), 2 * (more ? next : row + 1), more ? parts[next] : 1];
  const rest = (share - from) / (to - from);
  return { points, x: px[one] + (px[other] - px[one]) * rest, y: px[one + 1] + (px[other + 1] - px[one + 1]) * rest };
}

/** Path length in px from a track's first row to each of its rows. */
export function lengthsOf({ tracks, px, fine }) {
  const lengths = new Float32Array(px.length / 2);
  const piece = (from, to) => Math.hypot(px[2 * to] - px[2 * from], px[2 * to + 1] - px[2 * from + 1]) || 0;
  for (const { from, count } of tracks) {
    for (let row = from; row < from + count - 1; row++) {
      let [last, sum] = [row, lengths[row]];
      for (let i = fine ? fine[row] : 0; fine && i < fine[row + 1]; i++) {
        sum += piece(last, i);
        last = i;
      }
      lengths[row + 1] = sum + piece(last, row + 1);
    }
  }
  return lengths;
}

/** Squared distance from (x, y) to the segment a-b. */
function toSegment(x, y, ax, ay, bx, by) {
  const dx = bx - ax;
  const dy = by - ay;
  const along = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
  return (x - ax - along * dx) ** 2 + (y - ay - along * dy) ** 2;
}

/** The vertex nearest to (x, y) of the path segment nearest to it, or null. */
export function nearest(px, tracks, x, y, radius) {
  let best = null;
  let least = radius * radius;
  for (const track of tracks) {
    for (let row = track.from; row < track.from + track.count; row++) {
      const k = 2 * row;
      const end = row + 1 < track.from + track.count && !Number.isNaN(px[k + 2]) ? k + 2 : k;
      const distance = toSegment(x, y, px[k], px[k + 1], px[end], px[end + 1]);
      if (!(distance < least)) continue;
      least = distance;
      const next = (x - px[end]) ** 2 + (y - px[end + 1]) ** 2 < (x - px[k]) ** 2 + (y - px[k + 1]) ** 2;
      const at = next ? end : k;
      best = { run: track.run, track, step: at / 2 - track.from, x: px[at], y: px[at + 1] };
    }
  }
  return best;
}

const GRAIN = 32; // px; a cover that hardly changes keeps its size, and its canvas
const ROOM = 28;  // around points, for heads and marks
const LABEL = 90; // on both sides of a cross

/**
 * The part of a w x h panel that a scene draws in: the smaller a canvas, the less there is to blend in every frame.
 * @returns {number[]} left, top, width, height
 */
export function coverOf({ tracks, px, fine, clip, points, crosses, beneath }, w, h) {
  const [left, top, right, bottom] = clip ? [clip[0], clip[1], clip[0] + clip[2], clip[1] + clip[3]] : [0, 0, w, h];
  let [x0, y0, x1, y1] = [right, bottom, left, top];
  const add = (x, y, room) => {
    if (Number.isNaN(x)) return;
    const [u, v] = [Math.min(right, Math.max(left, x)), Math.min(bottom, Math.max(top, y))];
    if (u - room < x0) x0 = u - room;
    if (u + room > x1) x1 = u + room;
    if (v - ROOM < y0) y0 = v - ROOM;
    if (v + ROOM > y1) y1 = v + ROOM;
  };
  for (const { from, count, visible } of tracks) {
    for (let row = from; visible && row < from + count; row++) add(px[2 * row], px[2 * row + 1], ROOM);
    if (fine && visible && count) for (let i = fine[from]; i < fine[from + count - 1]; i++) add(px[2 * i], px[2 * i + 1], ROOM);
  }
  if (beneath) [[left, top], [right, bottom]].forEach(([x, y]) => add(x, y, 0));
  for (const { x, y } of points) add(x, y, ROOM);
  for (const { x, y } of crosses) add(x, y, LABEL);
  const down = (value) => Math.max(0, Math.floor(value / GRAIN) * GRAIN);
  const up = (value, most) => Math.min(most, Math.ceil(value / GRAIN) * GRAIN);
  const [l, t] = [down(x0), down(y0)];
  return [l, t, Math.max(1, up(x1, w) - l), Math.max(1, up(y1, h) - t)];
}
