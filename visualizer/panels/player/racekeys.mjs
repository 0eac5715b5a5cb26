// What the player's row has on the page of races besides: the microscope, the maps, and where twins part.

import { toggleMap } from "./mappanel.mjs";
import { partingMarks } from "./partings.mjs";
import { scope } from "./scope.mjs";
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
    marks: (state) => partingMarks(store, state),
    words(state) {
      call(microscope, store.say("scope.toggle"));
      call(maps, store.say("map.toggle"));
      maps.setAttribute("aria-pressed", String(Boolean(state.header.chart)));
      press();
    },
    offs: [scope.onChange(press)],
  };
}
