// What a fair race says in words: who won and by how much, what would turn it over, how it was made fair.

import { brief, count, exact, round } from "./numbers.mjs";
import { el } from "./ui.mjs";

/**
 * The verdict, sentence by sentence: who wins and how clearly, and then what turns it over.
 * @returns {{text: string, strong?: boolean, flips?: boolean}[]}
 */
export function verdictOf(store, about, told, names, found) {
  const { winner, first, second, ahead, behind } = told;
  if (first === null) return [{ text: store.say("fair.none") }];
  if (second === null) return [{ text: store.say("fair.alone") }];
  const values = { first: names[first], second: names[second], ahead, behind, of: about.tested, a: found[first].row.steps === null ? ended(store, about, found[first].row) : store.sayTick("fair.arrives", { n: found[first].row.steps }), b: ended(store, about, found[second].row) };
  const key = `${winner === null ? "level" : "wins"}${about.noisy ? "_seeds" : ""}`;
  const line = { text: store.say(`fair.${key}`, values), strong: winner !== null };
  if (winner === null) return [line];
  const flips = flipping(store, about, told, names);
  return [line, flips.length ? { text: store.say("fair.flips", { what: flips.join(store.say("fair.and")) }), flips: true } : { text: store.say("fair.stays") }];
}

/** What the table says of a run's row, in words. */
export function rowOf(store, about, i, { row }) {
  const setting = Object.entries(row.values).map(([dial, value], k) => {
    const [low, high] = [about.ranges[i][k].low, about.ranges[i][k].high].map(exact);
    return { text: `${dial.split(".").at(-1)} ${exact(value)}`, low, high, edge: row.edge.includes(dial), range: k ? `${low} … ${high}` : "" };
  });
  const share = (text) => (row.trials > 1 ? text : store.say("fair.one"));
  return {
    setting,
    result: ended(store, about, row),
    fragile: row.fragile,
    twice: share(`${(100 * row.twice).toFixed(0)}%`),
    lost: share(row.lost === 0 ? "0%" : row.lost < 0.005 ? "<1%" : `${(100 * row.lost).toFixed(0)}%`),
  };
}

/** How a run ends: `steps` to the tolerance, null if it does not get there; `gap` above the minimum, null if it diverges. */
export function ended(store, about, { steps, gap }) {
  if (steps !== null) return store.sayTick("fair.taken", { n: steps });
  return gap === null ? store.say("map.diverges") : store.say(about.certified ? "fair.gap" : "fair.gap_found", { gap: brief(gap, 3) });
}

/** Another than the winner who wins more of the columns than it. */
function overtaken({ winner }, { wins }) {
  const most = Math.max(...wins);
  return winner !== null && most > wins[winner] ? wins.indexOf(most) : null;
}

const budget = (store, { what, many }) => (what === "trials" ? store.say("fair.with_trials", { n: count(many) }) : store.sayTick("fair.with_steps", { n: count(many) }));

/** The short names of all that makes another run win. */
function flipping(store, about, told, names) {
  const from = ["seeds", "starts"].filter((key) => told[key] && overtaken(told, told[key]) !== null).map((key) => store.say(`fair.flips_${key}`, { name: names[overtaken(told, told[key])] }));
  const budgets = told.others.filter(({ winner }) => winner !== null && winner !== told.winner).map((other) => store.say("fair.flips_budget", { budget: budget(store, other), name: names[other.winner] }));
  return [...from, ...budgets];
}

/** Rows [what is different, nodes, whether another wins]. */
export function flipsOf(store, about, told, names) {
  if (told.second === null) return [];
  const shares = (key) => {
    const { wins, level, lost, of } = told[key];
    const ranked = wins.map((n, i) => [n, names[i]]).filter(([n]) => n).sort(([a], [b]) => b - a);
    const said = ranked.map(([n, name], k) => store.say(k ? "fair.share" : "fair.share_first", { name, n, of }));
    if (level) said.push(store.say("fair.share_level", { n: level }));
    if (lost) said.push(store.say("fair.share_lost", { n: lost }));
    return said.join(store.say("fair.comma"));
  };
  const of = (what) => told.others.filter((other) => other.what === what);
  const nodes = (others) => others.flatMap((other, k) => {
    const turned = told.winner !== null && other.winner !== null && other.winner !== told.winner;
    const who = other.first === null ? store.say("fair.none") : other.winner === null ? store.say("fair.unclear", { first: names[other.first], second: names[other.second] }) : names[other.winner];
    const text = store.say("fair.budget", { budget: budget(store, other), who });
    return [k ? store.say("fair.semicolon") : "", turned ? el("b", { text }) : text];
  });
  const flipped = (others) => told.winner !== null && others.some(({ winner }) => winner !== null && winner !== told.winner);
  return [
    [store.say("fair.seeds"), told.seeds ? shares("seeds") : store.say("fair.quiet"), Boolean(told.seeds) && overtaken(told, told.seeds) !== null],
    [store.say("fair.starts"), shares("starts"), overtaken(told, told.starts) !== null],
    ...["trials", "steps"].filter((what) => of(what).length).map((what) => [what === "trials" ? store.say("fair.other_trials") : store.sayTick("fair.other_steps"), nodes(of(what)), flipped(of(what))]),
  ];
}

/** How it was made fair, and how a trial is judged. */
export function notesOf(store, about, names, found) {
  const [first] = about.ranges.flat();
  const two = about.ranges.some((own) => own.length > 1);
  const single = names.filter((_, i) => !about.ranges[i].length);
  const said = [
    first && store.say(`fair.how_${about.search}`, { trials: about.trials, low: exact(first.low), high: exact(first.high) }),
    two && store.say("fair.how_two"),
    single.length && first && store.say("fair.how_single", { names: single.join(store.say("fair.comma")) }),
    about.noisy && store.say("fair.how_seeds", { tuning: about.tuning, tested: about.tested }),
    store.sayTick("fair.judged", { tolerance: exact(round(about.tolerance, 3)), steps: count(about.limit) }),
    about.unit === "steps" && unequal(store, about, found, names),
    !about.certified && store.say("fair.uncertified", { least: brief(about.least, 4) }),
    about.shared && store.say("fair.shared"),
    store.say("fair.how_precision"),
    store.say("fair.starts_how", { starts: about.starts }),
  ];
  return said.filter(Boolean).join(store.say("fair.space"));
}

/** Who took the most gradient evaluations and who the fewest, where somebody takes more than one a step. */
function unequal(store, { limit }, found, names) {
  const spent = found.flatMap((one, i) => (one ? [[one.row.spent, names[i]]] : [])).sort(([a], [b]) => a - b);
  if (spent.length < 2 || spent.at(-1)[0] <= 1.01 * limit) return "";
  const [[few, low], [many, high]] = [spent[0], spent.at(-1)];
  return store.say("fair.unequal", { low, few: count(few), high, many: count(many) });
}
