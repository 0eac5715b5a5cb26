// Several networks as one: what each answers and what they answer together on the left, what that comes to on the right.

import { createChart } from "./netchart.mjs";
import { paintGallery, tellGallery } from "./netensgallery.mjs";
import { theme } from "./theme.mjs";
import { el, write } from "./ui.mjs";

/**
 * @typedef {object} Together what has come of an ensemble
 * @property {object} about the first header
 * @property {{place: number, loss: number[], mistakes: number[], at?: number, picture?: Int16Array | Float32Array}[]} members
 * @property {object | null} mean of all of them: {name, loss, mistakes, picture, spread}
 * @property {Object<string, object>} parts what else has come, by its name: header and arrays
 *
 * @param {object} kind a module with ready(data): whether there is a chart; sentences(say, data), note(say, data),
 *   legend(say, data), paint(g, w, h, size, data, words), tell(share, panel, data, words), press?(share, data, store),
 *   clock?(t, data): the play position as a share of the chart, table(data)
 */
export function createTogether(field, store, kind) {
  const verdict = el("p", { class: "dl-reg-verdict", role: "status" });
  const legend = el("div", { class: "dl-reg-legend" });
  const note = el("p", { class: "dl-reg-note" });
  const read = el("output", { class: "dl-net-read" });
  const gallery = createChart(read, { paint: showGallery, tell: (share, panel, y) => tellGallery(words(), data, gallery.boxes[panel], share, panel, y) });
  const chart = createChart(read, { paint: showChart, tell: (share, panel) => (ready() ? kind.tell(share, panel, data, words()) : ""), press: kind.press && ((share) => ready() && kind.press(share, data, store)) });
  const element = el("div", { class: "dl-reg dl-ens" }, verdict, legend, el("div", { class: "dl-ens-both" }, gallery.element, chart.element), note, read);
  field.append(element);
  let [next, data] = [null, null];

  /** What the parts say and draw with. */
  function words() {
    const run = store.state.header.scenario.runs[store.state.header.scenario.looked];
    return {
      say: (key, values) => store.say(`net_ensemble.${key}`, values),
      color: theme.paths[(run?.color ?? 0) % theme.paths.length],
      points: store.numbers.about,
    };
  }

  const ready = () => Boolean(data) && kind.ready(data);
  const pictured = () => Boolean(data?.members.some((one) => one.picture) || data?.parts.doubts);

  function begin(header) {
    next = { about: header, members: [], mean: null, parts: {} };
    element.classList.toggle("dl-net-stale", Boolean(data));
  }

  function add(header, arrays) {
    if (header.of === "member") next.members[header.place] = { ...header, ...arrays };
    else if (header.of === "mean") Object.assign(next, { mean: { ...header, ...arrays }, means: { ...next.means, [header.name]: header } });
    else next.parts[header.of] = { ...header, ...arrays };
    if (!next.members.length && !kind.ready(next)) return;
    data = next;
    element.classList.remove("dl-net-stale");
  }

  function draw() {
    if (!data) return;
    const own = words();
    const said = kind.sentences(own.say, data);
    write(verdict, said.join(own.say("space")));
    write(note, [kind.note(own.say, data), data.about.finite ? own.say("finite") : ""].filter(Boolean).join(own.say("space")));
    const items = [...kind.legend(own.say, data), ...(data.mean?.spread && data.about.task === "classes" ? [["differ", own.say("differ_key")]] : [])];
    legend.replaceChildren(...items.map(([name, text]) => el("span", {}, el("i", { class: `dl-ens-${name}`, style: `--dl-run: ${own.color}` }), el("span", { text }))));
    gallery.element.hidden = !pictured();
    gallery.name(own.say("gallery"));
    chart.name(said.join(" "));
    gallery.draw();
    chart.draw();
  }

  function showGallery(g, w, h, size) {
    return pictured() ? paintGallery(g, w, h, size, data, words()) : null;
  }

  function showChart(g, w, h, size) {
    return ready() ? kind.paint(g, w, h, size, data, words()) : null;
  }

  return {
    begin,
    add,
    draw,
    frame(t) {
      if (data && kind.clock) chart.clock(kind.clock(t, data));
    },
    figures() {
      if (!ready()) return [];
      const { color, say } = words();
      const dashes = { train: [6, 4], mean: [2, 3], plain: [1, 3], test: [], "line-own": [], "line-permuted": [6, 3], "line-other": [2, 3] };
      const inked = ["train", "mean", "dot", "line-permuted"];
      const entry = ([name, text]) => ({ text, color: inked.includes(name) ? theme.text : ["plain", "line-own"].includes(name) ? theme.muted : color, dash: dashes[name] });
      const notes = [verdict.textContent, note.textContent];
      const numbers = { name: data.about.mode, title: "", height: (w) => w * (pictured() ? 0.8 : 0.5), paint: showChart, legend: kind.legend(say, data).map(entry), notes, table: () => ({ notes, ...kind.table(data) }) };
      const pictures = { ...numbers, paint: showGallery, legend: [], table: () => ({ ...kind.table(data), rows: [] }) };
      return pictured() ? [pictures, numbers] : [numbers];
    },
    destroy() {
      gallery.destroy();
      chart.destroy();
      element.remove();
    },
  };
}
