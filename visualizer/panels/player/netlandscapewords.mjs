// What a slice keeps and what it does not, in words and numbers: beside the map, never behind it.

import { KINDS } from "./netlandscapenodes.mjs";
import { brief } from "./numbers.mjs";
import { openPopover } from "./popover.mjs";
import { button, el, write } from "./ui.mjs";

export const percent = (share) => (share === null ? "\u2013" : `${brief(100 * share, 3)}%`);
export const signed = (value) => (value > 0 ? "+" : "") + brief(value, 3);

/** Names in a sentence. */
export const listed = (store, names) => names.join(store.say("net_landscape.comma"));

/** A button that opens paragraphs on what kind of slice this is, and what it does not say. */
export function createAbout(store) {
  const node = button({ label: "", icon: "info", class: "dl-quiet dl-small dl-square", "data-key": "landscape:about", "aria-haspopup": "dialog", onclick: open });
  let by = "pca";
  function open() {
    const texts = store.say(`net_landscape.about_${by}`).split("\n").filter(Boolean);
    openPopover(node, el("div", { class: "dl-ls-about", role: "dialog", "aria-label": node.title, tabindex: 0 }, texts.map((text) => el("p", { text }))), { align: "end" });
  }
  return {
    element: node,
    name(next) {
      by = next;
      node.title = store.say("net_landscape.about");
      node.setAttribute("aria-label", node.title);
    },
  };
}

export function createWords(store) {
  const plane = el("p");
  const out = el("p", { hidden: true });
  const heads = [0, 1, 2].map(() => el("th", { scope: "col" }));
  const bodies = [];
  const table = el("table", {}, el("thead", {}, el("tr", {}, heads)));
  const lowest = el("p");
  const element = el("div", { class: "dl-ls-words", tabindex: 0, role: "region" }, plane, out, table, lowest);
  let model = null;
  let shown = -1; // the snapshot whose numbers are written

  function sentence() {
    const { about } = model;
    const names = about.ends.map((k) => model.called[k]);
    if (about.by === "random") return store.say("net_landscape.plane_random", { name: names[0], unit: brief(about.unit[0], 3), cosine: brief(about.cosine, 2) });
    if (about.by === "three") return store.say("net_landscape.plane_three", { a: names[0], b: names[1], c: names[2] });
    const [a, b] = about.share;
    return store.say("net_landscape.plane_pca", { kept: percent(a + b), first: percent(a), second: percent(b) });
  }

  function rowsOf(way) {
    const facts = el("td", { colspan: 3 });
    const cells = KINDS.map(() => [el("td"), el("td")]);
    const name = el("th", { colspan: 3, scope: "rowgroup" }, el("i", { class: "dl-scope-swatch", style: `background: ${way.track.color}` }), el("span", { text: way.name }));
    const group = el("tbody", { onpointerenter: () => store.hover(way.track.run), onpointerleave: () => store.hover(null) },
      el("tr", {}, name), el("tr", {}, facts),
      KINDS.map((kind, i) => el("tr", {}, el("th", { scope: "row", text: store.say(`net_landscape.${kind}`) }), cells[i])));
    return { way, group, facts, cells };
  }

  return {
    element,
    sentence,
    /** Another slice, learner or language. */
    set(next, k) {
      model = next;
      write(plane, sentence());
      out.hidden = !model.about.diverged.length;
      write(out, store.say("net_landscape.diverged", { names: listed(store, model.about.diverged.map((one) => model.called[one])) }));
      heads.slice(1).forEach((head, i) => {
        const key = ["loss", "above"][i];
        write(head, store.say(`net_landscape.${key}`));
        head.title = store.say(`net_landscape.${key}_doc`);
      });
      bodies.splice(0).forEach(({ group }) => group.remove());
      const ordered = [...model.ways].sort((a, b) => (b === model.focus) - (a === model.focus));
      bodies.push(...ordered.map(rowsOf));
      table.append(...bodies.map(({ group }) => group));
      element.setAttribute("aria-label", store.say("net_landscape.words"));
      shown = -1;
      this.lowest();
      this.frameAt(k);
    },
    lowest() {
      const { nodes } = model;
      lowest.hidden = !nodes.complete;
      if (lowest.hidden) return;
      const [train, test] = nodes.lowest.map((k, kind) => (k < 0 ? "\u2013" : brief(nodes.loss[kind][k], 3)));
      write(lowest, store.say("net_landscape.lowest", { train, test, count: nodes.nx * nodes.ny }));
    },
    /** The numbers at a snapshot. */
    frameAt(t, again = false) {
      if (!model) return; // the clock may tick before the first slice is drawn
      const k = Math.min(Math.floor(t), model.at.length - 1);
      if (k === shown && !again) return;
      shown = k;
      write(heads[0], store.say("net_landscape.step", { step: model.at[k] }));
      for (const { way, facts, cells } of bodies) {
        write(facts, store.say("net_landscape.facts", { distance: brief(way.distance[k], 3), kept: percent(way.kept) }));
        facts.title = [store.say("net_landscape.facts_doc"), way.along ? store.say("net_landscape.along", { first: percent(way.along[0]), second: percent(way.along[1]) }) : ""].filter(Boolean).join(": ");
        cells.forEach(([own, above], kind) => {
          write(own, way.own ? brief(way.own[2 * k + kind], 3) : "\u2026");
          write(above, way.own ? signed(way.own[2 * k + kind] - way.projected[2 * k + kind]) : "\u2026");
        });
      }
    },
    destroy: () => element.remove(),
  };
}
