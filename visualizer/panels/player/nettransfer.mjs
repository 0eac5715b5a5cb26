// Transfer: scores over the number of target examples, learning curves at one of these numbers, what both tasks are, and
// what follows.

import { createLayer } from "./layer.mjs";
import { createTasks } from "./nettransfertasks.mjs";
import { paintCurves, paintSizes, readerOf, shape, tracks } from "./nettransferplot.mjs";
import { adviceOf, ends, gainOf, measuredOf, percent, valued, wayName } from "./nettransferwords.mjs";
import { transferFigures } from "./nettransferfigure.mjs";
import { pointerIn } from "./plotaxes.mjs";
import { onResize } from "./panel.mjs";
import { theme } from "./theme.mjs";
import { el, options, select, write } from "./ui.mjs";

const SCORES = ["mistakes", "loss"];
const NEAR = 30; // px around a size that are the size

let score = 1;   // 0 loss, 1 mistakes: as looked at last
let chosen = 0;  // place of the size whose curves are shown

export function create(field, store) {
  const pick = select({ label: "", key: "transfer:score", onpick: (value) => ((score = SCORES.indexOf(value) ? 0 : 1), draw()) });
  const legend = el("ul", { class: "dl-transfer-legend" });
  const read = el("output", { class: "dl-map-read" });
  const tasks = createTasks(store);
  const frames = ["sizes", "curves"].map((name) => el("div", { class: `dl-transfer-frame dl-transfer-${name}`, tabindex: name === "sizes" ? 0 : null, role: name === "sizes" ? "slider" : "img" }));
  const layers = frames.map((frame) => createLayer(frame));
  layers.forEach(({ canvas }) => canvas.classList.add("dl-still"));
  const table = el("table", { class: "dl-transfer-table" });
  const advice = el("p", { class: "dl-transfer-advice" });
  const more = el("div", { class: "dl-transfer-how" });
  const how = el("p", { class: "dl-transfer-how" });
  const plots = el("div", { class: "dl-transfer-plots" }, tasks.element, frames);
  const words = el("div", { class: "dl-transfer-words", tabindex: 0, role: "status" }, advice, table, more, how);
  const element = el("figure", { class: "dl-transfer" }, el("figcaption", {}, pick, legend), plots, words, read);
  field.append(element);
  let [about, found, told, said] = [null, null, null, ""]; // told: the advice
  let [sizes, curves] = [null, null];                     // where the plots are

  function draw() {
    if (!about || !store.state) return;
    chosen = Math.min(chosen, about.sizes.length - 1);
    tell(); // first: the plots have the room that the words leave
    const seen = { store, about, read: found, score, chosen };
    layers.forEach((layer, i) => {
      layer.fit([0, 0, frames[i].clientWidth, frames[i].clientHeight]);
      layer.clear();
    });
    const size = frames[0].clientHeight > 250 ? 14 : 12;
    if (found) {
      sizes = paintSizes(layers[0].g, frames[0].clientWidth, frames[0].clientHeight, seen, size);
      curves = paintCurves(layers[1].g, frames[1].clientWidth, frames[1].clientHeight, seen, size);
    }
    element.classList.toggle("dl-transfer-waiting", !found);
  }

  /** Words, when they are others. */
  function tell() {
    const now = JSON.stringify([store.lang, theme.key, about.pair, score, chosen, found?.n, told]);
    if (now === said) return;
    said = now;
    options(pick, SCORES.map((name, i) => [name, store.say(`net_transfer.score_${1 - i}`)]), SCORES[1 - score]);
    pick.title = store.say("net_transfer.score_doc");
    pick.setAttribute("aria-label", pick.title);
    legend.replaceChildren(...about.ways.map((_, way) => el("li", {}, sample(way), el("span", { text: wayName(store, about, about.ways[way]) }))));
    frames[0].title = store.say("net_transfer.choose");
    describe();
    tasks.draw(about, found?.taught ?? []);
    words.setAttribute("aria-label", store.say("net_transfer.words"));
    if (!found) return;
    rows();
    const { head, parts, margins } = adviceOf(store, about, told);
    advice.replaceChildren(el("span", { text: head }), ...parts.flatMap(({ verdict, text, said: word }, k) =>
      [k ? " · " : " ", el("span", { text }), " ", el("b", { class: `dl-transfer-${["bad", "open", "good"][verdict + 1]}`, text: word })]));
    more.replaceChildren(...margins.map((text) => el("p", { text })));
    write(how, measuredOf(store, about, found.n));
  }

  function describe() {
    const { length } = about.sizes;
    const values = { valuemin: 0, valuemax: length - 1, valuenow: chosen, valuetext: store.say("net_transfer.curves", { n: about.sizes[chosen] }), label: store.say("net_transfer.choose") };
    Object.entries(values).forEach(([name, value]) => frames[0].setAttribute(`aria-${name}`, value));
    frames[1].setAttribute("aria-label", values.valuetext);
  }

  /** A line and its sign, as in the plots. */
  function sample(way) {
    const canvas = el("canvas", { width: 60, height: 24, "aria-hidden": "true" });
    const g = canvas.getContext("2d", { willReadFrequently: true }); // drawn once: no layer of its own
    const { color, dash } = tracks()[way];
    g.scale(2, 2);
    Object.assign(g, { strokeStyle: color, fillStyle: color, lineWidth: 2 });
    g.setLineDash(dash);
    g.beginPath();
    g.moveTo(0, 6);
    g.lineTo(30, 6);
    g.stroke();
    shape(g, way, 15, 6, 3.6);
    g.fill();
    return canvas;
  }

  function rows() {
    const last = about.at.length - 1;
    const names = about.ways.map((way) => wayName(store, about, way));
    const head = [store.say("net_transfer.examples"), ...names].map((text) => el("th", { scope: "col", text }));
    const body = about.sizes.map((n, k) => {
      const scratch = found.curve(score, 0, k, last);
      const base = el("td", { text: valued(score, scratch[0]), title: ends(score, scratch) });
      const gains = about.ways.slice(1).map((_, i) => {
        const { sign, text } = gainOf(store, score, found.gain(score, i + 1, k));
        return el("td", { class: `dl-transfer-${["bad", "open", "good"][sign + 1]}`, text });
      });
      return el("tr", { class: k === chosen ? "dl-transfer-chosen" : "", onclick: () => choose(k) }, el("th", { scope: "row", text: n }), base, gains);
    });
    table.replaceChildren(el("thead", {}, el("tr", {}, head)), el("tbody", {}, body));
  }

  function choose(k) {
    chosen = k;
    draw();
  }

  /** The size nearest to the pointer. */
  function sizeAt(event) {
    if (!sizes) return -1;
    const x = event.clientX - frames[0].getBoundingClientRect().left;
    const off = about.sizes.map((_, k) => Math.abs(sizes.x(k, 1) - x));
    const k = off.indexOf(Math.min(...off));
    return off[k] < NEAR * (sizes.box[2] / 200) ? k : -1;
  }

  const spoken = (triples) => triples.map(([mean, low, high], way) => `${store.say(`net_transfer.short_${about.ways[way]}`)} ${valued(score, mean)} ${ends(score, [mean, low, high])}`).join(" · ");
  frames[0].addEventListener("pointermove", (event) => {
    const k = sizeAt(event);
    frames[0].classList.toggle("dl-on-line", k >= 0);
    write(read, k < 0 ? "" : `${store.say("net_transfer.at_size", { n: about.sizes[k] })} · ${spoken(about.ways.map((_, way) => found.curve(score, way, k, about.at.length - 1)))}`);
    read.title = read.textContent;
  });
  frames[0].addEventListener("click", (event) => sizeAt(event) >= 0 && choose(sizeAt(event)));
  frames[0].addEventListener("keydown", (event) => {
    const way = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    if (!way || !about) return;
    choose(Math.max(0, Math.min(about.sizes.length - 1, chosen + way)));
    event.preventDefault();
    event.stopPropagation();
  });
  frames[1].addEventListener("pointermove", (event) => {
    const at = curves && pointerIn(frames[1], event, curves.box);
    if (!at) return write(read, "");
    const step = curves.across.value(at.share);
    const off = about.at.map((one) => Math.abs(one - step));
    const s = off.indexOf(Math.min(...off));
    return write(read, `${store.say("net_transfer.at_step", { step: about.at[s] })} · ${spoken(about.ways.map((_, way) => found.curve(score, way, chosen, s)))}`);
  });
  frames.forEach((frame) => frame.addEventListener("pointerleave", () => write(read, "")));

  const off = onResize(frames[0], draw); // letters that have come, words of another length

  return {
    begin(header, arrays) {
      [about, found, told, sizes, curves] = [header, null, null, null, null];
      tasks.begin(header, arrays);
      [table, advice, more].forEach((node) => node.replaceChildren());
      write(how, "");
      draw();
    },
    add(header, arrays) {
      [found, told] = [readerOf(about, arrays, header.n), header.advice];
      draw();
    },
    draw,
    figures: () => (found ? transferFigures({ store, about, read: found, score, chosen, told }) : []),
    destroy() {
      off();
      layers.forEach((layer) => layer.destroy());
      element.remove();
    },
  };
}

