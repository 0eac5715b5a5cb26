// What a first visitor of the page of networks is asked, and what is said once the answer has been seen.
import { button, el } from "./ui.mjs";

export const HINT = { ask: "controls.hint_ask", hint: "net_first.hint", act: "net_first.act", about: "net_first.act_doc" };
const WRONG = 0.2; // share of the labels: tests/test_networks_study.py measures what comes of it

/** A share of the training labels turns wrong; what is learned then is played, and said at the end, until the next edit. */
export function disturb(store, place) {
  const told = el(
    "div",
    { class: "dl-notice dl-hint", role: "status", hidden: true },
    el("p"),
    button({ label: store.say("controls.dismiss"), icon: "close", class: "dl-quiet", "data-key": "answer:close", onclick: () => end() }),
  );
  let key = ""; // of the study with the wrong labels
  let played = false;

  function follow({ header }) {
    if (key && header.key !== key) return end();
    if (header.scenario.data.mislabeled === WRONG) key = header.key;
    told.querySelector("p").textContent = store.say("net_first.answer");
    return play();
  }
  function play() {
    if (played || !key || store.numbers.key !== key || !store.numbers.whole) return;
    played = true;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    store.seek(still ? store.clock.last : 0);
    if (still) show();
    else store.play();
  }
  const show = () => (told.hidden = !(played && !store.clock.playing));
  function end() {
    offs.forEach((off) => off());
    told.remove();
  }

  place.replaceChildren(told);
  store.edit("data", { name: "mislabeled", value: WRONG });
  const offs = [store.subscribe(follow), store.onNumbers(play), store.onClock(() => told.hidden && show())];
  return end;
}
