// Hills and wells on the contour: a handle for each, which is dragged or moved by the arrow keys; around the selected
// one a ring of its width, and what changes its height beside it.
import { brushes, hillDials, sign } from "./hills.mjs";
import { brush, placement } from "./painting.mjs";
import { button, el } from "./ui.mjs";

const AROUND = 72; // corners of the ring
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const RAISE = { "+": 0.1, "=": 0.1, "-": -0.1, "\u2212": -0.1 };
const CLICK = 3; // px a pointer may wander and still have clicked
const APART = 30; // px between a handle and its tools
const ROOM = 6; // px from the tools to the edge

const HANDLE =
  `<svg viewBox="0 0 40 40" aria-hidden="true"><g class="dl-hill-ring"><circle class="dl-halo" cx="20" cy="20" r="11"/><circle cx="20" cy="20" r="11"/></g>` +
  `<g class="dl-hill-sign" transform="translate(28 12)"><circle r="6.5"/><path d="M-3 0h6"/><path class="dl-upright" d="M0-3v6"/></g></svg>`;

/**
 * @param {Element} root the contour's panel
 * @param {() => object | null} getMap plane -> pixels, see contour.mjs
 */
export function createHandles(root, store, getMap) {
  const layer = el("div", { class: "dl-hills", hidden: true });
  root.append(layer);
  const abort = new AbortController();
  const ring = el("div", {
    class: "dl-hill-circle",
    html: `<svg><path class="dl-halo"/><path class="dl-line"/><path class="dl-grab"/></svg>`,
  });
  const grip = el("button", { type: "button", class: "dl-hill-grip" });
  let switches = null;
  const palette = el("div", { class: "dl-hill-palette", hidden: true });
  const tools = el("div", { class: "dl-hill-tools", role: "group" });
  layer.append(ring, grip, tools);
  root.closest(".dl-views").before(palette); // on a phone above the contour, which is too small to hold it
  let handles = [];
  let dials = null;
  let spoken = ""; // the language of the tools
  let dragging = null; // {at, kind: "move" | "width", grip}

  function build() {
    spoken = store.lang;
    dials = hillDials(store, "over", () => brush.selected);
    const remove = button({
      label: store.say("own.remove_short"),
      icon: "trash",
      class: "dl-small dl-quiet",
      onclick: () => gone(brush.selected),
    });
    tools.replaceChildren(dials.height.element, remove);
    tools.setAttribute("aria-label", store.say("own.tools"));
    grip.title = store.say("own.grip");
    grip.setAttribute("aria-label", grip.title);
    switches = brushes(store, "over");
    palette.replaceChildren(...switches.nodes);
  }

  function gone(at) {
    brush.remove(store, at);
    handles[Math.max(0, at - 1)]?.node.focus({ preventScroll: true });
  }

  /** Pixel of the panel under a pointer. */
  const pixel = (event) => {
    const box = root.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };

  function handle(at) {
    const node = el("button", { type: "button", class: "dl-hill", html: HANDLE });
    const on = (type, fn) => node.addEventListener(type, fn);
    on("pointerdown", (event) => {
      if (event.button !== 0) return;
      const map = getMap();
      const [x, y] = brush.hills(store)[at];
      const [px, py] = pixel(event);
      begin(event, node, { at, kind: "move", from: [px, py], grip: [px - map.x(x), py - map.y(y)] });
      brush.change({ selected: at });
    });
    on("focus", () => brush.change({ selected: at }));
    on("keydown", (event) => keys(event, at));
    layer.insertBefore(node, grip);
    return { node };
  }

  function begin(event, node, what) {
    dragging = what;
    brush.hold(true);
    node.setPointerCapture(event.pointerId);
    node.classList.add("dl-held");
    layer.classList.add("dl-busy");
    event.stopPropagation();
  }

  function move(event) {
    if (!dragging) return;
    const map = getMap();
    const [px, py] = pixel(event);
    const { at, kind } = dragging;
    if (kind === "move") {
      if (!dragging.far && Math.hypot(px - dragging.from[0], py - dragging.from[1]) < CLICK) return;
      dragging.far = true;
      brush.set(store, at, { x: map.x.back(px - dragging.grip[0]), y: map.y.back(py - dragging.grip[1]) });
      return;
    }
    const { own } = placement(store.state.header.scenario);
    const [u, v] = own([map.x.back(px), map.y.back(py)]);
    const [x, y] = own(brush.hills(store)[at]);
    brush.set(store, at, { width: Math.hypot(u - x, v - y) });
  }

  function end(event) {
    if (!dragging) return;
    event.target.classList?.remove("dl-held");
    layer.classList.remove("dl-busy");
    dragging = null;
    brush.hold(false);
    place();
  }

  for (const node of [grip, ring]) {
    node.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || brush.selected === null) return;
      begin(event, node, { at: brush.selected, kind: "width" });
    });
  }
  grip.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    const hill = brush.hills(store)[brush.selected];
    if (!by || !hill) return;
    brush.set(store, brush.selected, { width: hill[3] * 1.05 ** by });
    event.preventDefault();
    event.stopPropagation();
  });
  for (const [type, fn] of Object.entries({ pointermove: move, pointerup: end, pointercancel: end }))
    layer.addEventListener(type, fn, { signal: abort.signal });

  function keys(event, at) {
    const hill = brush.hills(store)[at];
    if (!hill || event.ctrlKey || event.metaKey || event.altKey) return;
    const [x0, x1, y0, y1] = store.state.header.window;
    const way = STEPS[event.key];
    const far = event.shiftKey ? 0.05 : 0.005;
    if (way) brush.set(store, at, { x: hill[0] + way[0] * far * (x1 - x0), y: hill[1] + way[1] * far * (y1 - y0) });
    else if (event.key in RAISE) brush.set(store, at, { height: Number((hill[2] + RAISE[event.key]).toFixed(2)) });
    else if (event.key === "Delete" || event.key === "Backspace") gone(at);
    else if (event.key === "Escape") brush.change({ selected: null, mode: null });
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // A press anywhere else on the contour lets go of the selected one. Escape puts the brush away.
  root.addEventListener("pointerdown", (event) => {
    brush.released = brush.selected !== null && !layer.contains(event.target);
    if (brush.released) brush.change({ selected: null });
  }, { signal: abort.signal, capture: true });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) brush.change({ mode: null });
  }, { signal: abort.signal });

  /** Everything to where it is in the picture now. */
  function place() {
    const map = getMap();
    const hills = store.state ? brush.hills(store) : [];
    layer.hidden = palette.hidden = !map || !hills.length;
    root.classList.toggle("dl-painted", !layer.hidden && Boolean(brush.mode));
    if (layer.hidden) {
      if (store.state && store.state.header.scenario.landscape !== "painted") brush.change({ mode: null, selected: null });
      return;
    }
    if (brush.selected >= hills.length && !store.busy) brush.selected = null; // one more than there is room for
    if (spoken !== store.lang) build();
    switches.set();
    while (handles.length < hills.length) handles.push(handle(handles.length));
    while (handles.length > hills.length) handles.pop().node.remove();
    const [left, top, width, height] = map.clip;
    const within = ([x, y]) => x >= left - 1 && y >= top - 1 && x <= left + width + 1 && y <= top + height + 1;
    hills.forEach((hill, at) => {
      const { node } = handles[at];
      const [px, py] = [map.x(hill[0]), map.y(hill[1])];
      node.hidden = !within([px, py]);
      node.style.transform = `translate(${px}px, ${py}px)`;
      node.classList.toggle("dl-well", hill[2] < 0);
      node.classList.toggle("dl-chosen", at === brush.selected);
      const name = store.say(hill[2] < 0 ? "own.well_at" : "own.hill_at", { x: hill[0].toFixed(2), y: hill[1].toFixed(2) });
      const title = store.say("own.handle");
      if (node.title !== title) node.title = title;
      node.setAttribute("aria-label", `${name}, ${store.say("own.height")} ${hill[2]}`);
    });
    const chosen = hills[brush.selected];
    ring.hidden = grip.hidden = tools.hidden = !chosen || !within([map.x(chosen[0]), map.y(chosen[1])]);
    if (!ring.hidden) dress(chosen, map);
  }

  function dress(hill, map) {
    const { page, own } = placement(store.state.header.scenario);
    const [u, v] = own(hill);
    const at = (angle) => {
      const [x, y] = page([u + hill[3] * Math.cos(angle), v + hill[3] * Math.sin(angle)]);
      return [map.x(x), map.y(y)];
    };
    const corners = Array.from({ length: AROUND }, (_, i) => at((2 * Math.PI * i) / AROUND).map((value) => value.toFixed(1)));
    const path = `M${corners.join("L")}Z`;
    for (const node of ring.querySelectorAll("path")) node.setAttribute("d", path);
    const [left, top, width, height] = map.clip;
    ring.style.clipPath = `inset(${top}px ${root.clientWidth - left - width}px ${root.clientHeight - top - height}px ${left}px)`;
    // The grip is where the ring is inside the picture, if anywhere.
    const spots = [0, 1, 2, 3].map((quarter) => at((quarter * Math.PI) / 2));
    const inside = ([x, y]) => x > left + 8 && x < left + width - 8 && y > top + 8 && y < top + height - 8;
    const spot = spots.find(inside);
    grip.hidden = !spot;
    if (spot) grip.style.transform = `translate(${spot[0]}px, ${spot[1]}px)`;
    dials.height.set(hill[2]);
    const [px, py] = [map.x(hill[0]), map.y(hill[1])];
    const [w, h] = [tools.offsetWidth, tools.offsetHeight];
    const x = Math.max(left + ROOM, Math.min(left + width - w - ROOM, px - w / 2));
    const y = py + APART + h < top + height - ROOM ? py + APART : py - APART - h;
    tools.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
  }

  const off = brush.onChange(place);
  return {
    place,
    /** Whether a pixel of the panel is under the tools, or a hill is in the hand: no words about the ground there. */
    covers(x, y) {
      if (layer.hidden) return false;
      if (dragging) return true;
      const box = root.getBoundingClientRect();
      const { left, right, top, bottom } = tools.getBoundingClientRect();
      return left < right && x >= left - box.left && x <= right - box.left && y >= top - box.top && y <= bottom - box.top;
    },
    destroy() {
      off();
      abort.abort();
      layer.remove();
      palette.remove();
    },
  };
}
