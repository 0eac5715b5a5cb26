// Lengths and distances along the drawn paths, in pixels.

/** Path length in px from a track's first row to each of its rows. */
export function lengthsOf({ tracks, px }) {
  const lengths = new Float32Array(px.length / 2);
  for (const { from, count } of tracks) {
    for (let row = from + 1; row < from + count; row++) {
      const piece = Math.hypot(px[2 * row] - px[2 * row - 2], px[2 * row + 1] - px[2 * row - 1]);
      lengths[row] = lengths[row - 1] + (Number.isNaN(piece) ? 0 : piece);
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
