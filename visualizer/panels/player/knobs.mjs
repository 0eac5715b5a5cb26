// What a dial is turned with: a slider on the hyperparameter's own scale beside an exact field, a switch, or a choice.
import { createField } from "./field.mjs";
import { exact } from "./numbers.mjs";
import { scaleOf } from "./scale.mjs";
import { el, options, select, toggle } from "./ui.mjs";

/** Every way a hand can leave a slider. */
const RELEASES = ["pointerup", "pointercancel", "change", "blur"];

/** What a nullable control turns to when "auto" is switched off. */
export const some = (hyper) => hyper.default ?? hyper.low ?? hyper.choices?.[0] ?? 0;

/**
 * @param {object} hyper  HYPER of the catalogue
 * @param {object} parts  {store, key, name, unit, edit(value)}
 * @returns {object} {end: element beside the label, slider?: element below, show(value), focus(),
 *                    busy(): whether it is in the user's hand}
 */
export function createKnob(hyper, parts) {
  if (hyper.kind === "bool") return makeSwitch(hyper, parts);
  if (hyper.kind === "choice") return makeChoice(hyper, parts);
  return makeNumber(hyper, parts);
}

function makeSwitch(hyper, { key, name, edit }) {
  const control = toggle({ label: name, key, onflip: edit });
  return { end: control.element, show: control.set, busy: () => false, focus: () => control.element.focus() };
}

/** What a reader is shown for one of the values of a choice. */
export const titleOf = (hyper, value, store) =>
  hyper.titles ? store.text(hyper.titles[hyper.choices.indexOf(value)]) : String(value);

function makeChoice(hyper, { store, key, name, edit }) {
  const control = select({ label: name, key, onpick: edit });
  options(
    control,
    hyper.choices.map((choice) => [choice, titleOf(hyper, choice, store)]),
    hyper.default,
  );
  return {
    end: control,
    show: (value) => {
      control.disabled = value === null;
      control.value = value ?? "";
    },
    busy: () => false,
    focus: () => control.focus(),
  };
}

function makeNumber(hyper, { store, key, name, unit, edit }) {
  const list = hyper.kind === "list";
  const scale = list ? null : scaleOf(hyper);
  let held = false;
  let value = null;
  const slider = list
    ? null
    : el("input", {
        type: "range",
        class: "dl-range",
        min: 0,
        max: scale.count,
        step: 1,
        "aria-label": name,
        data: { key },
        oninput: () => {
          value = scale.value(Number(slider.value));
          dress();
          field.set(value);
          edit(value);
        },
        onpointerdown: () => (held = true),
        ...Object.fromEntries(RELEASES.map((name) => [`on${name}`, () => (held = false)])),
      });
  slider?.addEventListener("keydown", (event) => {
    if (!event.ctrlKey && !event.metaKey) event.stopPropagation();
  });
  const nudge =
    scale &&
    ((direction) => {
      const start = scale.position(value ?? some(hyper));
      let at = start + direction;
      // Near a round value two positions may share it: go on until something changes.
      while (at > 0 && at < scale.count && scale.value(at) === value) at += direction;
      edit(scale.value(Math.min(scale.count, Math.max(0, at))));
    });
  const field = createField({
    label: name,
    key: `${key}:field`,
    kind: hyper.kind,
    least: hyper.least ?? null,
    most: hyper.most ?? null,
    empty: hyper.nullable,
    say: store.say,
    onvalue: edit,
    onnudge: nudge,
  });
  function dress() {
    const share = (position) => (100 * position) / scale.count;
    const zero = hyper.low < 0 ? scale.position(0) : 0; // a signed dial fills from its zero
    const ends = [share(zero), share(Number(slider.value))].sort((a, b) => a - b);
    slider.style.setProperty("--dl-from", `${ends[0]}%`);
    slider.style.setProperty("--dl-to", `${ends[1]}%`);
    slider.setAttribute("aria-valuetext", value === null ? store.say("controls.auto") : `${exact(value)}${unit}`);
  }
  function show(next) {
    value = next;
    field.set(next);
    field.input.placeholder = next === null ? store.say("controls.auto") : "";
    if (!slider) return;
    slider.disabled = next === null;
    // A thumb already at a position of this value stays: rounding must not push it back under an arrow key.
    if (next !== null && scale.value(Number(slider.value)) !== next) slider.value = scale.position(next);
    dress();
  }
  const end = unit
    ? el("span", { class: "dl-unit" }, field.element, el("span", { text: unit, "aria-hidden": "true" }))
    : field.element;
  return { end, slider, show, busy: () => held || field.busy(), focus: () => (slider ?? field.input).focus() };
}
