// The page of whoever answers: waits for a question of the room, shows it, sends an answer, shows what was right.

import { createPlane } from "./joinplane.mjs";
import { drawLines, glyphBox } from "./lines.mjs";
import { el, icon } from "./ui.mjs";

const LETTERS = "ABCDEF";
const PAUSE = 3000; // ms until another try, without a connection
const TOP = 65535;  // see visualizer/classroom/sketches.py

const words = JSON.parse(document.getElementById("words").textContent);
const say = (section, key, values = {}) => words[section][key].replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
const main = document.querySelector("main");
const [, base, code] = location.pathname.match(/^(.*)\/join(?:\/([A-Za-z]*))?$/);
const room = (name, query = "") => `${base}/lab/room/${name}${query && `?${new URLSearchParams(query)}`}`;

/** A random number of this browser's for this room: whoever answers again changes an answer. */
function voterOf(name) {
  const key = `descent-lab:voter:${name}`;
  try {
    const known = localStorage.getItem(key);
    if (known) return known;
    const made = [...crypto.getRandomValues(new Uint8Array(12))].map((one) => one.toString(16).padStart(2, "0")).join("");
    localStorage.setItem(key, made);
    return made;
  } catch { // a browser that keeps nothing
    return [...crypto.getRandomValues(new Uint8Array(12))].map((one) => one.toString(16).padStart(2, "0")).join("");
  }
}

const name = (code ?? "").toUpperCase();
const voter = voterOf(name);
let plane = null;

function put(...children) {
  plane?.destroy();
  plane = null;
  main.replaceChildren(el("header", {}, el("b", { text: "Descent Lab" }), name ? el("a", { href: `${base}/join`, title: say("join", "leave"), text: name }) : null), ...children);
}

// ---- without a room --------------------------------------------------------------------------------------------------

function door(problem = "") {
  const field = el("input", { id: "code", type: "text", maxlength: 4, autocomplete: "off", autocapitalize: "characters", spellcheck: "false", required: true, pattern: "[A-Za-z]{4}", value: problem ? name : "" });
  const go = (event) => {
    event.preventDefault();
    if (field.value.trim()) location.assign(`${base}/join/${field.value.trim().toUpperCase()}${location.search}`);
  };
  put(el("form", { onsubmit: go },
    problem ? el("p", { class: "problem", role: "alert", text: problem }) : null,
    el("label", { for: "code", text: say("join", "code") }), field,
    el("p", { class: "hint", text: say("join", "code_hint") }), el("button", { type: "submit", class: "main", text: say("join", "join") }),
    el("p", { class: "hint", text: say("join", "anonymous") })));
  field.focus();
}

// ---- a question ------------------------------------------------------------------------------------------------------

/** HTML of the server's, without what leads elsewhere; formulas stand in it as LaTeX. */
function filled(tag, html, question, props = {}) {
  const node = el(tag, { ...props, html });
  for (const one of node.querySelectorAll(".dl-tex")) {
    const lines = question.formulas[one.dataset.tex];
    if (lines?.length) one.replaceChildren(drawLines(lines, one.dataset.tex, { inline: one.tagName === "SPAN" }));
  }
  for (const one of node.querySelectorAll("button, a")) one.replaceWith(el("span", { html: one.innerHTML }));
  return node;
}

function show(told) {
  const { question } = told;
  if (!question) return put(el("p", { class: "wait", role: "status" }, el("i", {}), say("join", "wait")), el("p", { class: "hint", text: say("join", "anonymous") }));
  const draws = question.kind === "sketch";
  const below = el("div", { class: "below" });
  const parts = { told, question, below, picture: null, send: (answer) => send(told, answer) };
  const picture = question.plane && createPlane(question.plane, { label: say("join", "picture"), ...(draws && !told.shown ? { changed: () => buttons(parts) } : {}) });
  put(glyphBox(question.glyphs), filled("div", question.html, question, { class: "prompt" }), ...(picture ? [picture.element] : []), below);
  plane = parts.picture = picture;
  return draws ? sketching(parts) : choosing(parts);
}

function status(text, good = null) {
  return el("p", { class: `status${good === null ? "" : good ? " good" : " bad"}`, role: "status", text });
}

function choosing({ told, question, below, send: give }) {
  const { mine = null, shown } = told;
  const total = shown ? told.counts.reduce((sum, one) => sum + one, 0) : 0;
  const choices = question.choices.map((html, k) => {
    const right = shown && k === question.answer;
    const share = total ? Math.round((100 * told.counts[k]) / total) : 0;
    const node = el("button", { type: "button", class: `choice${k === mine ? " mine" : ""}${right ? " right" : ""}`, disabled: shown, "aria-pressed": String(k === mine), onclick: () => give(k) },
      el("kbd", { text: LETTERS[k], "aria-hidden": "true" }), filled("span", html, question), right ? icon("check") : null, shown ? el("em", { text: say("poll", "share", { percent: share }) }) : null);
    if (shown) node.style.setProperty("--share", `${share}%`);
    return node;
  });
  const known = question.answer !== null;
  const verdict = !shown ? status(mine === null ? say("join", "pick") : say("join", "sent"))
    : mine === null ? status(say("join", "missed")) : known ? status(say("join", mine === question.answer ? "right" : "wrong"), mine === question.answer) : null;
  below.replaceChildren(...[el("div", { class: "choices" }, choices), verdict, shown && question.reveal ? filled("div", question.reveal, question, { class: "reveal" }) : null].filter(Boolean));
}

function sketching(parts) {
  const { told: { mine, shown, score }, question, picture, below } = parts;
  const [x0, x1, y0, y1] = question.plane.window;
  const points = Array.from({ length: (mine ?? []).length / 2 }, (_, k) => [x0 + (mine[2 * k] / TOP) * (x1 - x0), y0 + (mine[2 * k + 1] / TOP) * (y1 - y0)]);
  picture.put(points);
  if (!shown) return buttons(parts, Boolean(mine));
  picture.reveal(question.path, question.color);
  below.replaceChildren(...[status(mine ? say("join", "score", { score }) : say("join", "missed"), mine ? score >= 80 : null), question.reveal ? filled("div", question.reveal, question, { class: "reveal" }) : null].filter(Boolean));
  return undefined;
}

function buttons({ picture, below, send: give }, sent = false) {
  const drawn = picture.points.length > 1;
  below.replaceChildren(status(say("join", sent ? "sent" : "sketch_hint")), el("div", { class: "row" },
    el("button", { type: "button", class: "main", disabled: !drawn || sent, text: say("join", "send"), onclick: () => give(picture.points) }),
    el("button", { type: "button", disabled: !drawn, text: say("join", "again"), onclick: () => { picture.put([]); buttons({ picture, below, send: give }); } })));
}

// ---- the room --------------------------------------------------------------------------------------------------------

let told = null;
let problem = null;

function trouble(text) {
  problem?.remove();
  problem = text ? el("p", { class: "problem float", role: "alert", text }) : null;
  if (problem) document.body.append(problem);
}

async function send(about, answer) {
  try {
    const reply = await fetch(room("vote"), { method: "POST", body: JSON.stringify({ code: name, number: about.number, voter, answer }) });
    if (!reply.ok) return trouble(say("poll", (await reply.json()).refused));
    trouble("");
    await look(false);
  } catch {
    trouble(say("poll", "offline"));
  }
  return undefined;
}

/** What the room shows, shown; with `wait` as soon as it is something else. False when there is no room. */
async function look(wait) {
  const reply = await fetch(room("seen", { code: name, voter, ...(wait && told ? { known: told.mark } : {}) }));
  const found = await reply.json();
  if (!reply.ok) {
    if (reply.status !== 400) throw new Error(found.refused);
    door(say("poll", found.refused));
    return false;
  }
  trouble("");
  if (found.number !== undefined && (!wait || found.mark !== told?.mark)) show((told = found));
  return true;
}

async function stay() {
  for (;;) {
    try {
      if (!(await look(true))) return;
    } catch {
      trouble(say("poll", "offline"));
      await new Promise((done) => setTimeout(done, PAUSE));
    }
  }
}

if (name) stay();
else door();
