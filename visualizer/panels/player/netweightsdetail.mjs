// One unit enlarged: its picture, what is known of it, and the test digits that excite it most.

import { SIDE, inked, paintTile, pixelAt } from "./netpictures.mjs";
import { exact } from "./ticks.mjs";
import { el, write } from "./ui.mjs";

const PIXELS = SIDE * SIDE;

export function createDetail(store, hear) {
  const title = el("b");
  const picture = el("canvas", { class: "dl-weights-large" });
  const facts = el("p");
  const caption = el("p", { class: "dl-weights-muted" });
  const digits = el("div", { class: "dl-weights-digits" });
  const element = el("div", { class: "dl-weights-detail" }, title, picture, facts, caption, digits);
  let drawn = null;

  picture.addEventListener("pointermove", (event) => {
    if (!drawn) return;
    const k = pixelAt(picture, event);
    hear(store.say("net_weights.pixel", { name: drawn.name, row: Math.floor(k / SIDE) + 1, column: (k % SIDE) + 1, value: exact(drawn.values[k]) }));
  });
  picture.addEventListener("pointerleave", () => hear(""));

  /** The digits are those of the study's own numbers. */
  function below({ group, unit }) {
    const { about } = store.numbers;
    if (!about || !group.top) return;
    const color = inked();
    const kinds = about.outputs;
    const many = group.per;
    const found = Array.from({ length: many }, (_, i) => [group.top[unit * many + i], group.drive[unit * many + i]]);
    if (found.some(([place]) => PIXELS * (place + 1) > about.x.length)) return; // numbers of another study
    while (digits.children.length < many) digits.append(el("span", {}, el("canvas", { class: "dl-weights-digit" }), el("small")));
    found.forEach(([place, drive], i) => {
      const [canvas, label] = digits.children[i].children;
      const y = about.y.subarray(kinds * place, kinds * (place + 1));
      paintTile(canvas, about.x.subarray(PIXELS * place, PIXELS * (place + 1)), color);
      write(label, String(y.indexOf(1)));
      digits.children[i].title = store.say("net_weights.digit", { digit: y.indexOf(1), drive: exact(drive) });
    });
  }

  return {
    element,
    draw(next) {
      drawn = next;
      const { group, unit, color, name, values } = next;
      write(title, name);
      paintTile(picture, values, color);
      picture.setAttribute("role", "img");
      picture.setAttribute("aria-label", name);
      const lines = [store.say("net_weights.rough", { rough: exact(group.rough[unit]) })];
      if (group.value) lines.push(store.say("net_weights.value", { value: exact(group.value[unit]), digit: exact(group.drive?.[unit * group.per]) }), store.say("net_weights.same", { same: group.same[unit], starts: group.starts }));
      write(facts, lines.join("\n"));
      write(caption, store.say("net_weights.strongest"));
      below(next);
    },
  };
}
