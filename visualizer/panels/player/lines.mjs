// A formula that the server has drawn: lines of <use>, which refer to glyphs that stand elsewhere in the page.
import { el } from "./ui.mjs";

const LEAST = 22; // em: a longer line shrinks down to this on a narrow screen, and then scrolls

/**
 * @param {[width: number, height: number, depth: number, box: string, body: string][]} lines sizes in em
 * @param {string} label what it is called for who cannot see it
 * `shrink`: the least share of its size that a line may have, in place of LEAST
 */
export function drawLines(lines, label, { inline = false, shrink = null } = {}) {
  const draw = ([width, height, depth, box, body]) => {
    const style = `width:${width}em;height:${height}em${inline ? `;vertical-align:${-depth}em` : ""}`;
    const least = `min-width:${shrink ? width * shrink : Math.min(width, LEAST)}em`;
    const svg = `<svg viewBox="${box}" style="${inline ? style : `${style};${least}`}" fill="currentColor" aria-hidden="true">`;
    return el("span", { class: "dl-formula-line", html: `${svg}${body}</svg>` });
  };
  return el(
    inline ? "span" : "div",
    { class: inline ? "dl-formula-inline" : "dl-formula", role: "img", "aria-label": label },
    lines.map(draw),
  );
}

/** The outlines that drawn formulas refer to. */
export const glyphBox = (glyphs) =>
  el("div", { class: "dl-glyphs", html: `<svg width="0" height="0" aria-hidden="true"><defs>${glyphs}</defs></svg>` });
