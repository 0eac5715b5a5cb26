// What is said of a comparison: claims and what came of them, what was held equal, what the numbers do not say.

import { brief, count, exact } from "./numbers.mjs";

const MARKS = { holds: "✓", against: "✗", open: "?" };

const keyOf = ({ task }, measure) => (measure === "test_mistakes" && task === "values" ? "test_error" : measure);

/** What a measure is called; of values to be predicted there are errors, not mistakes. */
export const measureName = (store, about, measure) => store.say(`net_claims.measure_${keyOf(about, measure)}`);

const between = (store, { mean, low, high }) =>
  mean === null ? store.say("net_claims.none") : low === null ? brief(mean, 3) : store.say("net_claims.between", { mean: signed(mean), low: brief(low, 3), high: brief(high, 3) });
const signed = (value) => `${value > 0 ? "+" : ""}${brief(value, 3)}`;

/**
 * The claims with their verdicts, as far as they are known.
 * @returns {{words: string, source: string, link: string, verdict: {found: string, text: string},
 *   parts: {found: string, mark: string, text: string, numbers: string}[]}[]}
 */
export function claimsOf(store, about, found) {
  return about.claims.map(({ words, source, year, link }, k) => {
    const parts = found.verdict?.claims[k] ?? [];
    return {
      words: store.say("net_claims.quoted", { words: store.text(words) }),
      source: year ? `${source} ${year}` : source,
      link,
      verdict: parts.length ? overall(store, about, parts) : { found: "", text: progress(store, about, found) },
      parts: parts.map((part) => ({ found: part.found, mark: MARKS[part.found], text: partOf(store, about, part), numbers: numbersOf(store, part) })),
    };
  });
}

function progress(store, about, found) {
  const tuned = about.arms.some((arm) => arm.tuned);
  if (tuned && !found.rates) return store.say("net_claims.tuning", { n: about.validating });
  return store.say("net_claims.measuring", { done: found.measured.length, n: about.seeds });
}

/** Of all parts of a claim: never more than the least certain of them. */
function overall(store, about, parts) {
  const any = (found) => parts.some((part) => part.found === found);
  const key = ["holds", "against", "open"].filter(any).join("_"); // all, or in part
  return { found: any("against") ? "against" : any("open") ? "open" : "holds", text: store.say(`net_claims.all_${key}`, { n: about.seeds }) };
}

const armOf = (store, about, name) => store.text(about.arms.find((arm) => arm.name === name)?.title ?? ["", ""]);

function partOf(store, about, { arm, measure, way, found }) {
  const what = store.say(`net_claims.${keyOf(about, measure)}_${way}`, { arm: armOf(store, about, arm) });
  const how = store.say(`net_claims.${found === "open" && way === "no_more" ? "open_no_more" : found}`, { n: about.seeds });
  return store.say("net_claims.part", { what, how });
}

const numbersOf = (store, part) => store.say(part.measure === "rank" ? "net_claims.correlated" : "net_claims.differs", { between: between(store, part) });

/** The verdicts as sentences. */
export function verdictOf(store, about, found) {
  return claimsOf(store, about, found).flatMap(({ words, source, verdict, parts }) => [`${words} ${source}`, verdict.text, ...parts.map(({ text, numbers }) => `${text} ${numbers}`)]);
}

export function rankOf(store, { verdict }) {
  if (!verdict) return store.say("net_claims.rank_title");
  return store.say("net_claims.rank", { between: between(store, verdict.rank), n: verdict.rank.n, points: verdict.rank.points });
}

/** How it was measured, what to keep in mind. */
export function howOf(store, about, arms, found) {
  const { scenario } = store.state.header;
  const size = store.say("net_claims.size", { parameters: count(scenario.parameters), train: count(scenario.data.train) });
  return [
    ...arms.flatMap((arm, i) => (found.verdict?.lost[i] ? [store.say("net_claims.lost", { name: arm.text, lost: found.verdict.lost[i], n: about.seeds })] : [])),
    store.text(about.equal),
    ...rates(store, arms, about, found),
    store.say("net_claims.drawn"),
    store.say("net_claims.intervals"),
    store.say("net_claims.dinh"),
    size,
  ];
}

/** Who has not learned the training data as well as the reference: then a gap is not one between equals. */
export function unequalOf(store, about, arms, { differences, verdict }) {
  if (!verdict) return [];
  const m = about.measures.indexOf("train_loss");
  const ends = (i, end) => differences[(i * about.measures.length + m) * 3 + end];
  return ["more", "less"].flatMap((way) => {
    const names = arms.flatMap(({ text }, i) => (i && (way === "more" ? ends(i, 1) > 0 : ends(i, 2) < 0) ? [text] : []));
    return names.length ? [store.say(`net_claims.unequal_${way}`, { names: names.join(store.say("net_claims.comma")), reference: arms[0].text })] : [];
  });
}

function rates(store, arms, about, found) {
  const chosen = arms.filter(({ name }) => found.rates?.[name]);
  if (!chosen.length) return [];
  const list = chosen.map(({ name, text }) => store.say("net_claims.rate", { name: text, lr: exact(found.rates[name].lr) }));
  const ends = chosen.filter(({ name }) => found.rates[name].end).map(({ text }) => text);
  return [
    store.say("net_claims.rates", { list: list.join(store.say("net_claims.comma")), n: about.validating }),
    ...(ends.length ? [store.say("net_claims.rate_end", { names: ends.join(store.say("net_claims.comma")) })] : []),
  ];
}
