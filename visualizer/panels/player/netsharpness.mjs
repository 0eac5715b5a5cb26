// How sharp the training loss is along the networks' paths, and the edge of stability of their rules.

import { createLayer } from "./layer.mjs";
import { snapshotAt } from "./netnumbers.mjs";
import { boxOf } from "./plotaxes.mjs";
import { learnersOf, nearest, paintSharpness, scalesOf } from "./netsharpnessplot.mjs";
import { fillSharpness } from "./netsharpnesstable.mjs";
import { notesOf, remarksOf, spoken } from "./netsharpnesswords.mjs";
import { button, el, write } from "./ui.mjs";

const ROOM = 10; // px on the right, for half of the last number of the axis
const PRESET = { dataset: "spirals", activation: "tanh", optimizer: "sgd", lr: 0.4 }; // of `_stability` in edits.py

/**
 * @typedef {object} Path what is known of a learner's path
 * @property {object} about at, sharpness, noise, missing, moves, l2: see sharpness.py
 * @property {Float64Array | null} threshold at each snapshot
 * @property {Float64Array} value k eigenvalues of each snapshot, NaN as long as they are not known
 * @property {Float64Array} residual
 * @property {{mean: number, error: number, probes: number} | null} trace
 */

export function create(field, store) {
  const read = el("output", { class: "dl-sharp-read" });
  const show = button({ text: " ", class: "dl-small dl-sharp-show", "data-key": "view:sharpness:show", onclick: () => store.edit("stability", {}) });
  const frame = el("div", { class: "dl-sharp-frame", tabindex: 0, role: "img" });
  const bar = el("i", { class: "dl-sharp-bar", "aria-hidden": "true" }); // moves; the plot need not be drawn for it
  const table = el("table", { class: "dl-sharp-table" });
  const remarks = el("div", { class: "dl-sharp-remarks" });
  const foot = el("div", { class: "dl-sharp-foot" }, table, remarks);
  const element = el("figure", { class: "dl-sharp" }, el("figcaption", {}, read, show), frame, foot);
  field.append(element);
  const layer = createLayer(frame);
  layer.canvas.classList.add("dl-still");
  frame.append(bar);
  let [about, paths, places, seen, hovered, chosen] = [null, [], [], null, null, null];

  /** The learners of the paths as they are drawn now; those that are gone are left out. */
  const learners = () => learnersOf(store, places, paths);

  function draw() {
    const [w, h] = [frame.clientWidth, frame.clientHeight];
    layer.fit([0, 0, w, h]);
    layer.clear();
    seen = about && w > 80 && h > 60 ? paint(layer.g, w, h, parseFloat(getComputedStyle(frame).fontSize) - 1) : null;
    write(show.firstChild, store.say("net_sharpness.show"));
    show.title = store.say("net_sharpness.show_doc");
    show.hidden = shown();
    if (!about) return;
    remarks.replaceChildren(...remarksOf(store, about, learners()).map((text) => el("p", { text })));
    frame.setAttribute("aria-label", [store.say(`net_sharpness.up_${about.measure}`), ...notesOf(store, about, learners())].join(store.say("net_sharpness.stop")));
    [bar.style.top, bar.style.height] = [`${seen?.box[1] ?? 0}px`, `${Math.max(0, seen?.box[3] ?? 0)}px`];
    follow(store.clock.t);
  }

  const paint = (g, w, h, size) => {
    const all = learners();
    const scales = scalesOf(about, all, store.clock.last);
    const box = boxOf(w - ROOM, h, size);
    paintSharpness(g, box, store, about, all, scales, size);
    return { box, scales };
  };

  /** Whether the button has nothing to change. */
  function shown() {
    const { dataset, shape, runs } = store.state.header.scenario;
    const own = ({ visible, optimizer, hyper, learn }) => visible && optimizer === PRESET.optimizer && hyper.lr === PRESET.lr && learn.batch > 1000;
    return dataset === PRESET.dataset && shape.activation === PRESET.activation && runs.some(own);
  }

  /** What is true at the play position. */
  function follow(t) {
    if (!about) return;
    bar.hidden = !seen;
    if (seen) bar.style.transform = `translateX(${(seen.box[0] + seen.scales.across.share(t) * seen.box[2]).toFixed(1)}px)`;
    const all = learners();
    fillSharpness(table, store, about, all, t);
    if (hovered) return;
    const { looked } = store.state.header.scenario;
    const one = all.find(({ place }) => place === (chosen ?? looked)) ?? all[0];
    write(read, one ? spoken(store, about, one, snapshotAt(one.path.about.at, t)) : "");
  }

  function point(event) {
    hovered = seen && nearest(frame, event, seen, about, learners());
    frame.classList.toggle("dl-on-line", Boolean(hovered));
    if (hovered) write(read, spoken(store, about, hovered.learner, hovered.snapshot, true));
    else follow(store.clock.t);
    store.hover(hovered?.learner.place ?? null);
  }
  const leave = () => {
    if (hovered) store.hover(null);
    hovered = null;
    follow(store.clock.t);
  };
  frame.addEventListener("pointermove", point);
  frame.addEventListener("pointerleave", leave);
  frame.addEventListener("click", (event) => {
    const at = frame.getBoundingClientRect();
    const share = seen && (event.clientX - at.left - seen.box[0]) / seen.box[2];
    if (!(share >= 0 && share <= 1)) return;
    store.pause();
    store.seek(Math.round(seen.scales.across.value(share)));
  });
  frame.addEventListener("keydown", (event) => {
    const way = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const all = learners();
    if (!way || !all.length) return;
    const now = all.findIndex(({ place }) => place === (chosen ?? store.state.header.scenario.looked));
    chosen = all[(now + way + all.length) % all.length].place;
    follow(store.clock.t);
    event.preventDefault();
    event.stopPropagation();
  });

  return {
    begin(header) {
      about = header;
      places = [...store.state.header.view.of];
      [hovered, chosen] = [null, null];
      paths = header.learners.map((own) => {
        const many = own.at.length * header.k;
        return { about: own, threshold: null, value: new Float64Array(many).fill(NaN), residual: new Float64Array(many).fill(NaN), trace: null };
      });
      draw();
    },
    add(header, arrays) {
      const path = paths[header.learner];
      if (!path) return;
      if (header.of === "edge") path.threshold = arrays.threshold;
      if (header.of === "trace") path.trace = header;
      if (header.of === "values") {
        arrays.place.forEach((snapshot, row) => {
          for (let i = 0; i < about.k; i++) {
            path.value[snapshot * about.k + i] = arrays.value[row * about.k + i];
            path.residual[snapshot * about.k + i] = arrays.residual[row * about.k + i];
          }
        });
      }
      draw();
    },
    draw,
    frame: follow,
    figures() {
      if (!seen) return [];
      const all = learners();
      const name = (i) => (about.k > 1 ? `lambda_${i + 1}` : "lambda");
      const columns = Array.from({ length: about.k }, (_, i) => [name(i), `${name(i)}_residual`]).flat();
      return [{
        name: about.measure,
        title: "",
        paint,
        legend: all.map(({ name, color, dash }) => ({ text: name, color, dash })),
        notes: [store.say(`net_sharpness.unit_${about.measure}`), ...notesOf(store, about, all), ...remarksOf(store, about, all)],
        table: () => ({
          notes: [store.say(`net_sharpness.unit_${about.measure}`), ...notesOf(store, about, all)],
          head: ["network", "step", ...columns, "edge"],
          rows: all.flatMap(({ name, path }) =>
            path.about.at.map((step, s) => {
              const values = Array.from({ length: about.k }, (_, i) => [path.value[s * about.k + i], path.residual[s * about.k + i]]).flat();
              return [name, step, ...values, path.threshold?.[s] ?? ""];
            })),
        }),
      }];
    },
    destroy() {
      if (hovered) store.hover(null);
      layer.destroy();
      element.remove();
    },
  };
}
