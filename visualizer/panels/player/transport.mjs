// The player's own row: play, step, scrub, speed, loop.

import { count as grouped } from "./numbers.mjs";
import { el, hushed, write } from "./ui.mjs";

const CALM = 100; // ms; numbers and a thumb need no sixty a second, and each repaints a part of the page
const SPEEDS = [0.25, 0.5, 1, 2, 4];

const ICONS = {
  play: "M6.5 4.2v11.6L16 10z",
  pause: "M6 4.5h3v11H6zM11 4.5h3v11h-3z",
  back: "M13.5 5v10L7 10zM5 5h1.6v10H5z",
  forward: "M6.5 5v10L13 10zM13.4 5H15v10h-1.6z",
  first: "M10.5 5v10L4.8 10zM16.2 5v10l-5.7-5zM3.4 5H5v10H3.4z",
  end: "M9.5 5v10l5.7-5zM3.8 5v10l5.7-5zM15 5h1.6v10H15z",
  loop: "M6.2 5.5h7.3a3 3 0 0 1 3 3v.5h-1.6v-.5c0-.8-.6-1.4-1.4-1.4H6.2V9L3 6.3 6.2 3.6zM13.8 14.5H6.5a3 3 0 0 1-3-3V11h1.6v.5c0 .8.6 1.4 1.4 1.4h7.3V11l3.2 2.7-3.2 2.7z",
};
const drawing = (name) => `<svg viewBox="0 0 20 20" fill="currentColor" aria-hidden="true"><path d="${ICONS[name]}"/></svg>`;

/**
 * @param {(store: object) => object} [more] what a page has besides: {keys: further buttons, marks(): elements above the
 *   line, words(state), offs: what ends it}
 */
export function createTransport(root, store, more = () => ({ keys: [], marks: () => [], words() {}, offs: [] })) {
  const own = more(store);
  const { clock } = store;
  const button = (name, act) => el("button", { type: "button", class: `dl-key dl-key-${name}`, html: drawing(name), onclick: act });
  const jump = (to) => () => {
    store.pause();
    store.seek(to());
  };
  const buttons = {
    first: button("first", jump(() => 0)),
    back: button("back", jump(() => Math.ceil(clock.t) - 1)),
    play: button("play", () => (clock.playing ? store.pause() : store.play())),
    forward: button("forward", jump(() => Math.floor(clock.t) + 1)),
    end: button("end", jump(() => clock.last)),
  };
  const scrub = el("input", { type: "range", class: "dl-scrub", min: 0, max: 1, step: 1, value: 0 });
  scrub.addEventListener("input", () => {
    store.pause();
    store.seek(Number(scrub.value));
  });
  const marks = el("div", { class: "dl-marks" });
  const line = el("div", { class: "dl-line" }, scrub, marks);
  const count = el("output", { class: "dl-count" });
  const [now, total] = [el("b"), el("span")];
  count.append(now, total);
  const speed = el("select", { class: "dl-speed" }, SPEEDS.map((value) => el("option", { value, text: `${value}×` })));
  speed.addEventListener("change", () => store.setClock({ speed: Number(speed.value) }));
  const loop = button("loop", () => store.setClock({ loop: !clock.loop }));
  root.append(...Object.values(buttons), line, count, speed, loop, ...own.keys);

  let shown = -1;
  function frame(t) {
    const step = Math.floor(t);
    if (step === shown) return; // the page's own layout is not for every frame
    shown = step;
    scrub.value = step;
    scrub.style.setProperty("--dl-done", clock.last ? `${(100 * step) / clock.last}%` : "0%");
    write(now, grouped(step));
    scrub.setAttribute("aria-valuetext", store.sayTick("told.moment", { step, last: clock.last }));
  }

  function settings() {
    const face = clock.playing ? "pause" : "play";
    if (buttons.play.dataset.face !== face) {
      buttons.play.dataset.face = face;
      buttons.play.innerHTML = drawing(face);
    }
    label(buttons.play, `views.${face}`);
    scrub.max = clock.last;
    write(total, ` / ${grouped(clock.last)}${store.state ? store.sayTick("views.counted") : ""}`);
    now.style.minWidth = `${grouped(clock.last).length}ch`;
    speed.value = clock.speed;
    loop.setAttribute("aria-pressed", clock.loop);
    shown = -1;
    frame(clock.t);
  }

  const label = (element, key, say = store.say) => call(element, say(key));

  function words(state) {
    marks.replaceChildren(...own.marks(state));
    for (const name of ["first", "end"]) label(buttons[name], `views.${name}`);
    for (const name of ["back", "forward"]) label(buttons[name], `views.${name}`, store.sayTick);
    label(loop, "views.loop");
    label(speed, "views.speed");
    label(scrub, "views.scrub", store.sayTick);
    own.words(state);
    settings();
  }

  const offs = [...own.offs, hushed(count, store), store.subscribe(words), store.onClock(settings), store.onFrame(frame, CALM)];
  return { destroy: () => offs.forEach((off) => off()) };
}

/** Gives a button its tooltip, which is its accessible name as well. */
export function call(element, text) {
  if (element.title === text) return;
  element.title = text;
  element.setAttribute("aria-label", text);
}
