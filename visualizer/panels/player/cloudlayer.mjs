// The noise cloud over the contour: a dot for every seed of one run at the play position, over the densest regions of
// exp(-f/T), and the line by which a seed has left. The overlay draws it beneath the paths of the race, into its own
// canvas: one more would cost more than the dots do.

import { letterOf } from "./basinmap.mjs";
import { cloud, colorOf, grouped, placesAt, stageColor } from "./cloud.mjs";
import { createLayer } from "./layer.mjs";
import { isLarge } from "./panel.mjs";
import { theme } from "./theme.mjs";

const DOT = 2.4;       // px
const FAINT = { 1024: 0.75, 4096: 0.5 }; // dots of so many seeds and more
const SHADES = [0, 26, 52]; // of 255: outside of both regions, in the larger, in the smaller one
const NEVER = 2 ** 32 - 1;

/** @param {Element} host the contour's panel  @param {() => void} changed called when there is another cloud */
export function createCloudLayer(host, store, changed) {
  const still = createLayer(null); // what does not move: regions and lines
  let [known, order, groups, places, shade, shaded] = [null, null, [], null, null, ""];

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

  /** The regions as an image, a pixel each point of their grid. */
  function shadow({ inside, size: [nx, ny] }) {
    const key = theme.key;
    if (shade?.of === inside && shaded === key) return shade.canvas;
    const canvas = Object.assign(document.createElement("canvas"), { width: nx, height: ny });
    const g = canvas.getContext("2d");
    const image = g.createImageData(nx, ny);
    const ink = theme.dark ? 255 : 0;
    for (let i = 0; i < inside.length; i++) {
      const k = 4 * ((ny - 1 - Math.floor(i / nx)) * nx + (i % nx)); // an image's rows go down
      image.data.fill(ink, k, k + 3);
      image.data[k + 3] = SHADES[inside[i]];
    }
    g.putImageData(image, 0, 0);
    [shade, shaded] = [{ of: inside, canvas }, key];
    return canvas;
  }

  /** What does not move, into its buffer. */
  function settle({ data, map }) {
    still.fit(map.clip);
    still.clear();
    const { window: [x0, x1, y0, y1], home, points } = data.header;
    const [unitX, unitY] = [map.x(1) - map.x(0), map.y(1) - map.y(0)];
    still.within(map.clip, (g) => {
      if (data.inside) {
        const [w, h] = [(map.x(x1) - map.x(x0)) / (data.size[0] - 1), (map.y(y0) - map.y(y1)) / (data.size[1] - 1)];
        g.drawImage(shadow(data), map.x(x0) - w / 2, map.y(y1) - h / 2, w * data.size[0], h * data.size[1]);
      }
      if (!home) return;
      for (const [color, width, dash] of [[theme.halo, 4, []], [theme.text, 1.4, [5, 4]]]) {
        g.strokeStyle = color;
        g.lineWidth = width;
        g.setLineDash(dash);
        if (home.down) gates(g, home, map);
        else if (home.kind !== "minimum") ring(g, points[home.point], map, unitX, unitY);
        else points.forEach((point, k) => k !== home.point && point.kind === "minimum" && ring(g, point, map, unitX, unitY));
      }
      g.setLineDash([]);
    });
  }

  /** The two lines at which a saddle has been left, across the direction that leads down. */
  function gates(g, { at, down, radius }, map) {
    const far = 1e3 * radius + Math.hypot(map.clip[2], map.clip[3]) / Math.min(Math.abs(map.x(1) - map.x(0)), Math.abs(map.y(1) - map.y(0)));
    for (const side of [-radius, radius]) {
      const [x, y] = [at[0] + side * down[0], at[1] + side * down[1]];
      g.beginPath();
      g.moveTo(map.x(x - far * down[1]), map.y(y + far * down[0]));
      g.lineTo(map.x(x + far * down[1]), map.y(y - far * down[0]));
      g.stroke();
    }
  }

  function ring(g, { x, y, radius }, map, unitX, unitY) {
    g.beginPath();
    g.ellipse(map.x(x), map.y(y), Math.abs(radius * unitX), Math.abs(radius * unitY), 0, 0, 2 * Math.PI);
    g.stroke();
  }

  function letters(g, { header: { points }, end }, map) {
    const ended = new Set(end);
    g.font = `700 13px ${theme.font}`;
    g.lineWidth = 4;
    g.lineJoin = "round";
    g.strokeStyle = theme.halo;
    g.fillStyle = theme.text;
    g.textBaseline = "bottom";
    points.forEach(({ x, y, kind }, k) => {
      if (kind !== "minimum" || !ended.has(k)) return;
      g.strokeText(letterOf(k), map.x(x) + 9, map.y(y) - 6);
      g.fillText(letterOf(k), map.x(x) + 9, map.y(y) - 6);
    });
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
      settle({ data, map });
      return (g, t) => {
        g.globalCompositeOperation = "destination-over";
        dots(g, data, map, t);
        g.drawImage(still.canvas, ...map.clip);
        g.globalCompositeOperation = "source-over";
        letters(g, data, map);
      };
    },
    destroy: off,
  };
}
