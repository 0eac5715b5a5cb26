// Things that open over the page: a menu of actions and a searchable list. The browser's own popover gives the top
// layer, Escape and the click outside; it stays inside the page's root, where the theme's variables are.
import { el, icon } from "./ui.mjs";

/** Opens `content` at `anchor`; returns close(). `onclose` runs once, however it closes. */
export function openPopover(anchor, content, { class: extra = "", align = "start", onclose } = {}) {
  const box = el("div", { class: `dl-popover ${extra}`, popover: "auto" }, content);
  (anchor.closest(".dl, .dl-dials") ?? document.body).append(box);
  box.addEventListener("toggle", (event) => {
    if (event.newState !== "closed") return;
    if (box.contains(document.activeElement) || document.activeElement === document.body)
      anchor.focus({ preventScroll: true });
    anchor.setAttribute("aria-expanded", "false");
    removeEventListener("scroll", follow, true);
    box.remove();
    onclose?.();
  });
  const follow = () => place(box, anchor, align);
  box.showPopover();
  anchor.setAttribute("aria-expanded", "true");
  follow();
  addEventListener("scroll", follow, true);
  return () => box.isConnected && box.hidePopover();
}

/** Below the anchor where it fits, else above; never outside the window. */
function place(box, anchor, align) {
  const from = anchor.getBoundingClientRect();
  const gap = 4;
  const edge = 8;
  const below = innerHeight - from.bottom - gap - edge;
  const above = from.top - gap - edge;
  const up = below < Math.min(box.scrollHeight, 320) && above > below;
  box.style.maxHeight = `${Math.max(120, up ? above : below)}px`;
  const left = align === "end" ? from.right - box.offsetWidth : from.left;
  box.style.left = `${Math.max(edge, Math.min(left, innerWidth - box.offsetWidth - edge))}px`;
  // Held at the side of the anchor, so that a list that grows shorter stays there.
  box.style.top = up ? "auto" : `${from.bottom + gap}px`;
  box.style.bottom = up ? `${innerHeight - from.top + gap}px` : "auto";
}

/** A menu of {icon?, text, run, disabled?, note?: why not} and of {heading}. Arrow keys move, Enter acts. */
export function openMenu(anchor, items, label) {
  const nodes = items.map((item) =>
    item.heading ? el("div", { class: "dl-group", text: item.heading }) : el(
      "button",
      {
        type: "button",
        role: "menuitem",
        class: "dl-menu-item",
        disabled: item.disabled,
        title: item.title,
        onclick: () => {
          close();
          item.run();
        },
      },
      item.icon ? icon(item.icon) : null,
      el("span", {}, item.text, item.note ? el("small", { text: item.note }) : null),
    ),
  );
  const menu = el("div", { role: "menu", "aria-label": label, class: "dl-menu" }, nodes);
  const close = openPopover(anchor, menu, { align: "end" });
  const able = nodes.filter((node) => node.matches("[role=menuitem]:enabled"));
  able[0]?.focus();
  menu.addEventListener("keydown", (event) => {
    event.stopPropagation();
    const at = able.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    able.at(to % able.length).focus();
  });
}

/**
 * A list with a search field, in groups. Typing filters (every word must occur), arrows move, Enter picks.
 * @param {{label: string, items: {value, text, note, words: string}[]}[]} groups
 * `more` ({icon, text, run}) is a way out at the list's foot.
 */
export function openPicker(anchor, groups, { label, placeholder, nothing, onpick, more }) {
  const input = el("input", {
    type: "search",
    class: "dl-search",
    placeholder,
    role: "combobox",
    "aria-label": label,
    "aria-expanded": "true",
    "aria-controls": "dl-picker-list",
    autocomplete: "off",
    spellcheck: "false",
  });
  const list = el("div", { id: "dl-picker-list", role: "listbox", tabindex: -1, class: "dl-picker-list", "aria-label": label });
  let close = null;
  let shown = [];
  let at = 0;

  const pick = (item) => {
    close();
    onpick(item.value);
  };
  function mark(next, scroll = true) {
    at = Math.max(0, Math.min(shown.length - 1, next));
    shown.forEach(({ node }, i) => node.setAttribute("aria-selected", String(i === at)));
    input.setAttribute("aria-activedescendant", shown[at]?.node.id ?? "");
    if (scroll) shown[at]?.node.scrollIntoView({ block: "nearest" });
  }
  function option(item) {
    const index = shown.length;
    const node = el(
      "div",
      {
        role: "option",
        id: `dl-option-${index}`,
        class: "dl-option",
        title: item.title,
        onclick: () => pick(item),
        onpointermove: () => at !== index && mark(index, false),
      },
      el("span", { text: item.text }),
      el("span", { class: "dl-note", text: item.note ?? "" }),
    );
    shown.push({ node, item });
    return node;
  }
  function fill() {
    const wanted = input.value.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean);
    shown = [];
    const parts = groups.flatMap((group) => {
      const fits = group.items.filter((item) => wanted.every((word) => item.words.toLowerCase().includes(word)));
      return fits.length
        ? [
            el(
              "div",
              { role: "group", "aria-label": group.label },
              el("div", { class: "dl-group", text: group.label }),
              fits.map(option),
            ),
          ]
        : [];
    });
    list.replaceChildren(...(parts.length ? parts : [el("div", { class: "dl-nothing", text: nothing })]));
    mark(0, false);
    list.scrollTop = 0;
  }
  input.addEventListener("input", fill);
  input.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.isComposing) return; // Enter ends a Chinese word first
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step) {
      event.preventDefault();
      mark(at + step);
    } else if (event.key === "Enter") {
      event.preventDefault(); // or the same key press would open the list again
      if (shown[at]) pick(shown[at].item);
    } else if (event.key === "Escape" && !input.value) close();
  });
  fill(); // before it opens: where it opens depends on its height
  const leave = () => {
    close();
    more.run();
  };
  const foot =
    more &&
    el("button", { type: "button", class: "dl-menu-item dl-picker-more", onclick: leave }, icon(more.icon), el("span", { text: more.text }));
  close = openPopover(anchor, el("div", { class: "dl-picker" }, input, list, foot), { class: "dl-picker-box" });
  input.focus();
}
