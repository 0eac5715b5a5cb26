// The card beside the pointer: exact values of the nearest step, or of a stationary point, or what the ground is here.

import { el, write } from "./ui.mjs";
import { exact } from "./ticks.mjs";
import { partingsOf, runName } from "./tracks.mjs";

const KINDS = { minimum: "views.minimum", saddle: "views.saddle", maximum: "views.maximum" };
const PRECISE = 4; // significant digits of a value read off the grid

/** Why no Hessian certifies a point: a kink, the domain's edge, or, as every saddle so far, no curvature at all. */
export function roughness({ smooth = true, kind, x, y }, { window: [x0, x1, y0, y1], scenario }) {
  if (smooth) return "smooth";
  if (kind === "saddle") return "flat";
  if (scenario.rotate % 90 || scenario.stretch !== 1) return "rough"; // the window's edges are not the domain's
  const at = (value, edge) => Math.abs(value - edge) < 1e-9 * Math.max(x1 - x0, y1 - y0);
  return at(x, x0) || at(x, x1) || at(y, y0) || at(y, y1) ? "edge" : "kink";
}

/** What to write for a hit: a heading, an optional line below it, and [label, value] rows. */
function describe(hit, store) {
  const { state } = store;
  if (hit.point) {
    const { x, y, value, kind, best } = hit.point;
    const name = store.say(best ? "views.best" : KINDS[kind]);
    return { head: store.say(`views.point_${roughness(hit.point, state.header)}`, { name }), rows: [["x", exact(x)], ["y", exact(y)], [store.say("views.loss"), exact(value)]] };
  }
  if (hit.ground) {
    const about = (value) => `≈ ${String(Number(value.toPrecision(PRECISE))).replace(/-/g, "\u2212")}`;
    return { quiet: true, rows: [["x", about(hit.ground.x)], ["y", about(hit.ground.y)], ["f", Number.isNaN(hit.ground.f) ? store.say("own.undefined") : about(hit.ground.f)]] };
  }
  const row = state.offset[hit.run] + hit.step;
  const { stopped, valid } = state.header.runs[hit.run];
  const rows = [["x", exact(state.path[2 * row])], ["y", exact(state.path[2 * row + 1])], [store.say("views.loss"), exact(state.loss[row])]];
  for (const [label, value] of hit.values ?? []) rows.push([label, exact(value)]);
  return {
    head: runName(store, hit.run),
    track: hit.track,
    step: store.sayTick("views.step", { step: hit.step }),
    note: [
      ...partingsHere(store, hit, valid),
      stopped !== null && hit.step === valid - 1 ? store.sayTick("views.left", { step: stopped }) : "",
    ].filter(Boolean).join(" "),
    rows,
  };
}

/** Which twins part from the run at this step, in words. */
const partingsHere = (store, { run, step }, valid) =>
  partingsOf(store.state)
    .filter((parting) => parting.of === run && Math.min(parting.step, valid - 1) === step)
    .map((parting) => store.say("views.parts", { name: runName(store, parting.run) }));

/**
 * @param {Element} panel a positioned element
 * @param {{pick: (x: number, y: number) => object | null, tell?: (hit: object, store: object) => object}} options
 *   `pick` finds what is at a pixel of the panel, of a race {run, track, step, x, y} or {point, x, y} or {ground, x, y};
 *   `tell` says what to write for it: {head, track, step, rows, note, quiet}
 */
export function attachHover(panel, store, { pick, tell = describe }) {
  const card = el("div", { class: "dl-card", role: "status", "aria-live": "off", hidden: true });
  const swatch = el("i", { class: "dl-card-swatch" });
  const head = el("b");
  const step = el("span", { class: "dl-card-step" });
  const note = el("p");
  const table = el("dl");
  card.append(el("header", {}, swatch, head, step), table, note);
  panel.append(card);
  let request = 0;
  let last = null;

  function show(hit) {
    const { head: title = "", track, step: count = "", rows, note: words = "", quiet = false } = tell(hit, store);
    card.classList.toggle("dl-card-quiet", quiet);
    swatch.hidden = !track;
    if (track) swatch.style.background = track.color;
    write(head, title);
    write(step, count);
    write(note, words);
    table.replaceChildren(...rows.flatMap(([label, value]) => [el("dt", { text: label }), el("dd", { text: value })]));
    card.hidden = false;
    putBeside(card, panel, hit);
  }

  function look() {
    request = 0;
    const box = panel.getBoundingClientRect();
    const hit = last && store.state ? pick(last.clientX - box.left, last.clientY - box.top) : null;
    store.hover(hit?.run ?? null);
    point(hit);
  }

  function point(hit) {
    if (hit) show(hit);
    else card.hidden = true;
  }

  const abort = new AbortController();
  const on = (type, fn) => panel.addEventListener(type, fn, { signal: abort.signal, capture: true, passive: true });
  const at = (event) => {
    last = event;
    request ||= requestAnimationFrame(look); // one search a frame, however fast the pointer is
  };
  const above = (event) => event.target.closest?.(".dl-tools"); // what lies over the picture
  on("pointermove", (event) => at((event.pointerType === "mouse" && event.buttons) || above(event) ? null : event));
  on("pointerdown", (event) => at(event.pointerType === "mouse" ? null : event));
  on("pointerleave", (event) => event.target === panel && at(null));

  return {
    /** Look again: the picture under a resting pointer has changed. */
    refresh: () => last && at(last),
    /** Show a hit that was found in another way than by the pointer, or none. */
    point,
    destroy() {
      abort.abort();
      cancelAnimationFrame(request);
      card.remove();
    },
  };
}

/** Puts a card that is shown beside a place {x, y} of its panel, where there is room. */
export function putBeside(card, panel, { x, y }) {
  const [w, h] = [card.offsetWidth, card.offsetHeight];
  const left = x + 16 + w > panel.clientWidth ? x - 16 - w : x + 16;
  const top = Math.max(4, Math.min(panel.clientHeight - h - 4, y + 12));
  card.style.transform = `translate(${Math.round(Math.max(4, left))}px, ${Math.round(top)}px)`;
}
