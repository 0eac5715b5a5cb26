// One run on one line: shown or not, how it is drawn, its main dial, its scores.
import { optimizers, schedules, twins as known } from "./catalogue.mjs";
import { COLUMNS, floorOf, gap, gapOf, isBest, titleKey } from "./columns.mjs";
import { createDial } from "./dial.mjs";
import { createDetails } from "./details.mjs";
import { createForked } from "./forked.mjs";
import { fork } from "./glyphs.mjs";
import { openLibrary } from "./library.mjs";
import { NONE, brief, exact } from "./numbers.mjs";
import { openMenu } from "./popover.mjs";
import { scope } from "./scope.mjs";
import { swatch } from "./swatch.mjs";
import { runName, tracksOf } from "./tracks.mjs";
import { button, el, icon, write } from "./ui.mjs";

/** What sets the length of a step, or of the first one that is tried. */
const STEP_SIZES = ["lr", "lr0", "alpha0", "damping0"];

/** The dial a lane shows without opening: the rate, or what the rule has in its place, if anything. */
const mainHyper = (hypers) => hypers.find((hyper) => STEP_SIZES.includes(hyper.name)) ?? null;

/** The gap of a loss that came as float32: what its range or its seven digits cannot tell apart is only bounded. */
function coarse(loss, floor) {
  if (loss === Infinity) return ">3e38";
  const blur = Math.abs(floor) * 2 ** -23;
  return Math.abs(loss - floor) < 4 * blur ? `<${brief(4 * blur, 2)}` : gap(loss - floor, floor);
}

/** What two runs of the same name differ in: "dampening 0.9". */
function differences(store, one, other) {
  if (store.text(one.title) !== store.text(other.title)) return "";
  const told = (value) => (typeof value === "boolean" ? store.say(value ? "controls.on" : "controls.off") : exact(value));
  return Object.entries(one.hyper)
    .filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(other.hyper[name]))
    .map(([name, value]) => `${name} ${told(value)}`)
    .join(", ");
}

/**
 * @param {number} run  index in the scenario
 * @param {object} lanes  the list it is in: {toggle(run), full(): boolean, removed(run)}
 */
export function createLane(store, run, spec, lanes) {
  const optimizer = optimizers[spec.optimizer];
  const name = () => runName(store, run);
  const hyper = mainHyper(optimizer.hypers);
  const shown = () => store.state.header.scenario.runs[run]?.visible;
  let details = null;
  let now = "";

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
  // For the hand only: the menu and the microscope's own list say the same to a keyboard.
  const picture = el("span", { class: "dl-swatch", "aria-hidden": "true", onclick: () => shown() && scope.open(store, run) });
  const schedule = el("span", { class: "dl-lane-schedule" });
  const title = el("span", { class: "dl-lane-title" });
  const open = el(
    "button",
    {
      type: "button",
      class: "dl-lane-name",
      "aria-expanded": "false",
      data: { key: `${run}:open` },
      onclick: () => lanes.toggle(run),
    },
    icon("chevron"),
    title,
    schedule,
  );
  const dial =
    hyper &&
    createDial(hyper, {
      store,
      key: `${run}:main`,
      compact: true,
      send: (value) => store.edit("run_hyper", { run, name: hyper.name, value }),
    });
  const live = cell("now");
  const scores = COLUMNS.map((column) => cell(column.name));
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
    el("span", { role: "cell", class: "dl-lane-head" }, check, picture, open),
    el(
      "span",
      { role: "cell", class: "dl-lane-dial" },
      dial?.element ?? el("span", { class: "dl-note", text: store.say("controls.no_rate") }),
    ),
    live.element,
    scores.map((score) => score.element),
    el("span", { role: "cell", class: "dl-lane-badge" }, badge),
    el("span", { role: "cell", class: "dl-lane-menu" }, menu),
  );
  const twin = el("button", { type: "button", class: "dl-lane-twin", data: { key: `${run}:twin` }, onclick: goToParting });
  const forked = createForked(store, run);
  const compared = el("div", { class: "dl-lane-compared", role: "row", hidden: true }, el("span", { role: "cell" }, twin));
  const element = el(
    "div",
    { class: "dl-lane", role: "rowgroup", onmouseenter: () => store.hover(run), onmouseleave: () => store.hover(null) },
    row,
    compared,
    forked.element,
  );

  /** A score with its column's name, which a phone shows because it has no head row. */
  function cell(name) {
    const head = el("span", { class: "dl-score-name", "aria-hidden": "true" });
    const value = el("span", { class: "dl-value" });
    const aside = el("span", { class: "dl-aside" });
    return {
      value,
      aside,
      call: (floor) => write(head, (name === "stay" ? store.sayTick : store.say)(titleKey(name, floor))),
      element: el("span", { role: "cell", class: `dl-score dl-col-${name}` }, head, value, aside),
    };
  }
  function actions() {
    openMenu(
      menu,
      [
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
          icon: "fork",
          text: store.sayTick("fork.here", { step: Math.floor(store.clock.t) }),
          disabled: lanes.full(),
          run: () => {
            lanes.inserted(run);
            store.edit("fork", { run, tick: Math.floor(store.clock.t) });
          },
        },
        ...(optimizer.apart
          ? [
              {
                icon: "slots",
                text: store.say("bench.apart"),
                disabled: lanes.full(),
                run: () => {
                  lanes.inserted(run);
                  store.edit("apart", { run });
                },
              },
            ]
          : []),
        { icon: "scope", text: store.say("scope.look"), disabled: !shown(), run: () => scope.open(store, run) },
        { icon: "card", text: store.say("library.card"), run: () => openLibrary(`optimizers/${spec.optimizer}`) },
        { icon: "reset", text: store.say("controls.reset_run"), run: () => store.edit("run_reset", { run }) },
        {
          icon: "close",
          text: store.say("controls.remove"),
          run: () => {
            lanes.removed(run);
            store.edit("run_remove", { run });
          },
        },
        ...twins(),
      ],
      store.say("controls.menu", { name: name() }),
    );
  }

  /** What can be added beside the run: the same with one idea exchanged. */
  function twins() {
    const { own, any, no_decay_yet: usual } = known;
    const items = store.state.header.runs[run].offers.map((offer) => {
      const [which, reason = null] = [offer].flat();
      const [name, title] = typeof which === "number" ? own[spec.optimizer][which] : [which, any[which]];
      return {
        text: store.text(title),
        note: reason === 0 ? store.text(usual) : reason,
        disabled: lanes.full() || reason !== null,
        run: () => {
          lanes.inserted(run);
          store.edit("twin", { run, name });
        },
      };
    });
    return items.length ? [{ heading: store.say("controls.twins") }, ...items] : [];
  }

  function goToParting() {
    store.pause();
    store.seek(store.state.header.runs[run].twin.parts);
  }

  /** The run's name, which depends on the others, and what it is compared with. */
  function words(state) {
    const called = name();
    if (title.textContent !== called) {
      write(title, called);
      open.title = [called, store.text(optimizer.summary ?? ["", ""])].filter(Boolean).join(": ");
      for (const [node, key] of [[check, "controls.show_run"], [menu, "controls.menu"]]) {
        node.title = store.say(key, { name: called });
        node.setAttribute("aria-label", node.title);
      }
    }
    const other = state.header.runs[run].twin;
    compared.hidden = !other;
    if (!other) return;
    const never = other.parts === null;
    const tracks = tracksOf(state);
    const original = runName(store, other.of);
    twin.disabled = never;
    twin.innerHTML = fork([tracks[other.of].color, tracks[run].color]);
    const said = store.sayTick(never ? "views.never_parts" : "views.parts_from", { original, step: other.parts });
    const { runs } = state.header.scenario;
    twin.append([differences(store, runs[run], runs[other.of]), said].filter(Boolean).join(" · "));
    twin.title = store.say("views.parts_doc");
  }

  /** The loss at the play position `t`; rows are the path's: row 0 is the start. */
  function showLoss(state, t) {
    const { valid, score } = state.header.runs[run];
    const step = Math.floor(t);
    const floor = floorOf(state.header);
    let text = NONE;
    if (step === valid - 1 && score.loss !== null) text = gapOf(score, floor);
    else if (step < valid) text = coarse(state.loss[state.offset[run] + step], floor);
    if (text !== now) write(live.value, (now = text));
  }

  function update(state, winners) {
    const floor = floorOf(state.header);
    [live, ...scores].forEach((score) => score.call(floor));
    const next = state.header.scenario.runs[run];
    const result = state.header.runs[run];
    words(state);
    check.setAttribute("aria-checked", String(next.visible));
    element.classList.toggle("dl-off", !next.visible);
    swatch(picture, next.color);
    dial?.set(next.hyper[hyper.name]);
    const scheduled = next.schedule.slug !== "constant";
    write(schedule, scheduled ? store.text(schedules[next.schedule.slug].title) : "");
    COLUMNS.forEach((column, i) => {
      write(scores[i].value, result.stopped === null ? column.text(result.score, floor) : "");
      if (column.aside) write(scores[i].aside, result.stopped === null ? column.aside(result.score) : "");
      scores[i].value.classList.toggle("dl-best", isBest(column, result, next, winners[i]));
    });
    row.classList.toggle("dl-stopped", result.stopped !== null);
    badge.hidden = result.stopped === null;
    write(badge.lastChild, result.stopped === null ? "" : store.sayTick("controls.diverged", { step: result.stopped }));
    forked.set(state);
    details?.update(next, result);
  }

  /** Whether this run is under the microscope, and whether any is. */
  function scoped(on, any) {
    element.classList.toggle("dl-scoped", on);
    element.classList.toggle("dl-scopable", any && !on);
    picture.title = on ? "" : store.say("scope.look");
  }

  /** Opens or closes the sliders below the line. */
  function expand(state, on) {
    open.setAttribute("aria-expanded", String(on));
    element.classList.toggle("dl-open", on);
    if (on && !details) {
      details = createDetails(store, run, state.header.scenario.runs[run]);
      details.update(state.header.scenario.runs[run], state.header.runs[run]);
      element.append(details.element);
    } else if (!on && details) {
      details.element.remove();
      details = null;
    }
  }

  return { element, optimizer: spec.optimizer, update, expand, showLoss, scoped };
}
