// The lecturer's side of a room: what is asked, where one joins, what has been answered so far. One card for all pages;
// the room outlives the page it was opened on.

import { presenting } from "./panel.mjs";
import { createAnswers } from "./pollanswers.mjs";
import { sketch } from "./sketching.mjs";
import { runName } from "./tracks.mjs";
import { button, catchFocus, el, write } from "./ui.mjs";

const BEAT = 1000; // ms between two looks at the answers
const KEPT = "descent-lab:room";

const at = (name) => new URL(`../room/${name}`, import.meta.url).href;
const home = () => new URL("../..", import.meta.url).href.replace(/\/$/, "");

function remembered() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT));
  } catch {
    return null;
  }
}
function remember(room) {
  try {
    sessionStorage[room ? "setItem" : "removeItem"](KEPT, JSON.stringify(room));
  } catch { /* it is forgotten with the page */ }
}

class Refused extends Error {}

async function post(name, body) {
  const reply = await fetch(at(name), { method: "POST", body: JSON.stringify(body) });
  const found = await reply.json();
  if (!reply.ok) throw new Refused(found.refused);
  return found;
}

export function createPoll() {
  let store = null;
  let off = null;
  let room = remembered(); // {code, key}
  let asked = null;        // what was asked last: {about, shown: () => void}
  let told = null;         // what the server says of it
  let hidden = false;      // the answers, until they are shown
  let large = false;
  let timer = 0;
  let held = false;        // the player, by this card
  let opener = null;       // what had the focus before
  const say = (key, values) => store.say(`poll.${key}`, values);
  const answers = createAnswers(say);
  const offer = el("div", { class: "dl-poll-offer" });
  const live = el("div", { class: "dl-poll-live" });
  const join = el("div", { class: "dl-poll-join" });
  const problem = el("p", { class: "dl-poll-problem", role: "alert", hidden: true });
  const title = el("h2");
  const shut = button({ label: " ", icon: "close", class: "dl-quiet dl-small", onclick: () => close() });
  const element = el("section", { class: "dl-poll", tabindex: -1 }, el("header", {}, title, shut), join, problem, offer, live);

  function trouble(error) {
    problem.hidden = !error;
    if (!error) return;
    const known = error instanceof Refused;
    write(problem, say(known ? error.message : "offline"));
    if (known && ["no_room", "not_yours"].includes(error.message)) forget();
  }

  /** While a class answers, the player says nothing. */
  function hold(on) {
    if (held === on) return;
    held = on;
    document.body.classList.toggle("dl-locked", on);
    store.lock(on);
    if (on) store.seek(0);
  }

  async function ask(about, shown = null) {
    try {
      room ??= await post("open", {});
      remember(room);
      await post("ask", { ...room, about: { ...about, lang: store.lang } });
      [asked, told, hidden] = [{ about, shown }, null, false];
      if (!shown) hold(true); // a lesson holds it by itself
      trouble(null);
    } catch (error) {
      trouble(error);
    }
    draw();
    look();
  }

  async function show() {
    try {
      await post("show", room);
      await look();
      hold(false);
      asked?.shown?.();
      if (!asked?.shown && !presenting()) store.play();
    } catch (error) {
      trouble(error);
    }
  }

  async function end() {
    if (room) await post("end", room).catch(() => {});
    forget();
    close();
  }

  function forget() {
    [room, asked, told] = [null, null, null];
    remember(null);
    hold(false);
    sketch.crowd([]);
    draw();
  }

  /** The answers so far. */
  async function look() {
    clearTimeout(timer);
    if (!room || !element.isConnected) return;
    try {
      const reply = await fetch(`${at("results")}?${new URLSearchParams(room)}`);
      const found = await reply.json();
      if (!reply.ok) throw new Refused(found.refused);
      told = found;
      trouble(null);
    } catch (error) {
      trouble(error);
    }
    if (room && !asked && told?.kind && !told.shown) { // asked on a page that is gone
      asked = { about: null, shown: null };
      draw();
    }
    report();
    if (room && asked && !told?.shown) timer = setTimeout(look, BEAT);
  }

  function report() {
    const { header } = store.state;
    const lines = told?.sketches && asked && (told.shown || !hidden) ? told.sketches : [];
    sketch.crowd(header.window ? lines : []);
    answers.show(told, hidden && !told?.shown);
  }

  // ---- what it looks like

  const draw = () => catchFocus(element, drawn);
  function drawn() {
    if (!store?.state) return;
    element.setAttribute("aria-label", say("title"));
    write(title, say("title"));
    for (const name of ["title", "aria-label"]) shut.setAttribute(name, say("close"));
    joining();
    offer.replaceChildren(...(asked ? [] : offers()));
    live.hidden = !asked;
    if (asked) tell();
  }

  function joining() {
    join.hidden = !room;
    element.classList.toggle("dl-large", Boolean(room) && large);
    if (!room) return join.replaceChildren();
    const src = `${at("code.svg")}?${new URLSearchParams({ code: room.code, at: home() })}`;
    const words = say(large ? "smaller" : "larger");
    const turn = () => { large = !large; joining(); };
    return join.replaceChildren(
      el("button", { type: "button", class: "dl-poll-scan", title: words, "aria-label": words, "aria-pressed": String(large), onclick: turn }, el("img", { src, alt: "" })),
      el("p", {}, el("span", { text: say("join_at") }), el("span", { class: "dl-poll-at", text: `${home().replace(/^https?:\/\//, "")}/join` }), el("b", { text: room.code })),
    );
  }

  /** What could be asked of the picture that is shown. */
  function offers() {
    const { header } = store.state;
    const { scenario } = header;
    const race = header.page !== "networks" && !header.quiz;
    const shown = race ? scenario.runs.flatMap((run, i) => (run.visible ? [i] : [])) : [];
    const choice = (text, about) => el("button", { type: "button", class: "dl-button", text, onclick: () => ask(about) });
    return [
      el("p", { text: say("what") }),
      ...(shown.length > 1 ? [choice(say("lowest"), { query: header.query, ask: "lowest" })] : []),
      ...shown.map((run) => choice(say("sketch", { name: runName(store, run) }), { query: header.query, ask: "sketch", run })),
      own(),
      ...(room ? [button({ text: say("end"), class: "dl-quiet dl-small", onclick: end })] : []),
    ];
  }

  function own() {
    const text = el("input", { type: "text", maxlength: 300, required: true });
    const choices = el("textarea", { rows: 3, required: true });
    const go = (event) => {
      event.preventDefault();
      ask({ text: text.value, choices: choices.value.split("\n").map((one) => one.trim()).filter(Boolean) });
    };
    const form = el("form", { onsubmit: go }, el("label", {}, say("own_text"), text), el("label", {}, say("own_choices"), choices), el("button", { type: "submit", class: "dl-button dl-primary", text: say("own_ask") }));
    form.addEventListener("keydown", (event) => event.stopPropagation());
    return el("details", {}, el("summary", { text: say("own") }), form);
  }

  const tell = () => catchFocus(element, tellNow);
  function tellNow() {
    const shown = () => told?.shown;
    const next = () => { hold(false); [asked, told] = [null, null]; sketch.crowd([]); draw(); };
    const hide = button({ text: say(hidden ? "unhide" : "hide"), class: "dl-quiet dl-small", onclick: () => { hidden = !hidden; tell(); report(); } });
    const row = el("div", { class: "dl-poll-row" }, button({ text: say("show"), class: "dl-primary dl-poll-show", onclick: async () => { await show(); tell(); report(); } }), hide);
    const after = el("div", { class: "dl-poll-row" }, button({ text: say("next"), onclick: next }), button({ text: say("end"), class: "dl-quiet dl-small", onclick: end }));
    live.replaceChildren(answers.element, shown() ? after : row);
  }

  function close() {
    clearTimeout(timer);
    hold(false);
    sketch.crowd([]);
    catchFocus(element, () => element.remove(), () => opener?.isConnected && opener);
    opener = null;
  }

  // Not while a class answers: the picture would tell it.
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing || held) return;
    event.preventDefault();
    event.stopPropagation();
    close();
  }, true);

  return {
    get open() { return element.isConnected; },
    attach(host, next) {
      if (store !== next) {
        off?.();
        store = next;
        off = store.subscribe(draw);
      }
      host.append(element);
      if (asked && !asked.shown && !told?.shown) hold(true);
      draw();
      look();
    },
    focus() {
      if (!element.contains(document.activeElement)) opener = document.activeElement;
      element.focus({ preventScroll: true });
    },
    detach(gone) {
      if (store !== gone) return;
      off?.();
      off = store = null;
      close();
    },
    ask,
    close,
  };
}
