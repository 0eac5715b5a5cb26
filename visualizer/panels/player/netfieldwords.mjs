// The lines above the picture of answers: whose they are, of which step, how many of them are wrong; what is drawn.

import { datasets } from "./netcatalogue.mjs";
import { glyph } from "./netfieldpoints.mjs";
import { interval, percent } from "./netscores.mjs";
import { brief, count } from "./numbers.mjs";
import { swatch } from "./swatch.mjs";
import { theme } from "./theme.mjs";
import { runName } from "./tracks.mjs";
import { el, options, select, write } from "./ui.mjs";

const WHICH = ["train", "test", "both"];
const RING = '<svg viewBox="-6 -6 12 12" width="12" height="12" fill="none" stroke="currentColor" stroke-width="1.5" aria-hidden="true"><circle r="4.8"/></svg>';

let [which, all] = ["train", false]; // as looked at last

/** @param {{changed: () => void, switched: () => void}} act when other points are shown; all networks, or one */
export function createFieldWords(root, store, { changed, switched }) {
  const line = el("span", { class: "dl-field-swatch" });
  const looked = select({ label: "", key: "field:look", onpick: (value) => store.edit("look", { value: Number(value) }) });
  const points = select({ label: "", key: "field:points", onpick: (value) => ((which = value), changed()) });
  const every = el("button", { type: "button", class: "dl-button dl-field-all", data: { key: "field:all" }, onclick: () => ((all = !all), update(), switched()) });
  const legend = el("span", { class: "dl-field-legend" });
  const said = el("p", { class: "dl-field-said" });
  root.append(el("header", {}, line, looked, el("div", { class: "dl-field-tools" }, legend, points, every)), said);
  let [spoken, last] = ["", ""];

  const visible = () => store.state.header.scenario.runs.filter((run) => run.visible).length;
  const planar = () => datasets[store.state.header.scenario.dataset].inputs === 2;
  const many = () => all && planar() && visible() > 1;

  function update() {
    const { scenario } = store.state.header;
    const { runs, looked: place } = scenario;
    const set = datasets[scenario.dataset];
    looked.hidden = line.hidden = place === null;
    if (place !== null) {
      swatch(line, runs[place].color);
      options(looked, runs.map((run, i) => [run.color, runName(store, i)]), runs[place].color);
    }
    options(points, WHICH.map((name) => [name, store.say(`net_field.show_${name}`)]), which);
    points.hidden = set.inputs > 2 || many();
    write(every, store.say("net_field.all"));
    every.hidden = !planar() || visible() < 2;
    every.setAttribute("aria-pressed", String(many()));
    for (const [node, key] of [[looked, "look"], [points, "points"], [every, "all"]]) {
      node.title = store.say(`net_field.${key}_doc`);
      node.setAttribute("aria-label", node.title);
    }
    const shape = [store.lang, theme.key, scenario.dataset].join();
    if (spoken !== shape) {
      spoken = shape;
      last = "";
      marks(set);
    }
    legend.hidden = many();
  }

  /** What the marks stand for. */
  function marks({ inputs, outputs, task }) {
    const entries = inputs === 2 && task === "classes" ? Array.from({ length: outputs }, (_, c) => [glyph(c, theme.classes[c]), String(c)]) : [];
    if (entries.length) entries.push([RING, store.say("net_field.wrong")]);
    legend.replaceChildren(...entries.map(([picture, text]) => el("span", {}, el("i", { html: picture }), text)));
    legend.title = entries.length ? store.say("net_field.legend") : "";
  }

  /** Says what is drawn, and gives it as one sentence for who cannot see it; "" if it was said. */
  function tell(shown, k) {
    if (k < 0) return wait(shown);
    const row = shown.rows[k];
    const key = [spoken, shown.key, shown.place, row, many()].join();
    if (key === last) return "";
    last = key;
    const { learner, about, answers } = shown;
    const step = store.say("net_field.step", { step: count(answers.at[k]) });
    const name = shown.place === null ? "" : runName(store, shown.place);
    const values = ["train", "test"].map((part, i) => score(part, learner.mistakes[i * learner.at.length + row], about[part], about.task));
    const words = many() ? [step, store.say("net_field.tiles")] : shown.finite[k] ? [step, ...values] : [step, store.say("net_field.diverged_doc")];
    write(said, words.join(" · "));
    said.classList.toggle("dl-field-lost", !shown.finite[k] && !many());
    said.title = shown.finite[k] ? about_test(learner.mistakes[learner.at.length + row], about) : "";
    return [name, ...words].filter(Boolean).join(", ");
  }

  function score(part, share, n, task) {
    if (!n) return store.say(`net_field.no_${part}`);
    if (task !== "classes") return store.say(`net_field.${part}_error`, { value: brief(share, 3) });
    const wrong = Math.round(share * n);
    return store.say(`net_field.${part}_wrong`, { wrong: count(wrong), n: count(n), share: percent(wrong, n) });
  }

  function about_test(share, { task, test }) {
    if (task !== "classes" || !test) return store.say("net_field.snapshots");
    const [low, high] = interval(share * test, test).map((end) => percent(end, 1));
    return `${store.say("net_field.interval", { low, high, n: count(test) })} ${store.say("net_field.snapshots")}`;
  }

  /** Nothing is drawn of a network: why. */
  function wait(shown) {
    const { numbers, state } = store;
    if (shown?.answers && !numbers.failed && state?.header.scenario.looked !== null) return "";
    const text = numbers.failed ? store.text(numbers.failed)
      : state && !state.header.scenario.runs.length ? store.say("net_field.nobody")
        : numbers.done === 1 ? store.say("net_field.answering")
          : numbers.done ? store.say("net_field.training", { share: Math.round(100 * numbers.done) })
          : store.say("net_field.preparing");
    last = "";
    write(said, text);
    said.classList.remove("dl-field-lost");
    said.title = "";
    return text;
  }

  return {
    update,
    tell,
    wait,
    many,
    which: () => which,
    /** Back to one network. */
    one: () => ((all = false), update()),
  };
}
