// Guess the optimizer: the question and its choices in the place of the lanes, the answer with the reason for it.
import { copyLink } from "./share.mjs";
import { swatch } from "./swatch.mjs";
import { TYPING } from "./keys.mjs";
import { button, catchFocus, el, icon, keepFocus } from "./ui.mjs";

/** The number of a round that nobody has played before, most likely. */
export const freshSeed = () => Math.floor(Math.random() * 1e6);

/** @returns {{destroy: () => void}} */
export function createQuiz(root, store) {
  let built = "";
  let asked = ""; // the round and the question that are shown

  const say = (key, values) => store.say(`quiz.${key}`, values);
  const quiz = () => store.state?.header.quiz;
  const answered = (told) => told.guess !== undefined;
  const over = (told) => told.right.length === told.of;

  const begin = () => store.edit("quiz", { value: freshSeed() });
  const leave = () => store.edit("quiz", { value: null });

  /** How the answers went so far: a mark for each question, with a sign and not only a color. */
  function marks(told) {
    const mark = (k) => {
      const state = k < told.right.length ? (told.right[k] ? "right" : "wrong") : k === told.number ? "now" : "ahead";
      return el("li", { class: `dl-tally-one dl-tally-${state}`, "aria-label": say(`mark_${state}`, { number: k + 1 }) }, signOf(state, k));
    };
    return el("ol", { class: "dl-tally" }, Array.from({ length: told.of }, (_, k) => mark(k)));
  }

  const signOf = (state, k) => ({ right: icon("check"), wrong: icon("close") })[state] ?? el("span", { text: String(k + 1) });

  function choice(told, pair, place) {
    const right = answered(told) && place === told.answer;
    const wrong = answered(told) && place === told.guess && !right;
    return el(
      "button",
      {
        type: "button",
        class: `dl-choice${right ? " dl-right" : ""}${wrong ? " dl-wrong" : ""}`,
        disabled: answered(told),
        "aria-keyshortcuts": String(place + 1),
        data: { key: `choice:${place}` },
        onclick: () => store.edit("guess", { value: place }),
      },
      el("kbd", { text: String(place + 1), "aria-hidden": "true" }),
      el("span", { text: store.text(pair) }),
      right ? icon("check") : wrong ? icon("close") : null,
    );
  }

  /** What the answer was, and by what one can tell; beside it how the wrong guess would have gone. */
  function reasons(told) {
    const reason = (place, run, lead) => {
      const picture = el("span", { class: "dl-swatch", "aria-hidden": "true" });
      swatch(picture, store.state.header.scenario.runs[run].color);
      return el("p", {}, picture, el("span", {}, el("strong", { text: lead }), " ", store.text(told.tells[place])));
    };
    const name = (place) => store.text(told.choices[place]);
    const hit = told.guess === told.answer;
    return el(
      "div",
      { class: "dl-reasons", role: "status" },
      reason(told.answer, 0, say(hit ? "right" : "was", { name: name(told.answer) })),
      hit ? null : reason(told.guess, 1, say("would", { name: name(told.guess) })),
    );
  }

  function forth(told) {
    if (!over(told)) {
      return button({ text: say("next"), class: "dl-primary", "data-key": "quiz:next", onclick: () => store.edit("next") });
    }
    const score = told.right.filter(Boolean).length;
    const share = button({ text: say("share"), icon: "share", onclick: () => copyLink(share, store) });
    return el(
      "div",
      { class: "dl-score-line", role: "status" },
      el("strong", { text: say("score", { score, of: told.of }) }),
      share,
      button({ text: say("again"), class: "dl-primary", "data-key": "quiz:next", onclick: begin }),
    );
  }

  function build(told) {
    const question = told.subject ? say("what", { name: store.text(told.subject) }) : say("who");
    const out = button({ label: say("leave"), icon: "close", class: "dl-quiet", "data-key": "quiz:leave", onclick: leave });
    root.replaceChildren(
      el("div", { class: "dl-quiz-head" }, marks(told), out),
      el("h2", { text: question, tabindex: -1 }),
      el("div", { class: "dl-choices", role: "group", "aria-label": question }, told.choices.map((pair, k) => choice(told, pair, k))),
      answered(told)
        ? el("div", { class: "dl-answer" }, reasons(told), forth(told))
        : el("p", { class: "dl-note", text: say("hint") }),
    );
    if (answered(told)) root.querySelector("[data-key='quiz:next']")?.focus({ preventScroll: true });
  }

  function update(state, previous) {
    const told = state.header.quiz;
    root.hidden = !told;
    root.closest(".dl")?.classList.toggle("dl-quizzing", Boolean(told));
    root.closest(".dl")?.classList.toggle("dl-asked", Boolean(told) && !answered(told));
    rest(store.root("dials"), Boolean(told));
    const shape = JSON.stringify([state.lang, told]);
    const door = () => root.closest(".dl").querySelector("[data-key=quiz]");
    const entered = told && previous && !previous.header.quiz && document.activeElement === door();
    if (told && shape !== built) catchFocus(root, () => keepFocus(root, () => build(told)), () => root.querySelector("h2"));
    if (entered) root.querySelector("h2").focus(); // what is asked stands below, out of the way of the next Tab
    if (!told) catchFocus(root, () => root.replaceChildren(), door);
    built = shape;
    const now = told ? `${told.seed} ${told.number}` : "";
    if (now && now !== asked && previous) watch();
    asked = now;
  }

  /** A new question is played from its start, whatever the clock said. */
  function watch() {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    store.seek(0);
    store.play();
  }

  function press(event) {
    const told = quiz();
    if (!told || answered(told) || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.composedPath()[0]?.closest?.(TYPING)) return;
    const place = Number(event.key) - 1;
    if (place in told.choices) store.edit("guess", { value: place });
  }

  document.addEventListener("keydown", press);
  const off = store.subscribe(update);
  const offRoot = store.onRoot((slot, element) => slot === "dials" && rest(element, Boolean(quiz())));
  return {
    destroy() {
      off();
      offRoot();
      document.removeEventListener("keydown", press);
      root.replaceChildren();
    },
  };
}

/** The dials rest while one guesses; the sidebar can still be scrolled, by keyboard too. */
function rest(dials, on) {
  dials?.toggleAttribute("inert", on);
  const around = dials?.closest('[data-testid="stSidebarContent"]');
  if (on) around?.setAttribute("tabindex", "0");
  else around?.removeAttribute("tabindex");
}
