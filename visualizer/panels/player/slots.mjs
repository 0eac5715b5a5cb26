// The workbench: an optimizer built from slots. What a choice leaves idle is out of sight, and what was built is named.
import { createDial } from "./dial.mjs";
import { button, el, icon, write } from "./ui.mjs";

export const BUILT = "built";

/** The slots in the order of a step; each with the dials that its choice may use. */
const SLOTS = [
  ["clip", ["clip_at"]],
  ["phi", ["momentum", "dampening", "nu", "correct_m", "sign"]],
  ["psi", ["beta2", "nu2", "initial_accumulator_value", "correct_v", "power", "eps", "eps_root"]],
  ["order", []],
  ["trust", ["trust_coefficient"]],
  ["decay", ["weight_decay"]],
];

/** @returns {{elements: HTMLElement[], set: (hyper: object, result: object) => void}} like the dials of any other rule */
export function createSlots(store, run, hypers, rivals) {
  const made = new Map(
    hypers.map((hyper) => [
      hyper.name,
      createDial(hyper, {
        store,
        key: `${run}:hyper:${hyper.name}`,
        send: (value) => store.edit("run_hyper", { run, name: hyper.name, value }),
      }),
    ]),
  );
  const dial = (name) => made.get(name).element;
  const called = el("p", { class: "dl-bench-name", role: "status" });
  const told = el("span");
  const clipped = el("p", { class: "dl-bench-clipped", hidden: true }, icon("alert"), el("span"));
  const race = button({
    text: store.say("bench.race"),
    label: store.say("bench.race_long"),
    class: "dl-small",
    "data-key": `${run}:rival`,
    onclick: () => store.edit("rival", { run }),
  });
  called.append(told, ...(rivals ? [race] : []));

  const slots = SLOTS.map(([name, own]) =>
    el(
      "fieldset",
      { class: `dl-slot dl-slot-${name}` },
      el("legend", { text: store.say(`bench.${name}`) }),
      dial(name),
      own.map(dial),
    ),
  );
  const bench = el("div", { class: "dl-bench" }, called, clipped, el("div", { class: "dl-bench-rate" }, dial("lr")), el("div", { class: "dl-slots" }, slots));

  return {
    elements: [bench],
    set(hyper, { built }) {
      for (const [name, { set, element }] of made) {
        set(hyper[name]);
        element.hidden = built.idle.includes(name);
      }
      write(told, store.text(built.text));
      called.classList.toggle("dl-bench-exact", built.kind === "exact");
      clipped.hidden = !built.clipped;
      if (built.clipped) write(clipped.lastChild, store.say("bench.clipped", { clipped: built.clipped, steps: built.steps }));
    },
  };
}
