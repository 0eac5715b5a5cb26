// What the pages of dropout have in common: buttons of which one is chosen, a plot in its frame, words for numbers.

import { createLayer } from "./layer.mjs";
import { brief } from "./numbers.mjs";
import { theme } from "./theme.mjs";
import { el } from "./ui.mjs";

/**
 * Buttons of which one is chosen; `tabs` if it is a page that they choose.
 * @param {{label: string, key: string, items: [any, string, string?][], onpick: (value: any) => void, tabs?: boolean}} spec
 *   items are a value, its words, and a tooltip
 */
export function segments({ label, key, items, onpick, tabs = false }) {
  const nodes = items.map(([value, text, title], i) =>
    el("button", { type: "button", role: tabs ? "tab" : "radio", text, title: title ?? null, data: { key: `${key}:${i}` }, onclick: () => choose(i) }));
  const element = el("div", { class: `dl-drop-segments${tabs ? " dl-drop-tabs" : ""}`, role: tabs ? "tablist" : "radiogroup", "aria-label": label }, nodes);
  const marked = tabs ? "aria-selected" : "aria-checked";
  let at = -1;

  function choose(i) {
    if (i === at) return;
    mark(i);
    onpick(items[i][0]);
  }

  function mark(i) {
    at = i;
    nodes.forEach((node, k) => {
      node.setAttribute(marked, String(k === i));
      node.tabIndex = k === Math.max(i, 0) ? 0 : -1;
    });
  }

  element.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    if (!way) return;
    event.preventDefault();
    event.stopPropagation();
    const next = (at + way + nodes.length) % nodes.length;
    nodes[next].focus();
    choose(next);
  });
  mark(-1);
  return {
    element,
    set: (value) => mark(items.findIndex(([one]) => one === value)),
    disable: (off) => nodes.forEach((node) => (node.disabled = off)),
  };
}

/**
 * A frame whose picture `paint(g, w, h)` is drawn when asked for, at most once a frame.
 * @param {(x: number, y: number) => string} [read] what is under the pointer, in words
 */
export function createPlot(paint, { read, says, label = "", extra = "" } = {}) {
  const frame = el("div", { class: `dl-drop-frame ${extra}`, role: "img", "aria-label": label });
  const layer = createLayer(frame);
  layer.canvas.classList.add("dl-still");
  let request = 0;

  function now() {
    request = 0;
    const [w, h] = [frame.clientWidth, frame.clientHeight];
    if (!w || !h) return;
    layer.fit([0, 0, w, h]);
    layer.clear();
    paint(layer.g, w, h);
  }

  if (read) {
    frame.addEventListener("pointermove", (event) => {
      const box = frame.getBoundingClientRect();
      says(read(event.clientX - box.left, event.clientY - box.top));
    });
    frame.addEventListener("pointerleave", () => says(""));
  }
  return {
    frame,
    draw: () => (request ||= requestAnimationFrame(now)),
    name: (words) => frame.setAttribute("aria-label", words),
    destroy() {
      cancelAnimationFrame(request);
      layer.destroy();
    },
  };
}

/** A factor as one writes it: 0.8, 1.25, 3.333. */
export const neat = (value) => String(Number(value.toPrecision(4)));

export const percent = (share, digits = 1) => (Number.isFinite(share) ? `${(100 * share).toFixed(digits)}%` : "\u2013");

/** A value and half of its interval, with as many digits as the interval is worth; alone where there is none. */
export function within(value, half, digits = 3) {
  if (!Number.isFinite(value)) return "\u2013";
  if (!Number.isFinite(half)) return brief(value, digits);
  if (half === 0) return brief(value, digits + 1);
  const places = Math.max(0, Math.min(8, 1 - Math.floor(Math.log10(half))));
  return `${value.toFixed(places).replace("-", "\u2212")} \u00b1 ${half.toFixed(places)}`;
}

/** The same of a share. */
export const percentWithin = (share, half) =>
  Number.isFinite(half) && Number.isFinite(share) ? `${(100 * share).toFixed(1)} \u00b1 ${(100 * half).toFixed(1)}%` : percent(share);

/** A small filled circle. */
export function dot(g, x, y, r, color) {
  g.beginPath();
  g.arc(x, y, r, 0, 2 * Math.PI);
  g.fillStyle = color;
  g.fill();
}

/** A mean, and how far its interval or spread goes, upright or lying. */
export function whisker(g, from, to, width, color) {
  g.beginPath();
  g.moveTo(...from);
  g.lineTo(...to);
  g.lineWidth = width;
  g.strokeStyle = color;
  g.stroke();
}

/** Colors of the classes, as everywhere on the page. */
export const classColor = (kind) => theme.classes[kind % theme.classes.length];
