// Hills and wells on the page: where they are, which one is selected, and whether a click on the contour makes one.

const TIDY = 4; // digits of a coordinate: what a pixel can mean
const FRESH = { height: 1, width: 0.6 };
export const LIMITS = { height: [-5, 5], width: [0.05, 4] };

const clamp = (value, [low, high]) => Math.min(high, Math.max(low, value));
const round = (value, digits) => Number(value.toFixed(digits));

/** Both ways between a surface's own coordinates and the page's, as visualizer/plane.py has them. */
export function placement({ rotate, stretch, shift }) {
  const angle = (rotate * Math.PI) / 180;
  const [cos, sin, root] = [Math.cos(angle), Math.sin(angle), Math.sqrt(stretch)];
  return {
    page: ([x, y]) => [cos * x - (sin * y) / root + shift[0], sin * x + (cos * y) / root + shift[1]],
    own: ([x, y]) => {
      const [u, v] = [x - shift[0], y - shift[1]];
      return [cos * u + sin * v, root * (cos * v - sin * u)];
    },
  };
}

/** One for the page: the sidebar and the contour show the same. */
export function createBrush() {
  const listeners = new Set();
  let local = null; // {at, hill}: where the user has put one, until the server's answer agrees
  let held = false;
  let fresh = 0;
  const brush = {
    mode: null, // "hill" or "well" while a click on the contour makes one
    selected: null,
    released: false, // the press under way let go of a hill: that is all it does

    onChange: (listener) => (listeners.add(listener), () => listeners.delete(listener)),
    change(next) {
      const changed = Object.keys(next).some((name) => brush[name] !== next[name]);
      Object.assign(brush, next);
      if (changed) listeners.forEach((listener) => listener());
    },

    /** All hills as [x, y, height, width], x and y on the page; with the one that is in the user's hand. */
    hills(store) {
      const { scenario } = store.state.header;
      if (scenario.landscape !== "painted") return [];
      if (local && !held && !store.busy) local = null;
      const { page } = placement(scenario);
      const hills = scenario.params.hills.map(([x, y, height, width]) => [...page([x, y]), height, width]);
      if (local && local.at < hills.length) hills[local.at] = local.hill;
      return hills;
    },

    /** Whether hill `at` is in the hand: its edits belong together, and answers do not move it. */
    hold: (yes) => (held = yes),

    /** Changes part of hill `at`: {x, y, height, width}. */
    set(store, at, { x, y, height, width }) {
      const old = brush.hills(store)[at];
      if (!old) return;
      const [x0, x1, y0, y1] = store.state.header.window;
      const digits = Math.max(0, TIDY - Math.ceil(Math.log10(x1 - x0)));
      const hill = [
        x === undefined ? old[0] : round(clamp(x, [x0, x1]), digits),
        y === undefined ? old[1] : round(clamp(y, [y0, y1]), digits),
        height === undefined ? old[2] : round(clamp(height, LIMITS.height), 4),
        width === undefined ? old[3] : round(clamp(width, LIMITS.width), 4),
      ];
      local = { at, hill };
      store.edit("hill", { at, value: hill }, { key: `hill:${at}` });
      listeners.forEach((listener) => listener());
    },

    remove(store, at) {
      local = null;
      store.edit("hill", { at, value: null, name: `gone ${++fresh}` }, { key: `hill:gone:${fresh}` });
      brush.change({ selected: null });
    },

    /** A click on the contour at a point of the plane: whether it was meant for the hills. */
    take(store, x, y) {
      if (store.state.header.scenario.landscape !== "painted") return false;
      if (!brush.mode) return brush.released;
      const height = brush.mode === "well" ? -FRESH.height : FRESH.height;
      const digits = 3;
      const value = [round(x, digits), round(y, digits), height, FRESH.width];
      store.edit("hill", { at: null, value, name: `new ${++fresh}` }, { key: `hill:new:${fresh}` });
      brush.change({ selected: store.state.header.scenario.params.hills.length });
      return true;
    },
  };
  return brush;
}

export const brush = createBrush();
