// The address bar always holds the link of the picture on the screen. It is replaced, never pushed: the browser's
// back button leaves the page, and undo is the page's own.

import { modesOf } from "./modes.mjs";

const CALM = 300; // ms; browsers refuse too many changes in a short time

export function createAddress(root, store) {
  let timer = 0;
  function write() {
    const modes = modesOf(); // how the page is shown stays
    const { query: link, page } = store.state.header;
    // The untouched first page keeps its plain address, but for the language that was chosen.
    const first = store.state.header.first && page === undefined;
    const own = first ? new URLSearchParams([...new URLSearchParams(link)].filter(([name]) => name === "lang")).toString() : link;
    const query = [own, new URLSearchParams(modes).toString()].filter(Boolean).join("&");
    const next = location.pathname + (query && `?${query}`) + location.hash;
    if (next !== location.pathname + location.search + location.hash) history.replaceState(history.state, "", next);
  }
  const off = store.subscribe(() => {
    clearTimeout(timer);
    timer = setTimeout(write, CALM);
  });
  return {
    destroy() {
      off();
      clearTimeout(timer);
    },
  };
}
