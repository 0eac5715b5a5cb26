// The line under a lane whose run continues another: from which step, and whether with its state.
import { createField } from "./field.mjs";
import { fork } from "./glyphs.mjs";
import { runName, tracksOf } from "./tracks.mjs";
import { el, toggle, write } from "./ui.mjs";

/** @returns {{element: HTMLElement, set: (state: object) => void}} */
export function createForked(store, run) {
  const say = (key, values) => store.say(`fork.${key}`, values);
  const picture = el("span", { "aria-hidden": "true" });
  const from = el("span");
  const field = createField({
    label: say("at"),
    key: `${run}:fork_at`,
    kind: "int",
    least: 0,
    say: store.say,
    onvalue: (value) => store.edit("fork_at", { run, value }),
    onnudge: (by) => store.edit("fork_at", { run, value: Math.max(0, store.state.header.runs[run].fork.at + by) }),
  });
  const carried = toggle({
    label: say("carried"),
    key: `${run}:fork_carried`,
    onflip: (value) => store.edit("fork_carried", { run, value }),
  });
  const words = el("span");
  const element = el(
    "div",
    { class: "dl-lane-compared dl-lane-forked", role: "row", hidden: true },
    el("span", { role: "cell" }, picture, from, field.element, el("label", {}, carried.element, words)),
  );
  return {
    element,
    set(state) {
      const { fork: told } = state.header.runs[run];
      element.hidden = !told;
      if (!told) return;
      const tracks = tracksOf(state);
      picture.innerHTML = fork([tracks[told.of].color, tracks[run].color]);
      write(from, say("continues", { name: runName(store, told.of) }));
      field.set(told.at);
      carried.set(told.carried);
      const takes = told.takes.map((pair) => store.text(pair)).join(store.lang === "zh" ? "、" : ", ");
      write(words, told.carried ? (takes ? say("with", { takes }) : say("nothing")) : say("anew"));
    },
  };
}
