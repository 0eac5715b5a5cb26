// What transfer says in words: how much it helps at each size, and how the lecture's advice fares.

import { brief } from "./numbers.mjs";

const MINUS = "\u2212";
const MISTAKES = 1; // place of the score

/** A share as percent. */
export const percent = (share) => (Number.isFinite(share) ? `${(100 * share).toFixed(1)}%` : "\u2013");

/** A difference of shares in points. */
export const points = (share) => (Number.isFinite(share) ? (100 * share).toFixed(1).replace(/^-/, MINUS).replace(/^\u22120\.0$/, "0.0") : share > 0 ? "∞" : `${MINUS}∞`);

/** A value of the score, 0 loss or 1 mistakes. */
export const valued = (score, value) => (score === MISTAKES ? percent(value) : brief(value, 3));
const gained = (score, value) => (score === MISTAKES ? points(value) : brief(value, 2));

/** [low, high] of an interval. */
export const ends = (score, [, low, high]) => `[${gained(score, low)}, ${gained(score, high)}]`;

/** 1 where the interval is above 0, -1 where it is below, else 0. */
export const signOf = ([, low, high]) => Number(low > 0) - Number(high < 0);

/** What a way is called. */
export function wayName(store, about, way) {
  if (way !== "frozen") return store.say(`net_transfer.${way}`);
  const trained = about.widths.length - 1 - about.frozen;
  return trained === 1 ? store.say("net_transfer.frozen_one") : store.say("net_transfer.frozen_many", { trained });
}

/** {text, sign} of a way's gain over scratch at a size; `gain` is [mean, low, high], of loss or mistakes. */
export function gainOf(store, score, gain) {
  if (!Number.isFinite(gain[1])) return { sign: 0, text: store.say("net_transfer.one_seed", { mean: gained(score, gain[0]) }) };
  const sign = signOf(gain);
  const key = sign > 0 ? "helps" : sign < 0 ? "hurts" : "untold";
  const turned = sign < 0 ? [-gain[0], -gain[2], -gain[1]] : gain;
  return { sign, text: store.say(`net_transfer.${key}`, { mean: gained(score, turned[0]), ends: ends(score, turned) }) };
}

/** How the lecture's advice fares: {head, parts: {verdict, text, said}[], margins}. */
export function adviceOf(store, about, advice) {
  const name = (way) => wayName(store, about, way);
  const margin = ({ way, rival, mean, low, high }) => store.say("net_transfer.margin", {
    way: name(way), rival: name(rival), mean: points(mean), ends: low === null ? "" : ends(MISTAKES, [mean, low, high]),
  });
  const at = (n) => store.say("net_transfer.at_size", { n });
  return {
    head: store.say(`net_transfer.advice_${about.similar ? "similar" : "different"}`),
    parts: advice.map(({ size, verdict }, k) => ({
      verdict,
      text: about.similar ? store.say(`net_transfer.advice_${k === 0 ? "little" : "much"}`, { n: size }) : store.say("net_transfer.advice_any", { n: size }),
      said: store.say(`net_transfer.verdict_${["fails", "untold", "holds"][verdict + 1]}`),
    })),
    margins: advice.map(({ size, margins }) => `${at(size)}${store.say("net_transfer.colon")}${margins.map(margin).join(store.say("net_transfer.semicolon"))}`),
  };
}

/** How it was measured. */
export function measuredOf(store, about, n) {
  return [
    store.say(n < about.seeds ? "net_transfer.some_seeds" : "net_transfer.all_seeds", { n, seeds: about.seeds }),
    store.say("net_transfer.setup", {
      widths: about.widths.join("\u2013"), activation: about.activation, parameters: about.parameters, lr: about.lr, taught: about.taught, steps: about.steps,
    }),
    about.norm === "none" ? "" : store.say("net_transfer.norm", { norm: about.norm }),
    about.fresh ? store.say("net_transfer.fresh") : "",
  ].filter(Boolean).join(store.say("net_transfer.space"));
}
