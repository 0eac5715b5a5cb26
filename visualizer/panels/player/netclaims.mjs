// Claims of textbooks measured over seeds: what is claimed, what came of it, every seed as a dot.

import { createLayer } from "./layer.mjs";
import { forestHeight, paintForest } from "./netclaimsforest.mjs";
import { paintScatter, SIGNS } from "./netclaimsscatter.mjs";
import { claimsOf, howOf, rankOf, unequalOf, verdictOf } from "./netclaimswords.mjs";
import { theme } from "./theme.mjs";
import { el, write } from "./ui.mjs";

const NEAR = 14; // px around a mark that are the mark

/**
 * @typedef {object} Found what is known so far
 * @property {Float64Array[]} measured of each seed, (arms, measures)
 * @property {Float64Array} means (arms, measures, 3): the mean and the ends of its interval
 * @property {Float64Array} differences from the first arm, likewise
 * @property {object | null} rates the part of them  @property {object | null} verdict
 */

export function create(field, store) {
  const said = el("div", { class: "dl-claims-said" });
  const plots = ["forest", "scatter"].map((name) => {
    const frame = el("div", { class: `dl-claims-${name}`, tabindex: 0, role: "img" });
    const layer = createLayer(frame);
    layer.canvas.classList.add("dl-still");
    return { name, frame, layer, hits: [], at: -1 };
  });
  const rank = el("p", { class: "dl-claims-rank" });
  const legend = el("p", { class: "dl-claims-legend" });
  const how = el("p", { class: "dl-claims-how" });
  const read = el("output", { class: "dl-claims-read" });
  const [forest, scatter] = plots;
  const body = el("div", { class: "dl-claims-body" }, said, el("div", { class: "dl-claims-plots" }, forest.frame, el("div", { class: "dl-claims-side" }, rank, scatter.frame, legend)), how);
  const element = el("figure", { class: "dl-claims" }, body, read);
  field.append(element);
  let [about, found] = [null, null];

  /** The arms as they are drawn. */
  const arms = () => about.arms.map((arm, i) => ({ ...arm, text: store.text(arm.title), color: theme.paths[i % theme.paths.length] }));

  const sizeOf = (frame) => parseFloat(getComputedStyle(frame).fontSize) - 1;
  const paints = {
    forest: (g, w, h, size) => paintForest(g, w, store, about, arms(), found, size),
    scatter: (g, w, h, size) => paintScatter(g, w, h, store, about, arms(), found, size),
  };

  function draw() {
    if (!about) return;
    const caveats = unequalOf(store, about, arms(), found).map((text) => el("p", { class: "dl-claims-caveat", text }));
    said.replaceChildren(...claimsOf(store, about, found).map(claim), ...caveats);
    legend.replaceChildren(...arms().map(({ text, color }, i) => el("span", {}, el("i", { style: `color: ${color}`, text: SIGNS[i % SIGNS.length] }), text)));
    write(rank, rankOf(store, found));
    write(how, howOf(store, about, arms(), found).join(store.say("net_claims.space")));
    forest.frame.style.height = `${forestHeight(about, sizeOf(forest.frame))}px`;
    for (const plot of plots) {
      const [w, h] = [plot.frame.clientWidth, plot.frame.clientHeight];
      plot.layer.fit([0, 0, w, h]);
      plot.layer.clear();
      plot.hits = found.measured.length && w > 100 ? paints[plot.name](plot.layer.g, w, h, sizeOf(plot.frame)) : [];
      plot.frame.setAttribute("aria-label", [store.say(`net_claims.${plot.name}`), ...(plot === forest ? verdictOf(store, about, found) : [rankOf(store, found)])].join(store.say("net_claims.space")));
    }
  }

  /** A claim in its words, and what came of each part of it. */
  function claim({ words, source, link, verdict, parts }) {
    const cite = link ? el("a", { href: link, target: "_blank", rel: "noopener", text: source }) : el("cite", { text: source });
    const rows = parts.map(({ found: how, mark, text, numbers }) =>
      el("li", { data: { found: how } }, el("b", { "aria-hidden": "true", text: mark }), el("span", { text }), el("span", { class: "dl-claims-numbers", text: numbers })));
    return el("section", {}, el("blockquote", {}, words, " ", cite), el("p", { class: "dl-claims-verdict", data: { found: verdict.found }, role: "status", text: verdict.text }), el("ul", {}, rows));
  }

  for (const plot of plots) {
    plot.frame.addEventListener("pointermove", (event) => {
      const at = plot.frame.getBoundingClientRect();
      const off = (hit) => Math.hypot(hit.x - event.clientX + at.left, hit.y - event.clientY + at.top);
      const near = plot.hits.reduce((best, hit) => (off(hit) < (best ? off(best) : NEAR) ? hit : best), null);
      write(read, near?.text ?? "");
    });
    plot.frame.addEventListener("pointerleave", () => write(read, ""));
    plot.frame.addEventListener("blur", () => write(read, ""));
    plot.frame.addEventListener("keydown", (event) => {
      const way = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
      const list = plot.hits.filter((hit) => hit.mean || plot === scatter);
      if (!way || !list.length) return;
      plot.at = (plot.at + way + list.length) % list.length;
      write(read, list[plot.at].text);
      event.preventDefault();
      event.stopPropagation();
    });
  }

  return {
    begin(header) {
      about = header;
      found = { measured: [], means: null, differences: null, rates: null, verdict: null };
      plots.forEach((plot) => (plot.at = -1));
      write(read, "");
      body.scrollTop = 0;
      draw();
    },
    add(header, arrays) {
      if (header.of === "rates") found.rates = header.rates;
      if (header.of === "verdict") found.verdict = header;
      if (header.of === "seed") {
        found.measured[header.seed] = arrays.measured;
        [found.means, found.differences] = [arrays.means, arrays.differences];
      }
      draw();
    },
    draw,
    figures() {
      if (!found?.verdict) return [];
      const all = arms();
      const [many, of] = [about.measures.length, store.state.header.view.values.question];
      const notes = [...verdictOf(store, about, found), ...unequalOf(store, about, all, found), ...howOf(store, about, all, found)];
      const legend = all.map(({ text, color }) => ({ text, color }));
      const table = () => ({
        notes: [store.text(about.asks), ...notes, rankOf(store, found)],
        head: ["arm", "seed", ...about.measures],
        rows: all.flatMap((arm, i) => found.measured.map((row, seed) => [arm.text, seed, ...row.subarray(i * many, (i + 1) * many)])),
      });
      return [
        { name: of, title: store.say("net_claims.forest"), paint: paints.forest, height: (w, size) => forestHeight(about, size), legend: [], notes, table },
        { name: of, title: store.say("net_claims.scatter"), paint: paints.scatter, legend, notes: [rankOf(store, found)], table },
      ];
    },
    destroy() {
      plots.forEach(({ layer }) => layer.destroy());
      element.remove();
    },
  };
}
