// Where a surface is and how sharp: rotation and smoothing in sight; stretch, shift and whether the start moves along
// behind a fold, which opens by itself when one of them is in use.
import { common, landscapes } from "./catalogue.mjs";
import { createDial } from "./dial.mjs";
import { plainDial } from "./drawer.mjs";
import { exact } from "./numbers.mjs";
import { button, el, write } from "./ui.mjs";

let folded = null; // what the user chose, until something behind the fold comes into use or leaves it; null: by itself
let used = false;  // whether something behind it was in use when last seen

/** @returns {{element: HTMLElement, set: (scenario: object, header: object) => void}[]} */
export function placingDials(store, scenario) {
  return [rotation(store), ownDial(store, scenario, "smooth", "smooth", (next) => next.smooth), fold(store, scenario)];
}

function rotation(store) {
  let turned = 0;
  const quick = button({
    text: "45°",
    label: store.say("controls.rotate_45"),
    class: "dl-small",
    "data-key": "rotate45",
    onclick: () => store.edit("rotate", { value: turned === 45 ? 0 : 45 }),
  });
  const rotate = plainDial(store, "rotate", { unit: "°", extra: quick });
  const set = (next) => {
    turned = next.rotate;
    quick.setAttribute("aria-pressed", String(turned === 45));
    rotate.set(next);
  };
  return { element: rotate.element, set };
}

/** A dial whose range is the surface's own; that of a surface which its user makes changes with the picture. */
function ownDial(store, { landscape }, name, op, read) {
  const hyperOf = () => (store.state.header.made?.dials ?? landscapes[landscape].dials)[name];
  const make = (hyper) =>
    createDial(hyper, {
      store,
      key: name,
      label: store.say(`controls.${name}`),
      send: (value) => store.edit(op, op === name ? { value } : { name, value }),
    });
  let known = hyperOf();
  let dial = make(known);
  const element = el("div", {}, dial.element);
  const set = (next) => {
    if (hyperOf().high !== known.high) {
      known = hyperOf();
      dial = make(known);
      element.replaceChildren(dial.element);
    }
    dial.set(read(next));
  };
  return { element, set };
}

/** Whether the start moves along: of how one looks, not of the picture, and so not in its link. */
function carriedSwitch(store) {
  const dial = createDial(
    { name: "carried", symbol: "", kind: "bool", doc: null },
    {
      store,
      key: "carried",
      label: store.say("controls.carried"),
      about: store.say("controls.carried_doc"),
      send: (value) => store.edit("carried", { value }),
    },
  );
  return { element: dial.element, set: (next, { carried = true }) => dial.set(carried) };
}

function fold(store, scenario) {
  const inside = [
    plainDial(store, "stretch"),
    ...[0, 1].map((i) => ownDial(store, scenario, `shift_${"xy"[i]}`, "shift", (next) => next.shift[i])),
    carriedSwitch(store),
  ];
  const note = el("span", { class: "dl-note" });
  const title = el("summary", { data: { key: "placing" } }, el("span", { text: store.say("controls.placing") }), note);
  title.addEventListener("click", () => (folded = element.open)); // before it turns
  const ontoggle = () => write(note, element.open ? "" : words);
  const element = el("details", { class: "dl-more", ontoggle }, title, inside.map((part) => part.element));
  let words = ""; // what a closed fold says of its dials
  const set = (next, header) => {
    const now = next.stretch !== common.stretch.default || next.shift.some(Boolean) || header.carried === false;
    if (now !== used) folded = null;
    used = now;
    element.open = folded === null ? now || element.contains(document.activeElement) : !folded;
    words = inWords(next);
    ontoggle();
    inside.forEach((part) => part.set(next, header));
  };
  return { element, set };
}

/** What a closed fold holds: "× 10  (1, -0.5)". */
const inWords = ({ stretch, shift }) =>
  [stretch !== common.stretch.default && `× ${exact(stretch)}`, shift.some(Boolean) && `(${shift.map(exact).join(", ")})`]
    .filter(Boolean)
    .join("  ");
