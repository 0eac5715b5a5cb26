// Lines under the header: what could not be used as given, and on a first visit the question the picture asks.
import { button, el, icon } from "./ui.mjs";

let hinted = false; // the question is asked once a page, however often the component is mounted

export function createNotices(root, store) {
  let built = "";

  function rotate() {
    hinted = true;
    store.edit("rotate", { value: 45 });
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    // Once the turned race is here, run it: the point is who arrives first now.
    const stop = store.subscribe((state) => {
      if (state.header.scenario.rotate !== 45) return;
      stop();
      store.seek(0);
      store.play();
    });
  }

  const hint = () =>
    el(
      "div",
      { class: "dl-notice dl-hint", role: "note" },
      el("p", {}, el("strong", { text: store.say("controls.hint_ask") }), " ", store.say("controls.hint")),
      button({
        text: store.say("controls.hint_rotate"),
        label: store.say("controls.rotate_45"),
        class: "dl-primary",
        "data-key": "hint:rotate",
        onclick: rotate,
      }),
      button({
        label: store.say("controls.dismiss"),
        icon: "close",
        class: "dl-quiet",
        "data-key": "hint:close",
        onclick: () => {
          hinted = true;
          update(store.state);
        },
      }),
    );

  const problems = (list) =>
    el(
      "div",
      { class: "dl-notice dl-problem", role: "status" },
      icon("alert"),
      list.length === 1
        ? el("p", { text: store.text(list[0]) })
        : el(
            "ul",
            {},
            list.map((pair) => el("li", { text: store.text(pair) })),
          ),
      button({
        label: store.say("controls.dismiss"),
        icon: "close",
        class: "dl-quiet",
        "data-key": "problems:close",
        onclick: (event) => {
          event.currentTarget.parentElement.remove();
          store.edit("dismiss");
        },
      }),
    );

  function update({ header, lang }) {
    const ask = header.first && !hinted;
    const shape = JSON.stringify([lang, ask, header.problems]);
    if (shape === built) return;
    built = shape;
    root.replaceChildren(
      ...[header.problems.length ? problems(header.problems) : null, ask ? hint() : null].filter(Boolean),
    );
  }

  const off = store.subscribe(update);
  return {
    destroy() {
      off();
      root.replaceChildren();
    },
  };
}
