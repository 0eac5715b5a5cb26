// What is said of sharpness: at a step, over the second half of training, of edges that are not known.

import { brief, count } from "./numbers.mjs";
import { shownAt } from "./netsharpnessplot.mjs";
import { exact } from "./ticks.mjs";

const SUB = "₁₂₃";

/** What is known at a snapshot; `exactly`, with all digits and residuals. */
export function spoken(store, about, { name, path }, snapshot, exactly = false) {
  const step = path.about.at[snapshot];
  const head = store.say("net_sharpness.at", { name, step: count(step) });
  const said = [];
  for (let i = 0; i < about.k; i++) {
    const value = path.value[snapshot * about.k + i];
    const residual = path.residual[snapshot * about.k + i];
    if (Number.isNaN(value)) continue;
    const number = exactly ? `${exact(value)} ± ${brief(residual, 2)}` : brief(value, 4);
    said.push(`λ${about.k > 1 ? SUB[i] : ""} ${number}`);
  }
  if (!said.length) return `${head} · ${store.say("net_sharpness.nothing")}`;
  const edge = path.threshold?.[snapshot];
  if (edge > 0) {
    const share = path.value[snapshot * about.k] / edge;
    said.push(store.say("net_sharpness.share", { share: exactly ? exact(share) : brief(share, 3), edge: exactly ? exact(edge) : brief(edge, 4) }));
  }
  return `${head} · ${said.join(" · ")}`;
}

/** Median, least and most of the shares of the edge in the second half of the steps; null as long as they are not all known. */
export function halfOf(about, path) {
  if (!path.threshold) return null;
  const { at } = path.about;
  const shares = at.flatMap((step, s) => (2 * step >= at.at(-1) ? [path.value[s * about.k] / path.threshold[s]] : []));
  const known = shares.filter(Number.isFinite).sort((a, b) => a - b);
  if (!known.length || known.length < shares.length) return null;
  return { median: known[known.length >> 1], low: known[0], high: known.at(-1) };
}

/** For each learner what its numbers come to. */
export function notesOf(store, about, learners) {
  return learners.flatMap(({ name, path }) => {
    const half = halfOf(about, path);
    const said = [];
    if (half) said.push(store.say("net_sharpness.half_note", { median: brief(half.median, 3), low: brief(half.low, 3), high: brief(half.high, 3) }));
    if (path.trace) said.push(store.say("net_sharpness.trace_note", { mean: brief(path.trace.mean, 3), error: brief(path.trace.error, 2), probes: path.trace.probes }));
    return said.length ? [store.say("net_sharpness.note", { name, said: said.join(store.say("net_sharpness.comma")) })] : [];
  });
}

/** Why an edge is not there, moves, or is no place to be: each reason once, with the names that it holds for. */
export function remarksOf(store, about, learners) {
  const reasons = new Map();
  const add = (key, name) => reasons.set(key, [...(reasons.get(key) ?? []), name]);
  for (const { name, path } of learners) {
    const { sharpness, noise, missing, moves, l2 } = path.about;
    const drawn = Boolean(path.threshold);
    if (missing) add(`missing_${missing}`, name);
    else if (!drawn) add("preconditioned", name);
    if (drawn && noise) add(`noise_${noise}`, name);
    if (drawn && moves) add(`moves_${moves}`, name);
    if (drawn && sharpness === "preconditioned") add("divided", name);
    if (l2) add("penalty", name);
    if (path.value.some((value, at) => at % about.k === 0 && value <= 0)) add("negative", name);
  }
  return [...reasons].map(([key, names]) => store.say("net_sharpness.note", { name: names.join(store.say("net_sharpness.comma")), said: store.say(`net_sharpness.${key}`) }));
}
