// What the first seed's networks answer, without and with a change, in step with the clock: two small maps, or curves.

import { createLayer } from "./layer.mjs";
import { drawAnswer } from "./netanswer.mjs";
import { snapshotAt } from "./netnumbers.mjs";
import { count } from "./numbers.mjs";
import { theme } from "./theme.mjs";
import { el, write } from "./ui.mjs";

const SIDES = ["without", "with"];

export function createMaps(store) {
  const tiles = SIDES.map(() => {
    const [frame, words] = [el("div", { class: "dl-reg-map", role: "img" }), el("span")];
    return { frame, words, layer: createLayer(frame), node: el("figure", {}, frame, el("figcaption", {}, words)), shown: -1 };
  });
  const equal = el("p", { class: "dl-reg-note" });
  const both = el("div", { class: "dl-reg-maps" }, tiles.map((tile) => tile.node));
  const element = el("div", { class: "dl-reg-side" }, both, equal);
  let [about, answers, points, title, stop] = [null, null, null, "", null];

  /** @param {string} also what else is to be known */
  function draw(name, also) {
    title = name;
    write(equal, store.say("net_regularization.equal", { steps: count(store.state.header.scenario.steps) }) + (also && store.say("net_regularization.space") + also));
    both.hidden = !answers;
    if (!answers || !points) return;
    const [x0, x1, y0, y1] = points.window;
    element.style.setProperty("--dl-ratio", String((x1 - x0) / (y1 - y0)));
    tiles.forEach((tile, side) => {
      write(tile.words, side ? title : store.say("net_regularization.without"));
      tile.frame.setAttribute("aria-label", store.say("net_regularization.map", { side: tile.words.textContent }));
      tile.node.title = store.say("net_regularization.map_doc");
      tile.shown = -1;
    });
    frame(store.clock.t);
  }

  function frame(t) {
    if (!answers || !points) return;
    const color = theme.paths[(store.state.header.scenario.runs[store.state.header.scenario.looked]?.color ?? 0) % theme.paths.length];
    tiles.forEach((tile, side) => {
      const [w, h] = [tile.frame.clientWidth, tile.frame.clientHeight];
      const k = snapshotAt(answers.at, side && stop !== null ? Math.min(t, stop) : t);
      if (tile.shown === k || !w || !h) return;
      tile.shown = k;
      tile.layer.fit([0, 0, w, h]);
      tile.layer.clear();
      const labels = answers.classes.subarray(side * points.train, (side + 1) * points.train);
      drawAnswer(tile.layer.g, [0, 0, w, h], about, answers[SIDES[side]], k, { points, color, labels });
    });
  }

  return {
    element,
    /** `study` is what is known of its points; the network with the change stays as it is after step `last`, if given. */
    take(header, given, study, last = null) {
      [about, answers, points, stop] = [header, given, study, last];
    },
    draw,
    frame,
    destroy: () => tiles.forEach((tile) => tile.layer.destroy()),
  };
}
