// What smooth weights cost: accuracy and roughness over penalties, and the weights themselves below each.

import { createLayer } from "./layer.mjs";
import { paintSweep } from "./netweightssweepplot.mjs";
import { exact as typed } from "./numbers.mjs";
import { onResize } from "./panel.mjs";
import { theme } from "./theme.mjs";
import { runName } from "./tracks.mjs";
import { el, write } from "./ui.mjs";

const MINUS = "\u2212";
const fixed = (value, digits) => value.toFixed(digits).replace("-", MINUS);
const points = (share) => fixed(100 * share, 2);
const interval = ([, low, high], digits, times = 1) => (Number.isFinite(low) && Number.isFinite(high) ? `[${fixed(times * low, digits)}, ${fixed(times * high, digits)}]` : "");

export function createSweep(field, store, hear) {
  const verdict = el("p", { class: "dl-weights-verdict", role: "status" });
  const frame = el("div", { class: "dl-weights-frame", role: "img", tabindex: 0 });
  const note = el("p", { class: "dl-weights-muted" });
  const element = el("div", { class: "dl-weights-sweep" }, verdict, frame, note);
  field.append(element);
  const layer = createLayer(frame);
  layer.canvas.classList.add("dl-still");
  let [about, found, pictures, place, at] = [null, null, null, null, -1]; // place: where the plot is

  const track = () => {
    const { looked, runs } = store.state.header.scenario;
    const slot = (runs[looked]?.color ?? 0) % theme.paths.length;
    return { color: theme.paths[slot], dash: [], own: runs[looked]?.learn.smooth ?? 0 };
  };
  const triple = (name, k) => found[name].subarray(3 * k, 3 * k + 3);
  const seen = () => ({ store, about, found, pictures, triple, track: track(), at });

  function draw() {
    if (!about || !store.state) return;
    tell();
    const [w, h] = [frame.clientWidth, frame.clientHeight];
    layer.fit([0, 0, w, h]);
    layer.clear();
    if (found && w > 100 && h > 80) place = paintSweep(layer.g, w, h, seen(), h > 340 ? 14 : 12);
  }

  function sentences() {
    const { free, begins } = found.verdict;
    const { n } = found;
    if (n < 2) return [store.say("net_weights.one_network")];
    const penalty = (k) => typed(about.penalties[k]);
    const said = (key, k, cost, falls) => store.say(`net_weights.${key}`, {
      penalty: penalty(k), little: 100 * about.little, cost: points(cost[0]), ends: interval(cost, 2, 100),
      times: falls ? fixed(falls[0], 2) : "\u2013", times_ends: falls ? interval(falls, 2) : "",
    });
    const parts = [free === null ? store.say("net_weights.nothing_free", { little: 100 * about.little, n }) : said("free", free, found.verdict.free_cost, found.verdict.free_falls)];
    parts.push(begins === null ? store.say("net_weights.nothing_costs") : said("begins", begins, found.verdict.begins_cost, found.verdict.begins_falls));
    if (begins !== null && begins - (free ?? 0) > 1) parts.push(store.say("net_weights.between", { n }));
    return parts;
  }

  function tell() {
    const said = found ? sentences() : [];
    const now = said.join("\n");
    if (verdict.dataset.said !== now) verdict.replaceChildren(...said.flatMap((text, k) => [k ? store.say("net_weights.space") : "", el(k ? "span" : "b", { text })]));
    verdict.dataset.said = now;
    write(note, measured());
    frame.setAttribute("aria-label", store.say("net_weights.sweep_label"));
    frame.title = store.say("net_weights.sweep_click");
  }

  const measured = () => (found ? store.say(found.n < about.seeds ? "net_weights.sweep_some" : "net_weights.sweep_note", { n: found.n, seeds: about.seeds, seed: about.seed, name: runName(store, store.state.header.scenario.looked), steps: about.steps }) : "");

  /** What is known of the penalty at place k. */
  function read(k) {
    const [accuracy, rough, cost] = ["accuracy", "roughness", "cost"].map((name) => triple(name, k));
    return store.say("net_weights.sweep_read", {
      penalty: typed(about.penalties[k]), n: found.n,
      accuracy: fixed(100 * accuracy[0], 2), accuracy_ends: interval(accuracy, 2, 100),
      rough: fixed(rough[0], 3), rough_ends: interval(rough, 3),
      cost: points(cost[0]), cost_ends: k ? interval(cost, 2, 100) : "",
    });
  }

  function look(k) {
    if (k === at) return;
    at = k;
    hear(k < 0 ? "" : read(k));
    draw();
  }
  const columnAt = (event) => (place ? place.column(event.clientX - frame.getBoundingClientRect().left) : -1);
  frame.addEventListener("pointermove", (event) => look(columnAt(event)));
  frame.addEventListener("pointerleave", () => look(-1));
  frame.addEventListener("blur", () => look(-1));
  frame.addEventListener("click", (event) => give(columnAt(event)));
  frame.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === "Enter") give(at);
    else if (way && found) look(Math.max(0, Math.min(about.penalties.length - 1, at + way)));
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  /** The network looked at gets this penalty. */
  function give(k) {
    const { looked } = store.state.header.scenario;
    if (k >= 0 && looked !== null) store.edit("learn", { run: looked, name: "smooth", value: about.penalties[k] });
  }
  const off = onResize(frame, draw);

  return {
    begin(header) {
      [about, found, pictures, place, at] = [header, null, null, null, -1];
      draw();
    },
    add(header, arrays) {
      if (header.of !== "seeds") return;
      found = { ...arrays, n: header.n, verdict: header.verdict };
      if (arrays.pictures) ({ pictures } = arrays);
      draw();
    },
    draw,
    figures: () => (found ? [{
      name: "smoothing",
      title: "",
      paint: (g, w, h, size) => paintSweep(g, w, h, { ...seen(), at: -1 }, size),
      height: (w) => 0.62 * w,
      legend: [],
      notes: [...sentences(), measured()],
      table: () => ({
        notes: [...sentences(), measured()],
        head: ["penalty", "seed", "test_mistakes", "roughness"],
        rows: about.penalties.flatMap((penalty, k) => Array.from({ length: found.n }, (_, i) => [penalty, String(about.seed + i), found.mistakes[k * found.n + i], found.rough[k * found.n + i]])),
      }),
    }] : []),
    destroy() {
      off();
      layer.destroy();
      element.remove();
    },
  };
}
