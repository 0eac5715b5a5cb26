// The keyboard: space plays and pauses, the arrows step, home and end jump. Never while something is being typed.

import { scope } from "./scope.mjs";

/** Elements that use these keys themselves. */
const BUSY = "input:not([type=range]), textarea, select, [contenteditable], [role=radio], [role=tab], [role=menu], [role=menuitem], [role=slider], [role=listbox], [role=dialog]";

/** Elements, and windows above the page, in which letters mean something else. */
export const TYPING = "input:not([type=range]), textarea, select, [contenteditable], [role=menu], [role=listbox], [role=dialog], dialog";

const FAST = 10; // steps with shift held

export function createKeys(root, store) {
  const { clock } = store;
  const step = (by) => {
    // Under the microscope the arrows go from update to update: the last one is shown at two ticks.
    if (scope.rows(store)) return scope.step(store, by);
    store.pause();
    store.seek((by > 0 ? Math.floor(clock.t) : Math.ceil(clock.t)) + by);
  };
  const actions = {
    " ": () => (clock.playing ? store.pause() : store.play()),
    ArrowLeft: (event) => step(event.shiftKey ? -FAST : -1),
    ArrowRight: (event) => step(event.shiftKey ? FAST : 1),
    Home: () => step(-Infinity),
    End: () => step(Infinity),
  };

  function press(event) {
    const action = actions[event.key];
    if (!action || !store.state || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.composedPath()[0];
    if (target instanceof Element) {
      if (target.closest(BUSY)) return;
      if (event.key === " " && target.closest("button, summary, a")) return; // space presses a focused button
      if (event.key !== " " && target.closest("input[type=range]")) return;  // arrows move a focused slider
    }
    event.preventDefault();
    action(event);
  }

  document.addEventListener("keydown", press);
  return { destroy: () => document.removeEventListener("keydown", press) };
}
