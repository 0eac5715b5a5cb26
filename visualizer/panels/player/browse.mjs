// The catalogue: what the search and the filters let through, as a list.
import { byYear, find, prepare } from "./search.mjs";
import { createFilters } from "./filters.mjs";
import { button, el, write } from "./ui.mjs";

let kept = null; // the filters outlive the window, as long as the page does

/** @param {object} lab  what the library's parts share, see rooms.mjs */
export function createBrowse(lab) {
  const { store } = lab;
  const index = prepare(lab.entries, lab.families);
  const rows = new Map(lab.entries.map((entry) => [entry.slug, row(entry)]));
  let shown = [];
  let chosen = null;

  const filters = createFilters(lab, kept, (values) => {
    kept = values;
    fill();
    list.scrollTop = 0;
  });
  const list = el("div", { class: "dl-lib-list", onkeydown: move });

  function row(entry) {
    const title = store.text(entry.title);
    const mark = el("span", { class: "dl-lib-racing" });
    const open = el(
      "button",
      { type: "button", class: "dl-lib-open", data: { key: `lib:row:${entry.slug}` }, onclick: () => lab.open(entry.slug) },
      el("span", { class: "dl-lib-name" }, el("b", { text: title }), " ", el("span", { text: entry.year }), mark),
      el("span", { class: "dl-lib-authors", text: entry.authors }),
      el("span", { class: "dl-lib-summary", text: store.text(entry.summary) }),
      el("span", { class: "dl-lib-tag", text: lab.family(entry.family) }),
    );
    const add = button({
      label: store.say("library.add", { name: title }),
      icon: "plus",
      class: "dl-lib-add",
      onclick: () => lab.adding.add(entry.slug),
    });
    return { open, add, mark, element: el("li", { class: "dl-lib-row" }, open, add) };
  }

  /** The list in parts: by family, by year, or by where a search has met. */
  function parts({ query, sort, ...rest }) {
    const { named, mentioned } = find(index, { query, ...rest });
    const ordered = (entries) => byYear(entries).flatMap((group) => group.entries);
    if (query.trim()) {
      return [
        [store.say("library.hits_name"), sort === "year" ? ordered(named) : named],
        [store.say("library.hits_text"), sort === "year" ? ordered(mentioned) : mentioned],
      ];
    }
    if (sort === "year") return byYear(named).map((group) => [String(group.year), group.entries]);
    return lab.families.map(({ slug }) => [lab.family(slug), named.filter((entry) => entry.family === slug)]);
  }

  function fill() {
    const values = filters.values();
    const found = parts(values).filter(([, entries]) => entries.length);
    shown = found.flatMap(([, entries]) => entries.map((entry) => entry.slug));
    filters.count(shown.length);
    list.classList.toggle("dl-lib-grouped", values.sort === "family" && !values.query.trim());
    list.replaceChildren(
      ...found.map(([head, entries]) =>
        el(
          "section",
          { "aria-label": head },
          el("h3", { class: "dl-lib-group" }, el("span", { text: head }), el("span", { text: entries.length })),
          el(
            "ul",
            {},
            entries.map((entry) => rows.get(entry.slug).element),
          ),
        ),
      ),
      ...(found.length ? [] : [nothing()]),
    );
  }

  const nothing = () =>
    el(
      "div",
      { class: "dl-lib-empty" },
      el("p", { text: store.say("library.empty") }),
      button({ text: store.say("library.clear"), onclick: filters.clear }),
    );

  /** Up and down walk through the list, from the search field and back to it. */
  function move(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || event.isComposing) return;
    event.preventDefault();
    const at = shown.findIndex((slug) => rows.get(slug).element.contains(document.activeElement));
    const next = at + step;
    if (next < 0) filters.search.focus();
    else rows.get(shown[Math.min(next, shown.length - 1)])?.open.focus();
  }
  filters.search.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") move(event);
    else if (event.key === "Enter" && !event.isComposing && shown.length) lab.open(shown[0]);
  });

  fill();
  return {
    tools: filters.element,
    list,
    focus: () => filters.search.focus(),
    /** Which entry's card is open. */
    mark(slug) {
      rows.get(chosen)?.open.removeAttribute("aria-current");
      rows.get((chosen = slug))?.open.setAttribute("aria-current", "true");
      rows.get(slug)?.element.scrollIntoView({ block: "nearest" });
    },
    update() {
      for (const [slug, { add, mark }] of rows) {
        const count = lab.adding.slots(slug).length;
        write(mark, count ? store.say("library.racing", { count }) : "");
        add.disabled = lab.adding.full();
      }
    },
  };
}
