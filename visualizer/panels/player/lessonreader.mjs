// The reading column: the list of lessons, or a lesson, whose pictures the player shows as the reader comes by.

import { createBlocks } from "./lessonblocks.mjs";
import { createStage } from "./lessonstage.mjs";
import { glyphBox } from "./lines.mjs";
import { presenting } from "./panel.mjs";
import { button, catchFocus, el, write } from "./ui.mjs";

const LINE = 0.42; // of the column's height: what is above is being read
const CALM = 140;  // ms without scrolling until the player turns
const AWAY = 40;   // px that are scrolled until a place that somebody turned to is given up

const from = async (path) => {
  const answer = await fetch(new URL(`../${path}`, import.meta.url));
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
};

/** @param {{go: (slug: string) => void, close: () => void}} door see lessons.mjs */
export function createReader(door) {
  const stage = createStage();
  const say = (key, values) => store.say(`lesson.${key}`, values);
  const back = button({ label: " ", icon: "back", class: "dl-quiet dl-small", onclick: () => door.go("") });
  const title = el("h2");
  const shut = button({ label: " ", icon: "close", class: "dl-quiet dl-small", onclick: door.close });
  const body = el("div", { class: "dl-lesson-body", tabindex: 0 });
  const held = el("p", { class: "dl-lesson-held" });
  const element = el("aside", { class: "dl-lesson" }, el("header", {}, back, title, shut), body, held);
  let store = null;
  let [slug, lang] = ["", ""];
  let list = null;     // what there is to read, in `lang`
  let lesson = null;   // what is read
  let blocks = null;
  let timer = 0;
  let asked = 0;       // answers that come late are of something else
  let coming = false;  // what was asked for is not there yet, or not with its numbers
  let off = null;
  let at = "";         // the stop that is presented
  let top = 0;         // how far it is scrolled,
  let pinned = NaN;    // and was when somebody turned the player by hand

  function attach(host, next) {
    if (store === next && element.parentElement === host) return;
    off?.();
    store = next;
    host.append(element);
    body.scrollTop = top; // what leaves the page forgets it
    document.body.classList.add("dl-reading");
    stage.attach(store);
    off = store.subscribe(() => {
      if (lang && lang !== store.lang) show(slug, true);
    });
  }

  async function show(next, again = false) {
    if (!again && next === slug && lang === store.lang && !coming) return;
    const mine = ++asked;
    coming = true;
    const other = next !== slug;
    [slug, lang] = [next, store.lang];
    words();
    if (other) {
      stage.leave();
      pinned = NaN;
    }
    if (other || !lesson) wait();
    try {
      list = await from(`lessons?lang=${lang}`);
      if (mine !== asked) return;
      if (slug === "first" && !list.lessons.some((one) => one.slug === slug)) return door.go(list.lessons[0]?.slug ?? "");
      if (!slug) {
        coming = false;
        return contents();
      }
      const about = `lesson?slug=${encodeURIComponent(slug)}&lang=${lang}`;
      const whole = from(about);
      whole.catch(() => {}); // it is waited for below
      const first = await Promise.race([whole, from(`${about}&draft=1`)]);
      if (mine !== asked) return;
      read(first, other);
      const full = first.draft ? await whole : null;
      if (mine !== asked) return;
      coming = false;
      if (full) read(full, false);
    } catch (error) {
      if (mine !== asked) return;
      console.warn(error);
      coming = false;
      [lesson, blocks] = [null, null];
      body.replaceChildren(el("p", { class: "dl-lesson-wait", role: "alert", text: say("failed") }), button({ text: say("retry"), onclick: () => show(slug, true) }));
    }
  }

  function words() {
    element.setAttribute("aria-label", say("title"));
    for (const [node, key] of [[back, "contents"], [shut, "close"]]) {
      node.title = say(key);
      node.setAttribute("aria-label", say(key));
    }
    write(held, say("held"));
    back.hidden = !slug;
    write(title, slug ? "" : say("title"));
  }

  function wait() {
    [lesson, blocks] = [null, null];
    body.replaceChildren(el("p", { class: "dl-lesson-wait", role: "status", text: say("loading") }));
  }

  /** What there is to read; and what is there but cannot be read, with the line and the reason. */
  function contents() {
    [lesson, blocks] = [null, null];
    body.scrollTop = 0;
    const entry = (one) =>
      el("li", {}, el("button", { type: "button", class: "dl-lesson-entry", onclick: () => door.go(one.slug) },
        el("span", { class: "dl-lesson-number", text: String(one.order) }), el("span", {}, el("b", { text: one.title }), el("span", { text: one.summary }))));
    const wrong = list.broken.map(({ name, lang: of, mistakes }) =>
      el("li", {}, el("b", { text: `${of}/${name}` }), ...mistakes.slice(0, 5).map(([line, text]) => el("span", { text: say("mistake", { line, text }) }))));
    body.replaceChildren(
      el("p", { class: "dl-lesson-lead", text: say("lead") }),
      list.lessons.length ? el("ol", { class: "dl-lesson-list" }, list.lessons.map(entry)) : el("p", { text: say("none") }),
      ...(wrong.length ? [el("div", { class: "dl-lesson-broken", role: "alert" }, el("p", { text: say("broken") }), el("ul", {}, wrong))] : []),
    );
  }

  /** A lesson, or its numbers, which have come meanwhile. */
  function read(next, fresh) {
    lesson = next;
    const { scrollTop } = body;
    write(title, `${lesson.order}. ${lesson.title}`);
    blocks = createBlocks({ lesson, store: () => store, stage, go: door.go });
    const place = list.lessons.findIndex((one) => one.slug === slug);
    const way = (step, key) => {
      const to = list.lessons[place + step];
      return place >= 0 && to ? button({ text: say(key, { title: to.title }), class: "dl-lesson-way", onclick: () => door.go(to.slug) }) : null;
    };
    const notes = (lesson.problems ?? []).map(([line, text]) => el("li", { text: say("mistake", { line, text }) }));
    const parts = [
      glyphBox(lesson.glyphs),
      el("p", { class: "dl-lesson-lead", text: lesson.summary }),
      lesson.draft ? el("p", { class: "dl-lesson-measuring", role: "status", text: say("measuring") }) : el("span", { hidden: true }),
      ...blocks.elements,
      ...(notes.length ? [el("ul", { class: "dl-lesson-broken", role: "alert" }, notes)] : []),
      el("nav", {}, way(1, "next"), way(-1, "previous")),
    ];
    catchFocus(body, () => body.replaceChildren(...parts));
    body.scrollTop = fresh ? 0 : scrollTop;
    if (!lesson.draft) performance.mark("dl:lesson", { detail: { slug, lang } });
    stage.refresh(blocks.stops);
    if (presenting()) put(Math.max(0, blocks.stops.findIndex(({ key }) => key === at)));
    else follow();
  }

  /** One stop alone, on a projector. */
  function put(k) {
    const stop = blocks.stops[k];
    if (!stop) return;
    at = stop.key;
    blocks.elements.forEach((one) => one.classList.toggle("dl-current", one === stop.element));
    stage.turn(stop);
  }

  /** To the next stop, or the one before; from the last one to the next lesson. */
  function step(by) {
    if (!blocks) return;
    const next = blocks.stops.findIndex(({ key }) => key === at) + by;
    if (blocks.stops[next]) return put(next);
    const lessonAt = list.lessons.findIndex((one) => one.slug === slug) + by;
    if (list.lessons[lessonAt]) door.go(list.lessons[lessonAt].slug);
    return undefined;
  }

  /** The player shows what belongs to the lines that are being read. */
  function follow() {
    if (!blocks?.stops.length || presenting() || !element.isConnected) return;
    if (Math.abs(body.scrollTop - pinned) < AWAY) return;
    pinned = NaN;
    const line = body.getBoundingClientRect().top + LINE * body.clientHeight;
    const start = body.scrollTop < 4 && body.scrollHeight > body.clientHeight + 40;
    const ended = body.scrollTop > 0 && body.scrollTop + body.clientHeight >= body.scrollHeight - 2;
    const seen = blocks.stops.filter(({ element: one }) => !one.hidden);
    const passed = seen.filter(({ element: one }) => one.getBoundingClientRect().top < line);
    stage.turn((start ? null : (ended ? seen : passed).at(-1)) ?? seen[0]);
  }

  // On a projector the player leaves as much room as the words need.
  new ResizeObserver(() => presenting() && document.body.style.setProperty("--dl-caption", `${element.offsetHeight}px`)).observe(element);
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || presenting()) return; // there it ends the presentation
    event.preventDefault();
    door.close();
  });
  body.addEventListener("click", ({ target }) => target.closest("[data-place]") && (pinned = body.scrollTop), true);
  body.addEventListener("scroll", () => {
    if (!element.isConnected) return;
    top = body.scrollTop;
    clearTimeout(timer);
    timer = setTimeout(follow, CALM);
  });

  return {
    get open() { return document.body.classList.contains("dl-reading") && element.isConnected; },
    get slug() { return slug; },
    attach,
    show: (next) => show(next),
    focus: () => body.focus({ preventScroll: true }),
    step,
    /** On a projector, or not any more: where one was. */
    present(on) {
      if (!blocks) return;
      if (on) return put(Math.max(0, blocks.stops.findIndex(({ key }) => key === stage.at)));
      blocks.elements.forEach((one) => one.classList.remove("dl-current"));
      blocks.stops.find(({ key }) => key === at)?.element.scrollIntoView({ block: "center" });
      return undefined;
    },
    /** The page goes; another one may come, with the same lesson. */
    detach(gone) {
      if (store !== gone) return;
      off?.();
      off = null;
      stage.detach();
    },
    close() {
      asked += 1; // what is on its way is not for the next page
      clearTimeout(timer);
      stage.leave();
      off?.();
      off = null;
      element.remove();
      document.body.classList.remove("dl-reading");
      store = null;
    },
  };
}
