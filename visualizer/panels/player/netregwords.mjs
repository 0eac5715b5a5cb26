// What is said of a change: whether it helps, by its interval, and the table of what there is with and without it.

import { views } from "./netcatalogue.mjs";
import { interval, parts } from "./netstats.mjs";
import { exact } from "./numbers.mjs";
import { el } from "./ui.mjs";

/** What a change is called, with its strength where it has one: "L2 0.01". */
export function titleOf(store, change, value) {
  const { choices, titles } = views.regularization.dials.change;
  const title = store.text(titles[choices.indexOf(change)]);
  return value === undefined || change === "stopping" ? title : `${title} ${exact(value)}`;
}

/** A verdict of the table's row of this name, as a sentence. */
export function verdictOf(store, table, name, values) {
  const row = table.find((one) => one.name === name);
  if (!row) return "";
  const n = row.difference[3];
  return store.say(`net_regularization.${name}_${row.verdict}`, { ...values, ...parts(row.difference), n });
}

/** One row of the table for each of what was measured: name, without, with, difference. */
export function fill(node, store, table, { names = "net_regularization.row_", marks = {} } = {}) {
  const say = (key) => store.say(`net_regularization.${key}`);
  const head = ["", say("without"), say("with"), say("difference")].map((text) => el("th", { scope: "col", text }));
  const body = table.map(({ name, without, with: changed, difference, verdict }) => {
    const told = (values, signed) => el("td", { text: interval(values, signed), title: exactly(values) });
    const sure = verdict === "helps" || verdict === "hurts";
    const last = told(difference, true);
    last.className = sure ? "dl-reg-sure" : "";
    return el("tr", {}, el("th", { scope: "row", title: store.say(`${names}${name}_doc`) }, marks[name] ?? null, el("span", { text: store.say(`${names}${name}`) })), told(without), told(changed), last);
  });
  node.replaceChildren(el("thead", {}, el("tr", {}, head)), el("tbody", {}, body));

  function exactly(values) {
    const { mean, low, high } = parts(values, true);
    return values[1] === null ? mean : `${mean} (${low} … ${high})`;
  }
}
