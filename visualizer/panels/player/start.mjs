// The start: a click on the contour places it, its handle can be dragged or nudged with the arrow keys.

import { brush } from "./painting.mjs";

const CLICK = 5;            // px a pointer may wander and still have clicked
const DOUBLE_CLICK = 260;   // ms; in a zoomed picture a click waits this long, since a double click resets the view

/** A point of the plane, clamped to the window and rounded to what a pixel can mean. */
export function tidyPoint([x, y], [x0, x1, y0, y1]) {
  const tidy = (value, lo, hi) => {
    const digits = Math.max(0, 4 - Math.ceil(Math.log10(hi - lo)));
    return Number(Math.min(hi, Math.max(lo, value)).toFixed(digits));
  };
  return [tidy(x, x0, x1), tidy(y, y0, y1)];
}

/**
 * @param {Element} root
 * @param {() => object | null} getMap plane -> pixels, see contour.mjs
 * @param {() => void} resetView shows the whole window again
 * @param {{on: () => boolean, moveTo: (event: PointerEvent) => void}} inspector takes the clicks while it is on
 * @param {{take: (x: number, y: number) => boolean}} microscope takes the clicks on heads otherwise
 */
export function createStart(root, store, getMap, resetView, inspector, microscope) {
  const handle = document.createElement("button");
  handle.type = "button";
  handle.className = "dl-origin";
  handle.innerHTML = `<svg viewBox="0 0 28 28" aria-hidden="true"><circle cx="14" cy="14" r="8.5"/><path d="M14 2.5v5M14 20.5v5M2.5 14h5M20.5 14h5"/></svg>`;
  root.append(handle);
  const abort = new AbortController();
  const on = (target, type, fn, more) => target.addEventListener(type, fn, { signal: abort.signal, ...more });

  let local = null;    // where the user has put it, until the server's answer agrees
  let dragging = false;
  let pressed = null;  // {x, y, zoomed, withheld}: a press on the background that may become a click
  let waiting = 0;

  const current = () => local ?? store.state.header.scenario.start;

  function place() {
    const map = getMap();
    if (!map || !store.state) return;
    if (local && !dragging && !store.busy && !waiting) local = null;
    const [x, y] = current();
    const [left, top, width, height] = map.clip;
    const [px, py] = [map.x(x), map.y(y)];
    handle.hidden = !(px >= left - 1 && px <= left + width + 1 && py >= top - 1 && py <= top + height + 1);
    handle.style.transform = `translate(${px}px, ${py}px)`;
    handle.setAttribute("aria-label", store.say("views.start"));
    handle.title = store.say("views.start");
  }

  /** Move to a point of the plane. */
  function move(x, y) {
    local = tidyPoint([x, y], store.state.header.window);
    store.edit("start", { value: local });
  }

  function moveTo(event, shift = [0, 0]) {
    const box = root.getBoundingClientRect();
    const map = getMap();
    move(map.x.back(event.clientX - box.left - shift[0]), map.y.back(event.clientY - box.top - shift[1]));
  }

  const put = (event) => (inspector.on() ? inspector : { moveTo }).moveTo(event);

  let grip = [0, 0]; // where in the handle the pointer took hold, so that it does not jump
  on(handle, "pointerdown", (event) => {
    if (event.button !== 0) return;
    const box = root.getBoundingClientRect();
    const map = getMap();
    const [x, y] = current();
    grip = [event.clientX - box.left - map.x(x), event.clientY - box.top - map.y(y)];
    dragging = true;
    handle.setPointerCapture(event.pointerId);
    handle.classList.add("dl-held");
    event.stopPropagation();
  });
  on(handle, "pointermove", (event) => {
    if (!dragging) return;
    moveTo(event, grip);
    place(); // a click waits for the new picture instead: two frames cost twice as much as one
  });
  for (const type of ["pointerup", "pointercancel"]) {
    on(handle, type, () => {
      dragging = false;
      handle.classList.remove("dl-held");
      place();
    });
  }
  on(handle, "keydown", (event) => {
    const [x0, x1, y0, y1] = store.state.header.window;
    const far = event.shiftKey ? 0.05 : 0.005;
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!way) return;
    const [x, y] = current();
    move(x + way[0] * far * (x1 - x0), y + way[1] * far * (y1 - y0));
    place();
    event.preventDefault();
    event.stopPropagation();
  });

  // Plotly swallows some of the events inside its plot: listen on the way down.
  on(root, "pointerdown", (event) => {
    const map = getMap();
    if (!map || event.button !== 0 || event.target.closest(".dl-origin, .dl-eye, .dl-tools, .dl-hills")) return;
    pressed = { x: event.clientX, y: event.clientY, zoomed: zoomed(map), withheld: null };
  }, { capture: true });
  // Plotly answers a press with a cover over the whole page, which is painted and taken away again: a plain click is
  // kept from it, and a press that turns into a drag is handed over late.
  on(root, "mousedown", (event) => {
    if (!pressed || !event.isTrusted || event.button !== 0) return;
    pressed.withheld = event;
    event.stopPropagation();
    event.preventDefault(); // what Plotly would do: no selection of text
    document.activeElement?.blur();
  }, { capture: true });
  on(window, "mousemove", (event) => {
    const held = pressed?.withheld;
    if (!held || Math.hypot(event.clientX - held.clientX, event.clientY - held.clientY) <= CLICK) return;
    pressed.withheld = null;
    const { target, clientX, clientY, screenX, screenY, button, buttons, shiftKey, ctrlKey, altKey, metaKey } = held;
    const same = { clientX, clientY, screenX, screenY, button, buttons, shiftKey, ctrlKey, altKey, metaKey };
    target.dispatchEvent(new MouseEvent("mousedown", { ...same, bubbles: true, cancelable: true, view: window }));
  }, { capture: true });
  on(window, "pointerup", (event) => {
    const press = pressed;
    pressed = null;
    if (!press || Math.hypot(event.clientX - press.x, event.clientY - press.y) > CLICK) return;
    const box = root.getBoundingClientRect();
    const [left, top, width, height] = getMap().clip;
    const [px, py] = [event.clientX - box.left - left, event.clientY - box.top - top];
    if (px < 0 || py < 0 || px > width || py > height) return;
    if (waiting) { // the second click of two
      clearTimeout(waiting);
      waiting = 0;
      resetView();
    } else if (brush.take(store, getMap().x.back(px + left), getMap().y.back(py + top))) {
      return;
    } else if (!inspector.on() && microscope.take(px + left, py + top)) {
      return;
    } else if (press.zoomed) {
      waiting = setTimeout(() => {
        waiting = 0;
        put(event);
      }, DOUBLE_CLICK);
    } else put(event);
  }, { capture: true });
  on(window, "pointercancel", () => (pressed = null), { capture: true });

  /** Whether less than the whole window is shown. */
  function zoomed({ x, y, clip: [left, top, width, height] }) {
    const [x0, x1, y0, y1] = store.state.header.window;
    const part = Math.min((x.back(left + width) - x.back(left)) / (x1 - x0), (y.back(top) - y.back(top + height)) / (y1 - y0));
    return part < 0.995;
  }

  return {
    place,
    destroy() {
      abort.abort();
      clearTimeout(waiting);
      handle.remove();
    },
  };
}
