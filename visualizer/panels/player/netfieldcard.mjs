// The card beside the pointer on a picture of the networks' answers. What is below the pointer is also read out by the
// arrow keys, which move a mark over the picture that has the focus.

import { putBeside } from "./hover.mjs";
import { el, write } from "./ui.mjs";

const STEP = 1 / 40; // of the picture's sides, with an arrow key
const FAST = 5;      // as far with shift held
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * @param {HTMLElement} panel a positioned element
 * @param {(x: number, y: number) => {x: number, y: number, glyph?: string, head?: string, aside?: string, rows: [string, string][], note?: string} | null} pick
 *   what is to be read at a pixel of the panel
 * @param {() => number[] | null} getBox the picture's [left, top, width, height] in the panel
 */
export function attachCard(panel, pick, getBox) {
  const [mark, head, aside, note, table] = [el("i", { class: "dl-field-glyph" }), el("b"), el("span", { class: "dl-card-step" }), el("p"), el("dl")];
  const card = el("div", { class: "dl-card dl-field-card", role: "status", "aria-live": "off", hidden: true }, el("header", {}, mark, head, aside), table, note);
  panel.append(card);
  let [last, request, probe] = [null, 0, null];

  function show(hit) {
    card.classList.toggle("dl-card-quiet", !hit.head);
    mark.innerHTML = hit.glyph ?? "";
    mark.hidden = !hit.glyph;
    write(head, hit.head ?? "");
    write(aside, hit.aside ?? "");
    write(note, hit.note ?? "");
    table.replaceChildren(...hit.rows.flatMap(([label, value]) => [el("dt", { text: label }), el("dd", { text: value })]));
    card.hidden = false;
    putBeside(card, panel, hit);
  }

  function look() {
    request = 0;
    const hit = pick(...(last ?? [NaN, NaN])); // nothing is below no pointer
    if (hit) show(hit);
    else card.hidden = true;
  }
  function at(place) {
    last = place;
    request ||= requestAnimationFrame(look); // one search a frame, however fast the pointer is
  }
  function point(event) {
    const box = panel.getBoundingClientRect();
    [probe, last] = [null, null];
    at([event.clientX - box.left, event.clientY - box.top]);
  }
  panel.addEventListener("pointermove", point);
  panel.addEventListener("pointerdown", point);
  panel.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && at(null));
  panel.addEventListener("blur", () => at((probe = null)));
  panel.addEventListener("keydown", (event) => {
    const [x, y] = MOVES[event.key] ?? [];
    const box = getBox();
    if (event.key === "Escape") return at((probe = null));
    if (x === undefined || !box || event.ctrlKey || event.metaKey || event.altKey) return undefined;
    const by = STEP * (event.shiftKey ? FAST : 1);
    const move = (share, way) => Math.min(1, Math.max(0, share + by * way));
    probe = probe ? [move(probe[0], x), move(probe[1], y)] : [0.5, 0.5];
    at([box[0] + probe[0] * box[2], box[1] + probe[1] * box[3]]);
    card.setAttribute("aria-live", "polite");
    event.preventDefault();
    return event.stopPropagation();
  });

  return {
    /** Look again: the picture under a resting pointer has changed. */
    refresh: () => last && at(last),
    /** Where the arrow keys have led, a pixel of the panel; null with a pointer. */
    get probe() { return probe && last; },
    destroy() {
      cancelAnimationFrame(request);
      card.remove();
    },
  };
}
