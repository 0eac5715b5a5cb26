// Weights as pictures: the first weights in step with the play position, images that excite units most, and what smooth
// weights cost. The penalty of the network looked at is turned here too.

import { createDial } from "./dial.mjs";
import { learn } from "./netcatalogue.mjs";
import { createSweep } from "./netweightssweep.mjs";
import { createUnits } from "./netweightsunits.mjs";
import { runName } from "./tracks.mjs";
import { el, write } from "./ui.mjs";

export function create(field, store) {
  const knob = el("span", { class: "dl-weights-knob" });
  const read = el("output", { class: "dl-map-read" });
  const none = el("p", { class: "dl-net-said" });
  const body = el("div", { class: "dl-weights-body" });
  const element = el("figure", { class: "dl-weights" }, el("figcaption", {}, knob, read), none, body);
  field.append(element);
  const hear = (text) => write(read, text);
  let [about, plot, dial, built, t] = [null, null, null, "", store.clock.t];

  /** The dial of the learner looked at: one of `learn`, whose edit names the learner by its place. */
  function turn() {
    const { looked, runs } = store.state.header.scenario;
    const run = runs[looked];
    knob.hidden = !run || about?.show === "smoothing"; // it is swept there
    if (!run) return;
    const shape = [store.lang, looked].join();
    if (built !== shape) {
      built = shape;
      dial = createDial(learn.smooth, { store, key: `weights:smooth:${looked}`, compact: true, label: store.say("net_weights.smooth"), about: store.text(learn.smooth.doc),
        send: (value) => store.edit("learn", { run: looked, name: "smooth", value }) });
      knob.replaceChildren(dial.element);
    }
    knob.title = store.say("net_weights.smooth_of", { name: runName(store, looked) });
    dial.set(run.learn.smooth);
  }

  function draw() {
    if (!store.state) return;
    turn();
    none.hidden = !about?.none;
    body.hidden = Boolean(about?.none);
    write(none, about?.none ? store.text(about.none) : "");
    plot?.draw();
  }

  return {
    begin(header, arrays) {
      const other = header.show === "smoothing" ? createSweep : createUnits;
      if (!plot || plot.create !== other) {
        plot?.destroy();
        plot = Object.assign(other(body, store, hear), { create: other });
      }
      about = header;
      hear("");
      plot.begin(header, arrays);
      plot.frame?.(t);
      draw();
    },
    add(header, arrays) {
      plot?.add(header, arrays);
      plot?.frame?.(t);
    },
    draw,
    frame(now) {
      t = now;
      plot?.frame?.(now);
    },
    figures: () => (about && !about.none ? plot.figures() : []),
    destroy() {
      plot?.destroy();
      element.remove();
    },
  };
}
