// How a page is put where Streamlit wants it: once in the main area, once in the sidebar.

import { readTheme } from "./theme.mjs";

const linked = new Map(); // a style's name -> when it is there; pages share some

/** Styles come as files, once for all mounts. Resolves when it is there, or cannot be had. */
export function style(name) {
  if (!linked.has(name)) {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = new URL(name, import.meta.url).href;
    linked.set(name, new Promise((done) => (link.onload = link.onerror = done)));
    document.head.append(link);
  }
  return linked.get(name);
}

/**
 * @param {object} store
 * @param {string} main the slot of the main area, which gets payloads; the other one is "dials"
 * @param {{skeleton: string, styles: string[], pieces: Object<string, [string, Function][]>}} page `pieces` are what each
 *   slot is made of: selector inside the slot's element ("" = the element itself) and its maker
 */
export function createMount(store, main, { skeleton, styles, pieces }) {
  const styled = Promise.all(styles.map(style));
  const mounted = new WeakMap(); // Streamlit's element -> destroy

  function build(parent, slot) {
    const element = document.createElement("div");
    element.className = slot === main ? "dl" : "dl-dials";
    element.style.visibility = "hidden"; // nothing is shown before the styles are there
    if (slot === main) element.innerHTML = skeleton;
    parent.append(element);
    styled.then(() => element.style.removeProperty("visibility"));
    store.register(slot, element);
    const made = pieces[slot].map(([selector, create]) => create(selector ? element.querySelector(selector) : element, store));
    return () => {
      made.forEach((piece) => piece.destroy());
      element.remove();
      if (store.root(slot) === element) store.register(slot, null);
    };
  }

  /**
   * Called by Streamlit for the first mount, every new payload and every change of theme.
   * @param {{data: Uint8Array | {slot: string}, parentElement: Element, setTriggerValue: Function}} component
   * @returns {() => void} the clean-up, which Streamlit also calls for a superseded render: hence isConnected
   */
  return function mount({ data, parentElement, setTriggerValue }) {
    const slot = data instanceof Uint8Array ? main : data?.slot;
    if (!pieces[slot]) return undefined;
    if (!mounted.has(parentElement)) mounted.set(parentElement, build(parentElement, slot));
    if (slot === main) {
      window.descentLab = { store, frames: store.frames };
      readTheme(parentElement);
      store.connect((edit) => setTriggerValue("edit", edit));
      store.receive(data);
    }
    return () => setTimeout(() => {
      if (parentElement.isConnected) return;
      mounted.get(parentElement)?.();
      mounted.delete(parentElement);
    });
  };
}
