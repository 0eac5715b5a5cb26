// Which classes of images a network takes for which: a table of test points, rows by what they are, and the images that it
// takes for something else at this snapshot, the surest first. A cell that is chosen shows its own images.

import { drawImage } from "./netfieldimage.mjs";
import { attachCard } from "./netfieldcard.mjs";
import { brief, count } from "./numbers.mjs";
import { el, write } from "./ui.mjs";

const MOST = 60; // images

export function createMatrix(field, store) {
  const table = el("table", { class: "dl-field-table" });
  const title = el("b");
  const images = el("ol", { class: "dl-field-images" });
  const side = el("div", { class: "dl-field-side" }, title, images);
  const frame = el("div", { class: "dl-field-frame dl-field-matrix" }, table, side);
  field.append(frame);
  let [shown, k, chosen, cells, truth, corner, over] = [null, -1, null, [], null, null, null];
  const card = attachCard(frame, pick, () => null);
  let below = null; // what the pointer is on

  function build() {
    const { outputs } = shown.about;
    const classes = Array.from({ length: outputs }, (_, c) => c);
    corner = el("th", { scope: "col" });
    const head = el("tr", {}, corner, classes.map((c) => el("th", { scope: "col", text: c })));
    cells = classes.map((row) => classes.map((column) => el("button", { type: "button", onclick: () => choose(row, column) })));
    const rows = cells.map((row, r) => el("tr", {}, el("th", { scope: "row", text: r }), row.map((cell, c) => el("td", { class: r === c ? "dl-right" : "" }, cell))));
    over = el("th", { scope: "colgroup", colspan: outputs });
    table.replaceChildren(el("thead", {}, el("tr", {}, el("td"), over), head), el("tbody", {}, rows));
    cells.forEach((row, r) => row.forEach((cell, c) => Object.assign(cell, { of: { cell: [r, c] } })));
  }

  function choose(row, column) {
    chosen = chosen && chosen[0] === row && chosen[1] === column ? null : [row, column];
    fill();
  }

  function draw() {
    if (!shown) return;
    if (cells.length !== shown.about.outputs) build();
    write(corner, store.say("net_field.is"));
    write(over, store.say("net_field.taken_for"));
    corner.title = store.say("net_field.corner_doc");
    fill();
  }

  /** Numbers of the cells, and the images. */
  function fill() {
    if (!shown) return;
    const { outputs, train, test } = shown.about;
    cells.forEach((row, r) => {
      const numbers = row.map((_, c) => (k >= 0 ? shown.answers.confusion[(k * outputs + r) * outputs + c] : 0));
      const all = numbers.reduce((a, b) => a + b, 0);
      row.forEach((cell, c) => {
        write(cell, k >= 0 && numbers[c] ? String(numbers[c]) : "");
        cell.parentElement.style.setProperty("--dl-share", all ? Math.sqrt(numbers[c] / all).toFixed(3) : 0);
        cell.setAttribute("aria-pressed", String(chosen?.[0] === r && chosen[1] === c));
        cell.setAttribute("aria-label", said(r, c));
      });
    });
    const listed = k >= 0 ? found(train, test) : [];
    write(title, k < 0 ? "" : chosen ? said(...chosen) : store.say("net_field.wrong_images", { count: count(listed.length) }));
    images.replaceChildren(...listed.slice(0, MOST).map(item));
    card.refresh();
  }

  /** The test points of the chosen cell, or all that are taken for something else; the surest first. */
  function found(train, test) {
    const { taken, chance } = shown.answers;
    truth ??= Uint8Array.from({ length: test }, (_, i) => shown.about.y.subarray((train + i) * shown.about.outputs, (train + i + 1) * shown.about.outputs).indexOf(1));
    const all = Array.from({ length: test }, (_, i) => ({ i, is: truth[i], taken: taken[k * test + i], chance: chance[k * test + i] / 255 }));
    const fits = chosen ? (one) => one.is === chosen[0] && one.taken === chosen[1] : (one) => one.is !== one.taken;
    return all.filter(fits).sort((one, other) => other.chance - one.chance);
  }

  function item(one) {
    const { inputs, train, x } = shown.about;
    const canvas = el("canvas", { "aria-hidden": "true" });
    drawImage(canvas, x.subarray((train + one.i) * inputs, (train + one.i + 1) * inputs));
    const words = one.is === one.taken ? String(one.is) : `${one.taken} ≠ ${one.is}`;
    const node = el("li", { "aria-label": store.say("net_field.image", { taken: one.taken, is: one.is }) }, canvas, el("span", { text: words }));
    node.of = { image: one };
    return node;
  }

  const said = (row, column) => {
    if (k < 0) return "";
    const { outputs } = shown.about;
    const numbers = Array.from({ length: outputs }, (_, c) => shown.answers.confusion[(k * outputs + row) * outputs + c]);
    const all = numbers.reduce((a, b) => a + b, 0);
    const values = { is: row, taken: column, count: count(numbers[column]), all: count(all), share: all ? brief((100 * numbers[column]) / all, 3) : "0" };
    return store.say(row === column ? "net_field.cell_right" : "net_field.cell", values);
  };

  function pick(x, y) {
    const at = frame.getBoundingClientRect();
    below = document.elementFromPoint(x + at.left, y + at.top)?.closest?.(".dl-field-images li, .dl-field-table td button");
    if (k < 0 || !below?.of) return null;
    const { cell, image } = below.of;
    if (cell) return { x, y, rows: [], head: "", note: said(...cell) };
    const rows = [[store.say("net_field.is"), String(image.is)], [store.say("net_field.taken_for"), String(image.taken)], [store.say("net_field.with"), `≈ ${brief(image.chance, 3)}`]];
    return { x, y, rows, head: store.say("net_field.test_point", { number: count(image.i + 1) }) };
  }

  return {
    take(next) {
      if (next.about !== shown?.about) truth = null;
      shown = next;
      k = -1;
      draw();
    },
    draw,
    show(next) {
      if (next === k) return;
      k = next;
      fill();
    },
    name: (words) => table.setAttribute("aria-label", words),
    destroy() {
      card.destroy();
      frame.remove();
    },
  };
}
