// One control made from a HYPER of the catalogue: its name, what it is turned with, and the way back to its default.
// It sends while it is dragged and never fights the hand: what arrives meanwhile waits.
import { createKnob, some, titleOf } from "./knobs.mjs";
import { exact } from "./numbers.mjs";
import { button, el } from "./ui.mjs";

const RETRY = 250; // ms until a value that arrived at a bad moment is looked at again

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/**
 * @param {object} hyper  HYPER of the catalogue
 * @param {object} spec   {store, key: unique on the page, label?: plain words instead of the symbol, unit?, about?: a tooltip,
 *                        compact?: one line, send(value, key), extra?: HTMLElement}
 * @returns {{element: HTMLElement, set: (value: any) => void}}
 */
export function createDial(hyper, { store, key, label, unit = "", about, compact = false, send, extra }) {
  const doc = about ?? store.text(hyper.doc ?? ["", ""]);
  const name = label ?? `${plain(hyper.symbol)} ${hyper.name}`;
  let value = hyper.default;
  let ahead = false;
  let timer = 0;
  let shown = false; // whether a value has been drawn at all

  const edit = (next) => {
    ahead = true; // this control shows what the server has not answered yet
    value = next;
    paint();
    send(next, key);
  };
  const body = createKnob(hyper, { store, key, name, unit, edit });
  const auto = hyper.nullable
    ? button({
        text: store.say("controls.auto"),
        label: store.say("controls.auto_long", { name }),
        class: "dl-small",
        "data-key": `${key}:auto`,
        onclick: () => edit(value === null ? some(hyper) : null),
      })
    : null;
  // No way back where there is no default (it depends on the landscape), or where "auto" is it.
  const back =
    compact || hyper.default === undefined || (auto && hyper.default === null)
      ? null
      : button({
          label: store.say("controls.to_default", { value: spoken(hyper, hyper.default, store) }),
          icon: "reset",
          class: "dl-quiet dl-back",
          "data-key": `${key}:back`,
          onclick: () => {
            edit(hyper.default);
            body.focus();
          },
        });
  const head = el(
    "span",
    { class: "dl-dial-label", title: [label ? "" : hyper.name, doc].filter(Boolean).join(": ") || null },
    label ? el("span", { text: label }) : hyper.symbol ? el("span", { class: "dl-symbol", html: hyper.symbol }) : null,
    !label && !compact && plain(hyper.symbol) !== hyper.name ? el("code", { text: hyper.name }) : null,
  );
  const element = el(
    "div",
    { class: `dl-dial dl-dial-${hyper.kind}${compact ? " dl-compact" : ""}`, role: "group", "aria-label": name },
    head,
    el("span", { class: "dl-dial-end" }, back, auto, extra ?? null, body.end),
    body.slider ?? null,
  );

  function paint() {
    body.show(value);
    if (back) back.hidden = same(value, hyper.default);
    auto?.setAttribute("aria-pressed", String(value === null));
  }

  /** The newest value of the scenario. While the hand is on the control, or its own edit is under way, it waits. */
  function set(next) {
    clearTimeout(timer);
    if (body.busy() || (ahead && store.busy)) {
      timer = setTimeout(() => set(next), RETRY);
      return;
    }
    if (shown && !ahead && same(next, value)) return; // writing the same again would still paint it again
    ahead = false;
    value = next;
    paint();
    shown = true;
  }

  return { element, set };
}

const plain = (html) => {
  const node = el("span");
  node.innerHTML = html;
  return node.textContent;
};

function spoken(hyper, value, store) {
  if (value === null) return store.say("controls.auto");
  if (hyper.kind === "bool") return store.say(value ? "controls.on" : "controls.off");
  return hyper.kind === "choice" ? titleOf(hyper, value, store) : exact(value);
}
