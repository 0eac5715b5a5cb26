// What is learned first and what then: points of both tasks, or a digit of each class, and the source's own mistakes.

import { inked, paintTile } from "./netpictures.mjs";
import { percent } from "./nettransferwords.mjs";
import { theme } from "./theme.mjs";
import { el, write } from "./ui.mjs";

const SIDE = 72;    // px of a picture of points, drawn twice as fine

export function createTasks(store) {
  const parts = ["source", "target"].map((name) => {
    const [title, picture, note] = [el("b"), el("div", { class: "dl-transfer-task" }), el("small")];
    return { name, title, picture, note, element: el("div", {}, title, picture, note) };
  });
  const element = el("div", { class: "dl-transfer-tasks" }, parts.map((part) => part.element));
  let arrays = null;

  /** Points in the plane, the same window for both tasks. */
  function plane(name) {
    const canvas = el("canvas", { width: 2 * SIDE, height: 2 * SIDE, role: "img", "aria-label": store.say(`net_transfer.${name}`) });
    const g = canvas.getContext("2d", { willReadFrequently: true }); // drawn once: no layer of its own
    const most = Math.max(...[arrays.source, arrays.target].map((all) => all.reduce((sum, value) => Math.max(sum, Math.abs(value)), 0)));
    const at = (value) => SIDE * (1 + value / (1.06 * most));
    arrays[`${name}_kind`].forEach((kind, i) => {
      const [x, y] = [at(arrays[name][2 * i]), 2 * SIDE - at(arrays[name][2 * i + 1])];
      g.fillStyle = theme.classes[kind % theme.classes.length];
      g.globalAlpha = 0.85;
      g.beginPath();
      if (kind % 2) g.rect(x - 2.4, y - 2.4, 4.8, 4.8);
      else g.arc(x, y, 2.8, 0, 2 * Math.PI);
      g.fill();
    });
    return [canvas];
  }

  /** A digit of each class, and what the labels call it. */
  function digits(about, name) {
    const color = inked();
    const first = about.digits[name === "source" ? 0 : 1];
    return [...arrays[`${name}_kind`]].map((kind, i) => {
      const canvas = el("canvas", { class: "dl-task-tile", "aria-hidden": "true" });
      paintTile(canvas, arrays[name].subarray(64 * i, 64 * (i + 1)), color);
      return el("span", { class: "dl-transfer-digit" }, canvas, el("small", { text: first + kind }));
    });
  }

  return {
    element,
    begin: (header, found) => (arrays = found),
    draw(about, taught) {
      if (!arrays) return;
      element.classList.toggle("dl-transfer-digits", !about.plane);
      const mean = (part) => taught.reduce((sum, one) => sum + one[part], 0) / taught.length;
      for (const { name, title, picture, note } of parts) {
        write(title, store.say(`net_transfer.${name}`));
        picture.replaceChildren(...(about.plane ? plane(name) : digits(about, name)));
        write(note, name === "target" || !taught.length ? "" : store.say(`net_transfer.taught${about.plane ? "" : "_line"}`, { train: percent(mean(0)), test: percent(mean(1)) }));
      }
      element.title = store.text(about.notes);
    },
  };
}
