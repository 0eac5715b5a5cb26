// How the page is shown: presented on a projector, embedded in somebody's slides, in strong contrast. The address says so,
// and the page is laid out accordingly from its first picture on.

import { openLessons, readerOf } from "./lessons.mjs";
import { TYPING } from "./keys.mjs";
import { presenting } from "./panel.mjs";
import { openPoll } from "./polldoor.mjs";
import { setLook } from "./theme.mjs";
import { button, el } from "./ui.mjs";

const asked = new URLSearchParams(location.search);
const { classList } = document.body;
const on = (name) => asked.has(name) && !["", "false", "0"].includes(asked.get(name));
classList.toggle("dl-presenting", on("present"));
classList.toggle("dl-embedded", on("embed"));
classList.toggle("dl-contrast", on("contrast"));
setLook({ strong: on("contrast"), far: on("present") });

let toggle = null;

/** Begins the presentation, or ends it. */
export const togglePresentation = () => toggle?.();

/** The parameters of the address that say how the page is shown; Streamlit's own among them. */
export const modesOf = () => [
  ...[...new URLSearchParams(location.search)].filter(([name]) => name.startsWith("embed")),
  ...(presenting() ? [["present", "true"]] : []),
  ...(classList.contains("dl-contrast") ? [["contrast", "true"]] : []),
];

export function createModes(root, store) {
  const say = (key) => store.say(`present.${key}`);
  const tools = el("div", { class: "dl-modes", role: "toolbar" });
  const away = el("a", { class: "dl-embed-link", target: "_blank", rel: "noopener" });
  root.append(tools, away);

  /** Everything is laid out again; what is drawn follows the sizes. */
  function changed() {
    build();
    store.refresh();
    dispatchEvent(new Event("resize"));
  }

  function present(next) {
    classList.toggle("dl-presenting", next);
    setLook({ far: next });
    if (next) {
      store.pause();
      store.setClock({ loop: false });
    }
    readerOf()?.present(next);
    changed();
  }

  function contrast() {
    setLook({ strong: classList.toggle("dl-contrast") });
    changed();
  }

  function hold() {
    classList.toggle("dl-unlocked");
    build();
  }

  function step(by) {
    const reader = readerOf();
    if (reader?.open) reader.step(by);
    else openLessons(reader?.slug || "first");
  }

  function build() {
    const key = (icon, label, onclick, pressed) => button({ icon, label: say(label), class: "dl-quiet", onclick, "aria-pressed": pressed === undefined ? null : String(pressed) });
    tools.replaceChildren(
      key("back", "previous", () => step(-1)),
      key("chevron", "next", () => step(1)),
      key("class", "ask", () => openPoll()),
      key("contrast", "contrast", contrast, classList.contains("dl-contrast")),
      key("lock", classList.contains("dl-unlocked") ? "lock" : "unlock", hold, !classList.contains("dl-unlocked")),
      key("close", "leave", () => present(false)),
    );
    tools.setAttribute("aria-label", say("title"));
    away.textContent = say("open_full");
  }

  const keys = { c: contrast, u: hold, n: () => step(1), b: () => step(-1), PageDown: () => step(1), PageUp: () => step(-1), Escape: () => present(false) };
  function press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || !store.state) return;
    if (event.composedPath()[0].closest?.(TYPING)) return;
    const act = event.key === "p" ? toggle : presenting() && keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }
  document.addEventListener("keydown", press);

  toggle = () => store.state && present(!presenting());
  const mine = toggle;
  let spoken = "";
  const off = store.subscribe(({ header, lang }) => {
    if (lang !== spoken) build();
    spoken = lang;
    away.href = `${location.pathname}?${header.query}`;
  });
  return {
    destroy() {
      off();
      if (toggle === mine) toggle = null;
      document.removeEventListener("keydown", press);
      tools.remove();
      away.remove();
    },
  };
}
