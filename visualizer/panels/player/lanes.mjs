// The runs: legend, controls and scoreboard in one list.
import { optimizers } from "./catalogue.mjs";
import { best, floorOf, heads } from "./columns.mjs";
import { byFamily } from "./details.mjs";
import { createLane } from "./lane.mjs";
import { openLibrary } from "./library.mjs";
import { openPicker } from "./popover.mjs";
import { button, el, keepFocus } from "./ui.mjs";

const MOST_RUNS = 12; // as many as there are color-and-dash slots
const LIVE_EVERY = 100; // ms between two live losses: faster cannot be read

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
    const groups = byFamily(store).map(({ label, slugs }) => ({
      label,
      items: slugs.map((slug) => {
        const { title, year, summary } = optimizers[slug];
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
    foot.replaceChildren(empty, add, note);
    return (count) => {
      empty.hidden = count > 0;
      note.hidden = !(add.disabled = count >= MOST_RUNS);
      foot.classList.toggle("dl-alone", !count);
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
    const explained = [scenario.tolerance, floorOf(state.header)].join(); // what the head row speaks of
    const shape = [state.lang, ...scenario.runs.map((spec) => spec.optimizer)].join();
    if (shape !== list.dataset.shape) {
      lanes = next;
      keepFocus(root, () => {
        list.replaceChildren(...(lanes.length ? [head(state.header), ...lanes.map((lane) => lane.element)] : []));
        lanes.forEach((lane, i) => lane.expand(state, i === opened));
      });
      countRuns(lanes.length);
      list.dataset.shape = shape;
    } else if (told !== explained) list.querySelector(".dl-lanes-head")?.replaceWith(head(state.header));
    told = explained;
    built = state.lang;
  }

  function update(state) {
    build(state);
    const winners = best(state.header.runs, state.header.scenario.runs);
    lanes.forEach((lane) => lane.update(state, winners));
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

  const off = [store.subscribe(update), store.onFrame(frame), store.onHover(emphasize)];
  return {
    destroy() {
      off.forEach((stop) => stop());
      clearTimeout(timer);
      root.replaceChildren();
    },
  };
}
