// One optimizer's card: what it is, why it came, when to use it, how others write it.
import { createCode } from "./code.mjs";
import { formula } from "./formula.mjs";
import { brief, exact } from "./numbers.mjs";
import { button, el } from "./ui.mjs";

/** @param {object} lab  what the library's parts share, see rooms.mjs */
export function createCard(lab, entry) {
  const { store } = lab;
  const { card } = entry;
  const [en, zh] = entry.title;
  const [mine, other] = store.lang === "zh" ? [zh, en] : [en, zh];
  const say = (key, values) => store.say(`library.${key}`, values);
  const code = createCode(lab, entry);

  const heading = el("h2", { text: mine, tabindex: -1 });
  const add = button({
    text: say("add_short"),
    label: say("add", { name: mine }),
    icon: "plus",
    class: "dl-primary",
    "data-key": "lib:add",
    onclick: () => lab.adding.add(entry.slug),
  });
  const racing = el("span", { class: "dl-note" });
  const top = el(
    "div",
    { class: "dl-card-top" },
    button({ text: say("back"), icon: "back", class: "dl-quiet dl-card-back", onclick: () => lab.open(null) }),
    el("div", { class: "dl-card-title" }, heading, other === mine ? null : el("span", { class: "dl-card-other", text: other })),
    el(
      "div",
      { class: "dl-card-acts" },
      racing,
      button({ text: say("in_tree"), icon: "tree", class: "dl-quiet", onclick: () => lab.inTree(entry.slug) }),
      add,
    ),
  );

  const [citation, arxiv, place] = entry.source;
  const source = [`${citation}, ${entry.year}`, arxiv && `arXiv:${arxiv}`, place].filter(Boolean).join("\u2002\u00b7\u2002");

  const section = (title, ...content) => el("section", {}, el("h3", { text: title }), content);
  const prose = (key) =>
    card?.[key] ? section(say(key), el("p", { text: store.text(card[key]) })) : null;

  function facts() {
    const vectors = { 0: "memory_none", 1: "memory_one" };
    const known = [
      card && [say("cost"), card.cost ? store.text(card.cost) : say("one_gradient")],
      card && [say("memory"), Array.isArray(card.memory) ? store.text(card.memory) : say(vectors[card.memory] ?? "memory_many", { count: card.memory })],
      entry.first_step !== null && [say("first_step"), firstStep(entry.first_step), say("first_step_doc")],
      card && [say("bound"), bound(), say("bound_doc")],
    ].filter(Boolean);
    const fact = ([name, value, doc]) => el("div", { title: doc }, el("dt", { text: name }), el("dd", {}, value));
    return known.length ? el("dl", { class: "dl-card-facts" }, known.map(fact)) : null;
  }
  function bound() {
    if (card.bound) return formula(card.bound, { inline: true });
    return say(card.stability ? "no_formula" : "no_bound");
  }

  function kin() {
    const line = (title, others) =>
      others.length
        ? el(
            "div",
            { class: "dl-card-kin" },
            el("h3", { text: title }),
            others.map((slug) =>
              el("a", {
                href: `#optimizers/${slug}`,
                text: `${lab.name(slug)} ${lab.entry(slug).year}`,
                onclick: (event) => (event.preventDefault(), lab.open(slug)),
              }),
            ),
          )
        : null;
    const children = lab.children(entry).map((child) => child.slug);
    return [line(say("parents"), lab.parents(entry)), line(say("children"), children)];
  }

  const note = card?.note
    ? el("aside", { class: "dl-card-note" }, el("h3", { text: say("note") }), el("p", { text: store.text(card.note) }))
    : null;

  const element = el(
    "article",
    { class: "dl-card-page", data: { slug: entry.slug } },
    top,
    el("p", { class: "dl-card-source" }, el("span", { class: "dl-lib-tag", text: lab.family(entry.family) }), source),
    el("p", { class: "dl-card-lead", text: store.text(entry.summary) }),
    el("section", { class: "dl-card-update", "aria-label": say("formula") }, formula(entry.formula)),
    facts(),
    el("div", { class: "dl-card-pairs" }, ["mends", "breaks", "use", "avoid", "stability"].map(prose)),
    note,
    section(say("follows"), el("p", { text: store.text(entry.follows) })),
    kin(),
    entry.dials.length ? section(say("dials"), dialTable(store, entry.dials)) : null,
    section(say("code"), code.element),
  );

  return {
    slug: entry.slug,
    element,
    heading,
    update(state) {
      const count = lab.adding.slots(entry.slug).length;
      racing.textContent = count ? say("racing", { count }) : "";
      add.disabled = lab.adding.full();
      code.update(state);
    },
    destroy: code.destroy,
  };
}

/** A factor times the rate, or times the rate and the gradient. */
const firstStep = ([kind, factor]) => `${brief(factor)} ${kind === "gradient" ? "η |g|" : "η"}`;

/** A dial's default as it may be typed. */
function preset(store, { kind, default: value, nullable }) {
  if (value === null && nullable) return store.say("controls.auto");
  if (kind === "bool") return store.say(value ? "controls.on" : "controls.off");
  return typeof value === "string" ? value : exact(value);
}

function dialTable(store, dials) {
  const heads = ["symbol", "name", "default", "meaning"].map((key) => store.say(`library.${key}`));
  const line = (dial) =>
    el(
      "tr",
      {},
      el("td", { class: "dl-symbol", html: dial.symbol }),
      el("td", {}, el("code", { text: dial.name })),
      el("td", { class: "dl-card-number", text: preset(store, dial) }),
      el("td", { text: store.text(dial.doc) }),
    );
  return el(
    "table",
    { class: "dl-card-dials" },
    el("thead", {}, el("tr", {}, heads.map((text) => el("th", { scope: "col", text })))),
    el("tbody", {}, dials.map(line)),
  );
}
