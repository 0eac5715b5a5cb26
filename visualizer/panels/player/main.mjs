// The entry of the page's modules: the bootstrap in __init__.py calls mount() for both mounts of the component.

import { createAddress } from "./address.mjs";
import { createContour } from "./contour.mjs";
import { createCurve } from "./curve.mjs";
import { createDials } from "./dials.mjs";
import { createHeader } from "./header.mjs";
import { createKeys } from "./keys.mjs";
import { createLanes } from "./lanes.mjs";
import { createLibrary } from "./library.mjs";
import { createMapPanel } from "./mappanel.mjs";
import { createQuiz } from "./quiz.mjs";
import { createScopeCurves } from "./scopecurves.mjs";
import { createScopePanel } from "./scopepanel.mjs";
import { store } from "./store.mjs";
import { createSurface } from "./surface.mjs";
import { readTheme } from "./theme.mjs";
import { createTransport } from "./transport.mjs";

window.descentLab = { store, frames: store.frames };

const SKELETON = `
  <div class="dl-header"></div>
  <div class="dl-notices"></div>
  <div class="dl-views"><div class="dl-contour"></div><div class="dl-surface"></div><section class="dl-map" hidden></section><section class="dl-scope" hidden></section></div>
  <div class="dl-transport"></div>
  <div class="dl-curve"></div>
  <div class="dl-quiz" hidden></div>
  <div class="dl-lanes"></div>`;

/** Styles come as files, once for both mounts; nothing is shown before they are there. */
const styled = Promise.all(["player.css", "controls.css", "own.css", "quiz.css", "bench.css", "scope.css", "map.css", "fair.css", "cloud.css", "budget.css"].map((name) => {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = new URL(name, import.meta.url).href;
  document.head.append(link);
  return new Promise((done) => (link.onload = link.onerror = done));
}));

/** What each slot is made of: selector inside the slot's element ("" = the element itself) and its maker. */
const PIECES = {
  lab: [
    ["", createKeys],
    ["", createAddress],
    ["", createHeader], // fills .dl-header and .dl-notices
    [".dl-scope", createScopePanel], // its Escape comes before that of what lies on the contour
    [".dl-contour", createContour],
    [".dl-surface", createSurface],
    [".dl-map", createMapPanel],
    [".dl-transport", createTransport],
    [".dl-curve", createCurve],
    [".dl-quiz", createQuiz],
    [".dl-curve", createScopeCurves],
    [".dl-lanes", createLanes],
    ["", createLibrary],
  ],
  dials: [["", createDials]],
};

const mounted = new WeakMap(); // Streamlit's element -> destroy

function build(parent, slot) {
  const element = document.createElement("div");
  element.className = slot === "lab" ? "dl" : "dl-dials";
  element.style.visibility = "hidden";
  if (slot === "lab") element.innerHTML = SKELETON;
  parent.append(element);
  styled.then(() => element.style.removeProperty("visibility"));
  store.register(slot, element);
  const pieces = PIECES[slot].map(([selector, create]) =>
    create(selector ? element.querySelector(selector) : element, store));
  return () => {
    pieces.forEach((piece) => piece.destroy());
    element.remove();
    if (store.root(slot) === element) store.register(slot, null);
  };
}

/**
 * Called by Streamlit for the first mount, every new payload and every change of theme.
 * @param {{data: Uint8Array | {slot: string}, parentElement: Element, setTriggerValue: Function}} component
 * @returns {() => void} the clean-up, which Streamlit also calls for a superseded render: hence isConnected
 */
export default function mount({ data, parentElement, setTriggerValue }) {
  const slot = data instanceof Uint8Array ? "lab" : data?.slot;
  if (!PIECES[slot]) return undefined;
  if (!mounted.has(parentElement)) mounted.set(parentElement, build(parentElement, slot));
  if (slot === "lab") {
    readTheme(parentElement);
    store.connect((edit) => setTriggerValue("edit", edit));
    store.receive(data);
  }
  return () => setTimeout(() => {
    if (parentElement.isConnected) return;
    mounted.get(parentElement)?.();
    mounted.delete(parentElement);
  });
}
