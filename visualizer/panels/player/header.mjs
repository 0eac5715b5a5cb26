// The first line: what is shown on the left, what can be done with it on the right; below it the notices.
import { door, languages, presentButton, shareButton, undoKeys, waysBack } from "./bar.mjs";
import { landscapes } from "./catalogue.mjs";
import { openLibrary } from "./library.mjs";
import { openLessons } from "./lessons.mjs";
import { createNotices } from "./notices.mjs";
import { count } from "./numbers.mjs";
import { freshSeed } from "./quiz.mjs";
import { saveButton } from "./save.mjs";
import { button, el, keepFocus, write } from "./ui.mjs";

/** What a first visitor is asked. */
const HINT = { ask: "controls.hint_ask", hint: "controls.hint", act: "controls.hint_rotate", about: "controls.rotate_45" };

/** The answer to it: the axes are turned, and who arrives first now is the point. */
function rotate(store) {
  store.edit("rotate", { value: 45 });
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const stop = store.subscribe((state) => {
    if (state.header.scenario.rotate !== 45) return;
    stop();
    store.seek(0);
    store.play();
  });
}

/**
 * @param {HTMLElement} root the page's root; its .dl-header and .dl-notices are filled
 * @returns {{destroy: () => void}}
 */
export function createHeader(root, store) {
  const place = root.querySelector(".dl-header") ?? root;
  const notices = createNotices(root.querySelector(".dl-notices"), store, HINT, () => rotate(store));
  let parts = null;
  let built = null;

  function build() {
    const title = el("h1");
    const about = button({
      label: store.say("surface.about"),
      icon: "info",
      class: "dl-quiet",
      "data-key": "about",
      "aria-haspopup": "dialog",
      onclick: () => import("./about.mjs").then(({ openAbout }) => openAbout(about, store), console.error),
    });
    const summary = el("span", { class: "dl-summary" });
    const buttons = waysBack(store);
    const networks = door(store, "net", { icon: "network", onclick: () => store.turn("networks") });
    const lessons = door(store, "lesson", { icon: "book", onclick: () => openLessons() });
    const library = door(store, "library", { icon: "tree", "aria-haspopup": "dialog", onclick: () => openLibrary() });
    const guess = door(store, "quiz", { icon: "guess", onclick: () => store.edit("quiz", { value: freshSeed() }) });
    const save = saveButton(store);
    place.replaceChildren(
      el("div", { class: "dl-heading" }, title, about, summary),
      el("div", { class: "dl-actions" }, Object.values(buttons), lessons, networks, library, guess, presentButton(store), save, shareButton(store), languages(store)),
    );
    parts = { title, summary, buttons, save };
  }

  function update({ header, lang }) {
    if (built !== lang) keepFocus(place, build);
    built = lang;
    const { scenario, can } = header;
    const runs = scenario.runs.length;
    write(parts.title, store.text(landscapes[scenario.landscape].title));
    write(
      parts.summary,
      store.sayTick(runs === 1 ? "controls.summary_one" : "controls.summary", { runs, steps: count(scenario.steps) }),
    );
    parts.save.hidden = Boolean(header.quiz); // its link says the round, and a file would say the answer
    for (const [op, node] of Object.entries(parts.buttons)) node.disabled = !can[op];
  }

  const offs = [store.subscribe(update), undoKeys(store)];
  return {
    destroy() {
      offs.forEach((off) => off());
      notices.destroy();
      place.replaceChildren();
    },
  };
}
