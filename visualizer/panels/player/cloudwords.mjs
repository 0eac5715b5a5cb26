// What the cloud's numbers say, as sentences and as rows: the panel and the exported figure say the same.

import { colorOf, endName, leftBy } from "./cloud.mjs";
import { brief, count } from "./numbers.mjs";
import { theme } from "./theme.mjs";

const LISTED = 6; // ends that are listed

const percent = (share) => `${(100 * share).toFixed(share > 0.001 && share < 0.999 ? 1 : 2).replace(/\.?0+$/, "")}%`;
const range = ({ low, high }) => `${percent(low).slice(0, -1)}\u2013${percent(high)}`;
export const where = ({ x, y }) => `(${brief(x, 3)}, ${brief(y, 3)})`;

/** A direction without a sense, in degrees from the x axis: above -90, up to 90. */
export function angle([x, y]) {
  const turn = Math.round((180 / Math.PI) * Math.atan2(y, x));
  return `${90 - ((450 - turn) % 180)}\u00b0`.replace("-", "\u2212");
}

/** The colors of both directions of a spread. */
export const axisColors = () => [theme.text, theme.accent];

/**
 * Of the first header and the parts by name. A table is {heads, rows}, a row
 * {name, bold, color, round, at, cells}: its mark has that color, and is a disc if it is round.
 */
export function createWords(store, about, found) {
  const between = ({ low, high }) => store.say("cloud.between", { low: percent(low), high: percent(high) });
  const { cloud: own, density, spread, sweep } = found;
  const home = about.home;

  return {
    /** What is true at play position t. */
    now(t) {
      const step = store.sayTick("views.step", { step: count(Math.floor(t)) });
      const many = leftBy(own, t);
      return home ? store.say(`cloud.now_${home.kind}`, { step, count: count(many), seeds: count(about.seeds), share: percent(many / about.seeds) })
        : store.say("cloud.now", { step, seeds: count(about.seeds) });
    },

    leftTitle: () => (home ? store.say(`cloud.left_${home.kind}`, { at: where(about.points[home.point]) }) : store.say("cloud.ends")),
    spreadTitle: () => (sweep ? store.say(`cloud.over_${sweep.header.over}`) : store.say("cloud.spread")),

    /** How many left, and when. */
    times() {
      if (!home) return [store.say("cloud.no_home")];
      const { escape, median: [middle, low, high] } = own.header;
      const steps = count(store.state.header.scenario.steps);
      const half = middle === null ? store.sayTick("cloud.never_half", { steps })
        : store.sayTick("cloud.half", { step: count(middle), low: count(low), high: high === null ? `> ${steps}` : count(high) });
      return [store.say("cloud.left_by_end", { count: count(escape.count), seeds: count(about.seeds), share: percent(escape.share), between: between(escape) }), half];
    },

    leftNote() {
      const { every } = own.header;
      return !home ? "" : [store.say(`cloud.means_${home.kind}`, { radius: brief(home.radius, 3) }), every > 1 && store.sayTick("cloud.every", { every })].filter(Boolean).join(" ");
    },

    /** Where they end, and how much of exp(-f/T) is there. */
    ends() {
      const masses = density?.header.masses;
      const rows = [...own.header.ends].sort((one, other) => other.count - one.count).slice(0, LISTED).map((one) => {
        const mass = masses?.find(({ point }) => point === one.point)?.mass;
        const at = one.point >= 0 ? where(about.points[one.point]) : "";
        return { name: endName(store, one.point), bold: true, color: colorOf(one.point), at, cells: [percent(one.share), range(one), ...(masses ? [mass === undefined ? "" : percent(mass)] : [])] };
      });
      return { heads: [home ? store.say("cloud.ends") : "", store.say("cloud.share"), "95%", ...(masses ? ["exp(\u2212f/T)"] : [])], rows };
    },

    densityNote() {
      if (!density) return "";
      const { regions, formula, temperature } = density.header;
      const said = regions.map(({ mass, ...one }) => store.say("cloud.region", { mass: percent(mass), share: percent(one.share), between: between(one) }));
      return [store.say(formula ? "cloud.picture" : "cloud.sampler", { T: brief(temperature, 3), formula }), ...said].join(" ");
    },

    /** How far they spread, along both directions of the minimum's curvature. */
    spreads() {
      const rows = spread.header.axes.map((one, k) => (
        { name: angle(one.axis), color: axisColors()[k], round: !k, cells: [brief(one.curvature, 3), `${brief(one.value, 3)} \u00b1 ${brief((one.high - one.low) / 2, 2)}`, brief(one.theory, 3)] }));
      return { heads: ["direction", "curvature", "deviation", "theory"].map((key) => store.say(`cloud.${key}`)), rows };
    },

    spreadNote() {
      const { seeds, point, steady } = spread.header;
      return [!steady && store.say("cloud.unsteady"), store.say("cloud.spread_of", { seeds: count(seeds), name: endName(store, point) })].filter(Boolean).join(" ");
    },

    sweepNote() {
      const { each, over, point } = sweep.header;
      const values = { seeds: each, name: endName(store, point), steps: count(store.state.header.scenario.steps) };
      return store.sayTick(over === "batch" ? "cloud.swept_batch" : "cloud.swept_lr", values);
    },

    /** The run's own value of what is swept. */
    own() {
      const { scenario, chart } = store.state.header;
      return sweep.header.over === "batch" ? scenario.noise.hyper?.batch : scenario.runs[chart.runs[0]].hyper.lr;
    },
  };
}
