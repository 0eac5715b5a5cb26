// The surface in 2-D: Plotly's contours and axes; bands of color in their place before plotly.js is there, and until it
// has drawn the contours of another surface, which takes a tenth of a second or two and would keep the race waiting.

import { LEVELS, figure, look } from "./contours.mjs";
import { fontSize, markPainted } from "./panel.mjs";
import { mapBefore, mapOf, placing } from "./plane.mjs";
import { plotly } from "./plotly.mjs";
import { drawBands } from "./sketch.mjs";
import { theme } from "./theme.mjs";

const REST = 300; // ms without another surface until Plotly draws the contours of the newest

const same = (one, other) => one.every((value, i) => value === other[i]);

/**
 * @param {Element} root the panel
 * @param {() => void} moved is called when the plane lies elsewhere: Plotly's axes have changed, or there are some
 */
export function createGround(root, store, moved) {
  const plot = document.createElement("div");
  plot.className = "dl-plot";
  root.append(plot);
  let Plotly = null;
  let drawn = { key: "", look: "", window: null }; // what Plotly shows
  let sketched = null; // {key, map, remove} while bands stand in for contours
  let resting = 0; // the timer that ends it
  let gone = false; // what is awaited may come after the end
  let held = null; // lengths of the axes when a drag began

  const lookOf = () => `${theme.key}|${fontSize(root.clientHeight)}`;
  const keyOf = ({ grid }) => `${grid.id}|${lookOf()}`;

  function sketch(state, map) {
    const { window } = state.header;
    const remove = drawBands(plot.querySelector(".svg-container") ?? plot, state.grid, map.clip, map, look(), LEVELS);
    unsketch();
    sketched = { key: keyOf(state), map, remove };
    plot.classList.add("dl-sketched"); // hides what Plotly still says of the surface before
    plot.classList.toggle("dl-moved", Boolean(drawn.window) && !same(window, drawn.window));
    resting = setTimeout(finish, REST);
  }

  function unsketch() {
    clearTimeout(resting);
    sketched?.remove();
    sketched = null;
    plot.classList.remove("dl-sketched", "dl-moved");
  }

  async function contours(state) {
    const first = !drawn.key;
    drawn = { key: keyOf(state), look: lookOf(), window: state.header.window };
    const done = (first ? Plotly.newPlot : Plotly.react)(plot, ...figure(state, root));
    unsketch();
    await done;
    if (first) listen();
  }

  /** Contours in the place of bands. */
  async function finish() {
    if (!sketched || !Plotly) return;
    await contours(store.state);
    moved();
  }

  /** Where a sketch of the state would have to lie; null where Plotly alone knows, or has more to draw than a surface. */
  function placeOf({ header: { window } }) {
    if (drawn.look !== lookOf()) return null;
    const { xaxis, yaxis } = plot._fullLayout;
    const whole = same([...xaxis.range, ...yaxis.range], drawn.window);
    if (whole) return mapBefore(window, root.clientWidth, root.clientHeight);
    return same(window, drawn.window) ? mapOf(plot._fullLayout) : null;
  }

  /** The surface of a state; a sketch of it where that is faster. */
  async function show(state) {
    if (gone) return;
    const key = keyOf(state);
    if (key === drawn.key) return unsketch();
    if (key === sketched?.key && drawn.key) return;
    const place = drawn.key ? placeOf(state) : null;
    if (place) sketch(state, place);
    else await contours(state);
  }

  function listen() {
    plot.on("plotly_relayout", () => unsqueeze() || moved());
    plot.on("plotly_relayouting", moved);
    plot.addEventListener("pointerdown", () => (finish(), (held = spans())), true); // Plotly moves what it has drawn
    plot.addEventListener("wheel", () => (finish(), (held = null)), { capture: true, passive: true });
  }

  const spans = () => ["xaxis", "yaxis"].map((name) => plot._fullLayout[name].range).map(([from, to]) => to - from);

  /** A drag past the window's edge ends at the edge: Plotly would keep one end and pull the other along. */
  function unsqueeze() {
    const change = {};
    const [x0, x1, y0, y1] = store.state.header.window;
    for (const [i, name] of ["xaxis", "yaxis"].entries()) {
      const [from, to] = plot._fullLayout[name].range;
      const [low, high] = [[x0, x1], [y0, y1]][i];
      if (!held || to - from > held[i] * 0.9999) continue;
      const start = Math.max(low, Math.min(from, high - held[i]));
      change[`${name}.range`] = [start, start + held[i]];
    }
    held = null;
    const squeezed = Object.keys(change).length > 0;
    if (squeezed) Plotly.relayout(plot, change);
    return squeezed;
  }

  return {
    plot,
    show,

    /** Plotly is there; until then the first state is on a sketch, over which `laid` lays the race. */
    async load(state, laid) {
      if (Plotly) return;
      sketch(state, mapBefore(state.header.window, root.clientWidth, root.clientHeight));
      laid();
      await markPainted("dl:painted-2d", state.header.rev);
      Plotly = await plotly();
    },

    /** Where the plane lies now: {x, y, clip}, or null. */
    get map() {
      return sketched?.map ?? (plot._fullLayout?.xaxis ? mapOf(plot._fullLayout) : null);
    },

    /** The whole window again. */
    reset() {
      const [x0, x1, y0, y1] = store.state.header.window;
      Plotly.relayout(plot, { "xaxis.range": [x0, x1], "yaxis.range": [y0, y1] });
    },

    /** The panel has another size. */
    async resize(width, height) {
      if (sketched) return finish();
      const place = placing(store.state.header.window, width, height);
      await Plotly.update(plot, { "colorbar.x": place["xaxis.domain"][1] }, { width, height, ...place });
      moved();
    },

    get ready() {
      return Boolean(drawn.key);
    },

    destroy() {
      gone = true;
      clearTimeout(resting);
      Plotly?.purge(plot);
    },
  };
}
