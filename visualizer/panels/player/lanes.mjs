// The runs: legend, controls and scoreboard in one list.
import { optimizers, wrappers } from "./catalogue.mjs";
import { best, floorOf, heads } from "./columns.mjs";
import { byFamily } from "./details.mjs";
import { createLane } from "./lane.mjs";
import { count } from "./numbers.mjs";
import { openLibrary } from "./library.mjs";
import { openPicker } from "./popover.mjs";
import { scope } from "./scope.mjs";
import { runName } from "./tracks.mjs";
import { button, catchFocus, el, keepFocus, write } from "./ui.mjs";

const MOST_RUNS = 12; // as many as there are color-and-dash slots
const LIVE_EVERY = 100; // ms between two live losses: faster cannot be read

/** Whether runs of the same steps cost unequally much, in words; "" where they do not, or the budget makes them equal. */
function unequalWords(store, { header: { scenario, runs } }) {
  const whole = runs.flatMap(({ stopped, steps, score }, run) =>
    scenario.runs[run].visible && stopped === null && steps > 0 ? [{ run, steps, spent: score.evaluations }] : [],
  );
  const spent = whole.map((one) => one.spent);
  const [least, most] = [Math.min(...spent), Math.max(...spent)];
  if (scenario.budget === "evaluations" || !(most > least)) return "";
  const greedy = whole.find((one) => one.spent === most);
  const each = greedy.spent / greedy.steps;
  const key = Number.isInteger(each) ? "controls.unequal_each" : "controls.unequal";
  return store.say(key, { name: runName(store, greedy.run), each, most: count(most), least: count(least) });
}

/** @returns {{destroy: () => void}} */
export function createLanes(root, store) {
  let lanes = [];
  let built = null;
  let told = null;
  let opened = null;
  let shown = 0;
  let timer = 0;
  let grow = false;
  let countRuns = null;
  let sayUnequal = null;
  const list = el("div", { class: "dl-lane-list", role: "table" });
  const foot = el("div", { class: "dl-lanes-foot" });
  root.append(list, foot);

  const runs = () => store.state?.header.scenario.runs ?? [];
  const mine = {
    full: () => runs().length >= MOST_RUNS,
    toggle(run) {
      opened = opened === run ? null : run;
      lanes.forEach((lane, i) => lane.expand(store.state, i === opened));
    },
    /** Lanes below a removed one move up, and with them the open one. */
    removed(run) {
      if (opened === run) opened = null;
      else if (opened !== null && run < opened) opened -= 1;
    },
    /** A run comes in below this one. */
    inserted(run) {
      if (opened !== null && run < opened) opened += 1;
    },
  };

  function head({ scenario, ...rest }) {
    const cells = heads(store, scenario.tolerance, floorOf(rest)).map(([name, title, doc]) =>
      el("span", { role: "columnheader", class: `dl-score dl-col-${name}`, title: doc }, el("span", { text: title })),
    );
    return el(
      "div",
      { class: "dl-lane-row dl-lanes-head", role: "row" },
      el("span", { role: "columnheader", class: "dl-lane-head", text: store.say("controls.run") }),
      el("span", {
        role: "columnheader",
        class: "dl-lane-dial",
        text: store.say("controls.rate"),
        title: store.say("controls.rate_doc"),
      }),
      cells,
      el("span", { class: "dl-lane-menu" }),
    );
  }

  function picker(anchor) {
    const methods = { ...optimizers, ...wrappers };
    const groups = byFamily(store, methods).map(({ label, slugs }) => ({
      label,
      items: slugs.map((slug) => {
        const { title, year, summary } = methods[slug];
        return {
          value: slug,
          text: store.text(title),
          note: year ? String(year) : "",
          title: summary ? store.text(summary) : null,
          words: [slug, ...title, label, year].join(" "),
        };
      }),
    }));
    openPicker(anchor, groups, {
      label: store.say("controls.add"),
      placeholder: store.say("controls.find_optimizer"),
      nothing: store.say("controls.nothing_found"),
      more: { icon: "tree", text: store.say("library.all"), run: () => openLibrary() },
      onpick: (value) => {
        grow = true;
        store.edit("run_add", { value });
      },
    });
  }

  /** Built once a language; only its state changes with the number of runs, so that the focus stays on it. */
  function footer() {
    const full = store.say("controls.full", { most: MOST_RUNS });
    const empty = el("p", { class: "dl-empty", text: store.say("controls.no_runs") });
    const note = el("span", { class: "dl-note", text: full });
    const add = button({
      text: store.say("controls.add"),
      icon: "plus",
      "aria-haspopup": "listbox",
      "aria-expanded": "false",
      "data-key": "add",
      onclick: () => picker(add),
    });
    const said = el("span");
    const compare = button({
      text: store.say("controls.compare"),
      label: store.say("controls.compare_long"),
      class: "dl-small",
      "data-key": "compare",
      onclick: () => store.edit("budget", { value: "evaluations" }),
    });
    const unequal = el("span", { class: "dl-note dl-unequal", hidden: true }, said, compare);
    foot.replaceChildren(empty, add, note, unequal);
    sayUnequal = (state) => {
      const text = unequalWords(store, state);
      unequal.hidden = !text;
      write(said, text);
    };
    return (many) => {
      empty.hidden = many > 0;
      note.hidden = !(add.disabled = many >= MOST_RUNS);
      foot.classList.toggle("dl-alone", !many);
    };
  }

  /** Lanes are kept as long as they stand for the same optimizer at the same place; only the others are built. */
  function build(state) {
    const { scenario } = state.header;
    if (built !== state.lang) {
      lanes = [];
      keepFocus(foot, () => {
        countRuns = footer();
      });
    }
    if (opened !== null && opened >= scenario.runs.length) opened = null;
    const next = scenario.runs.map((spec, i) =>
      lanes[i]?.optimizer === spec.optimizer ? lanes[i] : createLane(store, i, spec, mine),
    );
    const explained = [scenario.tolerance, floorOf(state.header), scenario.budget].join(); // what the head row speaks of
    const shape = [state.lang, ...scenario.runs.map((spec) => spec.optimizer)].join();
    if (shape !== list.dataset.shape) {
      lanes = next;
      const put = () => {
        list.replaceChildren(...(lanes.length ? [head(state.header), ...lanes.map((lane) => lane.element)] : []));
        lanes.forEach((lane, i) => lane.expand(state, i === opened));
        countRuns(lanes.length);
      };
      // The last run was removed from its own menu: that of the one above is next.
      const heir = () => lanes.at(-1)?.element.querySelector("[data-key$=':menu']") ?? foot.querySelector("[data-key=add]");
      catchFocus(root, () => keepFocus(root, put), heir);
      list.dataset.shape = shape;
    } else if (told !== explained) list.querySelector(".dl-lanes-head")?.replaceWith(head(state.header));
    told = explained;
    built = state.lang;
  }

  function update(state) {
    build(state);
    const winners = best(state.header.runs, state.header.scenario.runs);
    lanes.forEach((lane) => lane.update(state, winners));
    mark();
    sayUnequal(state);
    live();
    if (grow) lanes.at(-1)?.element.scrollIntoView({ block: "nearest" });
    grow = false;
  }

  function live() {
    clearTimeout(timer);
    timer = 0;
    shown = performance.now();
    if (store.state?.header.runs.length === lanes.length)
      lanes.forEach((lane) => lane.showLoss(store.state, store.clock.t));
  }
  const frame = () => {
    if (!timer) timer = setTimeout(live, Math.max(0, LIVE_EVERY - (performance.now() - shown)));
  };
  const emphasize = (run) => lanes.forEach((lane, i) => lane.element.classList.toggle("dl-hot", i === run));

  /** The run under the microscope. */
  const mark = () => lanes.forEach((lane, i) => lane.scoped(i === scope.run(store), scope.run(store) !== null));

  const off = [store.subscribe(update), store.onFrame(frame), store.onHover(emphasize), scope.onChange(mark)];
  return {
    destroy() {
      off.forEach((stop) => stop());
      clearTimeout(timer);
      root.replaceChildren();
    },
  };
}
