// The noise cloud over the contour: a dot for every seed of one run at the play position, over the densest regions of
// exp(-f/T), and the line by which a seed has left. The overlay draws it beneath the paths of the race, into its own
// canvas: one more would cost more than the dots do.

import { cloud, colorOf, grouped, placesAt, stageColor } from "./cloud.mjs";
import { letters, neighborhood, shade } from "./cloudground.mjs";
import { clipped, createLayer } from "./layer.mjs";
import { isLarge } from "./panel.mjs";

const DOT = 2.4;       // px
const FAINT = { 1024: 0.75, 4096: 0.5 }; // dots of so many seeds and more
const NEVER = 2 ** 32 - 1;

/** @param {Element} host the contour's panel  @param {() => void} changed called when there is another cloud */
export function createCloudLayer(host, store, changed) {
  const still = createLayer(null); // what does not move: regions and lines
  let [known, order, groups, places] = [null, null, [], null];

  /** Whether there is a cloud, and of the surface that is drawn. */
  function on() {
    const { data } = cloud;
    const header = store.state?.header;
    return Boolean(data && header?.chart?.kind === "cloud" && header.window.every((edge, i) => edge === data.header.window[i]));
  }

  function take(data) {
    if (data.end === known) return;
    known = data.end;
    ({ order, groups } = grouped(data.end));
    places = new Float64Array(2 * data.n);
  }

  function ground(g, data, map) {
    if (data.inside) shade(g, data.inside, data.size, data.header.window, map);
    neighborhood(g, data.header, map);
  }

  const names = (g, data, map) => letters(g, data.header.points, new Set(data.end), map, 13);

  /** What does not move, into its buffer. */
  function settle(data, map) {
    still.fit(map.clip);
    still.clear();
    still.within(map.clip, (g) => ground(g, data, map));
  }

  function dots(g, data, map, t) {
    placesAt(data, t, places);
    const [ax, bx, ay, by] = [map.x(0), map.x(1) - map.x(0), map.y(0), map.y(1) - map.y(0)];
    const size = DOT * (isLarge(host.clientHeight) ? 1.25 : 1);
    const dot = (seed) => {
      const x = ax + bx * places[2 * seed];
      if (x === x) g.fillRect(x - size / 2, ay + by * places[2 * seed + 1] - size / 2, size, size);
    };
    g.globalAlpha = data.n >= 4096 ? FAINT[4096] : data.n >= 1024 ? FAINT[1024] : 1;
    if (cloud.by === "left") {
      for (const gone of [0, 1]) {
        g.fillStyle = stageColor(gone);
        for (let i = 0; i < data.n; i++) if (Number(data.left[i] !== NEVER && data.left[i] <= t) === gone) dot(i);
      }
    } else {
      for (const { end, from, to } of groups) {
        g.fillStyle = colorOf(end);
        for (let i = from; i < to; i++) dot(order[i]);
      }
    }
    g.globalAlpha = 1;
  }

  const off = cloud.onChange(changed);
  return {
    /** What draws the cloud of now into a canvas that has the paths already, (g, t) => void; null where there is none. */
    beneath(map) {
      if (!on()) return null;
      const { data } = cloud;
      take(data);
      settle(data, map);
      return (g, t) => {
        g.globalCompositeOperation = "destination-over";
        dots(g, data, map, t);
        g.drawImage(still.canvas, ...map.clip);
        g.globalCompositeOperation = "source-over";
        names(g, data, map);
      };
    },
    /** All of it at t, on any context that has no paths yet. */
    paint(g, map, t) {
      if (!on()) return;
      const { data } = cloud;
      take(data);
      clipped(g, map.clip, () => {
        ground(g, data, map);
        dots(g, data, map, t);
        names(g, data, map);
      });
    },
    destroy: off,
  };
}
