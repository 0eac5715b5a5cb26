// Where everything in the family tree stands: years from left to right, families as bands, one label to a place.
// Pure functions of plain numbers, so that tests need no page.

const STEP = 46; // px between two years at least: a year's number must fit

/**
 * @param {{slug, family: string, year: number, parents: string[], width: number}[]} entries
 * @param {string[]} families  from top to bottom
 * @param {{width, gutter, head, row, label, gap, pad}} size  px: the whole; the room for the families' names and for the
 *   years; a row, and a label's height in it; free space between labels and within a band's edges
 * @returns {{width, height, years: {year, x}[], bands: {family, y, height}[], nodes: object[], edges: object[]}}
 *   a node is {slug, x, y, width, height} with its left upper corner, an edge {from, to, path}
 */
export function layout(entries, families, size) {
  const years = [...new Set(entries.map((entry) => entry.year))].sort((a, b) => a - b);
  const rank = new Map(years.map((year, i) => [year, i]));
  const room = (entry) => (size.width - size.gutter - size.gap - entry.width) / rank.get(entry.year);
  const step = Math.max(STEP, Math.min(...entries.filter((entry) => rank.get(entry.year)).map(room), size.width));
  const x = (year) => size.gutter + rank.get(year) * step;

  const placed = new Map();
  const bands = [];
  let y = size.head;
  for (const family of families) {
    const own = entries.filter((entry) => entry.family === family).sort((a, b) => a.year - b.year);
    if (!own.length) continue;
    const rows = stack(own, x, size.gap, placed, y, size);
    const height = Math.max(rows.length * size.row, size.least) + 2 * size.pad;
    bands.push({ family, y, height });
    y += height;
  }
  const nodes = [...placed.values()];
  const right = Math.max(...nodes.map((node) => node.x + node.width)) + size.gap;
  return {
    width: Math.max(right, size.gutter),
    height: y,
    years: years.map((year) => ({ year, x: x(year) })),
    bands,
    nodes,
    edges: edges(entries, placed),
  };
}

/** How many rows a band needs: each label goes to the first row that is free where it begins. */
function count(own, x, gap) {
  const ends = [];
  for (const entry of own) {
    const free = ends.findIndex((end) => end + gap <= x(entry.year));
    ends[free < 0 ? ends.length : free] = x(entry.year) + entry.width;
  }
  return ends.length;
}

/** Gives each entry of a band its place: of the free rows the one nearest to its parents, so that curves stay short. */
function stack(own, x, gap, placed, top, { row, label, pad, least }) {
  const ends = new Array(count(own, x, gap)).fill(-Infinity);
  const inset = Math.max(0, least - ends.length * row) / 2;
  const at = (i) => top + pad + inset + i * row + (row - label) / 2;
  for (const entry of own) {
    const parents = entry.parents.map((slug) => placed.get(slug)).filter(Boolean);
    const wish = parents.length ? parents.reduce((sum, parent) => sum + parent.y, 0) / parents.length : at(0);
    const free = ends.map((end, i) => i).filter((i) => ends[i] + gap <= x(entry.year));
    const best = free.reduce((a, b) => (Math.abs(at(b) - wish) < Math.abs(at(a) - wish) ? b : a));
    ends[best] = x(entry.year) + entry.width;
    placed.set(entry.slug, { slug: entry.slug, x: x(entry.year), y: at(best), width: entry.width, height: label });
  }
  return ends;
}

function edges(entries, placed) {
  return entries.flatMap((entry) =>
    entry.parents
      .filter((slug) => placed.has(slug))
      .map((slug) => ({ from: slug, to: entry.slug, path: curve(placed.get(slug), placed.get(entry.slug)) })),
  );
}

/** From a parent to a child: out of its right end; or, where the child begins further left, from below or above. */
function curve(from, to) {
  const [y0, y1] = [from.y + from.height / 2, to.y + to.height / 2];
  const end = from.x + from.width;
  if (to.x >= end + 12) {
    const bend = Math.max(14, (to.x - end) / 2);
    return `M${end} ${y0}C${end + bend} ${y0} ${to.x - bend} ${y1} ${to.x} ${y1}`;
  }
  if (to.x - from.x < 20) {
    const out = from.x - 18;
    return `M${from.x} ${y0}C${out} ${y0} ${out} ${y1} ${to.x} ${y1}`;
  }
  const out = from.x + 14;
  const edge = y1 > y0 ? from.y + from.height : from.y;
  return `M${out} ${edge}C${out} ${y1} ${out} ${y1} ${to.x} ${y1}`;
}

/** All that `slug` comes from and all that came of it, itself included. */
export function lineage(slug, edges) {
  const walk = (start, one, other) => {
    const found = new Set([start]);
    for (const here of found) for (const edge of edges) if (edge[one] === here) found.add(edge[other]);
    return found;
  };
  return new Set([...walk(slug, "to", "from"), ...walk(slug, "from", "to")]);
}

/** The node that an arrow key leads to from `node`: the nearest in that direction, straight ahead before aside. */
export function neighbor(node, nodes, [dx, dy]) {
  const middle = (other) => other.y + other.height / 2;
  let best = null;
  let least = Infinity;
  for (const other of nodes) {
    const [right, down] = [other.x - node.x, middle(other) - middle(node)];
    const ahead = dx * right + dy * down;
    const aside = Math.abs(dx ? down : right);
    if (ahead <= 1) continue;
    const cost = ahead + 2.5 * aside;
    if (cost < least) [best, least] = [other, cost];
  }
  return best;
}
