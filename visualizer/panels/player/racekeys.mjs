// What the player's row has on the page of races besides: the microscope, the maps, and where twins part.

import { fork } from "./glyphs.mjs";
import { toggleMap } from "./mappanel.mjs";
import { scope } from "./scope.mjs";
import { partingsOf, runName, tracksOf } from "./tracks.mjs";
import { call } from "./transport.mjs";
import { el, icon } from "./ui.mjs";

export function raceKeys(store) {
  const key = (name, shortcut, act) =>
    el("button", { type: "button", class: `dl-key dl-key-${name}`, "data-key": name, "aria-keyshortcuts": shortcut, onclick: act }, icon(name));
  const microscope = key("scope", "m", () => scope.toggle(store));
  const maps = key("map", "b", () => toggleMap(store));
  const press = () => microscope.setAttribute("aria-pressed", String(scope.run(store) !== null));

  return {
    keys: [microscope, maps],
    /** A tick where each twin parts from its original; a click goes there. */
    marks(state) {
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
    },
    words(state) {
      call(microscope, store.say("scope.toggle"));
      call(maps, store.say("map.toggle"));
      maps.setAttribute("aria-pressed", String(Boolean(state.header.chart)));
      press();
    },
    offs: [scope.onChange(press)],
  };
}
