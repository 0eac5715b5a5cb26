// The drawing of the formula of a surface that its user made. It takes the server longer than the surface itself, so
// the page asks for it when the surface is there, and keeps the newest.
import { drawLines, glyphBox } from "./lines.mjs";

let kept = null; // {formula, drawing, glyphs}

/** Takes in what the newest header brings; asks for what is missing. */
function newest(store) {
  const { made } = store.state.header;
  if (made.drawing) kept = made;
  if (kept?.formula === made.formula) return kept;
  if (!store.busy) store.edit("drawing");
  return null;
}

/** The formula with its glyphs, called `label`; null while the page waits for it. */
export function madeFormula(store, label, options) {
  const made = newest(store);
  if (!made) return null;
  const drawn = drawLines(made.drawing, label ?? made.formula, options);
  drawn.append(glyphBox(made.glyphs));
  drawn.dataset.tex = made.formula;
  return drawn;
}
