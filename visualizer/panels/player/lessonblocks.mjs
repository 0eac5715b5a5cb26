// A lesson's blocks as elements: prose with its formulas and buttons, claims with what was measured, and what is to be
// predicted: an answer that is picked, or a path that is drawn.

import { drawLines } from "./lines.mjs";
import { openPoll } from "./polldoor.mjs";
import { sketch } from "./sketching.mjs";
import { theme } from "./theme.mjs";
import { button, catchFocus, el, icon } from "./ui.mjs";

const LETTERS = "ABCDEFGH";
const predicted = new Map(); // "slug:block" -> what was answered: a number, "seen", or {points, score}

/**
 * @param {{lesson: object, store: () => object, stage: object, go: (slug: string) => void}} of
 * @returns {{elements: HTMLElement[], stops: import("./lessonstage.mjs").Stop[]}}
 */
export function createBlocks({ lesson, store, stage, go }) {
  const say = (key, values) => store().say(`lesson.${key}`, values);
  const stops = [];
  const makers = { prose, show, claim, question, sketch: drawing };
  const elements = lesson.blocks.map((block, k) => makers[block.kind](block, `${lesson.slug}:${k}`, k));
  veil();
  return { elements, stops };

  /** What follows would tell what is to be predicted: it comes after the prediction. */
  function veil() {
    const first = stops.find((one) => one.predicts && !predicted.has(one.key));
    const last = first ? elements.indexOf(first.element) : elements.length;
    elements.forEach((element, k) => (element.hidden = k > last));
  }

  /** HTML of the server's; formulas stand in it as LaTeX. */
  function filled(tag, html, props = {}) {
    const node = el(tag, { ...props, html });
    for (const one of node.querySelectorAll(".dl-tex")) {
      const { tex } = one.dataset;
      const lines = lesson.formulas[tex];
      if (lines?.length) one.replaceChildren(drawLines(lines, tex, { inline: one.tagName === "SPAN" }));
    }
    for (const one of node.querySelectorAll("button[data-place]")) {
      const tries = one.className === "dl-try";
      if (tries) one.prepend(icon("chevron"));
      one.addEventListener("click", () => stage.show(lesson.places[one.dataset.place]));
    }
    for (const one of node.querySelectorAll("a[data-lesson]")) {
      one.href = `#lessons/${one.dataset.lesson}`;
      one.addEventListener("click", (event) => {
        event.preventDefault();
        go(one.dataset.lesson);
      });
    }
    for (const one of node.querySelectorAll("table")) one.replaceWith(el("div", { class: "dl-lesson-table" }, one.cloneNode(true)));
    return node;
  }

  function stop(key, element, { place }, more = {}) {
    const asks = (other) => other.predicts && other.place === made.place && !predicted.has(other.key);
    const made = { key, element, place: lesson.places[place], held: () => stops.some(asks), ...more };
    stops.push(made);
    return made;
  }

  function prose({ html }) {
    return filled("div", html, { class: "dl-lesson-prose" });
  }

  function show(block, key) {
    const node = filled("p", block.html, { class: "dl-lesson-show" });
    node.firstElementChild?.prepend(icon("surface"));
    // A sketch that the same picture is shown for may be begun at once.
    const drawn = () => stops.find((one) => one.draws && one.place === made.place && !predicted.has(one.key));
    const made = stop(key, node, block, { enter: () => drawn()?.enter(), leave: () => sketch.end() });
    return node;
  }

  function claim({ html, rule, holds, measured }) {
    const verdict = holds === null ? "measuring_claim" : holds ? "holds" : "fails";
    const rows = measured.flatMap(({ text, seen, holds: own }) => [el("dt", { text }), el("dd", { text: say(own ? "seen" : "seen_not", { seen }) })]);
    return el("section", { class: `dl-lesson-claim${holds === false ? " dl-wrong" : ""}` },
      filled("p", html),
      el("details", {}, el("summary", {}, holds === null ? null : icon(holds ? "check" : "close"), el("span", { text: say(verdict, { rule }) })), el("dl", {}, rows)));
  }

  /** What comes to light once something was predicted. */
  function reveal(block) {
    return filled("div", block.reveal, { class: "dl-lesson-reveal", role: "status" });
  }

  /** What is asked, with a place `below` for answers. */
  function asking(block, sign, words) {
    const below = el("div", {});
    const kind = el("p", { class: "dl-lesson-kind" }, icon(sign), el("span", { text: say(words) }));
    return { below, node: el("section", { class: "dl-lesson-predict", tabindex: -1 }, kind, filled("div", block.html, { class: "dl-lesson-prompt" }), below) };
  }

  /** Asks a class in place of one reader, who sees the answer when the class does. */
  function classButton(place, done) {
    return button({ text: store().say("poll.title"), icon: "class", class: "dl-quiet dl-small", onclick: () => openPoll({ lesson: lesson.slug, block: place }, done) });
  }

  /** It is predicted: what follows is uncovered, and the player plays. */
  function settle(made, value, draw) {
    predicted.set(made.key, value);
    catchFocus(made.element, draw);
    veil();
    stage.turn(made); // whoever came here by keyboard has not scrolled to it
    stage.release(made);
  }

  function question(block, key, place) {
    const { node, below } = asking(block, "guess", "predict");
    const made = stop(key, node, block, { predicts: true });
    const ready = block.answer !== null;

    const answer = (value) => settle(made, value, draw);
    function draw() {
      const picked = predicted.get(key);
      const done = picked !== undefined;
      const choices = block.choices.map((html, k) => {
        const right = done && k === block.answer;
        const wrong = picked === k && !right;
        const text = filled("span", html);
        return el("button", { type: "button", class: `dl-lesson-choice${right ? " dl-right" : ""}${wrong ? " dl-wrong" : ""}`, disabled: done || !ready, onclick: () => answer(k) },
          el("kbd", { text: LETTERS[k], "aria-hidden": "true" }), text, right ? icon("check") : wrong ? icon("close") : null);
      });
      below.replaceChildren(
        el("div", { class: "dl-lesson-choices", role: "group" }, choices),
        done ? el("p", { class: "dl-lesson-score", role: "status", text: typeof picked === "number" ? say(picked === block.answer ? "right" : "wrong") : say("seen_only") }) : el("div", { class: "dl-lesson-row" },
          button({ text: say(ready ? "skip" : "measuring"), class: "dl-quiet dl-small", disabled: !ready, onclick: () => answer("seen") }), ready ? classButton(place, () => predicted.has(key) || answer("seen")) : null),
        ...(done ? [reveal(block)] : []),
      );
    }
    draw();
    node.addEventListener("pointerenter", () => stage.turn(made)); // it is being read, wherever it stands
    return node;
  }

  function drawing(block, key, place) {
    const { node, below } = asking(block, "pen", "sketch");
    const made = stop(key, node, block, { predicts: true, draws: true, enter, leave: () => sketch.end() });
    let busy = false;

    function enter() {
      if (!predicted.has(key)) sketch.ask({ key, color: () => theme.text, changed: draw });
    }
    async function done() {
      busy = true;
      draw();
      const { points } = sketch;
      sketch.keep();
      let score = null;
      try {
        const answer = await fetch(new URL("../sketch", import.meta.url), { method: "POST", body: JSON.stringify({ query: made.place.query, run: block.run, points }) });
        if (answer.ok) ({ score } = await answer.json());
      } catch (error) {
        console.warn(error);
      }
      busy = false;
      finish({ score });
    }
    const finish = (value) => settle(made, value, draw);
    const seen = () => {
      sketch.end();
      finish("seen");
    };
    function draw() {
      const known = predicted.get(key);
      if (known !== undefined) {
        const { score } = known;
        const text = known === "seen" ? say("seen_only") : score === null ? say("no_score") : say(score >= 80 ? "score_good" : score >= 40 ? "score_fair" : "score_low", { score });
        below.replaceChildren(el("p", { class: "dl-lesson-score", role: "status", text }), reveal(block));
        return;
      }
      const drawn = sketch.points.length > 1 && !busy;
      if (!below.childElementCount) {
        below.replaceChildren(el("p", { class: "dl-lesson-hint", text: say("sketch_hint") }), el("div", { class: "dl-lesson-row" },
          button({ text: say("sketch_done"), class: "dl-primary", onclick: done }), button({ text: say("sketch_clear"), onclick: () => sketch.clear() }), button({ text: say("skip"), class: "dl-quiet", onclick: seen }), classButton(place, () => predicted.has(key) || seen())));
      }
      const [finished, clear] = below.querySelectorAll("button");
      finished.disabled = clear.disabled = !drawn;
    }
    draw();
    return node;
  }
}
