// Where twins part, on the player's line.

import { fork } from "./glyphs.mjs";
import { partingsOf, runName, tracksOf } from "./tracks.mjs";
import { el } from "./ui.mjs";

/** A tick where each twin parts from its original; a click goes there. */
export function partingMarks(store, state) {
  const tracks = tracksOf(state);
  return partingsOf(state).map(({ run, of, step }) => {
    const text = store.sayTick("views.parts_at", { name: runName(store, run), original: runName(store, of), step });
    const go = () => {
      store.pause();
      store.seek(step);
    };
    const html = fork([tracks[of].color, tracks[run].color]);
    const tick = el("button", { type: "button", class: "dl-mark", title: text, "aria-label": text, html, onclick: go });
    tick.style.setProperty("--dl-at", store.clock.last ? step / store.clock.last : 0);
    return tick;
  });
}
