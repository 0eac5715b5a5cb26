// What the surface looks like from where you stand: a marker to be dragged over the contours, the Hessian's axes
// through it, and the numbers in the corner that it leaves free.

import { axesOf, limitsOf, shapeOf } from "./frame.mjs";
import { brief } from "./numbers.mjs";
import { tidyPoint } from "./start.mjs";
import { button, el, write } from "./ui.mjs";

const ROWS = ["loss", "gradient", "larger", "smaller", "condition", "limit"];
const DIGITS = 4;
const NEAR = 0.01; // of the window's side: what an arrow key moves the marker; ten times as much with shift
const SLACK = 0.001; // of the window's side: a point at its edge is rounded
const MARGIN = 8;  // px between the panel and the picture's edges

/**
 * @param {Element} root the contour's panel
 * @param {() => object | null} getMap plane -> pixels, see contour.mjs
 */
export function createInspector(root, store, getMap) {
  const marker = el("div", { class: "dl-eye", tabindex: "0", role: "group", hidden: true, "data-key": "eye" });
  root.append(marker);
  let panel = null;   // {lang, element, values, shape}
  let local = null;   // where the user has put it, until the server's answer agrees
  let grip = null;    // where in the marker the pointer took hold
  let last = null;    // {landscape, point}: where it was left
  let wanted = null;  // on or off, until the server's answer agrees

  const seen = () => store.state?.header.inspected ?? null;
  const on = () => wanted ?? Boolean(seen());
  const inside = ([x, y], [x0, x1, y0, y1]) => x >= x0 && x <= x1 && y >= y0 && y <= y1;

  function move(x, y) {
    local = tidyPoint([x, y], store.state.header.window);
    store.edit("inspect", { value: local });
    place();
  }

  function moveTo({ clientX, clientY }, [dx, dy] = [0, 0]) {
    const box = root.getBoundingClientRect();
    const { x, y } = getMap();
    move(x.back(clientX - box.left - dx), y.back(clientY - box.top - dy));
  }

  /** Where it was left, or the start; if that is not in sight, the middle of what is. */
  function first({ scenario }) {
    const { x, y, clip: [left, top, width, height] } = getMap();
    const shown = [x.back(left), x.back(left + width), y.back(top + height), y.back(top)];
    const found = [last?.landscape === scenario.landscape && last.point, scenario.start].find((at) => at && inside(at, shown));
    return found ?? [(shown[0] + shown[1]) / 2, (shown[2] + shown[3]) / 2];
  }

  function toggle(next = !on()) {
    if (next === on()) return;
    const held = marker.contains(document.activeElement);
    wanted = next;
    if (next) move(...first(store.state.header));
    else {
      local = null;
      store.edit("inspect", { value: null });
      place();
      if (held) root.querySelector('[data-key="inspect"]')?.focus();
    }
  }

  function build() {
    const say = (key) => store.say(`inspect.${key}`);
    const values = Object.fromEntries(ROWS.map((name) => [name, el("dd")]));
    const rows = ROWS.map((name) => el("div", { title: say(`${name}_doc`) }, el("dt", { text: say(name) }), values[name]));
    const shape = el("p", { "aria-live": "polite" });
    const close = button({ label: say("close"), icon: "close", class: "dl-quiet dl-small", onclick: () => toggle(false) });
    panel?.element.remove();
    const element = el("section", { class: "dl-inspect", "aria-label": say("panel") }, el("dl", {}, rows), shape, close);
    root.after(element); // beside the picture: on a phone it has a place of its own below it
    panel = { lang: store.lang, element, values, shape };
    marker.setAttribute("aria-label", say("marker"));
    marker.title = say("marker");
  }

  function tell(now) {
    const { condition, limit } = limitsOf(now);
    const norm = now.gradient.includes(null) ? null : Math.hypot(...now.gradient);
    const [larger, smaller] = now.curvatures;
    const numbers = { loss: now.loss, gradient: norm, larger, smaller, condition, limit };
    for (const name of ROWS) write(panel.values[name], brief(numbers[name], DIGITS));
    if (limit === Infinity) write(panel.values.limit, store.say("inspect.unlimited"));
    write(panel.shape, store.say(`inspect.${shapeOf(now)}`));
  }

  /** The axes of `now` around the marker's middle. */
  function draw(now, map) {
    const lines = axesOf(now, map).map(({ x, y, down }) => {
      const ends = [-x, -y, x, y].map((value) => value.toFixed(2));
      const line = (name) => `<line class="${name}" x1="${ends[0]}" y1="${ends[1]}" x2="${ends[2]}" y2="${ends[3]}"/>`;
      return [line("dl-halo"), line(down ? "dl-down" : "dl-up")];
    });
    const under = lines.map(([halo]) => halo).join("");
    const over = lines.map(([, line]) => line).join("");
    marker.innerHTML = `<svg viewBox="-44 -44 88 88" aria-hidden="true">${under}${over}<circle r="4.2"/></svg>`;
  }

  function place() {
    const map = getMap();
    if (!map || !store.state) return;
    const now = seen();
    if (!grip && !store.busy) local = wanted = null;
    if (panel?.lang !== store.lang) build();
    const point = local ?? (now && [now.x, now.y]);
    const show = on() && point;
    const [left, top, width, height] = map.clip;
    const [px, py] = show ? [map.x(point[0]), map.y(point[1])] : [NaN, NaN];
    marker.hidden = !(px >= left - 1 && px <= left + width + 1 && py >= top - 1 && py <= top + height + 1);
    marker.style.transform = `translate(${px}px, ${py}px)`;
    panel.element.hidden = marker.hidden || !now;
    if (panel.element.hidden) return;
    last = { landscape: store.state.header.scenario.landscape, point };
    draw(now, map);
    tell(now);
    const corner = [px < left + width / 2, py < top + height / 2]; // the point is left, is above
    const { style, offsetWidth, offsetHeight } = panel.element;
    style.left = `${corner[0] ? left + width - MARGIN - offsetWidth : left + MARGIN}px`;
    style.top = `${corner[1] ? top + height - MARGIN - offsetHeight : top + MARGIN}px`;
  }

  /** Another window may not have the point that was looked at. */
  function follow({ header: { inspected, window, scenario } }) {
    const [x0, x1, y0, y1] = window;
    const slack = [-SLACK, SLACK, -SLACK, SLACK].map((part, i) => part * (i < 2 ? x1 - x0 : y1 - y0));
    if (!inspected || inside([inspected.x, inspected.y], window.map((edge, i) => edge + slack[i]))) return;
    move(...(last?.landscape === scenario.landscape ? [inspected.x, inspected.y] : scenario.start));
  }

  marker.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const box = root.getBoundingClientRect();
    const { x, y } = getMap();
    const [px, py] = local ?? [seen().x, seen().y];
    grip = [event.clientX - box.left - x(px), event.clientY - box.top - y(py)];
    marker.setPointerCapture(event.pointerId);
    event.stopPropagation();
  });
  marker.addEventListener("pointermove", (event) => grip && moveTo(event, grip));
  for (const type of ["pointerup", "pointercancel"]) marker.addEventListener(type, () => (grip = null));
  marker.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
    const [x0, x1, y0, y1] = store.state.header.window;
    const far = NEAR * (event.shiftKey ? 10 : 1);
    const [x, y] = local ?? [seen().x, seen().y];
    move(x + way[0] * far * (x1 - x0), y + way[1] * far * (y1 - y0));
    event.preventDefault();
    event.stopPropagation();
  });

  const off = store.subscribe(follow);
  return {
    on,
    toggle,
    moveTo,
    place,
    focus: () => marker.focus({ preventScroll: true }),
    destroy() {
      off();
      marker.remove();
      panel?.element.remove();
    },
  };
}
