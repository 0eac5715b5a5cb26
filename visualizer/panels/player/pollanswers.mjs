// What a class has answered: a bar for each choice, or how near its sketches came; growing as answers come.

import { el, write } from "./ui.mjs";

const LETTERS = "ABCDEF";
const GOOD = 80; // of 100: a sketch that was drawn well
const BINS = 5;

/** @param {(key: string, values?: object) => string} say */
export function createAnswers(say) {
  const count = el("p", { class: "dl-poll-count", role: "status" });
  const bars = el("ol", { class: "dl-poll-bars" });
  const verdict = el("p", { class: "dl-poll-verdict", role: "status" });
  const element = el("div", { class: "dl-poll-answers" }, count, bars, verdict);

  /** Bars are kept and grow; others come only with another number of them. */
  function fill(values, labels, right) {
    const top = Math.max(1, ...values);
    const total = values.reduce((sum, one) => sum + one, 0);
    if (bars.childElementCount !== values.length) bars.replaceChildren(...values.map(() => el("li", {}, el("kbd", {}), el("i", {}), el("em", {}))));
    values.forEach((value, k) => {
      const bar = bars.children[k];
      const [name, length, share] = bar.children;
      write(name, labels[k]);
      length.style.setProperty("--share", String(value / top));
      write(share, total ? say("share", { percent: Math.round((100 * value) / total) }) : "");
      bar.classList.toggle("dl-right", k === right);
    });
  }

  return {
    element,
    /** @param {object | null} told see `results` of visualizer/classroom/rooms.py; `veiled`: only how many there are */
    show(told, veiled) {
      const many = told?.count ?? 0;
      write(count, many === 0 ? say("none") : many === 1 ? say("answer_one") : say("answers", { count: many }));
      write(verdict, "");
      bars.hidden = veiled || !told || (told.kind === "sketch" && !told.scores);
      if (bars.hidden) return;
      if (told.kind === "choice") {
        const right = told.shown && told.answer !== null ? told.answer : -1;
        fill(told.counts, [...LETTERS].slice(0, told.counts.length), right);
        if (right >= 0 && many) write(verdict, say("right_share", { percent: Math.round((100 * told.counts[right]) / many) }));
        return;
      }
      const { scores } = told;
      const bins = Array.from({ length: BINS }, (_, k) => scores.filter((one) => Math.min(BINS - 1, Math.floor((one * BINS) / 100)) === k).length);
      fill(bins, bins.map((_, k) => `${(100 / BINS) * k}\u2013${(100 / BINS) * (k + 1)}`), -1);
      if (many) write(verdict, say("scores", { mean: Math.round(scores.reduce((a, b) => a + b, 0) / many), good: Math.round((100 * scores.filter((one) => one >= GOOD).length) / many) }));
    },
  };
}
