// The two ways to look closer at the contours, in the corner below the color bar, and their keys.

import { TYPING } from "./keys.mjs";
import { button, el } from "./ui.mjs";

/**
 * @param {Element} root the contour's panel
 * @param {object} inspector see inspector.mjs
 */
export function createTools(root, store, inspector) {
  const element = el("div", { class: "dl-tools", role: "group" });
  root.append(element);
  let nodes = null; // {lang, arrows, inspect}

  const arrows = () => store.edit("arrows", { value: !store.state.header.arrows });
  const inspect = () => {
    inspector.toggle();
    if (inspector.on()) inspector.focus();
    paint();
  };

  function build() {
    const make = (key, label, icon, onclick, shortcut) =>
      button({ label, icon, class: "dl-quiet", "data-key": key, "aria-keyshortcuts": shortcut, onclick });
    nodes = {
      lang: store.lang,
      arrows: make("arrows", store.say("views.arrows"), "arrows", arrows, "g"),
      inspect: make("inspect", store.say("inspect.toggle"), "axes", inspect, "i"),
    };
    element.setAttribute("aria-label", store.say("views.looking"));
    element.replaceChildren(nodes.arrows, nodes.inspect);
  }

  function paint() {
    if (nodes?.lang !== store.lang) build();
    nodes.arrows.setAttribute("aria-pressed", String(Boolean(store.state.header.arrows)));
    nodes.inspect.setAttribute("aria-pressed", String(inspector.on()));
  }

  const keys = { g: arrows, i: inspect };
  function press(event) {
    if (!store.state || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.composedPath()[0];
    if (target instanceof Element && target.closest(TYPING)) return;
    if (event.key === "Escape" && inspector.on() && !document.querySelector(":popover-open, dialog[open]")) {
      inspector.toggle(false);
      paint();
    }
    const act = keys[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  }

  document.addEventListener("keydown", press);
  return {
    /** Where the picture is now: [left, top, width, height]. */
    place([left, top, width, height]) {
      paint();
      element.style.left = `${left + width}px`;
      element.style.top = `${top + height}px`;
    },
    destroy() {
      document.removeEventListener("keydown", press);
      element.remove();
    },
  };
}
