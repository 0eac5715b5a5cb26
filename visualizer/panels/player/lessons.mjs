// The door of the lessons: the address that leads to one, and the column that opens beside the player. What is inside
// comes when it is first opened. One column is there for all pages: a lesson may lead from one to the other.

import { TYPING } from "./keys.mjs";
import { style } from "./mounting.mjs";

const PLACE = /^#lessons(?:\/([a-z0-9_-]+))?$/;
let reader = null;  // what is read, and with what it is drawn; once it has come
let coming = null;
let door = null;

/** The column, if it is there. */
export const readerOf = () => reader;

/** Opens the list of lessons, or the lesson of this name. */
export const openLessons = (slug = "") => door?.(slug);

const fetched = () => (coming ??= Promise.all([import("./lessonreader.mjs"), style("lessons.css")]));

function address(hash) {
  if (location.hash !== hash) history.replaceState(history.state, "", location.pathname + location.search + hash);
}

export function createLessons(root, store) {
  const host = root.parentElement; // the page itself is a container, in which nothing can be fixed to the window

  async function open(slug) {
    address(`#lessons${slug && `/${slug}`}`);
    try {
      const [{ createReader }] = await fetched();
      reader ??= createReader({ go: openLessons, close });
      if (host.isConnected) reader.attach(host, store);
      reader.show(slug);
      reader.focus();
    } catch (error) {
      console.error(error);
      coming = null;
    }
  }

  function close() {
    reader?.close();
    if (PLACE.test(location.hash)) address("");
    root.querySelector("[data-key=lesson]")?.focus({ preventScroll: true });
  }

  const follow = () => {
    const found = location.hash.match(PLACE);
    if (found) open(found[1] ?? "");
    else if (reader?.open) close();
  };
  const key = (event) => {
    if (event.key !== "l" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (!store.state || event.composedPath()[0].closest?.(TYPING)) return;
    event.preventDefault();
    if (reader?.open) close();
    else open(reader?.slug ?? "");
  };

  door = open;
  document.addEventListener("keydown", key);
  addEventListener("hashchange", follow);
  let known = false;
  const off = store.subscribe(() => {
    if (!known) follow();
    known = true;
  });
  return {
    destroy() {
      off();
      reader?.detach(store);
      document.removeEventListener("keydown", key);
      removeEventListener("hashchange", follow);
      if (door === open) door = null;
    },
  };
}
