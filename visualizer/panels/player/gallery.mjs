// The landscapes as thumbnails: one tab stop, arrows move the choice as in any radio group.
import { landscape_families as families, landscapes } from "./catalogue.mjs";
import { BADGES } from "./own.mjs";
import { thumbnail } from "./thumb.mjs";
import { attachTileKeys } from "./tilekeys.mjs";
import { el } from "./ui.mjs";

const SEARCH_FROM = 13; // with fewer, looking is faster than typing

/** @returns {{element: HTMLElement, set: (slug: string) => void, redraw: () => void}} */
export function createGallery(store) {
  const many = Object.keys(landscapes).length >= SEARCH_FROM;
  const tiles = Object.entries(landscapes).map(([slug, landscape]) => tile(slug, landscape));
  const grid = el(
    "div",
    { role: "radiogroup", "aria-label": store.say("controls.landscape"), class: `dl-gallery${many ? " dl-many" : ""}` },
    many ? grouped() : tiles.map((item) => item.node),
  );
  const nothing = el("p", { class: "dl-nothing", text: store.say("controls.nothing_found"), hidden: true });
  const search = many
    ? el("input", {
        type: "search",
        class: "dl-search",
        placeholder: store.say("controls.find_landscape"),
        "aria-label": store.say("controls.find_landscape"),
        data: { key: "find_landscape" },
        oninput: filter,
      })
    : null;
  search?.addEventListener("keydown", (event) => event.stopPropagation());
  const element = el("div", { class: "dl-gallery-box" }, search, grid, nothing);
  let chosen = null;

  /** Tiles under the names of their families; the order of the tiles becomes the order on the screen. */
  function grouped() {
    const rank = (item) => families.findIndex((family) => family.slug === landscapes[item.slug].family);
    tiles.sort((a, b) => rank(a) - rank(b));
    return families.flatMap((family, i) => {
      const own = tiles.filter((item) => rank(item) === i);
      return own.length
        ? [
            el("div", { class: "dl-group", text: store.text(family.title), data: { family: family.slug } }),
            own.map((item) => item.node),
          ]
        : [];
    });
  }
  function tile(slug, landscape) {
    const picture = el("canvas", { "aria-hidden": "true" });
    const node = el(
      "button",
      {
        type: "button",
        role: "radio",
        class: "dl-tile",
        "aria-checked": "false",
        tabindex: -1,
        title: landscape.notes ? store.text(landscape.notes) : null,
        data: { key: `landscape:${slug}` },
        onclick: () => choose(slug),
      },
      picture,
      BADGES[slug] ? el("b", { class: "dl-badge-own", "aria-hidden": "true", html: BADGES[slug] }) : null,
      el("span", { text: store.text(landscape.title) }),
    );
    return { slug, node, picture, words: [slug, ...landscape.title, landscape.family ?? ""].join(" ").toLowerCase() };
  }
  function choose(slug) {
    if (slug === chosen) return;
    set(slug);
    store.edit("landscape", { value: slug });
  }
  function set(slug) {
    if (slug !== chosen) queueMicrotask(() => reveal(slug));
    chosen = slug;
    for (const item of tiles) {
      item.node.setAttribute("aria-checked", String(item.slug === slug));
      item.node.tabIndex = item.slug === slug ? 0 : -1;
    }
  }
  /** Scrolls the gallery alone, never the sidebar, to the chosen tile. */
  function reveal(slug) {
    const node = tiles.find((item) => item.slug === slug)?.node;
    if (!many || !node) return;
    if (node.offsetTop < grid.scrollTop || node.offsetTop + node.offsetHeight > grid.scrollTop + grid.clientHeight)
      grid.scrollTop = node.offsetTop - 8;
  }
  function filter() {
    const wanted = search.value.normalize("NFKC").toLowerCase().trim();
    for (const item of tiles) item.node.hidden = !item.words.includes(wanted);
    for (const head of grid.querySelectorAll(".dl-group"))
      head.hidden = !tiles.some((item) => !item.node.hidden && landscapes[item.slug].family === head.dataset.family);
    nothing.hidden = tiles.some((item) => !item.node.hidden);
  }
  const redraw = () => tiles.forEach((item) => thumbnail(item.picture, landscapes[item.slug].thumb));

  attachTileKeys(grid, () => tiles.filter((item) => !item.node.hidden), choose);
  return { element, set, redraw };
}
