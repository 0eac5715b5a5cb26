// The microscope's panel, in the place of the surface view: which run and which step, what each mark is, in words and in
// numbers, and a place for the rule's lines. Its numbers change with every step, its words with run and language only.

import { TYPING } from "./keys.mjs";
import { calmly, numbersOf, scope, updateAt } from "./scope.mjs";
import { createScopeLines, keepLayouts, lacksLines } from "./scopelines.mjs";
import { lookOf } from "./scopedraw.mjs";
import { factorOf } from "./scopemarks.mjs";
import { factNames, factOf, keyOf, rowsShown } from "./scopewords.mjs";
import { brief, count } from "./numbers.mjs";
import { theme } from "./theme.mjs";
import { exact } from "./ticks.mjs";
import { runName, tracksOf } from "./tracks.mjs";
import { button, el, hushed, keepFocus, options, select, write } from "./ui.mjs";

let side = "marks"; // what was looked at last

export function createScopePanel(root, store) {
  let built = "";   // what the panel was built for
  let cells = {};   // name -> its <td> or <dd>
  let facts = {};
  const page = root.closest(".dl");
  const back = button({ icon: "back", class: "dl-quiet dl-square", "data-key": "scope:back", onclick: () => scope.step(store, -1) });
  const next = button({ icon: "chevron", class: "dl-quiet dl-square", "data-key": "scope:next", onclick: () => scope.step(store, 1) });
  const close = button({ icon: "close", class: "dl-quiet dl-square", "data-key": "scope:close", onclick: leave });
  const which = select({ label: "", key: "scope:run", onpick: (run) => scope.open(store, Number(run)) });
  const at = el("output", { class: "dl-scope-step" });
  const swatch = el("i", { class: "dl-scope-swatch", "aria-hidden": "true" });
  const list = el("dl", { class: "dl-scope-facts" });
  const table = el("table", { class: "dl-scope-table" });
  const note = el("p", { class: "dl-scope-note" });
  const lines = el("div", { class: "dl-scope-lines" }); // the rule's lines, with this step's numbers, come here
  const rule = createScopeLines(lines, store);
  const marks = el("div", {}, list, table, note);
  const body = el("div", { class: "dl-scope-body", tabindex: "0" }, marks, lines);
  const tabs = ["marks", "rule"].map((name) => el("button", { type: "button", role: "tab", class: "dl-scope-tab", data: { key: `scope:${name}` }, onclick: () => turn(name) }));
  root.append(el("header", {}, swatch, which, back, at, next, el("span", { role: "tablist", class: "dl-scope-tabs" }, tabs), close), body);

  /** The marks on the contour in numbers, or the rule line by line. */
  function turn(name) {
    side = name;
    marks.hidden = name !== "marks";
    lines.hidden = name !== "rule";
    tabs.forEach((tab, i) => tab.setAttribute("aria-selected", String(["marks", "rule"][i] === name)));
    if (!store.state) return;
    ask();
    tell();
  }
  turn(side);

  /** The lines are made and sent only while they are looked at; a server that has forgotten that is told again. */
  function ask() {
    const rows = scope.rows(store);
    if (!rows || store.busy || (side === "rule") === Boolean(rows.lines && !lacksLines(rows))) return;
    if (side === "rule" && rows.lines) store.edit("need_grid"); // sends all that it sends but once
    else store.edit("rule", { value: side === "rule" });
  }

  function leave() {
    const held = root.contains(document.activeElement);
    scope.close(store);
    if (held) page.querySelector('[data-key="scope"]')?.focus({ preventScroll: true });
  }

  function label(node, key, values) {
    node.title = store.say(key, values);
    node.setAttribute("aria-label", node.title);
  }

  /** Everything but the numbers. */
  function build(rows) {
    const key = keyOf(store, rows, theme.key);
    if (key === built) return;
    built = key;
    const say = (name, values) => store.say(`scope.${name}`, values);
    root.setAttribute("aria-label", say("panel"));
    body.setAttribute("aria-label", say("numbers"));
    label(back, "scope.back");
    label(next, "scope.next");
    label(close, "scope.close");
    label(which, "scope.run");
    tabs.forEach((tab, i) => write(tab, say(["marks", "rule"][i])));
    const { color } = tracksOf(store.state)[rows.run];
    swatch.style.background = color;
    cells = {};
    const heads = ["", "", "x", "y", say("length")].map((text) => el("th", { scope: "col", text }));
    const shown = rowsShown(rows).map(({ name, mark, doc }) => {
      const numbers = ["x", "y", "length"].map((part) => (cells[`${name}.${part}`] = el("td", { data: { part: part === "length" ? say("length") : part } })));
      const words = el("span", { text: say(`${doc}_doc`) });
      return el("tr", {}, el("td", { html: mark ? sample(mark, color) : "" }), el("th", { scope: "row" }, el("b", { html: say(`${name}_name`) }), " ", words), numbers);
    });
    table.replaceChildren(el("thead", {}, el("tr", {}, heads)), el("tbody", {}, shown));
    table.classList.toggle("dl-scope-alone", Boolean(rows.timed));
    facts = {};
    list.replaceChildren(...factNames.map((name) => {
      facts[name] = el("dd");
      return el("div", { title: say(`${name}_doc`) }, el("dt", { html: say(name) }), facts[name]);
    }));
  }

  /** Which step it is, with every step; its numbers as fast as they can be read. */
  function frame(t) {
    const rows = scope.rows(store);
    if (!rows || root.hidden) return;
    const k = updateAt(rows, t);
    write(at, rows.updates ? store.say("scope.step", { from: count(k), to: count(k + 1) }) : store.say("scope.none"));
    soon();
  }
  const soon = calmly(tell);

  function tell() {
    const rows = scope.rows(store);
    if (!rows?.updates || root.hidden) return;
    const { t } = store.clock;
    const k = updateAt(rows, t);
    const now = numbersOf(rows, k);
    body.dataset.step = k; // whose numbers these are: while a key is held they come later than the step itself
    if (side === "rule") {
      rule.tell(rows, k);
      return;
    }
    for (const { name, value, length } of rowsShown(rows)) {
      const pair = value(now);
      write(cells[`${name}.x`], pair ? exact(pair[0]) : "–");
      write(cells[`${name}.y`], pair ? exact(pair[1]) : "–");
      write(cells[`${name}.length`], length && pair ? exact(Math.hypot(...pair)) : "");
    }
    for (const [name, node] of Object.entries(facts)) write(node, factOf(name, now, store));
    write(note, store.say("scope.scale", { factor: brief(factorOf(now), 4) }));
  }

  function update() {
    keepLayouts(store.state?.scope ?? undefined);
    const run = scope.run(store);
    const open = run !== null && Boolean(store.state);
    page.classList.toggle("dl-scoping", open);
    root.hidden = !open;
    if (!open) return;
    const runs = store.state.header.scenario.runs.flatMap((spec, i) => (spec.visible || i === run ? [[i, runName(store, i)]] : []));
    if (which.dataset.runs !== runs.join()) keepFocus(root, () => options(which, runs, run));
    which.dataset.runs = runs.join();
    which.value = run;
    const rows = scope.rows(store);
    if (!rows) return;
    ask();
    build(rows);
    frame(store.clock.t);
    tell(); // a new table is empty
  }

  function press(event) {
    if (!store.state || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.composedPath()[0];
    if (target instanceof Element && target.closest(TYPING) && target !== which) return;
    if (event.key === "Escape" && scope.run(store) !== null) {
      const above = store.state.header.inspected || document.querySelector(":popover-open, dialog[open]");
      if (!above) leave();
    } else if (event.key.toLowerCase() === "m" && target !== which) {
      event.preventDefault();
      scope.toggle(store);
    }
  }

  document.addEventListener("keydown", press);
  const offs = [hushed(at, store), store.subscribe(update), scope.onChange(update), store.onFrame(frame)];
  return {
    destroy() {
      offs.forEach((off) => off());
      document.removeEventListener("keydown", press);
    },
  };
}

/** A mark in small, as it is on the contour. */
function sample(name, run) {
  const { color, width, dash, head } = lookOf(name, run);
  const [svg, end] = [`<svg viewBox="0 0 34 14" width="34" height="14" fill="none" stroke-linejoin="round" aria-hidden="true">`, "</svg>"];
  const shapes = {
    theta: `<circle cx="17" cy="7" r="4.5" fill="${run}"/>`,
    rate: `<ellipse cx="17" cy="7" rx="14" ry="5.5" stroke="${color}" stroke-width="1.8" stroke-dasharray="${dash.join(" ")}"/>`,
    y: `<path d="M13.5 3.5h7v7h-7z" stroke="${color}" stroke-width="1.8"/>`,
    z: `<path d="M17 2l4.3 7.5h-8.6z" stroke="${color}" stroke-width="1.8"/>`,
    slow: `<path d="M17 2l4.3 2.5v5l-4.3 2.5-4.3-2.5v-5z" stroke="${color}" stroke-width="1.8"/>`,
    base: `<circle cx="17" cy="7" r="4.5" stroke="${color}" stroke-width="1.8"/>`,
    ascent: `<path d="M17 2l4.8 3.5-1.8 5.6h-6l-1.8-5.6z" stroke="${color}" stroke-width="1.8"/>`,
  };
  if (shapes[name]) return svg + shapes[name] + end;
  const heads = {
    full: `<path d="M33 7l-9-4.6v9.2z" fill="${color}"/>`,
    open: `<path d="M25 3l7 4-7 4" stroke="${color}" stroke-width="${width}" stroke-linecap="round"/>`,
    bar: `<path d="M31 1.5v11" stroke="${color}" stroke-width="${width}" stroke-linecap="round"/>`,
  };
  const to = head === "full" ? 25 : 31;
  return `${svg}<path d="M2 7H${to}" stroke="${color}" stroke-width="${width}" stroke-dasharray="${dash.join(" ")}"/>${heads[head]}${end}`;
}
