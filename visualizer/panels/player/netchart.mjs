// A chart of one or more panels side by side on one canvas: it is drawn anew when it has to be, and what is below the
// pointer, or where the arrow keys have led, is read out.

import { createLayer } from "./layer.mjs";
import { theme } from "./theme.mjs";
import { el, write } from "./ui.mjs";

const STEP = 0.01; // of a panel's width, with an arrow key
const FAST = 10;   // as far with shift held
const SMALLER = 2; // px: letters in a chart than those around it

/**
 * @typedef {{boxes: number[][], still?: boolean, apart?: boolean}} Seen what was drawn: the panels [left, top, width,
 *   height]; `still`: no line at the place that is read; `apart`: panels are above each other too
 *
 * @param {HTMLElement} read where what is read is written
 * @param {object} parts
 * @param {(g, w: number, h: number, size: number) => Seen | null} parts.paint draws all of it on any context
 * @param {(share: number, panel: number, y: number) => string} parts.tell what is at a share of a panel's width, y px down
 * @param {(share: number, y: number) => void} [parts.press] a click, or Enter
 */
export function createChart(read, { paint, tell, press }) {
  const element = el("div", { class: "dl-net-chart", tabindex: 0, role: "img" });
  const [still, moving] = [createLayer(element), createLayer(element)];
  let [seen, at, clock] = [null, null, null]; // at: {share, panel, y}; clock: a share of every panel
  element.classList.toggle("dl-net-press", Boolean(press));

  function draw() {
    const [w, h] = [element.clientWidth, element.clientHeight];
    for (const layer of [still, moving]) layer.fit([0, 0, w, h]);
    still.clear();
    seen = w && h ? paint(still.g, w, h, parseFloat(getComputedStyle(element).fontSize) - SMALLER) : null;
    mark();
  }

  function mark() {
    moving.clear();
    if (!seen || seen.still) return;
    const line = (share, color, dash) => seen.boxes.forEach(([x0, y0, width, tall]) => {
      const { g } = moving;
      g.setLineDash(dash);
      Object.assign(g, { strokeStyle: color, lineWidth: 1 });
      g.beginPath();
      const x = Math.round(x0 + share * width) + 0.5;
      g.moveTo(x, y0);
      g.lineTo(x, y0 + tall);
      g.stroke();
    });
    if (clock !== null) line(clock, theme.muted, []);
    if (at) line(at.share, theme.accent, [2, 2]);
  }

  function show(next) {
    at = next;
    mark();
    write(read, at && seen ? tell(at.share, at.panel, at.y) : "");
  }

  function place(event) {
    if (!seen) return null;
    const { left, top } = element.getBoundingClientRect();
    const [x, y] = [event.clientX - left, event.clientY - top];
    const inside = ([x0, y0, width, tall]) => x >= x0 - 3 && x <= x0 + width + 3 && (!seen.apart || (y >= y0 && y <= y0 + tall));
    const panel = seen.boxes.findIndex(inside);
    if (panel < 0) return null;
    const [x0, , width] = seen.boxes[panel];
    return { panel, y, share: Math.min(1, Math.max(0, (x - x0) / width)) };
  }

  element.addEventListener("pointermove", (event) => show(place(event)));
  element.addEventListener("pointerdown", (event) => show(place(event)));
  element.addEventListener("pointerleave", () => show(null));
  element.addEventListener("blur", () => show(null));
  element.addEventListener("click", () => at && press?.(at.share, at.y));
  element.addEventListener("keydown", (event) => {
    if (!seen || event.ctrlKey || event.metaKey || event.altKey) return;
    const { share, panel, y } = at ?? { share: clock ?? 1, panel: 0, y: seen.boxes[0][1] };
    const by = STEP * (event.shiftKey ? FAST : 1);
    const [, y0, , tall] = seen.boxes[panel];
    const into = (next, share) => ({ share, panel: next, y: seen.boxes[next][1] + seen.boxes[next][3] / 2 });
    const moves = {
      ArrowLeft: () => (share > 0 || !panel ? { share: Math.max(0, share - by), panel, y } : into(panel - 1, 1)),
      ArrowRight: () => (share < 1 || panel === seen.boxes.length - 1 ? { share: Math.min(1, share + by), panel, y } : into(panel + 1, 0)),
      ArrowUp: () => ({ share, panel, y: Math.max(y0, y - tall / 20) }),
      ArrowDown: () => ({ share, panel, y: Math.min(y0 + tall, y + tall / 20) }),
      Home: () => ({ share: 0, panel, y }),
      End: () => ({ share: 1, panel, y }),
      Escape: () => null,
    };
    if (event.key === "Enter" && at && press) press(at.share, at.y);
    else if (moves[event.key]) show(moves[event.key]());
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  return {
    element,
    draw,
    /** The panels that were drawn. */
    get boxes() { return seen?.boxes ?? []; },
    /** A line at the play position, as a share of every panel; null for none. */
    clock(share) {
      if (share === clock) return;
      clock = share;
      mark();
    },
    name: (words) => element.setAttribute("aria-label", words),
    destroy() {
      still.destroy();
      moving.destroy();
      element.remove();
    },
  };
}
