// Lines under the header: what could not be used as given, and on a first visit the question the picture asks.
import { button, el, icon } from "./ui.mjs";

const hinted = new Set(); // a page asks its question once, however often it is mounted

/**
 * @param {{ask: string, hint: string, act: string, about: string}} words keys of what a first visitor is asked
 * @param {() => void} act what the button does that answers
 */
export function createNotices(root, store, words, act) {
  let built = "";

  const hint = () =>
    el(
      "div",
      { class: "dl-notice dl-hint", role: "note" },
      el("p", {}, el("strong", { text: store.say(words.ask) }), " ", store.say(words.hint)),
      button({
        text: store.say(words.act),
        label: store.say(words.about),
        class: "dl-primary",
        "data-key": "hint:act",
        onclick: () => {
          hinted.add(words);
          act();
        },
      }),
      button({
        label: store.say("controls.dismiss"),
        icon: "close",
        class: "dl-quiet",
        "data-key": "hint:close",
        onclick: () => {
          hinted.add(words);
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
    const ask = words && header.first && !hinted.has(words);
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
