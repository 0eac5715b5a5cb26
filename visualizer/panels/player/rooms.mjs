// What is inside the library's window: the catalogue with the chosen card beside it, and the family tree.
import { entries, families } from "./cards.mjs";
import { createAdding } from "./adding.mjs";
import { createBrowse } from "./browse.mjs";
import { createCard } from "./card.mjs";
import { putGlyphs } from "./formula.mjs";
import { createTree } from "./tree.mjs";
import { button, el } from "./ui.mjs";

const ROOMS = ["optimizers", "tree"];
const known = new Map(entries.map((entry) => [entry.slug, entry]));

/** What all parts share. Children follow from the parents, in the order of their years. */
function shared(store, door, adding) {
  const parents = (entry) => entry.parents.filter((slug) => known.has(slug));
  return {
    store,
    entries,
    families,
    adding,
    entry: (slug) => known.get(slug),
    name: (slug) => store.text(known.get(slug).title),
    family: (slug) => store.text(families.find((family) => family.slug === slug).title),
    parents,
    children: (entry) => entries.filter((other) => parents(other).includes(entry.slug)).sort((a, b) => a.year - b.year),
    open: (slug) => door.go(slug ? `optimizers/${slug}` : "optimizers"),
    inTree: (slug) => door.go(`tree/${slug}`),
  };
}

/** @param {{go: (place: string) => void, close: () => void}} door */
export function createRooms(dialog, store, door) {
  const status = el("div", { class: "dl-lib-status" });
  const adding = createAdding(status, store, (slug) => store.text(known.get(slug).title));
  const lab = shared(store, door, adding);
  const browse = createBrowse(lab);
  const tree = createTree(lab);
  let card = null;

  const tabs = ROOMS.map((room) =>
    el("button", {
      type: "button",
      role: "tab",
      class: "dl-lib-tab",
      text: store.say(room === "tree" ? "library.tree" : "library.catalogue"),
      data: { key: `lib:${room}` },
      onclick: () => door.go(room),
    }),
  );
  const bar = el("div", { role: "tablist", class: "dl-lib-tabs", "aria-label": store.say("library.title") }, tabs);
  bar.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    const other = tabs[1 - tabs.indexOf(document.activeElement)];
    other?.focus();
    other?.click();
  });
  const close = button({
    label: store.say("library.close"),
    icon: "close",
    class: "dl-quiet dl-lib-close",
    "data-key": "lib:close",
    onclick: door.close,
  });
  const aside = el("section", { class: "dl-lib-card", hidden: true });
  const shelf = el("div", { class: "dl-lib-shelf" }, browse.tools, browse.list, aside);
  dialog.setAttribute("aria-label", store.say("library.title"));
  dialog.replaceChildren(
    el("header", { class: "dl-lib-head" }, el("h2", { text: store.say("library.title") }), bar, close),
    shelf,
    tree.element,
    status,
  );
  putGlyphs(dialog);

  function showCard(slug) {
    if (card?.slug === slug) return;
    card?.destroy();
    card = slug ? createCard(lab, known.get(slug)) : null;
    aside.replaceChildren(...(card ? [card.element] : []));
    aside.hidden = !card;
    aside.setAttribute("aria-label", card ? lab.name(slug) : "");
    aside.scrollTop = 0;
    shelf.classList.toggle("dl-lib-chosen", Boolean(card));
    browse.mark(slug);
    // On a narrow screen the card takes the place of the list, and with it of what had the focus.
    if (card && !browse.tools.checkVisibility()) card.heading.focus();
  }

  function show(place) {
    const [room, wanted] = place.split("/");
    const slug = known.has(wanted) ? wanted : null;
    tabs.forEach((tab, i) => {
      tab.setAttribute("aria-selected", String(ROOMS[i] === room));
      tab.tabIndex = ROOMS[i] === room ? 0 : -1;
    });
    shelf.hidden = room !== "optimizers";
    tree.element.hidden = room !== "tree";
    if (room === "tree") tree.show(slug);
    else showCard(slug);
    update(store.state);
  }

  function update(state) {
    adding.update(state);
    browse.update(state);
    tree.update(state);
    card?.update(state);
  }

  return {
    show,
    update,
    /** Where the keyboard begins: the search; not with a finger, which would call up its keyboard. */
    focus() {
      const touch = matchMedia("(pointer: coarse)").matches;
      if (!tree.element.hidden) {
        if (!tree.element.contains(document.activeElement)) tabs[1].focus();
      } else if (touch || !browse.tools.checkVisibility()) (card?.heading ?? tabs[0]).focus();
      else browse.focus();
    },
    destroy() {
      adding.destroy();
      tree.destroy();
      card?.destroy();
    },
  };
}
