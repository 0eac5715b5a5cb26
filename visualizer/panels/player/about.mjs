// What the surface is: its formula, what to look at, its certified points, its source.
import { landscapes as known } from "./cards.mjs";
import { landscapes } from "./catalogue.mjs";
import { formula, putGlyphs } from "./formula.mjs";
import { roughness } from "./hover.mjs";
import { madeFormula } from "./made.mjs";
import { openPopover } from "./popover.mjs";
import { exact } from "./ticks.mjs";
import { el } from "./ui.mjs";

const MOST = 16; // points in the list: a surface with bumps has hundreds

export function openAbout(anchor, store) {
  const { header } = store.state;
  const { scenario, points, made } = header;
  const { source, all_minima: whole } = known[scenario.landscape];
  const { title, notes, formula: tex } = landscapes[scenario.landscape];
  const say = (key, values) => store.say(`surface.${key}`, values);

  const kind = (point) =>
    store.say(`views.point_${roughness(point, header)}`, { name: store.say(point.best ? "views.best" : `views.${point.kind}`) });
  const row = (point) =>
    el("tr", {}, el("th", { scope: "row", text: kind(point) }), [point.x, point.y, point.value].map((number) => el("td", { text: exact(number) })));
  const heads = [say("point"), "x", "y", store.say("views.loss")].map((text) => el("th", { scope: "col", text }));
  const shown = [...points].sort((a, b) => a.value - b.value).slice(0, MOST);
  const rest = points.length - shown.length;
  const left = [rest > 0 ? say("rest", { count: rest }) : "", whole ? "" : say("more")].filter(Boolean).join(" ");

  const found = store.say(points.every(({ smooth = true }) => smooth) ? "own.found" : "own.found_kinks");
  const [citation, year, arxiv, place] = source;
  const cited = [`${citation}, ${year}`, arxiv && `arXiv:${arxiv}`, place].filter(Boolean).join("\u2002\u00b7\u2002");
  const content = el(
    "div",
    { class: "dl-about", role: "dialog", tabindex: -1, "aria-label": say("about") },
    el("h2", { text: store.text(title) }),
    made ? madeFormula(store) : formula(tex),
    el("p", { text: store.text(notes) }),
    shown.length
      ? el("table", {}, el("thead", {}, el("tr", {}, heads)), el("tbody", {}, shown.map(row)))
      : el("p", { class: "dl-note", text: say("none") }),
    left ? el("p", { class: "dl-note", text: left }) : null,
    made && !shown.length ? null : el("p", { class: "dl-note", text: made ? found : cited }),
  );
  putGlyphs(content);
  openPopover(anchor, content);
  content.focus({ preventScroll: true });
}
