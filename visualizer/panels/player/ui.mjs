// The few DOM helpers the controls share: an element builder, inline icons, and focus that survives a rebuild.

const PATHS = {
  undo: "M4.5 7.5h7a4 4 0 0 1 0 8H8 M7.5 4.5l-3 3 3 3",
  redo: "M15.5 7.5h-7a4 4 0 0 0 0 8H12 M12.5 4.5l3 3-3 3",
  reset: "M5 10a5.2 5.2 0 1 0 1.7-3.9 M4.6 3.9v3h3",
  share:
    "M8.4 11.6a3 3 0 0 0 4.3 0l2.3-2.3a3 3 0 0 0-4.3-4.3l-.9.9 M11.6 8.4a3 3 0 0 0-4.3 0L5 10.7A3 3 0 0 0 9.3 15l.9-.9",
  close: "M5.5 5.5l9 9 M14.5 5.5l-9 9",
  trash: "M4.5 6h11 M8 6V4.2h4V6 M6 6l.7 9.8h6.6l.7-9.8 M8.6 8.8l.2 4.4 M11.4 8.8l-.2 4.4",
  plus: "M10 4.5v11 M4.5 10h11",
  chevron: "M7.5 5l5 5-5 5",
  more: "M10 5.2v.1 M10 10v.1 M10 14.8v.1",
  check: "M4.5 10.5l3.5 3.5 7.5-8",
  dice: "M5 4h10a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1z M7.2 7.2v.1 M12.8 7.2v.1 M10 10v.1 M7.2 12.8v.1 M12.8 12.8v.1",
  flag: "M6 16.5v-12 M6 5c3-1.6 5.5 1.6 9 0v6c-3.5 1.6-6-1.6-9 0",
  tree: "M4 10h3.5 M7.5 10c2.5 0 2-5 4.5-5h3.5 M7.5 10c2.5 0 2 5 4.5 5h3.5 M16 5v.1 M16 15v.1",
  guess: "M5 4.5h10a1.5 1.5 0 0 1 1.5 1.5v6.5a1.5 1.5 0 0 1-1.5 1.5h-5l-3.5 3v-3H5a1.5 1.5 0 0 1-1.5-1.5V6A1.5 1.5 0 0 1 5 4.5z M8.3 7.8a1.7 1.7 0 1 1 2.4 1.6c-.5.2-.7.5-.7 1 M10 12v.1",
  slots: "M4 4.5h5v5H4z M11 10.5h5v5h-5z M11 4.5h5v3.5h-5z M4 12h5v3.5H4z",
  fork: "M10 16.5V11 M10 11C10 8 6 8.5 6 4.5 M10 11c0-3 4-2.5 4-6.500",
  card: "M4.5 4.5h11v11h-11z M7.5 8h5 M7.5 11h5",
  back: "M12.5 5l-5 5 5 5",
  info: "M10 3.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13z M10 9.2v4 M10 6.6v.1",
  scope: "M8.2 3.6l3-1.1 2.3 6.2-3 1.1z M7.2 8.6a4.4 4.4 0 0 0 2 7.6h3.6a4.6 4.6 0 0 0 1.9-7.9 M5.5 16.9h10 M5 12.9h5",
  map: "M4 4.500h12v11H4z M4 11c4 0 4-3 7-3s2 3.500 5 3.500 M10 4.500c-.5 2 1 2.500 1 3.500 M9 15.500c0-2 1.500-3 3-4.300",
  arrows: "M3.6 16.4l5.6-5.6 M9.2 14.6v-3.8H5.4 M10.8 9.2l5.6-5.6 M16.4 7.4V3.6h-3.8",
  axes: "M4.6 15.4a7.64 4.2 -45 1 1 10.8-10.8a7.64 4.2 -45 1 1-10.8 10.8z M4.6 15.4L15.4 4.6 M7 7l6 6",
  save: "M10 3.500v8.5 M6.500 8.800l3.5 3.500 3.5-3.500 M4 13.500v3h12v-3",
  network: "M4.5 6a1.6 1.6 0 1 0 0-.01z M4.5 14a1.6 1.6 0 1 0 0-.01z M15.5 10a1.6 1.6 0 1 0 0-.01z M6 6.600l8 2.8 M6 13.400l8-2.8",
  book: "M10 5.500c-1.500-1.200-3.500-1.500-6-1.500v11c2.500 0 4.500.3 6 1.500c1.500-1.200 3.500-1.500 6-1.500v-11c-2.500 0-4.500.3-6 1.500z M10 5.500v11",
  pen: "M5 15l.8-3.200 7.700-7.700a1.500 1.500 0 0 1 2.200 0l.2.2a1.500 1.500 0 0 1 0 2.200L8.200 14.200z M12.300 5.300l2.400 2.400",
  contrast: "M10 3.500a6.500 6.500 0 1 0 0 13z M10 3.500a6.500 6.500 0 0 1 0 13 M12 6v8 M14 7.500v5",
  lock: "M5 9h10v7H5z M7 9V6.500a3 3 0 0 1 6 0V9",
  screen: "M3.500 4.500h13v8.500h-13z M10 13v3 M6.500 16h7",
  surface: "M3.500 6.500c2.500 7 10.500 7 13 0 M3.500 10.500c3.500 6.500 9.500 6.500 13 0 M10 11.500v.1",
  class: "M10 4.200a2 2 0 1 0 0 4a2 2 0 1 0 0-4z M6 15.500c0-5 8-5 8 0 M4.300 6.500v.1 M2.800 12.500c.3-1.500 1-2.300 2-2.700 M15.700 6.500v.1 M17.200 12.500c-.3-1.500-1-2.300-2-2.700",
  alert: "M10 3.6l7 12.4H3z M10 8.2v3.6 M10 13.8v.1",
};

/**
 * An element. `props`: `class`, `text`, `html`, `data` (an object), `on<event>` functions, ARIA and other attributes;
 * null, undefined and false leave an attribute out.
 * @returns {HTMLElement}
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") node.className = value;
    else if (name === "text") node.textContent = value;
    else if (name === "html") node.innerHTML = value;
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return node;
}

/** An inline icon, drawn in the text's color; decoration only, the button carries the label. */
export function icon(name) {
  const span = el("span", { class: "dl-icon", "aria-hidden": "true" });
  span.innerHTML =
    `<svg viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.6" ` +
    `stroke-linecap="round" stroke-linejoin="round"><path d="${PATHS[name]}"/></svg>`;
  return span;
}

/** A button; `label` is both the tooltip and the accessible name when only an icon is shown. */
export function button({ label, text, icon: name, class: extra = "", onclick, ...rest }) {
  return el(
    "button",
    {
      type: "button",
      class: `dl-button ${text ? "" : "dl-square"} ${extra}`,
      title: label,
      "aria-label": text ? null : label,
      onclick,
      ...rest,
    },
    name ? icon(name) : null,
    text ? el("span", { text }) : null,
  );
}

/** Writes text only when it differs: an unchanged text node costs no layout. */
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Announces an element when it changes, but not while the race plays and it changes all the time. Returns what ends it. */
export function hushed(node, store) {
  const follow = () => node.setAttribute("aria-live", store.clock.playing ? "off" : "polite");
  follow();
  return store.onClock(follow);
}

/** Runs `rebuild` and puts the focus back on the element that carries the same data-key. */
export function keepFocus(root, rebuild) {
  const active = root.contains(document.activeElement) ? document.activeElement : null;
  const key = active?.dataset.key;
  rebuild();
  if (key && !root.contains(document.activeElement))
    root.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
}

/** Runs `change`; where it takes away what had the focus in `root`, `next` gets it, lest one begins at the top again. */
export function catchFocus(root, change, next = () => root) {
  const held = root.contains(document.activeElement);
  change();
  if (held && !root.contains(document.activeElement)) next()?.focus({ preventScroll: true });
}

/** A `<select>` of [value, label] pairs that sends its value. */
export function select({ label, key, onpick }) {
  const node = el("select", {
    class: "dl-select",
    "aria-label": label,
    title: label,
    data: key ? { key } : {},
    onchange: () => onpick(node.value),
  });
  node.addEventListener("keydown", (event) => event.stopPropagation());
  return node;
}

/** Fills a select; `options` are [value, label] pairs, optionally in groups {label, options}. */
export function options(node, list, value) {
  const make = ([slug, label]) => el("option", { value: slug, text: label });
  node.replaceChildren(
    ...list.map((item) =>
      Array.isArray(item) ? make(item) : el("optgroup", { label: item.label }, item.options.map(make)),
    ),
  );
  node.value = value;
}

/** An on/off switch. `onflip(value)` gets the new state. */
export function toggle({ label, key, onflip }) {
  const node = el("button", {
    type: "button",
    role: "switch",
    class: "dl-switch",
    "aria-label": label,
    title: label,
    data: key ? { key } : {},
    "aria-checked": "false",
    onclick: () => {
      flip(node.getAttribute("aria-checked") !== "true");
      onflip(node.getAttribute("aria-checked") === "true");
    },
  });
  const flip = (on) => node.setAttribute("aria-checked", String(Boolean(on)));
  return { element: node, set: flip };
}
