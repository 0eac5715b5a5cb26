// The controls of a surface that its user makes, in place of the dials of its parameters.
import { formulaParts } from "./letters.mjs";
import { paintedParts } from "./hills.mjs";
import { forget } from "./typing.mjs";

/** Parts for the "Surface" section, or null for a surface of the catalogue. */
export function ownParts(store, scenario) {
  if (scenario.landscape !== "formula") forget();
  if (scenario.landscape === "formula") return formulaParts(store);
  return scenario.landscape === "painted" ? paintedParts(store) : null;
}

/** What is laid over a tile's thumbnail: a surface of one's own looks like none before it is made. */
export const BADGES = {
  formula: `<span><i>f</i>(<i>x</i>, <i>y</i>)</span>`,
  painted: `<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round"><path d="M20.3 3.7c-.9-.9-2.2-.5-3 .3l-7.5 8.4 1.8 1.8L20 6.7c.8-.8 1.2-2.1.3-3z"/><path d="M9.2 13.2c-2.3-.6-3.9.7-4.4 2.6-.3 1.3-.8 2.3-2 3 2.9 1.7 7.7 1 8-2.9 0-1-.6-2.1-1.6-2.700z"/></svg>`,
};
