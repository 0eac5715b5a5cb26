// A text field that takes one exact number (or a short list). Enter or leaving commits, Escape reverts; a bad value is
// answered in place and never sent.
import { exact, parse } from "./numbers.mjs";
import { el } from "./ui.mjs";

/**
 * @param {object} spec {label, key, kind: "float"|"int"|"list", least, most, empty: may be empty (null), say,
 *                      onvalue(value), onnudge(direction)}
 * @returns {{element: HTMLElement, set: (value) => void, busy: () => boolean}}
 */
export function createField({
  label,
  key,
  kind = "float",
  least = null,
  most = null,
  empty = false,
  say,
  onvalue,
  onnudge,
}) {
  const input = el("input", {
    type: "text",
    class: "dl-number",
    inputmode: kind === "int" ? "numeric" : "text",
    autocomplete: "off",
    spellcheck: "false",
    "aria-label": label,
    data: key ? { key } : {},
  });
  const message = el("span", { class: "dl-field-message", role: "alert", hidden: true });
  const element = el("span", { class: "dl-field" }, input, message);
  let value = null;
  let typed = false;

  const show = () => {
    input.value = exact(value);
    fit();
  };
  const fit = () => {
    input.title = input.value.length > 8 ? input.value : "";
  };
  const mark = (text) => {
    message.textContent = text ?? "";
    message.hidden = !text;
    input.toggleAttribute("aria-invalid", Boolean(text));
    element.classList.toggle("dl-bad", Boolean(text));
  };
  const revert = () => {
    typed = false;
    mark(null);
    show();
  };

  /** [value, complaint]: exactly one of them means something. */
  function read() {
    const text = input.value.trim();
    if (text === "" && empty) return [null, null];
    const numbers =
      kind === "list"
        ? text
            .split(/[,;，；\s]+/)
            .filter(Boolean)
            .map(parse)
        : [parse(text)];
    if (!numbers.length || numbers.some((n) => !Number.isFinite(n))) return [null, say("controls.bad_number")];
    if (kind === "int" && !Number.isInteger(numbers[0])) return [null, say("controls.bad_integer")];
    if (least !== null && numbers.some((n) => n < least))
      return [null, say("controls.too_small", { limit: exact(least) })];
    if (most !== null && numbers.some((n) => n > most))
      return [null, say("controls.too_large", { limit: exact(most) })];
    return [kind === "list" ? numbers : numbers[0], null];
  }

  function commit() {
    if (!typed) return true;
    const [next, complaint] = read();
    if (complaint) {
      mark(complaint);
      return false;
    }
    const changed = exact(next) !== exact(value);
    value = next;
    revert();
    if (changed) onvalue(next);
    return true;
  }

  input.addEventListener("input", () => {
    typed = true;
    mark(null);
  });
  input.addEventListener("focus", () => input.select());
  // Leaving with a bad value: the message stays a moment so that it can be read, the number goes back to the true one.
  input.addEventListener("blur", () => {
    if (commit()) return;
    typed = false;
    show();
    setTimeout(() => {
      if (!typed) mark(null);
    }, 4000);
  });
  input.addEventListener("keydown", (event) => {
    event.stopPropagation(); // typed keys are not the player's shortcuts
    if (event.key === "Enter") {
      if (commit()) input.select();
    } else if (event.key === "Escape") {
      event.preventDefault();
      revert();
      input.blur();
    } else if (onnudge && !typed && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      onnudge(event.key === "ArrowUp" ? 1 : -1);
    }
  });

  return {
    element,
    input,
    set(next) {
      if (typed) return;
      if (exact(next) !== exact(value)) mark(null);
      value = next;
      if (input.value !== exact(value)) show();
    },
    busy: () => typed,
  };
}
