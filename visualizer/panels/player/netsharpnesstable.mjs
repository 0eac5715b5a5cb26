// The table under the plot: of each network the sharpness now, its share of the edge now and in the second half, the trace.

import { brief, NONE } from "./numbers.mjs";
import { snapshotAt } from "./netnumbers.mjs";
import { halfOf } from "./netsharpnesswords.mjs";
import { swatch } from "./swatch.mjs";
import { el, write } from "./ui.mjs";

const share = (value) => (value < 0.1 ? brief(value, 2) : value < 100 ? value.toFixed(2) : brief(value, 3));

/** How many points a step sees. */
function batchOf(store, { learn }) {
  const { train } = store.state.header.scenario.data;
  return learn.batch >= train ? store.say("net_sharpness.full") : store.say("net_sharpness.batch", { n: learn.batch });
}

/** Writes the table anew where its learners or words are others, else its numbers. */
export function fillSharpness(table, store, about, learners, t) {
  const { runs } = store.state.header.scenario;
  const columns = ["now", "edge", "part", "half", ...(about.measure === "plain" ? ["trace"] : [])];
  const shape = JSON.stringify([store.lang, about.measure, learners.map(({ name, color, place }) => [name, color, batchOf(store, runs[place])])]);
  if (table.dataset.shape !== shape) {
    table.dataset.shape = shape;
    const head = ["", ...columns].map((key) => el("th", { scope: "col", text: key && store.say(`net_sharpness.${key}`), title: key && store.say(`net_sharpness.${key}_doc`) }));
    const rows = learners.map(({ name, place }) => {
      const line = el("span", { "aria-hidden": "true" });
      swatch(line, runs[place].color);
      return el("tr", {}, el("th", { scope: "row" }, el("div", {}, line, el("span", { title: name }, name, el("small", { text: batchOf(store, runs[place]) })))), columns.map(() => el("td")));
    });
    table.replaceChildren(el("thead", {}, el("tr", {}, head)), el("tbody", {}, rows));
  }
  learners.forEach(({ path }, i) => {
    const s = snapshotAt(path.about.at, t);
    const [value, edge] = [path.value[s * about.k], path.threshold?.[s]];
    const half = halfOf(about, path);
    const numbers = [
      brief(value, 4),
      brief(edge, 4),
      brief(edge > 0 ? value / edge : NaN, 3),
      half ? `${share(half.median)} (${share(half.low)} – ${share(half.high)})` : NONE,
      path.trace ? `${brief(path.trace.mean, 3)} ± ${brief(path.trace.error, 2)}` : NONE,
    ];
    const cells = table.tBodies[0].rows[i].cells;
    columns.forEach((_, c) => write(cells[c + 1], numbers[c]));
  });
}
