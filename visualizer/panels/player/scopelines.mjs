// The rule under the microscope, line by line: in symbols, as the server has drawn them, and below with the numbers of the
// step that is shown, as MathML, which the browser sets by itself thirty times a second. visualizer/microscope says what
// the layout holds.

import { drawLines, glyphBox } from "./lines.mjs";
import { el, write } from "./ui.mjs";
import { count, exact as shortest } from "./numbers.mjs";
import { exact } from "./ticks.mjs";

const MATHML = "http://www.w3.org/1998/Math/MathML";
const RELATIONS = { "<=": "\u2264", ">=": "\u2265", "!=": "\u2260" };
const SIGNS = { "-": "\u2212", "*": "\u00b7", o: "\u2218", ".": "\u00b7", mod: "mod" };
const LEAVES = ["num", "vec", "mat", "lit", "none"];
const CALLS = { mean_of_rows: "mean", eigenvalues: "eig", eigenvectors: "eigvec", matrix: "mat", singular: "det" };
const INFINITE = { inf: "\u221e", "-inf": "\u2212\u221e" };

let kept = new Map(); // the newest layouts that came, by id: each is sent once

/** Remembers the layouts of the run under the microscope, which the next answers only name. */
export function keepLayouts({ lines } = {}) {
  if (!lines) return;
  kept = new Map(lines.map((leg) => [leg.id, leg.lines ? leg : kept.get(leg.id)]));
}

/** Whether its lines must be asked for: they are not sent before, and forgotten with a connection. */
export const lacksLines = ({ lines }) => !lines || lines.some(({ id }) => !kept.get(id));

/** The leg to which update k belongs, {first, title, layout, at}; `at` is where its numbers of that update begin. */
export function legOf({ lines }, k) {
  let at = 0;
  for (const leg of lines) {
    const row = k + 1 - leg.first;
    if (row < leg.steps) return { ...leg, layout: kept.get(leg.id), at: at + row * leg.slots };
    at += leg.steps * leg.slots;
  }
  return null;
}

function math(tag, ...children) {
  const node = document.createElementNS(MATHML, tag);
  node.append(...children);
  return node;
}

const sign = (text) => math("mo", text);
const said = (value) => (typeof value === "string" ? INFINITE[value] : shortest(value).replace("-", "\u2212"));
const textOf = (value) => (Number.isNaN(value) ? "\u2013" : Number.isInteger(value) && Math.abs(value) < 1e6 ? said(value) : exact(value));
const list = (parts) => parts.flatMap((part, i) => (i ? [sign(","), part] : [part]));
const fenced = (open, parts, close) => math("mrow", sign(open), ...parts, sign(close));
const grid = (rows) => math("mtable", ...rows.map((row) => math("mtr", ...row.map((cell) => math("mtd", cell)))));

/** Draws trees; `leaves` collects [node, slot, wrap] of every number that changes. */
function drawer(leaves) {
  const number = (at, wrap) => {
    const node = math("mn");
    leaves.push([node, at, wrap]);
    return node;
  };
  const fixed = (v, wrap) => math("mn", wrap && v < 0 ? `(${said(v)})` : said(v));
  const row = (cells) => fenced("(", list(cells), ")"); // a vector on one line: it is read faster, and needs no tall brackets

  const kinds = {
    num: ({ at, wrap }) => number(at, wrap),
    vec: ({ at }) => row([number(at), number(at + 1)]),
    mat: ({ at, rows, cols }) =>
      fenced("(", [grid(Array.from({ length: rows }, (_, i) => Array.from({ length: cols }, (_, j) => number(at + i * cols + j))))], ")"),
    lit: ({ v, wrap }) => {
      if (!Array.isArray(v)) return fixed(v, wrap);
      return Array.isArray(v[0]) ? fenced("(", [grid(v.map((row) => row.map((cell) => fixed(cell))))], ")") : row(v.map((cell) => fixed(cell)));
    },
    op: ({ op, of: [a, b] }) => math("mrow", tree(a), ...(op === "@" ? [] : [sign(SIGNS[op] ?? op)]), tree(b)),
    rel: ({ op, of: [a, b] }) => math("mrow", tree(a), sign(RELATIONS[op] ?? op), tree(b)),
    frac: ({ of: [a, b] }) => math("mfrac", tree(a), tree(b)),
    pow: ({ of: [a, b] }) => math("msup", tree(a), tree(b)),
    neg: ({ of: [a] }) => math("mrow", sign("\u2212"), tree(a)),
    sqrt: ({ of: [a] }) => math("msqrt", tree(a)),
    paren: ({ of: [a] }) => fenced("(", [tree(a)], ")"),
    abs: ({ of: [a] }) => fenced("|", [tree(a)], "|"),
    transpose: ({ of: [a] }) => math("msup", tree(a), math("mi", "T")),
    norm: ({ p, of: [a] }) => {
      const whole = fenced("\u2016", [tree(a)], "\u2016");
      return p === 2 ? whole : math("msub", whole, math("mn", INFINITE[p] ?? String(p)));
    },
    outer: ({ of: [a, b] }) => math("mrow", tree(a), math("msup", tree(b), math("mi", "T"))),
    solve: ({ of: [a, b] }) => math("mrow", math("msup", tree(a), math("mn", "\u22121")), tree(b)),
    call: ({ name, of }) => math("mrow", math("mi", CALLS[name] ?? name), fenced("(", list(of.map(tree)), ")"), ...(name === "singular" ? [sign("\u2248"), math("mn", "0")] : [])),
    cases: ({ rows }) =>
      math("mrow", sign("{"), grid(rows.map(([value, when]) => [tree(value), when ? tree(when) : math("mtext", "\u2026")]))),
    and: ({ of }) => math("mrow", ...of.flatMap((part, i) => (i ? [sign("\u2227"), tree(part)] : [tree(part)]))),
    or: ({ of }) => math("mrow", ...of.flatMap((part, i) => (i ? [sign("\u2228"), tree(part)] : [tree(part)]))),
    not: ({ of: [a] }) => math("mrow", sign("\u00ac"), tree(a)),
    none: ({ of: [a] }) => tree(a),
  };
  const tree = (part) => kinds[part.k](part);
  return tree;
}

/** @param {HTMLElement} root @returns {{tell: (rows: object, k: number) => void}} */
export function createScopeLines(root, store) {
  let built = "";
  let rows = []; // {node, leaves, result, truth}
  let layout = null;

  function lineOf(line) {
    const leaves = [];
    const tree = drawer(leaves);
    const numbers = math("math", math("mrow", ...(line.kind === "assign" ? [sign("=")] : []), tree(line.tree)));
    numbers.setAttribute("displaystyle", "true"); // fractions in full size
    let truth = null;
    if (line.kind !== "assign") truth = el("span", { class: "dl-rule-truth" });
    else if (!LEAVES.includes(line.tree.k)) numbers.append(math("mrow", sign("="), tree(line.target)));
    const node = el(
      "div",
      { class: `dl-rule dl-rule-${line.kind}`, style: `--depth: ${line.depth}` },
      drawLines(line.drawing, line.tex, { shrink: 0.7 }),
      line.says ? el("div", { class: "dl-rule-numbers" }, truth) : null, // the numbers of such a line are too long for a word behind
      el("div", { class: "dl-rule-numbers" }, numbers, line.says ? null : truth),
    );
    return { node, leaves, truth, at: line.truth, says: line.says };
  }

  /** The lines of a leg; without one, why there are none. */
  function build(leg, legs, why) {
    const key = `${leg ? `${leg.id} ${leg.first} ${legs}` : why} ${store.lang}`;
    if (key === built) return;
    built = key;
    layout = leg?.layout ?? null;
    rows = layout ? layout.lines.map(lineOf) : [];
    const note = (text) => el("p", { class: "dl-note", text });
    if (!layout) return root.replaceChildren(note(store.say(`scope.${why}`)));
    const { first, steps, title } = leg;
    const whose = legs > 1 ? [note(store.say("scope.leg", { from: count(first), to: count(first + steps - 1), name: store.text(title) }))] : [];
    const notes = [layout.noisy ? "noisy" : "", ...layout.unknown.map(() => "unknown")].filter(Boolean);
    root.replaceChildren(glyphBox(layout.glyphs), ...whose, ...rows.map(({ node }) => node), ...notes.map((name) => note(store.say(`scope.lines_${name}`))));
  }

  return {
    /** The lines of update k with its numbers. */
    tell(run, k) {
      if (lacksLines(run)) return build(null, 0, "lines_wait");
      const leg = legOf(run, k);
      build(leg, run.lines.length, run.lines.length ? "lines_left" : "no_lines");
      if (!leg) return;
      const now = run.table.subarray(leg.at, leg.at + leg.slots);
      const shown = new Set(layout.patterns[now[0]]);
      rows.forEach(({ node, leaves, truth, at, says }, i) => {
        node.hidden = !shown.has(i);
        if (node.hidden) return;
        for (const [leaf, slot, wrap] of leaves) {
          const text = textOf(now[slot]);
          write(leaf, wrap && now[slot] < 0 ? `(${text})` : text);
        }
        if (!truth) return;
        const holds = store.say(now[at] ? "scope.true" : "scope.false");
        write(truth, says ? store.say(`scope.${says}`, { holds }) : holds);
      });
    },
  };
}
