// One control made from a HYPER (contract: catalogue.mjs): slider on its own scale and exact entry, or a switch, a choice,
// a list. It sends while it is dragged and never fights the hand: what arrives meanwhile waits.
import { createField } from "./field.mjs";
import { exact } from "./numbers.mjs";
import { scaleOf } from "./scale.mjs";
import { button, el, options, select, toggle } from "./ui.mjs";

const RETRY = 250;    // ms until a value that arrived at a bad moment is looked at again

/** What a nullable control turns to when "auto" is switched off. */
const some = (hyper) => hyper.default ?? hyper.low ?? hyper.choices?.[0] ?? 0;
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/**
 * @param {object} hyper  HYPER of the catalogue
 * @param {object} spec   {store, key: unique on the page, label?: plain words instead of the symbol, unit?, compact?: one line, send(value, key), extra?: HTMLElement}
 * @returns {{element: HTMLElement, set: (value: any) => void}}
 */
export function createDial(hyper, { store, key, label, unit = "", compact = false, send, reset, extra }) {
  const doc = store.text(hyper.doc ?? ["", ""]);
  const name = label ?? `${plain(hyper.symbol)} ${hyper.name}`;
  let value = hyper.default, ahead = false, timer = 0;

  const edit = (next) => {
    ahead = true;      // this control shows what the server has not answered yet
    value = next;
    paint();
    send(next, key);
  };
  const body = make(hyper, { store, key, name, unit, edit });
  const back = button({
    label: store.say("controls.to_default", { value: spoken(hyper, hyper.default, store) }), icon: "reset", class: "dl-quiet dl-back", "data-key": `${key}:back`,
    onclick: () => { edit(hyper.default); reset?.(); body.focus(); },
  });
  const auto = hyper.nullable ? button({
    text: store.say("controls.auto"), label: store.say("controls.auto_long", { name }), class: "dl-small", "data-key": `${key}:auto`, onclick: () => edit(value === null ? some(hyper) : null),
  }) : null;

  const head = el("span", { class: "dl-dial-label", title: [label ? "" : hyper.name, doc].filter(Boolean).join(": ") || null },
    label ? el("span", { text: label }) : hyper.symbol ? el("span", { class: "dl-symbol", html: hyper.symbol }) : null,
    !label && !compact && plain(hyper.symbol) !== hyper.name ? el("code", { text: hyper.name }) : null);
  const element = el("div", { class: `dl-dial dl-dial-${hyper.kind}${compact ? " dl-compact" : ""}`, role: "group", "aria-label": name },
    head,
    el("span", { class: "dl-dial-end" }, compact || (auto && hyper.default === null) ? null : back, auto, extra ?? null, body.end),
    body.slider ?? null);

  function paint() {
    body.show(value);
    back.classList.toggle("dl-away", same(value, hyper.default));
    back.tabIndex = same(value, hyper.default) ? -1 : 0;
    auto?.setAttribute("aria-pressed", String(value === null));
    element.classList.toggle("dl-null", value === null);
  }

  /** The newest value of the scenario. While the hand is on the control, or its own edit is still under way, it waits. */
  function set(next) {
    clearTimeout(timer);
    if (body.busy() || (ahead && store.busy)) {
      timer = setTimeout(() => set(next), RETRY);
      return;
    }
    ahead = false;
    value = next;
    paint();
  }

  return { element, set };
}

const plain = (html) => { const node = el("span"); node.innerHTML = html; return node.textContent; };

function spoken(hyper, value, store) {
  if (value === null) return store.say("controls.auto");
  return hyper.kind === "bool" ? store.say(value ? "controls.on" : "controls.off") : hyper.kind === "choice" ? String(value) : exact(value);
}

/** The working part: {end: element beside the label, slider?: element below, show(value), busy(), focus()}. */
function make(hyper, parts) {
  if (hyper.kind === "bool") return makeSwitch(hyper, parts);
  if (hyper.kind === "choice") return makeChoice(hyper, parts);
  return makeNumber(hyper, parts);
}

function makeSwitch(hyper, { key, name, edit }) {
  const control = toggle({ label: name, key, onflip: edit });
  return { end: control.element, show: control.set, busy: () => false, focus: () => control.element.focus() };
}

function makeChoice(hyper, { key, name, edit }) {
  const control = select({ label: name, key, onpick: edit });
  options(control, hyper.choices.map((choice) => [choice, choice]), hyper.default);
  return { end: control, show: (value) => { control.disabled = value === null; control.value = value ?? ""; }, busy: () => false, focus: () => control.focus() };
}

function makeNumber(hyper, { store, key, name, unit, edit }) {
  const list = hyper.kind === "list", scale = list ? null : scaleOf(hyper);
  let held = false, value = null;
  const slider = list ? null : el("input", {
    type: "range", class: "dl-range", min: 0, max: scale.count, step: 1, "aria-label": name, data: { key },
    oninput: () => { value = scale.value(Number(slider.value)); dress(); field.set(value); edit(value); },
    onpointerdown: () => { held = true; }, onpointerup: () => { held = false; }, onpointercancel: () => { held = false; }, onchange: () => { held = false; }, onblur: () => { held = false; },
  });
  slider?.addEventListener("keydown", (event) => { if (!event.ctrlKey && !event.metaKey) event.stopPropagation(); });
  const nudge = scale && ((direction) => {
    const start = scale.position(value ?? some(hyper));
    let at = start + direction;
    while (at > 0 && at < scale.count && scale.value(at) === value) at += direction;    // near a round value two positions may share it
    edit(scale.value(Math.min(scale.count, Math.max(0, at))));
  });
  const field = createField({
    label: name, key: `${key}:field`, kind: hyper.kind, least: hyper.least ?? null, most: hyper.most ?? null, empty: hyper.nullable, say: store.say, onvalue: edit, onnudge: nudge,
  });
  function dress() {
    const share = (position) => (100 * position) / scale.count;
    const ends = [share(hyper.low < 0 ? scale.position(0) : 0), share(Number(slider.value))].sort((a, b) => a - b);    // a signed dial fills from zero
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
  const end = unit ? el("span", { class: "dl-unit" }, field.element, el("span", { text: unit, "aria-hidden": "true" })) : field.element;
  return { end, slider, show, busy: () => held || field.busy(), focus: () => (slider ?? field.input).focus() };
}
