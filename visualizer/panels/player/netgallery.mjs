// The data sets as thumbnails: one tab stop, arrows move the choice as in any radio group.
import { datasets } from "./netcatalogue.mjs";
import { dataThumbnail } from "./netthumb.mjs";
import { attachTileKeys } from "./tilekeys.mjs";
import { el } from "./ui.mjs";

/** @returns {{element: HTMLElement, set: (slug: string) => void, redraw: () => void}} */
export function createDataGallery(store) {
  const tiles = Object.entries(datasets).map(([slug, entry]) => tile(slug, entry));
  const notes = el("p", { class: "dl-note" });
  const grid = el("div", { role: "radiogroup", "aria-label": store.say("net_dials.data_set"), class: "dl-gallery" }, tiles.map(({ node }) => node));
  const element = el("div", { class: "dl-gallery-box" }, grid, notes);
  let chosen = null;

  function tile(slug, { title, notes: about }) {
    const picture = el("canvas", { "aria-hidden": "true" });
    const node = el(
      "button",
      {
        type: "button",
        role: "radio",
        class: "dl-tile",
        "aria-checked": "false",
        tabindex: -1,
        title: store.text(about),
        data: { key: `dataset:${slug}` },
        onclick: () => choose(slug),
      },
      picture,
      el("span", { text: store.text(title) }),
    );
    return { slug, node, picture };
  }

  function choose(slug) {
    if (slug === chosen) return;
    set(slug);
    store.edit("dataset", { value: slug });
  }

  function set(slug) {
    chosen = slug;
    notes.textContent = store.text(datasets[slug].notes);
    for (const { slug: own, node } of tiles) {
      node.setAttribute("aria-checked", String(own === slug));
      node.tabIndex = own === slug ? 0 : -1;
    }
  }

  attachTileKeys(grid, () => tiles, choose);

  const redraw = () => tiles.forEach(({ slug, picture }) => dataThumbnail(picture, datasets[slug]));
  return { element, set: (slug) => store.busy || set(slug), redraw };
}
