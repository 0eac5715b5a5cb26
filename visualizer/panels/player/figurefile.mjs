// Figures as files: a picture, vectors, numbers.

import { SHARP, compose } from "./figure.mjs";
import { createPen } from "./svgpen.mjs";

/** @typedef {{title: string, link: string, file: string}} About what stands around figures, and the file's name */

/** @param {import("./figure.mjs").Figure[]} figures  @param {About} about */
export function png(figures, about) {
  const canvas = document.createElement("canvas");
  const g = canvas.getContext("2d", { willReadFrequently: figures.some((one) => one.heavy) }); // drawn by the CPU
  const whole = compose(g, figures, about);
  [canvas.width, canvas.height] = [SHARP * whole.width, SHARP * whole.height];
  g.scale(SHARP, SHARP);
  g.imageSmoothingEnabled = false;
  whole.draw(g);
  canvas.toBlob((blob) => save(blob, `${about.file}.png`));
}

/** @param {import("./figure.mjs").Figure[]} figures  @param {About} about */
export function svg(figures, about) {
  const { width, height, draw } = compose(createPen(0, 0), figures, about);
  const pen = createPen(width, height);
  draw(pen);
  save(new Blob([pen.svg(about.title, [about.link])], { type: "image/svg+xml" }), `${about.file}.svg`);
}

/** The numbers. @param {import("./figure.mjs").Figure[]} figures  @param {About} about */
export function csv(figures, about) {
  const tables = figures.map((one) => one.table());
  const notes = [...new Set(tables.flatMap((one) => one.notes ?? []))];
  const first = `# ${[about.title, ...notes, about.link].join("; ")}`.replaceAll("\n", " ");
  const lines = [first, tables[0].head.map(cell).join()];
  for (const { rows } of tables) for (const row of rows) lines.push(row.map(cell).join());
  save(new Blob([`${lines.join("\n")}\n`], { type: "text/csv" }), `${about.file}.csv`);
}

/** A value as every reader of CSV takes it; numbers with all the digits of float32. */
function cell(value) {
  if (typeof value !== "number") return /[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
  if (Number.isNaN(value)) return "nan";
  return Number.isFinite(value) ? String(Number(value.toPrecision(9))) : value > 0 ? "inf" : "-inf";
}

/** Hands a file to whoever looks at the page. */
export function save(blob, name) {
  const address = URL.createObjectURL(blob);
  const anchor = Object.assign(document.createElement("a"), { href: address, download: name });
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
