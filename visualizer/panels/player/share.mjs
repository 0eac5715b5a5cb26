// The link that brings everybody to exactly this picture.
import { openPopover } from "./popover.mjs";
import { button, el, icon } from "./ui.mjs";

const SHOWN = 2500; // ms

export const link = (store) => `${location.origin}${location.pathname}?${store.state.header.query}`;

/** Copies the link and says so at `anchor`; where the clipboard is out of reach (plain http), shows it selected. */
export async function copyLink(anchor, store) {
  const address = link(store);
  try {
    await navigator.clipboard.writeText(address);
    done(anchor, store);
  } catch {
    offer(anchor, store, address);
  }
}

function done(anchor, store) {
  const close = openPopover(
    anchor,
    el(
      "div",
      { class: "dl-copied", role: "status" },
      icon("check"),
      el("span", { text: store.say("controls.copied") }),
    ),
    { align: "end" },
  );
  setTimeout(close, SHOWN);
}

function offer(anchor, store, address) {
  const field = el("input", {
    type: "text",
    class: "dl-link",
    readonly: true,
    value: address,
    "aria-label": store.say("controls.link"),
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") event.stopPropagation();
  });
  field.addEventListener("focus", () => field.select());
  // The old command still works without a secure context, as long as the text is selected by the user's click.
  const copy = button({
    text: store.say("controls.copy"),
    onclick: () => {
      field.select();
      if (document.execCommand("copy")) {
        close();
        done(anchor, store);
      }
    },
  });
  const close = openPopover(
    anchor,
    el("div", { class: "dl-offer" }, el("p", { text: store.say("controls.copy_by_hand") }), el("div", {}, field, copy)),
    { align: "end" },
  );
  field.focus();
}
