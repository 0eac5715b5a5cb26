// Where the names of an update's marks go: beside their tips and points, off each other, off the arrows. Pure geometry.

const TURN = 2 * Math.PI;
const AWAY = 13;    // px from a tip to its name
const LINE = 14;    // px that a name is high
const TOGETHER = 7; // px; tips so near to each other share a name
const TRIES = 24;   // points of an arrow that are looked at
const EXITS = 64;   // parts of an arrow, the last of which to be seen is named
// What a spot costs: over another name, over a point, over an arrow, farther out, turned away from the arrow's direction.
const COST = { name: 100, point: 12, arrow: 6, far: 2, turned: 1 };

/** An arrow's tip; of one that leaves the picture the last point that is seen. */
function endOf({ x, y, dx, dy }, inside) {
  let i = EXITS;
  while (i && !inside({ x: x + (dx * i) / EXITS, y: y + (dy * i) / EXITS })) i--;
  const part = (i || EXITS) / EXITS;
  return { x: x + dx * part, y: y + dy * part };
}

/** Tips and points with what to write there: several in one place get one text. */
function placesOf(marks, texts, comma, inside) {
  const all = [
    ...marks.arrows.map((arrow) => ({ name: arrow.name, ...endOf(arrow, inside), turn: Math.atan2(arrow.dy, arrow.dx) })).reverse(),
    ...marks.points.map(({ name, x, y }) => ({ name, x, y, turn: -TURN / 8 })),
  ].filter((place) => texts[place.name] && inside(place));
  const places = [];
  for (const { name, x, y, turn } of all) {
    const same = places.find((place) => Math.hypot(place.x - x, place.y - y) < TOGETHER);
    if (same) same.text += comma + texts[name];
    else places.push({ name, x, y, turn, text: texts[name] });
  }
  return places;
}

const within = ({ x, y, wide }, u, v, room = 0) => Math.abs(u - x) < wide + room && Math.abs(v - y) < LINE / 2 + room;

function crosses(spot, { x, y, dx, dy }) {
  for (let i = 0; i <= TRIES; i++) if (within(spot, x + (dx * i) / TRIES, y + (dy * i) / TRIES, 2)) return true;
  return false;
}

/**
 * @param {object} marks as marksOf in scopemarks.mjs gives them, with theta at x, y
 * @param {{texts: object, comma: string, wideOf: (text: string) => number, blocked?: number[]}} words what to write at a
 *   mark, by name; half the width of a text; a box [left, top, side] that hides what is under it
 * @param {number[]} box [left, top, width, height]
 * @returns {{name: string, text: string, x: number, y: number}[]} the middle of each
 */
export function placeNames(marks, { texts, comma, wideOf, blocked }, [left, top, width, height]) {
  const covered = ({ x, y }) => blocked && x > blocked[0] && x < blocked[0] + blocked[2] && y > blocked[1] && y < blocked[1] + blocked[2];
  const inside = (place) => place.x >= left && place.x <= left + width && place.y >= top && place.y <= top + height && !covered(place);
  const points = [marks, ...marks.points];
  const taken = [];
  return placesOf(marks, texts, comma, inside).map(({ name, x, y, turn, text }) => {
    const wide = wideOf(text);
    let [best, least] = [null, Infinity];
    for (const far of [1, 1.6, 2.4, 3.4]) {
      for (const more of [0, 0.5, -0.5, 1, -1, 1.6, -1.6, 2.4, -2.4]) {
        const [c, s] = [Math.cos(turn + more), Math.sin(turn + more)];
        const spot = {
          x: Math.max(left + wide + 3, Math.min(left + width - wide - 3, x + c * (AWAY * far + wide))),
          y: Math.max(top + 9, Math.min(top + height - 9, y + s * AWAY * far)),
          wide,
        };
        const cost =
          COST.name * taken.filter((other) => Math.abs(other.y - spot.y) < LINE && Math.abs(other.x - spot.x) < other.wide + wide + 3).length +
          COST.point * points.filter((point) => within(spot, point.x, point.y, 5)).length +
          COST.arrow * marks.arrows.filter((arrow) => crosses(spot, arrow)).length +
          (covered(spot) ? COST.name : 0) + COST.far * far + COST.turned * Math.abs(more);
        if (cost < least) [best, least] = [spot, cost];
      }
    }
    taken.push(best);
    return { name, text, x: best.x, y: best.y };
  });
}
