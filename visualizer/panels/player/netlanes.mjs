// The networks: legend, controls and scores in one list.
import { optimizers, wrappers } from "./catalogue.mjs";
import { byFamily } from "./details.mjs";
import { datasets, optimizers as able } from "./netcatalogue.mjs";
import { createStudyLane } from "./netlane.mjs";
import { best, columnsOf, divergedAt, scoresAt } from "./netscores.mjs";
import { openPicker } from "./popover.mjs";
import { button, el, keepFocus } from "./ui.mjs";

const MOST_RUNS = 12; // as many as there are color-and-dash slots
const LIVE_EVERY = 100; // ms between two live scores: faster cannot be read

/** @returns {{destroy: () => void}} */
export function createStudyLanes(root, store) {
  let lanes = [];
  let shape = "";
  let opened = null;
  let shown = 0;
  let timer = 0;
  let grow = false;
  let winners = [];
  let foot = null; // {lang, set(runs)}
  const list = el("div", { class: "dl-lane-list", role: "table" });
  const below = el("div", { class: "dl-lanes-foot" });
  root.append(list, below);

  const runs = () => store.state?.header.scenario.runs ?? [];
  const mine = {
    full: () => runs().length >= MOST_RUNS,
    toggle(run) {
      opened = opened === run ? null : run;
      lanes.forEach((lane, i) => lane.expand(i === opened));
    },
    /** Lanes below a removed one move up, and with them the open one. */
    removed(run) {
      if (opened === run) opened = null;
      else if (opened !== null && run < opened) opened -= 1;
    },
    /** A network comes in below this one. */
    inserted(run) {
      if (opened !== null && run < opened) opened += 1;
    },
  };

  function head(task) {
    const cells = columnsOf(task).map(({ name, ends }) =>
      el("span", {
        role: "columnheader",
        class: `dl-score dl-col-${name}${ends ? " dl-ends" : ""}`,
        title: store.say(`net_lanes.${task}_${name}_doc`),
        text: store.say(`net_lanes.${task}_${name}`),
      }),
    );
    return el(
      "div",
      { class: "dl-lane-row dl-lanes-head", role: "row" },
      el("span", { role: "columnheader", class: "dl-lane-head", text: store.say("net_lanes.network") }),
      el("span", { role: "columnheader", class: "dl-lane-dial", text: store.say("controls.rate"), title: store.say("controls.rate_doc") }),
      cells,
      el("span", { class: "dl-lane-menu" }),
    );
  }

  function picker(anchor) {
    const methods = { ...Object.fromEntries(able.map((slug) => [slug, optimizers[slug]])), ...wrappers };
    const item = (slug, label) => {
      const { title, year, summary } = methods[slug];
      const words = [slug, ...title, label, year].join(" ");
      return { value: slug, text: store.text(title), note: year ? String(year) : "", title: summary ? store.text(summary) : null, words };
    };
    const groups = byFamily(store, methods).map(({ label, slugs }) => ({ label, items: slugs.map((slug) => item(slug, label)) }));
    openPicker(anchor, groups, {
      label: store.say("net_lanes.add"),
      placeholder: store.say("controls.find_optimizer"),
      nothing: store.say("controls.nothing_found"),
      onpick: (value) => {
        grow = true;
        store.edit("run_add", { value });
      },
    });
  }

  /** Built once a language; only its state changes with the number of networks, so that the focus stays on it. */
  function footer() {
    const empty = el("p", { class: "dl-empty", text: store.say("net_lanes.nobody") });
    const note = el("span", { class: "dl-note", text: store.say("net_lanes.full", { most: MOST_RUNS }) });
    const add = button({
      text: store.say("net_lanes.add"),
      icon: "plus",
      "aria-haspopup": "listbox",
      "aria-expanded": "false",
      "data-key": "add",
      onclick: () => picker(add),
    });
    const again = button({
      text: store.say("net_dials.suggested"),
      label: store.say("net_dials.suggested_doc"),
      icon: "flag",
      "data-key": "again",
      onclick: () => store.edit("suggested"),
    });
    below.replaceChildren(empty, el("div", { class: "dl-lanes-ways" }, add, again), note);
    const set = (many) => {
      empty.hidden = again.hidden = many > 0;
      note.hidden = !(add.disabled = many >= MOST_RUNS);
      below.classList.toggle("dl-alone", !many);
    };
    return { lang: store.lang, set };
  }

  /** Lanes are kept as long as they stand for the same optimizer at the same place; only the others are built. */
  function build({ header: { scenario }, lang }) {
    const { task } = datasets[scenario.dataset];
    if (foot?.lang !== lang) {
      lanes = [];
      keepFocus(below, () => (foot = footer()));
    }
    if (opened !== null && opened >= scenario.runs.length) opened = null;
    const next = [lang, task, ...scenario.runs.map((spec) => spec.optimizer)].join();
    if (next === shape) return;
    shape = next;
    const kept = (spec, i) => lanes[i]?.optimizer === spec.optimizer && lanes[i].task === task;
    lanes = scenario.runs.map((spec, i) => (kept(spec, i) ? lanes[i] : createStudyLane(store, i, spec, task, mine)));
    list.dataset.task = task;
    keepFocus(root, () => {
      list.replaceChildren(...(lanes.length ? [head(task), ...lanes.map((lane) => lane.element)] : []));
      lanes.forEach((lane, i) => lane.expand(i === opened));
    });
    foot.set(lanes.length);
  }

  function update(state) {
    build(state);
    lanes.forEach((lane) => lane.update());
    compare();
    if (grow) lanes.at(-1)?.element.scrollIntoView({ block: "nearest" });
    grow = false;
  }

  /** Numbers of a study before are shown until there are newer ones, if they can be of these networks. */
  const learners = () => (store.numbers.learners.length === lanes.length ? store.numbers.learners : lanes.map(() => null));

  /** The least of each column, of those that are shown. */
  function compare() {
    const { about } = store.numbers;
    if (!about || !store.state) return;
    const competing = (one, i) => one && runs()[i]?.visible && divergedAt(one) === null;
    winners = best(
      columnsOf(about.task),
      learners().map((one, i) => (competing(one, i) ? scoresAt(one, store.clock.last, about) : null)),
    );
    root.classList.toggle("dl-stale", store.numbers.key !== store.state.header.key);
    live();
  }

  function live() {
    clearTimeout(timer);
    timer = 0;
    shown = performance.now();
    const { about } = store.numbers;
    if (!about || list.dataset.task !== about.task) return;
    learners().forEach((one, i) => lanes[i].show(one, store.clock.t, about, winners));
  }
  const frame = () => {
    timer ||= setTimeout(live, Math.max(0, LIVE_EVERY - (performance.now() - shown)));
  };
  const emphasize = (run) => lanes.forEach((lane, i) => lane.element.classList.toggle("dl-hot", i === run));

  const offs = [store.subscribe(update), store.onNumbers(compare), store.onFrame(frame), store.onHover(emphasize)];
  return {
    destroy() {
      offs.forEach((off) => off());
      clearTimeout(timer);
      root.replaceChildren();
    },
  };
}
