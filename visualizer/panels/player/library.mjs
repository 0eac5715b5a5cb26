// The door of the library: the window that opens over the race, and the address that leads to a place in it. What is
// inside comes with its data when the door is first opened.
import { TYPING } from "./keys.mjs";
import { style } from "./mounting.mjs";
import { button, el } from "./ui.mjs";

const PLACE = /^#((?:optimizers|tree)(?:\/[a-z0-9_]+)?)$/;
let door = null;

/** Opens the library at "optimizers", "optimizers/<slug>" or "tree". */
export const openLibrary = (place = "optimizers") => door?.(place);

let inside = null; // the promise of the rooms' module and of its style, shared by all mounts
const fetched = () => (inside ??= Promise.all([import("./rooms.mjs"), style("library.css")]));

export function createLibrary(root, store) {
  let dialog = null;
  let rooms = null;
  let place = null;

  /** The address bar names the place, as long as the library is open. */
  function address(hash) {
    if (location.hash === hash) return;
    history.replaceState(history.state, "", location.pathname + location.search + hash);
  }

  function go(next) {
    place = next;
    address(`#${next}`);
    rooms?.show(next);
  }

  async function open(next) {
    if (rooms && !dialog.open) closed(); // Escape has closed it, and the browser has not said so yet
    if (dialog) return go(next);
    const gone = () => dialog === mine && closed();
    const mine = el(
      "dialog",
      { class: "dl-library", role: "dialog", "aria-label": store.say("library.title"), onclose: gone, onclick: aside },
      el("p", { class: "dl-lib-waits", text: store.say("library.loading") }),
    );
    dialog = mine;
    root.append(dialog);
    go(next);
    try {
      const [{ createRooms }] = await fetched();
      if (dialog !== mine) return undefined;
      mine.showModal();
      fill(createRooms);
    } catch (error) {
      console.error(error);
      inside = null;
      fail(mine);
    }
    return undefined;
  }

  function fill(createRooms) {
    rooms = createRooms(dialog, store, { go, close: () => dialog.close() });
    rooms.show(place);
    rooms.focus();
  }

  function fail(mine) {
    const close = button({ label: store.say("library.close"), icon: "close", onclick: () => mine.close() });
    mine.replaceChildren(el("p", { class: "dl-lib-waits", text: store.say("library.failed") }), close);
    if (!mine.open) mine.showModal();
  }

  /** A click on what is left of the race closes the library. */
  function aside(event) {
    if (event.target !== dialog) return;
    const box = dialog.getBoundingClientRect();
    const { clientX: x, clientY: y } = event;
    if (x < box.left || x > box.right || y < box.top || y > box.bottom) dialog.close();
  }

  function shut() {
    if (dialog?.open) dialog.close();
    else if (dialog) closed(); // still on its way
  }

  function closed() {
    rooms?.destroy();
    dialog.remove();
    if (location.hash === `#${place}`) address("");
    dialog = rooms = place = null;
  }

  const follow = () => {
    const found = location.hash.match(PLACE);
    if (found) open(found[1]);
    else shut();
  };
  const key = (event) => {
    if (event.key !== "o" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || dialog) return;
    if (!store.state || event.composedPath()[0].closest?.(TYPING)) return;
    event.preventDefault();
    open("optimizers");
  };

  door = open;
  document.addEventListener("keydown", key);
  addEventListener("hashchange", follow);
  let lang = null;
  const off = store.subscribe(async (state) => {
    if (lang === null) follow();
    else if (lang !== state.lang && rooms) {
      rooms.destroy();
      fill((await fetched())[0].createRooms);
    } else rooms?.update(state);
    lang = state.lang;
  });
  return {
    destroy() {
      off();
      rooms?.destroy();
      dialog?.remove(); // the address stays: a page that mounts anew opens the library again
      document.removeEventListener("keydown", key);
      removeEventListener("hashchange", follow);
      if (door === open) door = null;
    },
  };
}
