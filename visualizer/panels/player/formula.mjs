// Mathematics, drawn on the server: each formula is lines of <use>, and the glyphs' outlines stand once in the page.
import { formulas, glyphs } from "./cards.mjs";
import { el } from "./ui.mjs";

/** The outlines that every formula below `root` refers to. */
export function putGlyphs(root) {
  const svg = `<svg width="0" height="0" aria-hidden="true"><defs>${glyphs}</defs></svg>`;
  root.append(el("div", { class: "dl-glyphs", html: svg }));
}

const LEAST = 22; // em: a longer line shrinks down to this on a narrow screen, and then scrolls

/** A formula of the catalogue; `tex` is its LaTeX, which it is also called for who cannot see it. */
export function formula(tex, { inline = false } = {}) {
  const lines = formulas[tex] ?? [];
  if (!lines.length) return el("code", { text: tex });
  const draw = ([width, height, depth, box, body]) => {
    const style = `width:${width}em;height:${height}em${inline ? `;vertical-align:${-depth}em` : ""}`;
    const least = `min-width:${Math.min(width, LEAST)}em`;
    const svg = `<svg viewBox="${box}" style="${inline ? style : `${style};${least}`}" fill="currentColor" aria-hidden="true">`;
    return el("span", { class: "dl-formula-line", html: `${svg}${body}</svg>` });
  };
  return el(
    inline ? "span" : "div",
    { class: inline ? "dl-formula-inline" : "dl-formula", role: "img", "aria-label": tex, data: { tex } },
    lines.map(draw),
  );
}
