// Mathematics, drawn on the server: each formula is lines of <use>, and the glyphs' outlines stand once in the page.
import { formulas, glyphs } from "./cards.mjs";
import { drawLines, glyphBox } from "./lines.mjs";
import { el } from "./ui.mjs";

/** The outlines that every formula below `root` refers to. */
export const putGlyphs = (root) => root.append(glyphBox(glyphs));

/** A formula of the catalogue; `tex` is its LaTeX, which it is also called for who cannot see it. */
export function formula(tex, { inline = false } = {}) {
  const lines = formulas[tex] ?? [];
  if (!lines.length) return el("code", { text: tex });
  const drawn = drawLines(lines, tex, { inline });
  drawn.dataset.tex = tex;
  return drawn;
}
