// The first line of the page of networks: the data, how many networks learn them; the way back to the race.
import { door, languages, presentButton, shareButton, undoKeys, waysBack } from "./bar.mjs";
import { datasets } from "./netcatalogue.mjs";
import { HINT, disturb } from "./netfirst.mjs";
import { openLessons } from "./lessons.mjs";
import { createNotices } from "./notices.mjs";
import { count } from "./numbers.mjs";
import { button, el, keepFocus, write } from "./ui.mjs";

/** @param {HTMLElement} root the page's root; its .dl-header and .dl-notices are filled */
export function createStudyHeader(root, store) {
  const place = root.querySelector(".dl-header");
  const [said, answer] = [el("div"), el("div")]; // the notices replace what is in their own place
  root.querySelector(".dl-notices").append(said, answer);
  const notices = createNotices(said, store, HINT, () => disturb(store, answer));
  let parts = null;
  let built = null;

  function build() {
    const title = el("h1");
    const about = button({
      label: store.say("net_about.about"),
      icon: "info",
      class: "dl-quiet",
      "data-key": "about",
      "aria-haspopup": "dialog",
      onclick: () => import("./netabout.mjs").then(({ openDataAbout }) => openDataAbout(about, store), console.error),
    });
    const summary = el("span", { class: "dl-summary" });
    const buttons = waysBack(store);
    const race = door(store, "race", { icon: "surface", onclick: () => store.turn("race") });
    const lessons = door(store, "lesson", { icon: "book", onclick: () => openLessons() });
    place.replaceChildren(
      el("div", { class: "dl-heading" }, title, about, summary),
      el("div", { class: "dl-actions" }, Object.values(buttons), lessons, race, presentButton(store), shareButton(store), languages(store)),
    );
    parts = { title, summary, buttons };
  }

  function update({ header, lang }) {
    if (built !== lang) keepFocus(place, build);
    built = lang;
    const { scenario, can } = header;
    const runs = scenario.runs.length;
    write(parts.title, store.text(datasets[scenario.dataset].title));
    const values = { runs, steps: count(scenario.steps), parameters: count(scenario.parameters) };
    write(parts.summary, store.say(["net.summary_none", "net.summary_one"][runs] ?? "net.summary", values));
    for (const [op, node] of Object.entries(parts.buttons)) node.disabled = !can[op];
  }

  const offs = [store.subscribe(update), undoKeys(store)];
  return {
    destroy() {
      offs.forEach((off) => off());
      notices.destroy();
      said.parentElement.replaceChildren();
      place.replaceChildren();
    },
  };
}
