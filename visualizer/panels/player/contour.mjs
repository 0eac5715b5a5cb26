// The 2-D picture: Plotly draws contours and axes, the overlay draws the paths, the start is a handle on top.

import { createArrows } from "./arrows.mjs";
import { attachHover } from "./hover.mjs";
import { createHandles } from "./handles.mjs";
import { heightAt, heightScale, isHole, plotlyGrid } from "./heights.mjs";
import { createInspector } from "./inspector.mjs";
import { createOverlay } from "./overlay.mjs";
import { fontSize, isLarge, latest, markPainted, onResize, weight } from "./panel.mjs";
import { pictureReady, plotly, settled } from "./plotly.mjs";
import { drawBands } from "./sketch.mjs";
import { createStart } from "./start.mjs";
import { theme } from "./theme.mjs";
import { heightTicks } from "./ticks.mjs";
import { createTools } from "./tools.mjs";
import { cut, endsOf, tracksOf } from "./tracks.mjs";

const PATIENCE = 3000; // ms; the first race waits so long for the surface beside it, which makes the page stutter
const FAR = 1e5; // px; canvases lose points much farther away than this
const LEVELS = 22;
const EDGE = 12; // px; a mark at the edge keeps so far from it

/** Windows up to this ratio are drawn with equal units, so that angles and circles are true. */
const SQUARISH = 2.2;

/** Room for axis labels, and for the color bar on the right; player.css makes the panel as much larger than the plot. */
const marginOf = (height) => (isLarge(height) ? { l: 52, r: 76, t: 8, b: 32 } : { l: 42, r: 62, t: 8, b: 26 });

export function createContour(root, store) {
  const plot = document.createElement("div");
  plot.className = "dl-plot";
  root.append(plot);
  const arrows = createArrows(root);
  const overlay = createOverlay(root, { width: 2.2, ghost: 0.5, edge: true });
  let Plotly = null;
  let drawn = ""; // what the Plotly part shows: grid, theme
  let held = null; // lengths of the axes when a drag began
  let map = null; // {x, y, clip}: plane -> pixels and the plot's rectangle

  const handles = createHandles(root, store, () => map); // below the start
  const inspector = createInspector(root, store, () => map);
  const start = createStart(root, store, () => map, resetView, inspector);
  const tools = createTools(root, store, inspector);
  const hover = attachHover(root, store, {
    pick: (x, y) => map && inside(map.clip, x, y) && !handles.covers(x, y) && (overlay.nearest(x, y, 14) ?? point(x, y) ?? ground(x, y)),
  });

  function point(x, y) {
    const found = store.state.header.points.find((p) => Math.hypot(map.x(p.x) - x, map.y(p.y) - y) < 10);
    return found && { point: found, x: map.x(found.x), y: map.y(found.y) };
  }

  function ground(px, py) {
    const { grid, header } = store.state;
    const [x, y] = [map.x.back(px), map.y.back(py)];
    const z = heightAt(grid, x, y);
    if (isHole(grid, x, y)) return { ground: { x, y, f: NaN }, x: px, y: py };
    return Number.isNaN(z) ? null : { ground: { x, y, f: heightScale(header.height).back(z) }, x: px, y: py };
  }

  /** Read where Plotly has put the axes, and lay everything else over them. */
  function sync() {
    const { state } = store;
    const layout = plot._fullLayout;
    if (!state || !layout?.xaxis) return;
    lay(state, mapOf(layout));
  }

  function lay(state, next) {
    map = next;
    overlay.set(sceneOf(store, state, map), root.clientWidth, root.clientHeight, store.clock.t, weight(root.clientHeight));
    handles.place();
    arrows.set(state, map);
    start.place();
    inspector.place();
    tools.place(map.clip);
  }

  function resetView() {
    const [x0, x1, y0, y1] = store.state.header.window;
    Plotly.relayout(plot, { "xaxis.range": [x0, x1], "yaxis.range": [y0, y1] });
  }

  /** The race before plotly.js is there, on a stand-in for its contours. */
  async function sketch(state) {
    const next = mapBefore(state.header.window, root.clientWidth, root.clientHeight);
    const remove = drawBands(plot, state.grid, next.clip, next, theme.scale, LEVELS);
    lay(state, next);
    await markPainted("dl:painted-2d", state.header.rev);
    Plotly = await plotly();
    return remove;
  }

  const push = latest(async (state) => {
    root.closest(".dl-views").style.setProperty("--dl-ratio", aspectOf(state.header.window) ?? 1);
    const remove = Plotly ? null : await sketch(state);
    const key = `${state.grid.id}|${theme.key}|${fontSize(root.clientHeight)}`;
    if (key !== drawn) {
      const first = !drawn;
      await (first ? Plotly.newPlot : Plotly.react)(plot, ...figure(state, root));
      remove?.();
      if (first) listen();
      drawn = key;
    }
    if (state === store.state) sync();
    await markPainted("dl:painted-2d", state.header.rev);
    if (pictureReady() && state.header.first && !matchMedia("(prefers-reduced-motion: reduce)").matches) begin();
  });

  async function begin() {
    await Promise.race([settled, new Promise((done) => setTimeout(done, PATIENCE))]);
    if (store.clock.t === 0) store.play();
  }

  function listen() {
    plot.on("plotly_relayout", () => unsqueeze() || sync());
    plot.on("plotly_relayouting", sync);
    plot.addEventListener("pointerdown", () => (held = spans()), true);
    plot.addEventListener("wheel", () => (held = null), { capture: true, passive: true });
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

  const offs = [
    store.subscribe(push),
    store.onFrame(overlay.draw),
    store.onHover(overlay.emphasize),
    onResize(root, async (width, height) => {
      if (!drawn) return;
      const place = placing(store.state.header.window, width, height);
      await Plotly.update(plot, { "colorbar.x": place["xaxis.domain"][1] }, { width, height, ...place });
      sync();
      push(store.state); // a much larger panel also gets larger letters
    }),
  ];
  return {
    destroy() {
      offs.forEach((off) => off());
      start.destroy();
      handles.destroy();
      tools.destroy();
      inspector.destroy();
      arrows.destroy();
      hover.destroy();
      overlay.destroy();
      Plotly?.purge(plot);
    },
  };
}

const inside = ([left, top, width, height], x, y) => x >= left && y >= top && x <= left + width && y <= top + height;

/** Both directions of Plotly's linear axes, in pixels of the panel. */
function mapOf({ xaxis, yaxis }) {
  const axis = (a) => {
    const to = (value) => a._offset + a.l2p(value);
    to.back = (pixel) => a.p2l(pixel - a._offset);
    return to;
  };
  return { x: axis(xaxis), y: axis(yaxis), clip: [xaxis._offset, yaxis._offset, xaxis._length, yaxis._length] };
}

/** The same, for a plot that is to be drawn in a panel of this size. */
function mapBefore([x0, x1, y0, y1], width, height) {
  const { margin, ...place } = placing([x0, x1, y0, y1], width, height);
  const [w, h] = [width - margin.l - margin.r, height - margin.t - margin.b];
  const [across, [low, high]] = [place["xaxis.domain"][1], place["yaxis.domain"]];
  const clip = [margin.l, margin.t + h * (1 - high), w * across, h * (high - low)];
  const axis = (from, to, start, length) => {
    const scale = length / (to - from);
    const forth = (value) => start + (value - from) * scale;
    forth.back = (pixel) => from + (pixel - start) / scale;
    return forth;
  };
  return { x: axis(x0, x1, clip[0], clip[2]), y: axis(y1, y0, clip[1], clip[3]), clip };
}

/**
 * Pixels of every row. A canvas loses points that are very far away: the first of them is pulled in along the line
 * from the last near one, so that the path leaves in the right direction, and the others are not drawn.
 */
function pixels({ path, header, offset }, map) {
  const px = new Float32Array(path.length);
  const [ax, bx] = [map.x(0), map.x(1) - map.x(0)];
  const [ay, by] = [map.y(0), map.y(1) - map.y(0)];
  header.runs.forEach(({ valid }, run) => {
    let [x0, y0, near] = [0, 0, false]; // the row before, and whether it was near
    for (let k = 2 * offset[run]; k < 2 * (offset[run] + valid); k += 2) {
      let x = ax + bx * path[k];
      let y = ay + by * path[k + 1];
      const size = Math.max(Math.abs(x), Math.abs(y));
      const far = !(size < FAR);
      if (far && near && size < Infinity) {
        const part = FAR / size;
        x = x0 + (x - x0) * part;
        y = y0 + (y - y0) * part;
      } else if (far) x = y = NaN;
      px[k] = x;
      px[k + 1] = y;
      [x0, y0, near] = [x, y, !far];
    }
  });
  return px;
}

/** Where a run that ended goes out of the picture, a little before its edge; or where it ended, if inside. */
function leaves(px, { row, last }, [left, top, width, height]) {
  const [x, y, x1, y1] = px.subarray(2 * row, 2 * row + 4);
  if (row === last || Number.isNaN(x1)) return [x, y];
  const share = (from, to, low, high) => (to === from ? 1 : ((to > from ? high : low) - from) / (to - from));
  const part = Math.min(
    share(x, x1, left + EDGE, left + width - EDGE),
    share(y, y1, top + EDGE, top + height - EDGE),
  );
  const kept = Math.max(0, Math.min(1, part)); // none, where it was at the edge already
  return [x + (x1 - x) * kept, y + (y1 - y) * kept];
}

function sceneOf(store, state, map) {
  const { header } = state;
  const [left, , width] = map.clip;
  const px = pixels(state, map);
  const points = header.points.map((p) => ({ ...p, x: map.x(p.x), y: map.y(p.y) }));
  const within = (row) => inside(map.clip, px[2 * row], px[2 * row + 1]);
  const crosses = endsOf(store, state, within).map((end) => {
    const [x, y] = leaves(px, end, map.clip);
    cut(px, end); // where it went after that is no picture any more
    return { ...end, x, y, flip: x > left + width - 80 };
  });
  return { tracks: tracksOf(state), px, seen: null, clip: map.clip, points, crosses };
}

/** The plane's axes, where a surface has been moved away from them: weight decay still pulls to where they meet. */
function originOf({ shift }) {
  if (!shift.some(Boolean)) return [];
  const line = { color: theme.muted, width: 1, dash: "4px,4px" };
  const common = { type: "line", layer: "above", opacity: 0.7, line };
  return [
    { ...common, xref: "x", x0: 0, x1: 0, yref: "y domain", y0: 0, y1: 1 },
    { ...common, xref: "x domain", x0: 0, x1: 1, yref: "y", y0: 0, y1: 0 },
  ];
}

/** Width over height of the plot, or null where a window is too long for equal units. */
function aspectOf([x0, x1, y0, y1]) {
  const ratio = (x1 - x0) / (y1 - y0);
  return Math.max(ratio, 1 / ratio) < SQUARISH ? ratio : null;
}

/** Where the axes and the color bar go in a panel of this size, as relayout's flat keys. */
function placing(window, width, height) {
  const margin = marginOf(height);
  const [w, h] = [width - margin.l - margin.r, height - margin.t - margin.b];
  const aspect = aspectOf(window) ?? w / h;
  const [across, up] = [Math.min(1, (h * aspect) / w), Math.min(1, w / aspect / h)];
  return { margin, "xaxis.domain": [0, across], "yaxis.domain": [1 - up, 1] };
}

/** Data, layout and configuration of the Plotly part. */
function figure(state, root) {
  const { grid, header } = state;
  const [x0, x1, y0, y1] = header.window;
  const place = placing(header.window, root.clientWidth, root.clientHeight);
  const ticks = heightTicks(header.height, grid.lo, grid.hi, 8);
  const small = { color: theme.muted, size: fontSize(root.clientHeight), family: theme.font };
  const axis = (range, domain) => ({
    range, domain, minallowed: range[0], maxallowed: range[1], constrain: "domain",
    zeroline: false, showgrid: false, ticks: "outside", ticklen: 4, tickcolor: theme.border, tickfont: small, ticklabeloverflow: "allow",
    linecolor: theme.border, showline: true, mirror: true, nticks: 7,
  });
  const step = (grid.hi - grid.lo) / LEVELS || 1;
  const contour = {
    type: "contour", ...plotlyGrid(grid), hoverinfo: "skip", zmin: grid.lo, zmax: grid.hi,
    colorscale: theme.scale, line: { width: 0.6, color: theme.dark ? "rgba(255,255,255,0.13)" : "rgba(40,60,80,0.17)", smoothing: 0.6 },
    contours: { coloring: "fill", start: grid.lo + step, end: grid.hi - step / 2, size: step },
    colorbar: {
      thickness: 8, outlinewidth: 0, x: place["xaxis.domain"][1], y: 1, yanchor: "top", xpad: 10, ypad: 0, len: place["yaxis.domain"][1] - place["yaxis.domain"][0], ticks: "", tickfont: small,
      tickmode: "array", tickvals: ticks.map((tick) => tick.at), ticktext: ticks.map((tick) => tick.text),
    },
  };
  const layout = {
    width: root.clientWidth, height: root.clientHeight, autosize: false,
    margin: place.margin, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
    font: small, showlegend: false, hovermode: false, dragmode: "pan", shapes: originOf(header.scenario),
    uirevision: String(header.scenario.params.window ?? header.scenario.landscape),
    xaxis: axis([x0, x1], place["xaxis.domain"]),
    yaxis: { ...axis([y0, y1], place["yaxis.domain"]), ...(aspectOf(header.window) && { scaleanchor: "x" }) },
  };
  return [[contour], layout, { displayModeBar: false, scrollZoom: true, doubleClick: false, responsive: false }];
}
