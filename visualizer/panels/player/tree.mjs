// The family tree: which method came from which, over the years. A click races a method, its "i" opens its card.
import { theme } from "./theme.mjs";
import { layout, lineage, neighbor } from "./treelayout.mjs";
import { byYear } from "./search.mjs";
import { el, write } from "./ui.mjs";

const NARROW = 720; // px: below, a picture of fifty labels cannot be read, and a list can
const EDGE = 12; // px, as in library.css
const TIGHT = 2; // px between two rows at least
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const SVG = "http://www.w3.org/2000/svg";

/** A text's width in the picture's font. */
function ruler(size) {
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = `500 ${size}px ${theme.font}`;
  return (text) => Math.ceil(pen.measureText(text).width);
}

const svg = (tag, attributes, ...children) => {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
};

/** @param {object} lab  what the library's parts share, see rooms.mjs */
export function createTree(lab) {
  const { store, entries } = lab;
  const years = [...new Set(entries.map((entry) => entry.year))].sort((a, b) => a - b);
  const say = (key, values) => store.say(`library.${key}`, values);
  const host = el("div", { class: "dl-tree-host" });
  const told = el("p", { class: "dl-tree-told", text: say("tree_hint") });
  const element = el("div", { class: "dl-tree", hidden: true }, host, told);
  const nodes = new Map(entries.map((entry) => [entry.slug, node(entry)]));
  let plan = null;
  let size = "";
  let current = entries[0].slug;

  function node(entry) {
    const { slug, year } = entry;
    const name = lab.name(slug);
    const dots = el("span", { class: "dl-tree-dots", "aria-hidden": "true" });
    const from = lab.parents(entry).map(lab.name).join(", ");
    const add = el(
      "button",
      {
        type: "button",
        class: "dl-tree-add",
        tabindex: -1,
        "aria-label": say("tree_node", { name, year }),
        data: { key: `lib:node:${slug}` },
        onclick: (event) => (event.shiftKey ? lab.open(slug) : lab.adding.add(slug)),
      },
      el("span", { text: name }),
      dots,
      from ? el("span", { class: "dl-tree-from", text: say("from_parents", { names: from }) }) : null,
    );
    const info = el("button", {
      type: "button",
      class: "dl-tree-info",
      tabindex: -1,
      text: "i",
      title: say("tree_card", { name }),
      "aria-label": say("tree_card", { name }),
      onclick: () => lab.open(slug),
    });
    const box = el("div", { class: "dl-tree-node", data: { slug } }, add, info);
    box.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && trace(slug));
    box.addEventListener("pointerleave", () => trace(null));
    box.addEventListener("focusin", () => {
      stop(slug);
      trace(slug);
    });
    box.addEventListener("focusout", () => trace(null));
    return { box, add, dots };
  }

  /** The one node that Tab leads to. */
  function stop(slug) {
    nodes.get(current).add.tabIndex = -1;
    current = slug;
    nodes.get(slug).add.tabIndex = 0;
  }

  /** Shows where a method comes from and what came of it. */
  function trace(slug) {
    host.classList.toggle("dl-tree-traced", Boolean(slug && plan));
    const kin = slug && plan ? lineage(slug, plan.edges) : new Set();
    for (const [own, { box }] of nodes) box.classList.toggle("dl-tree-kin", kin.has(own));
    plan?.lines.forEach(({ from, to, line }) => line.classList.toggle("dl-tree-kin", kin.has(from) && kin.has(to)));
    const entry = slug && lab.entry(slug);
    told.replaceChildren(
      ...(entry ? [el("b", { text: lab.name(slug) }), ` ${entry.year}\u2002${store.text(entry.summary)}`] : [say("tree_hint")]),
    );
  }

  host.addEventListener("keydown", (event) => {
    const slug = event.target.closest?.(".dl-tree-node")?.dataset.slug;
    if (!slug || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "i") return lab.open(slug);
    if (!plan || !KEYS[event.key]) return undefined;
    event.preventDefault();
    const next = neighbor(plan.nodes.find((one) => one.slug === slug), plan.nodes, KEYS[event.key]);
    if (next) nodes.get(next.slug).add.focus();
    return undefined;
  });

  function picture(width, height) {
    const font = parseFloat(getComputedStyle(host).fontSize);
    const measure = ruler(font);
    const label = Math.round(font * 1.65);
    const boxes = entries.map((entry) => ({ ...entry, parents: lab.parents(entry), width: measure(lab.name(entry.slug)) + Math.round(font * 2.9) }));
    const shape = { width, gutter: Math.round(font * 10.5), head: Math.round(font * 2), label, gap: 8, pad: 2, least: Math.round(font * 2.3) };
    const order = lab.families.map((family) => family.slug);
    // As airy as the window allows: a first layout says how many rows there are, a second spreads them.
    const close = layout(boxes, order, { ...shape, row: label + TIGHT });
    const rows = close.bands.reduce((sum, band) => sum + (band.height - 2 * shape.pad) / (label + TIGHT), 0);
    const spare = Math.max(0, Math.min(14, (height - close.height) / rows));
    plan = layout(boxes, order, { ...shape, row: label + TIGHT + spare });
    draw();
  }

  function draw() {
    const { width, height } = plan;
    const line = ({ path }) => svg("path", { d: path, class: "dl-tree-edge", "marker-end": "url(#dl-tree-arrow)" });
    plan.lines = plan.edges.map((edge) => ({ ...edge, line: line(edge) }));
    const arrow = svg("marker", { id: "dl-tree-arrow", viewBox: "0 0 6 6", refX: 5.5, refY: 3, markerWidth: 6, markerHeight: 6, orient: "auto" },
      svg("path", { d: "M0 0.6L5.5 3L0 5.4z", class: "dl-tree-head" }));
    const back = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" },
      svg("defs", {}, arrow),
      ...plan.bands.map(({ y, height: tall }, i) => svg("rect", { x: 0, y, width, height: tall, class: i % 2 ? "dl-tree-odd" : "dl-tree-even" })),
      ...plan.years.map(({ x }) => svg("line", { x1: x, x2: x, y1: 22, y2: height, class: "dl-tree-year" })),
      ...plan.lines.map((edge) => edge.line));
    const sheet = el(
      "div",
      { class: "dl-tree-sheet", role: "group", "aria-label": say("tree_label", { count: entries.length, first: years[0], last: years.at(-1) }), style: `width:${width}px;height:${height}px` },
      plan.years.map(({ year, x }) => el("span", { class: "dl-tree-number", text: year, style: `left:${x}px` })),
      plan.bands.map(({ family, y, height: tall }) => el("span", { class: "dl-tree-family", text: lab.family(family), style: `top:${y}px;height:${tall}px` })),
      plan.nodes.map(({ slug, x, y, width: wide, height: tall }) => {
        const { box } = nodes.get(slug);
        box.style.cssText = `left:${x}px;top:${y}px;width:${wide}px;height:${tall}px`;
        return box;
      }),
    );
    sheet.prepend(back);
    host.replaceChildren(sheet);
  }

  function listing() {
    plan = null;
    host.replaceChildren(
      ...byYear(entries).map((group) =>
        el("section", {}, el("h3", { class: "dl-lib-group", text: group.year }), group.entries.map(({ slug }) => {
          nodes.get(slug).box.style.cssText = "";
          return nodes.get(slug).box;
        })),
      ),
    );
  }

  function fit() {
    const { clientWidth: width, clientHeight: height } = element;
    const next = `${width}x${height}`;
    if (!width || next === size) return;
    size = next;
    const focused = host.contains(document.activeElement) ? document.activeElement : null;
    element.classList.toggle("dl-tree-list", width < NARROW);
    if (width < NARROW) listing();
    else picture(width - 2 * EDGE, height - told.offsetHeight - EDGE);
    focused?.focus();
  }
  const watch = new ResizeObserver(fit);
  watch.observe(element);
  stop(current);

  return {
    element,
    /** Comes into view, at one node if it is named. */
    show(slug) {
      fit();
      if (!slug) return;
      nodes.get(slug).add.scrollIntoView({ block: "nearest", inline: "nearest" });
      nodes.get(slug).add.focus();
    },
    update() {
      for (const [slug, { box, dots }] of nodes) {
        const slots = lab.adding.slots(slug);
        box.classList.toggle("dl-tree-racing", slots.length > 0);
        const key = slots.join();
        if (dots.dataset.slots === key) continue;
        dots.dataset.slots = key;
        dots.replaceChildren(...slots.slice(0, 3).map((slot) => el("i", { style: `background:${theme.paths[slot % theme.paths.length]}` })));
      }
    },
    destroy: () => watch.disconnect(),
  };
}
