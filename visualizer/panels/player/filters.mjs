// What the catalogue is searched and narrowed by: words, the order, years, families.
import { el, options, select, write } from "./ui.mjs";

const ORDERS = ["family", "year"];

/**
 * @param {object | null} kept  values of an earlier time
 * @param {(values: {query, sort, families: Set<string>, from, to}) => void} onchange
 */
export function createFilters(lab, kept, onchange) {
  const { store } = lab;
  const years = [...new Set(lab.entries.map((entry) => entry.year))].sort((a, b) => a - b);
  const free = () => ({ query: "", sort: "family", families: new Set(), from: years[0], to: years.at(-1) });
  let values = kept ?? free();

  const search = el("input", {
    type: "search",
    class: "dl-search",
    placeholder: store.say("library.find"),
    "aria-label": store.say("library.find"),
    autocomplete: "off",
    spellcheck: "false",
    value: values.query,
    data: { key: "lib:search" },
    oninput: () => change({ query: search.value }),
  });
  search.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key !== "Escape" || !search.value) return;
    event.preventDefault(); // the first Escape empties the field, the second closes the window
    search.value = "";
    change({ query: "" });
  });

  const orders = ORDERS.map((sort) =>
    el("button", { type: "button", text: store.say(`library.by_${sort}`), onclick: () => change({ sort }) }),
  );
  const year = (end, label) => {
    const node = select({ label, key: `lib:${end}`, onpick: (value) => change({ [end]: Number(value) }) });
    options(
      node,
      years.map((value) => [value, String(value)]),
      values[end],
    );
    return node;
  };
  const from = year("from", store.say("library.from"));
  const to = year("to", store.say("library.to"));

  const present = lab.families.filter(({ slug }) => lab.entries.some((entry) => entry.family === slug));
  const chips = present.map(({ slug, title }) =>
    el("button", { type: "button", class: "dl-lib-chip", text: store.text(title), onclick: () => flip(slug) }),
  );
  const shown = el("span", { class: "dl-lib-count", role: "status" });

  function flip(slug) {
    const families = new Set(values.families);
    if (!families.delete(slug)) families.add(slug);
    change({ families });
  }

  function change(some) {
    values = { ...values, ...some };
    // Each end of the range pushes the other along.
    if ("from" in some && values.to < values.from) values.to = values.from;
    if ("to" in some && values.from > values.to) values.from = values.to;
    paint();
    onchange(values);
  }

  function paint() {
    orders.forEach((node, i) => node.setAttribute("aria-pressed", String(ORDERS[i] === values.sort)));
    chips.forEach((node, i) => node.setAttribute("aria-pressed", String(values.families.has(present[i].slug))));
    from.value = values.from;
    to.value = values.to;
  }

  paint();
  return {
    search,
    values: () => values,
    count: (number) => write(shown, store.say("library.count", { shown: number, all: lab.entries.length })),
    clear() {
      search.value = "";
      change({ ...free(), sort: values.sort });
      search.focus();
    },
    element: el(
      "div",
      { class: "dl-lib-tools" },
      el(
        "div",
        { class: "dl-lib-tools-line" },
        search,
        el("div", { class: "dl-languages", role: "group", "aria-label": store.say("library.sort") }, orders),
        el("span", { class: "dl-lib-years" }, el("span", { text: store.say("library.from") }), from,
          el("span", { text: store.say("library.to") }), to),
        shown,
      ),
      el("div", { class: "dl-lib-chips", role: "group", "aria-label": store.say("library.families") }, chips),
    ),
  };
}
