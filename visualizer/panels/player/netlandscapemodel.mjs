// A slice as it came, and its learners as they are drawn: what the maps, the strips and the words have in common.

import { KINDS, createNodes, scaleOf } from "./netlandscapenodes.mjs";
import { snapshotAt } from "./netnumbers.mjs";
import { brief } from "./numbers.mjs";
import { theme } from "./theme.mjs";
import { exact } from "./ticks.mjs";
import { runName } from "./tracks.mjs";

/**
 * @typedef {object} Way a learner's path
 * @property {number} learner its place among those that were asked for
 * @property {Float32Array} coordinates u and v of each snapshot
 * @property {Float32Array} distance of each from the plane
 * @property {number | null} kept the share of its variance that the plane keeps; `along` each axis, or null
 * @property {Float32Array | null} own true losses, training and test, of each; null as long as they are on their way
 * @property {Float32Array | null} projected those of the plane at the nearest point
 * @property {string} name
 * @property {import("./tracks.mjs").Track} track
 */

export function createModel(header, store) {
  const { key } = store.state.header.view;
  const nodes = createNodes(header.window, header.size);
  const slots = [];
  const called = []; // of all that were asked for
  const ways = [];
  let scale = null;

  /** Names and colors, as long as the slice is that of the study on the page: one that is gone keeps its own. */
  function name() {
    const { view, scenario } = store.state.header;
    if (view.key === key) {
      view.of.forEach((place, k) => {
        slots[k] = { place, color: scenario.runs[place].color };
        called[k] = runName(store, place);
      });
    }
    let from = 0;
    for (const way of ways) {
      const { place, color } = slots[way.learner];
      const slot = color % theme.paths.length;
      const count = way.distance.length;
      way.name = called[way.learner];
      way.track = { run: place, from, count, color: theme.paths[slot], dash: theme.dashes[slot], visible: true, stopped: null, marks: [], way };
      from += count;
    }
    const say = (word, values) => store.say(`net_landscape.${word}`, values);
    model.tracks = ways.map((way) => way.track);
    model.titles = KINDS.map((kind) => say(`${kind}_loss`));
    model.stripTitles = [...KINDS.map((kind) => say(`strip_${kind}`)), say("strip_distance")];
    model.names = namesOf(header, say, called);
  }

  const model = {
    key, about: header, at: header.at, nodes, ways, called,
    name,
    get scale() { return scale; },
    /** What it looks like, as far as it does not lie in the nodes. */
    get look() { return [key, ...ways.map((way) => [way.name, way.track.color, way.track.run, Boolean(way.own)])].join(); },
    add(part, arrays) {
      if (part.of === "way") ways.push({ ...arrays, learner: part.learner, kept: part.kept, along: part.along, own: null, projected: null });
      else if (part.of === "heights") Object.assign(ways.find((way) => way.learner === part.learner), arrays);
      else nodes.add(arrays);
      if (part.of === "way") name();
      else model.rescale();
    },
    rescale: () => (scale = scaleOf(nodes)),
    /** The play position in snapshots, which are all as far apart, but for the last. */
    snapshotAt(t) {
      const { at } = header;
      const k = snapshotAt(at, t);
      return k < at.length - 1 ? k + (t - at[k]) / (at[k + 1] - at[k]) : k;
    },
    /** The way that is pointed to, else that of the network that is looked at. */
    focusOf: ({ hovered, state }) => [hovered, state.header.scenario.looked].map((run) => ways.find((way) => way.track.run === run)).find(Boolean) ?? ways[0],
  };
  name();
  return model;
}

/** What the axes are called. */
function namesOf({ by, share, unit, ends }, say, called) {
  if (by === "pca") return share.map((part, k) => say("axis_pca", { k: k + 1, share: brief(100 * part, 3) }));
  if (by === "random") return [1, 2].map((k) => say("axis_random", { k, unit: brief(unit[0], 3) }));
  return [say("axis_between", { a: called[ends[0]], b: called[ends[1]] }), say("axis_across", { c: called[ends[2]] })];
}

/** What the card beside the pointer says of a node, or of a snapshot of a path. */
export function tellOf(store, model, { node, track, step, way = track?.way }) {
  const say = (word, values) => store.say(`net_landscape.${word}`, values);
  if (node !== undefined) {
    const { nodes } = model;
    const wrong = store.numbers.about?.task === "values" ? null : "mistakes";
    const number = (list) => (nodes.known[node] ? exact(list[node]) : "\u2026");
    return {
      quiet: true,
      rows: [
        ["u", exact(nodes.x(node % nodes.nx))],
        ["v", exact(nodes.y(Math.floor(node / nodes.nx)))],
        ...KINDS.map((kind, i) => [say(`${kind}_loss`), number(nodes.loss[i])]),
        ...(wrong ? KINDS.map((kind, i) => [say(`${kind}_mistakes`), nodes.known[node] ? share(nodes.mistakes[i][node]) : "\u2026"]) : []),
      ],
    };
  }
  const rows = KINDS.flatMap((kind, i) => (way.own
    ? [[say(`${kind}_own`), exact(way.own[2 * step + i])], [say(`${kind}_beneath`), exact(way.projected[2 * step + i])]]
    : []));
  return { head: way.name, track, step: say("step", { step: model.at[step] }), rows: [...rows, [say("off"), exact(way.distance[step])]] };
}

const share = (part) => (Number.isFinite(part) ? `${exact(100 * part)}%` : "\u2013");
