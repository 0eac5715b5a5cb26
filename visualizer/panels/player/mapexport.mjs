// A map, or a view of networks, to take away: as a picture for a slide, as vectors for a page, as numbers. What writes them
// comes when it is first asked for.

import { openMenu } from "./popover.mjs";
import { link } from "./share.mjs";
import { button } from "./ui.mjs";

/**
 * The button in the panel's header.
 * @param {() => import("./figure.mjs").Figure[]} figuresOf what is drawn now; none as long as it is not whole
 * @param {() => {title: string, names: string[]}} aboutOf what it is called, and what its file is
 * @param {() => boolean} [ready] whether it can be taken, where that is known before it is drawn
 */
export function createExport(store, figuresOf, aboutOf, ready = () => figuresOf().length > 0) {
  const node = button({ label: "", icon: "save", class: "dl-quiet dl-square", "data-key": "map:export", "aria-haspopup": "menu", onclick: open });

  function open() {
    const figures = figuresOf();
    if (!figures.length) return;
    const make = (kind) => import("./figurefile.mjs").then((files) => files[kind](figures, about(figures)), console.error);
    const item = (kind) => ({ text: store.say(`export.${kind}`), note: store.say(`export.${kind}_doc`), run: () => make(kind) });
    openMenu(node, ["png", "svg", "csv"].map(item), node.title);
  }

  function about(figures) {
    const { title, names } = aboutOf();
    const all = ["descent-lab", ...names, ...new Set(figures.map((one) => one.name))].filter(Boolean);
    return { title, link: link(store), file: all.join("-").replace(/[^\w.-]+/g, "-").slice(0, 100) };
  }

  return {
    element: node,
    update() {
      node.title = store.say("export.open");
      node.setAttribute("aria-label", node.title);
      node.disabled = !ready();
    },
  };
}
