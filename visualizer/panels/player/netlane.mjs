// One network on one line: shown or not, how it is drawn, its main dial, how well it does. A click on it, wherever no
// control is, shows what it answers.
import { optimizers, schedules } from "./catalogue.mjs";
import { createDetails } from "./details.mjs";
import { createDial } from "./dial.mjs";
import { optimizers as able } from "./netcatalogue.mjs";
import { createLearning, unusual } from "./netlearn.mjs";
import { columnsOf, divergedAt, scoresAt } from "./netscores.mjs";
import { NONE } from "./numbers.mjs";
import { openMenu } from "./popover.mjs";
import { swatch } from "./swatch.mjs";
import { runName } from "./tracks.mjs";
import { button, el, icon, write } from "./ui.mjs";

const CONTROLS = "button, input, select, label, .dl-lane-dial, .dl-details";
const methods = Object.fromEntries(able.map((slug) => [slug, optimizers[slug]]));

/**
 * @param {number} run its place in the study
 * @param {object} lanes the list it is in: {toggle(run), full(): boolean, inserted(run), removed(run)}
 */
export function createStudyLane(store, run, spec, task, lanes) {
  const optimizer = optimizers[spec.optimizer];
  const hyper = optimizer.hypers.find(({ name }) => name === "lr");
  const name = () => runName(store, run);
  const own = () => store.state.header.scenario.runs[run];
  const looked = () => store.state.header.scenario.looked === run;
  const look = () => looked() || store.edit("look", { value: own().color });
  let details = null;
  let learning = null;

  const check = el(
    "button",
    {
      type: "button",
      role: "checkbox",
      class: "dl-check",
      data: { key: `${run}:visible` },
      onclick: () => store.edit("run_visible", { run, value: check.getAttribute("aria-checked") !== "true" }),
    },
    icon("check"),
  );
  const picture = el("button", { type: "button", class: "dl-swatch dl-look", "aria-pressed": "false", data: { key: `${run}:look` }, onclick: look });
  const aside = el("span", { class: "dl-lane-schedule" });
  const title = el("span", { class: "dl-lane-title" });
  const open = el(
    "button",
    { type: "button", class: "dl-lane-name", "aria-expanded": "false", data: { key: `${run}:open` }, onclick: () => lanes.toggle(run) },
    icon("chevron"),
    title,
    aside,
  );
  const answers = el("span", { class: "dl-looked", hidden: true });
  const dial =
    hyper &&
    createDial(hyper, { store, key: `${run}:main`, compact: true, send: (value) => store.edit("run_hyper", { run, name: hyper.name, value }) });
  const columns = columnsOf(task);
  const cells = columns.map(cell);
  const badge = el("span", { class: "dl-badge", hidden: true }, icon("alert"), el("span"));
  const menu = button({
    icon: "more",
    class: "dl-quiet",
    "aria-haspopup": "menu",
    "aria-expanded": "false",
    "data-key": `${run}:menu`,
    onclick: actions,
  });
  const row = el(
    "div",
    { class: "dl-lane-row", role: "row" },
    el("span", { role: "cell", class: "dl-lane-head" }, check, picture, open, answers),
    el("span", { role: "cell", class: "dl-lane-dial" }, dial?.element ?? el("span", { class: "dl-note", text: store.say("controls.no_rate") })),
    cells.map(({ element }) => element),
    el("span", { role: "cell", class: "dl-lane-badge" }, badge),
    el("span", { role: "cell", class: "dl-lane-menu" }, menu),
  );
  const element = el(
    "div",
    {
      class: "dl-lane",
      role: "rowgroup",
      onmouseenter: () => store.hover(run),
      onmouseleave: () => store.hover(null),
      onclick: (event) => event.target.closest(CONTROLS) || look(),
    },
    row,
  );

  /** A score with its column's name, which a phone shows because it has no head row. */
  function cell(column) {
    const value = el("span", { class: "dl-value" });
    const remark = el("span", { class: "dl-aside" });
    const head = el("span", { class: "dl-score-name", "aria-hidden": "true", text: store.say(`net_lanes.${task}_${column.name}`) });
    const box = el("span", { role: "cell", class: `dl-score dl-col-${column.name}${column.ends ? " dl-ends" : ""}` }, head, value, remark);
    box.addEventListener("pointerenter", () => {
      const { about } = store.numbers;
      box.title = box.scores ? column.exact(box.scores, store, about) : "";
    });
    return { element: box, value, remark };
  }

  function actions() {
    openMenu(
      menu,
      [
        { icon: "network", text: store.say("net_lanes.look"), disabled: looked(), run: look },
        {
          icon: "plus",
          text: store.say("controls.duplicate"),
          disabled: lanes.full(),
          run: () => {
            lanes.inserted(run);
            store.edit("run_duplicate", { run });
          },
        },
        {
          icon: "close",
          text: store.say("controls.remove"),
          run: () => {
            lanes.removed(run);
            store.edit("run_remove", { run });
          },
        },
      ],
      store.say("controls.menu", { name: name() }),
    );
  }

  function words() {
    const called = name();
    write(title, called);
    open.title = [called, store.text(optimizer.summary ?? ["", ""])].filter(Boolean).join(": ");
    const labels = [[check, "controls.show_run"], [menu, "controls.menu"], [picture, looked() ? "net_lanes.looked_doc" : "net_lanes.look_at"]];
    for (const [node, key] of labels) {
      node.title = store.say(key, { name: called });
      node.setAttribute("aria-label", node.title);
    }
    const scheduled = own().schedule.slug === "constant" ? "" : store.text(schedules[own().schedule.slug].title);
    write(aside, [scheduled, unusual(store, own().learn)].filter(Boolean).join(", "));
    aside.title = aside.textContent;
    write(answers, looked() ? store.say("net_lanes.looked") : "");
  }

  /** What the study says; the numbers come later. */
  function update() {
    const next = own();
    words();
    check.setAttribute("aria-checked", String(next.visible));
    element.classList.toggle("dl-off", !next.visible);
    element.classList.toggle("dl-answers", looked());
    answers.hidden = !looked();
    picture.setAttribute("aria-pressed", String(looked()));
    swatch(picture, next.color);
    dial?.set(next.hyper[hyper.name]);
    details?.update(next, next);
    learning?.set(next.learn);
  }

  /**
   * The numbers at a play position.
   * @param {import("./netnumbers.mjs").Learner | null} learner
   * @param {(number | null)[]} winners the least of each column
   */
  function show(learner, t, about, winners) {
    const scores = learner && scoresAt(learner, t, about);
    const stopped = learner && divergedAt(learner);
    const ended = stopped !== null && t >= stopped;
    columns.forEach((column, i) => {
      const { element: box, value, remark } = cells[i];
      box.scores = scores;
      write(value, scores && !(column.ends && stopped !== null) ? column.text(scores, about) : NONE);
      if (column.aside) write(remark, scores && stopped === null ? column.aside(scores) : "");
      const won = column.ends && scores && winners[i] !== null && own().visible && scores[column.name] === winners[i];
      value.classList.toggle("dl-best", Boolean(won));
    });
    row.classList.toggle("dl-stopped", ended);
    badge.hidden = !ended;
    write(badge.lastChild, ended ? store.say("controls.diverged", { step: stopped }) : "");
  }

  /** Opens or closes the dials below the line. */
  function expand(on) {
    open.setAttribute("aria-expanded", String(on));
    element.classList.toggle("dl-open", on);
    if (on && !details) {
      learning = createLearning(store, run);
      details = createDetails(store, run, own(), { methods, more: [learning.element], rivals: false });
      details.update(own(), own());
      learning.set(own().learn);
      element.append(details.element);
    } else if (!on && details) {
      details.element.remove();
      details = learning = null;
    }
  }

  return { element, optimizer: spec.optimizer, task, update, show, expand };
}
