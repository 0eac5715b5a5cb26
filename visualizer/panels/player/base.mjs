// What the stores of all pages have in common: edits on their way to Python, the play position, words, who listens.

import strings from "./strings.mjs";
import { createClock } from "./clock.mjs";
import { createEdits } from "./edits.mjs";

/** A set of callbacks; `add` returns the way out. */
export function channel() {
  const listeners = new Set();
  const call = (...values) => listeners.forEach((listener) => listener(...values));
  const add = (listener) => (listeners.add(listener), () => listeners.delete(listener));
  return { add, call, has: (listener) => listeners.has(listener) };
}

let newest = null; // {rev, query, page}: what the pages were sent last

/**
 * @param {object} own what one page's store has besides: `state`, the newest answer, whose header has the language
 * @returns {object} {store, payloads, edits, clockwork, resume}
 */
export function createBase(own) {
  const payloads = channel();
  const roots = channel();
  const hovers = channel();
  const clocks = channel();
  const edits = createEdits();
  const clockwork = createClock(() => clocks.call(clockwork.clock));
  const elements = {}; // slot -> element
  let hovered = null;

  const store = {
    get hovered() { return hovered; },
    get busy() { return edits.busy; },
    clock: clockwork.clock,
    frames: clockwork.frames,

    /** fn(state, previous) after every payload and every change of theme; once soon if there is a state already. */
    subscribe(fn) {
      const off = payloads.add(fn);
      if (store.state) queueMicrotask(() => payloads.has(fn) && fn(store.state, null));
      return off;
    },

    edit: edits.push,
    /** To another page. */
    turn: (page) => edits.leave("page", { value: page }),
    /** Show what a link shows; `away`: it is of the other page. */
    open: (link, away) => (away ? edits.leave : edits.push)("open", { value: link }),

    onFrame: clockwork.onFrame,
    onClock: clocks.add, // fn(clock) when playing, speed, loop or last changed
    seek: clockwork.seek,
    play: clockwork.play,
    pause: clockwork.pause,
    lock: clockwork.lock,
    /** Whether something is to be predicted, by a reader or by a class. */
    get held() { return clockwork.locked; },
    /** Set clock.speed or clock.loop. */
    setClock: clockwork.set,

    /** A string of strings/*.toml, as "views.play", with {name} placeholders filled in. */
    say(key, values = {}) {
      const dot = key.indexOf(".");
      const find = (lang) => strings[lang]?.[key.slice(0, dot)]?.[key.slice(dot + 1)] ?? strings[lang]?.[key];
      const text = find(store.lang) ?? find("en") ?? key;
      return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
    },
    /** `say` of what the clock counts. */
    sayTick: (key, values) => store.say(key, values),
    text(pair) { return pair[store.lang === "zh" ? 1 : 0]; },
    get lang() { return store.state?.lang ?? "en"; },

    /** The element registered for a slot, or null. */
    root(slot) { return elements[slot] ?? null; },
    onRoot: roots.add, // fn(slot, element or null)
    register(slot, element) {
      if (elements[slot] === element) return;
      elements[slot] = element;
      roots.call(slot, element);
    },

    hover(run) {
      if (run === hovered) return;
      hovered = run;
      hovers.call(run);
    },
    onHover: hovers.add, // fn(run index or null)

    connect: edits.connect,

    /** Draw again from the same state: the theme changed. */
    refresh() {
      if (store.state) payloads.call(store.state, store.state);
    },
  };
  Object.defineProperties(store, Object.getOwnPropertyDescriptors(own));

  /**
   * A server that was started again, or another replica, knows only the link that the page was opened by, and its answers
   * count from 1 again: it is told what was there, and once more the edit that woke it.
   */
  function resume({ rev, query, page }) {
    const lost = newest && rev < newest.rev && query !== newest.query ? newest : null;
    newest = { rev, query, page };
    if (!lost) return;
    const link = new URLSearchParams(lost.query);
    link.delete("lang");
    if (lost.page === page) edits.again("open", { value: link.toString() });
    else store.open(link.toString(), true);
  }
  return { store, payloads, edits, clockwork, resume };
}
