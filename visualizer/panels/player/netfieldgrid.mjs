// What a network answers on a grid of inputs, as numbers: between the nodes, between two snapshots, where two classes are
// equally likely. Nodes are those of the server: columns from left to right, rows upwards, both ends of the window among
// them. A lead is the logarithm of the ratio of a class's chance to the first one's: it has no steep steps as chances do.

/** Leads of the snapshots `k` and `k + 1`, `share` of the way from one to the other, of `count` numbers each. */
export function leadsAt(margins, count, unit, k, share, into = new Float32Array(count)) {
  const from = k * count;
  const to = share ? from + count : from;
  for (let i = 0; i < count; i++) into[i] = (margins[from + i] + share * (margins[to + i] - margins[from + i])) / unit;
  return into;
}

/** The `per` numbers at the place (u, v), shares of the width and of the height from below: bilinear. */
export function sampleAt(field, [nx, ny], per, u, v) {
  const [x, y] = [Math.min(Math.max(u, 0), 1) * (nx - 1), Math.min(Math.max(v, 0), 1) * (ny - 1)];
  const [i, j] = [Math.min(Math.floor(x), nx - 2), Math.min(Math.floor(y), ny - 2)];
  const [a, b] = [x - i, y - j];
  const at = (column, row) => (row * nx + column) * per;
  return Array.from({ length: per }, (_, c) => {
    const low = field[at(i, j) + c] * (1 - a) + field[at(i + 1, j) + c] * a;
    const high = field[at(i, j + 1) + c] * (1 - a) + field[at(i + 1, j + 1) + c] * a;
    return low * (1 - b) + high * b;
  });
}

/** The chances of all classes, from the leads of all but the first. */
export function chancesOf(leads) {
  const top = Math.max(0, ...leads);
  const parts = [0, ...leads].map((lead) => Math.exp(lead - top));
  const sum = parts.reduce((a, b) => a + b);
  return parts.map((part) => part / sum);
}

/** Which class is the likeliest; the first of those that are equal. */
export function likeliest(leads, at = 0, per = leads.length) {
  let [best, most] = [0, 0];
  for (let c = 0; c < per; c++) if (leads[at + c] > most) [best, most] = [c + 1, leads[at + c]];
  return best;
}

/**
 * Where a field crosses `level`: marching squares. Straight pieces [x0, y0, x1, y1], one after the other, in nodes.
 * @param {(node: number) => number} value
 */
export function crossings(value, [nx, ny], level, found = []) {
  let below = new Float64Array(nx);
  let above = new Float64Array(nx);
  for (let i = 0; i < nx; i++) above[i] = value(i) - level;
  for (let j = 0; j < ny - 1; j++) {
    [below, above] = [above, below];
    for (let i = 0; i < nx; i++) above[i] = value((j + 1) * nx + i) - level;
    for (let i = 0; i < nx - 1; i++) {
      const [a, b, c, d] = [below[i], below[i + 1], above[i + 1], above[i]]; // counterclockwise from below left
      const kind = (a > 0) | ((b > 0) << 1) | ((c > 0) << 2) | ((d > 0) << 3);
      if (kind === 0 || kind === 15) continue;
      const bottom = () => found.push(i + a / (a - b), j);
      const right = () => found.push(i + 1, j + b / (b - c));
      const top = () => found.push(i + d / (d - c), j + 1);
      const left = () => found.push(i, j + a / (a - d));
      if (kind === 5 || kind === 10) { // a saddle: the middle decides which corners belong together
        const joined = a + b + c + d > 0 === (kind === 5);
        joined ? (bottom(), right(), top(), left()) : (bottom(), left(), right(), top());
        continue;
      }
      const sides = [(a > 0) !== (b > 0) && bottom, (b > 0) !== (c > 0) && right, (c > 0) !== (d > 0) && top, (d > 0) !== (a > 0) && left];
      sides.forEach((side) => side && side());
    }
  }
  return found;
}

/** Where the likeliest class changes, in pieces as above; `leads` are of all classes but the first. */
export function boundaries(leads, size, classes) {
  const per = classes - 1;
  if (classes === 2) return crossings((node) => leads[node], size, 0);
  const of = (node, c) => (c ? leads[node * per + c - 1] : 0);
  const found = [];
  for (let one = 0; one < classes; one++) {
    for (let other = one + 1; other < classes; other++) {
      const pieces = crossings((node) => of(node, one) - of(node, other), size, 0);
      for (let k = 0; k < pieces.length; k += 4) clip(pieces.slice(k, k + 4), [one, other]);
    }
  }

  /** Only the part of a piece where no third class is likelier than the two that are equal there. */
  function clip([x0, y0, x1, y1], [one]) {
    const ahead = (x, y) => {
      const all = [0, ...sampleAt(leads, size, per, x / (size[0] - 1), y / (size[1] - 1))];
      return all.map((lead) => all[one] - lead);
    };
    const [begin, end] = [ahead(x0, y0), ahead(x1, y1)];
    let [from, to] = [0, 1];
    for (let c = 0; c < classes; c++) {
      if (begin[c] < -SAME && end[c] < -SAME) return;
      const cross = begin[c] / (begin[c] - end[c]);
      if (begin[c] < -SAME) from = Math.max(from, cross);
      if (end[c] < -SAME) to = Math.min(to, cross);
    }
    if (from < to) found.push(x0 + from * (x1 - x0), y0 + from * (y1 - y0), x0 + to * (x1 - x0), y0 + to * (y1 - y0));
  }
  return found;
}
const SAME = 1e-4; // of a lead: the two that are equal are so but for rounding
