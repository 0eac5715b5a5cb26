// A map, or a view of networks, to take away: as a picture for a slide, as vectors for a page, as numbers.

import { SHARP, compose } from "./figure.mjs";
import { openMenu } from "./popover.mjs";
import { link } from "./share.mjs";
import { createPen } from "./svgpen.mjs";
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
    const item = (kind, make) => ({ text: store.say(`export.${kind}`), note: store.say(`export.${kind}_doc`), run: () => make(figures) });
    openMenu(node, [item("png", (all) => savePng(all, about(all))), item("svg", (all) => saveSvg(all, about(all))), item("csv", csv)], node.title);
  }

  function about(figures) {
    const { title, names } = aboutOf();
    const all = ["descent-lab", ...names, ...new Set(figures.map((one) => one.name))].filter(Boolean);
    return { title, link: link(store), file: all.join("-").replace(/[^\w.-]+/g, "-").slice(0, 100) };
  }

  function csv(figures) {
    const said = about(figures);
    const tables = figures.map((one) => one.table());
    const notes = [...new Set(tables.flatMap((one) => one.notes ?? []))];
    const first = `# ${[said.title, ...notes, said.link].join("; ")}`.replaceAll("\n", " ");
    const lines = [first, tables[0].head.map(cell).join()];
    for (const { rows } of tables) for (const row of rows) lines.push(row.map(cell).join());
    save(new Blob([`${lines.join("\n")}\n`], { type: "text/csv" }), `${said.file}.csv`);
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

/** A value as every reader of CSV takes it; numbers with all the digits of float32. */
function cell(value) {
  if (typeof value !== "number") return /[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
  if (Number.isNaN(value)) return "nan";
  return Number.isFinite(value) ? String(Number(value.toPrecision(9))) : value > 0 ? "inf" : "-inf";
}

/** @typedef {{title: string, link: string, file: string}} About what stands around figures, and the file's name */

/** @param {import("./figure.mjs").Figure[]} figures  @param {About} about */
export function savePng(figures, about) {
  const canvas = document.createElement("canvas");
  const g = canvas.getContext("2d", { willReadFrequently: true }); // a GPU would have to give it back, which takes seconds without one
  const whole = compose(g, figures, about);
  [canvas.width, canvas.height] = [SHARP * whole.width, SHARP * whole.height];
  g.scale(SHARP, SHARP);
  g.imageSmoothingEnabled = false;
  whole.draw(g);
  canvas.toBlob((blob) => save(blob, `${about.file}.png`));
}

/** @param {import("./figure.mjs").Figure[]} figures  @param {About} about */
export function saveSvg(figures, about) {
  const { width, height, draw } = compose(createPen(0, 0), figures, about);
  const pen = createPen(width, height);
  draw(pen);
  save(new Blob([pen.svg(about.title, [about.link])], { type: "image/svg+xml" }), `${about.file}.svg`);
}

/** Hands a file to whoever looks at the page. */
export function save(blob, name) {
  const address = URL.createObjectURL(blob);
  const anchor = Object.assign(document.createElement("a"), { href: address, download: name });
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
