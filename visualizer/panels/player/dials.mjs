// The sidebar: which surface, its dials, where the race starts and how long it is. What a first look needs is in sight,
// the rest is behind "More".
import { common, landscapes } from "./catalogue.mjs";
import { createDial } from "./dial.mjs";
import { createDrawer, plainDial } from "./drawer.mjs";
import { createField } from "./field.mjs";
import { createGallery } from "./gallery.mjs";
import { ownParts } from "./own.mjs";
import { placingDials } from "./placing.mjs";
import { button, el, keepFocus } from "./ui.mjs";

/** @returns {{destroy: () => void}} */
export function createDials(root, store) {
  let parts = [];
  let built = "";
  let gallery = null; // {lang, element, set, redraw}

  function build(scenario) {
    // The gallery outlives the dials of a landscape: its scroll position and its search are the user's.
    if (gallery?.lang !== store.lang) {
      gallery = { lang: store.lang, ...createGallery(store) };
      gallery.redraw();
    }
    parts = [];
    const add = (part) => {
      parts.push(part);
      return part.element;
    };
    const rest = [
      section(store.say("controls.surface"), surfaceDials(scenario).map(add)),
      section(
        store.say("controls.race"),
        add(startFields()),
        add(plainDial(store, "steps", counted(scenario))),
        add(budgetRow()),
        add(createDrawer(store, scenario)),
      ),
      button({
        text: store.say("controls.suggested"),
        label: store.say("controls.suggested_long"),
        icon: "flag",
        class: "dl-wide",
        "data-key": "suggested",
        onclick: () => store.edit("suggested"),
      }),
    ];
    if (gallery.element.parentElement !== root) root.replaceChildren(gallery.element);
    while (root.lastChild !== gallery.element) root.lastChild.remove(); // detaching the gallery would lose its scroll
    root.append(...rest);
  }

  function surfaceDials(scenario) {
    const own = ownParts(store, scenario) ?? landscapes[scenario.landscape].params.map((hyper) => {
      const dial = createDial(hyper, {
        store,
        key: `param:${hyper.name}`,
        send: (value) => store.edit("param", { name: hyper.name, value }),
      });
      return { element: dial.element, set: (next) => dial.set(next.params[hyper.name]) };
    });
    // The second axis of a timed surface is time: nothing turns or moves it.
    return landscapes[scenario.landscape].timed ? own : [...own, ...placingDials(store, scenario)];
  }

  /** The number of steps is called what it counts. */
  const counted = ({ budget }) =>
    budget === "steps"
      ? {}
      : { label: store.say("controls.steps_evaluations"), about: store.say("controls.budget_evaluations_doc") };

  /** Whether the number above is of steps or of gradient evaluations. */
  function budgetRow() {
    const doc = store.text(common.budget.doc);
    const buttons = common.budget.choices.map((value) =>
      button({
        text: store.say(`controls.budget_${value}`),
        label: store.say(`controls.budget_${value}_doc`),
        class: "dl-small",
        "data-key": `budget:${value}`,
        onclick: () => store.edit("budget", { value }),
      }),
    );
    const element = el(
      "div",
      { class: "dl-dial", role: "group", "aria-label": store.say("controls.budget") },
      el("span", { class: "dl-dial-label", title: doc, text: store.say("controls.budget") }),
      el("span", { class: "dl-dial-end" }, buttons),
    );
    const set = ({ budget }) =>
      buttons.forEach((node, i) => node.setAttribute("aria-pressed", String(common.budget.choices[i] === budget)));
    return { element, set };
  }

  function startFields() {
    let start = [0, 0];
    const fields = ["x", "y"].map((axis, i) =>
      createField({
        label: store.say("controls.start_axis", { axis }),
        key: `start:${axis}`,
        say: store.say,
        onvalue: (value) => {
          start = start.with(i, value);
          store.edit("start", { value: start });
        },
      }),
    );
    const element = el(
      "div",
      { class: "dl-dial dl-start", role: "group", "aria-label": store.say("controls.start") },
      el("span", { class: "dl-dial-label", title: store.say("controls.start_doc"), text: store.say("controls.start") }),
      el(
        "span",
        { class: "dl-dial-end" },
        fields.flatMap((field, i) => [el("var", { text: "xy"[i], "aria-hidden": "true" }), field.element]),
      ),
    );
    return {
      element,
      set: (scenario) => {
        start = scenario.start;
        fields[1].element.hidden = landscapes[scenario.landscape].timed; // there it is time
        element.querySelectorAll("var")[1].hidden = fields[1].element.hidden;
        fields.forEach((field, i) => field.set(start[i]));
      },
    };
  }

  /** Only another language, surface, noise model or kind of budget changes which controls there are. */
  function update(state, previous) {
    const { scenario } = state.header;
    const shape = [state.lang, scenario.landscape, scenario.noise?.slug, scenario.budget].join();
    if (shape !== built) keepFocus(root, () => build(scenario));
    else if (state === previous) gallery.redraw(); // the theme changed
    built = shape;
    gallery.set(scenario.landscape);
    parts.forEach((part) => part.set(scenario, state.header));
  }

  const off = store.subscribe(update);
  return {
    destroy() {
      off();
      root.replaceChildren();
    },
  };
}

const section = (title, ...children) => el("section", { class: "dl-section" }, el("h3", { text: title }), children);
