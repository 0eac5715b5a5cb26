// What the data are: what to look at, how many points there are of which kind, where they come from.
import { datasets } from "./netcatalogue.mjs";
import { NONE, count, exact } from "./numbers.mjs";
import { openPopover } from "./popover.mjs";
import { el } from "./ui.mjs";

export function openDataAbout(anchor, store) {
  const { scenario } = store.state.header;
  const { title, notes, source: [citation, year, arxiv], inputs, outputs, task } = datasets[scenario.dataset];
  const say = (key, values) => store.say(`net_about.${key}`, values);
  const about = store.numbers.key === store.state.header.key ? store.numbers.about : null; // of these data
  const { train, noise, mislabeled } = scenario.data;
  const wrong = Math.round(mislabeled * train);
  const rows = [
    [say("train"), wrong ? say(`train_${task}`, { count: count(train), wrong: count(wrong) }) : count(train)],
    [say("test"), about ? say("untouched", { count: count(about.test) }) : NONE],
    [say("inputs"), inputs > 2 ? say("pixels", { count: inputs }) : inputs],
    [say("answer"), say(task, { count: outputs })],
    [say("noise"), exact(noise)],
  ];
  const cited = [`${citation}, ${year}`, arxiv && `arXiv:${arxiv}`].filter(Boolean).join("\u2002\u00b7\u2002");
  const content = el(
    "div",
    { class: "dl-about", role: "dialog", "aria-label": say("about") },
    el("h2", { text: store.text(title) }),
    el("p", { text: store.text(notes) }),
    el("table", {}, el("tbody", {}, rows.map(([name, value]) => el("tr", {}, el("th", { scope: "row", text: name }), el("td", { text: value }))))),
    citation === "own" ? null : el("p", { class: "dl-note", text: cited }),
  );
  openPopover(anchor, content);
}
