// The surface on a phone that answers: its bands, the start, the minima, and a path drawn with a finger.

import palette from "./palette.mjs";
import { paintBands } from "./sketch.mjs";
import { el } from "./ui.mjs";

const BANDS = 16;
const APART = 3;          // px between two points
const FLATTEST = 1.6;     // width to height, at most
const TALLEST = 0.8;
const MOST = 1500;

/** The grid of a question, as the player's own. */
function gridOf({ window: [x0, x1, y0, y1], nx, ny, levels, lo, hi, holes }) {
  const bytes = Uint8Array.from(atob(levels), (one) => one.charCodeAt(0));
  const u16 = Uint16Array.from({ length: nx * ny }, (_, k) => bytes[2 * k] | (bytes[2 * k + 1] << 8));
  return { x: [x0, x1], y: [y0, y1], nx, ny, u16, lo, hi, holes };
}

function star(g, x, y, r) {
  g.beginPath();
  for (let k = 0; k < 10; k++) {
    const [a, far] = [(Math.PI * k) / 5 - Math.PI / 2, k % 2 ? 0.45 * r : r];
    g[k ? "lineTo" : "moveTo"](x + far * Math.cos(a), y + far * Math.sin(a));
  }
  g.closePath();
}

/**
 * @param {object} plane see visualizer/classroom/questions.py
 * @param {{label: string, changed?: () => void}} of `changed` makes it a sheet to draw on
 */
export function createPlane(plane, { label, changed }) {
  const [x0, x1, y0, y1] = plane.window;
  const ratio = Math.max(TALLEST, Math.min(FLATTEST, (x1 - x0) / (y1 - y0)));
  const [ground, above] = [el("canvas", {}), el("canvas", { class: "top" })];
  const element = el("div", { class: "plane", role: "img", "aria-label": label }, ground, above);
  element.style.aspectRatio = String(ratio);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const grid = gridOf(plane);
  let [width, height] = [0, 0];
  let points = [];
  let truth = null; // {path, color}
  let pen = false;

  const px = ([x, y]) => [((x - x0) / (x1 - x0)) * width, ((y1 - y) / (y1 - y0)) * height];
  const back = (u, v) => [x0 + (u / width) * (x1 - x0), y1 - (v / height) * (y1 - y0)];

  function lay() {
    [width, height] = [element.clientWidth, element.clientHeight];
    if (!width || !height) return;
    const sharp = Math.min(2, devicePixelRatio || 1);
    for (const one of [ground, above]) [one.width, one.height] = [Math.round(width * sharp), Math.round(height * sharp)];
    const theme = dark.matches ? "dark_strong" : "light_strong";
    const ink = dark.matches ? "rgba(255, 255, 255, 0.16)" : "rgba(20, 40, 60, 0.18)";
    const map = { x: { back: (u) => back(u, 0)[0] }, y: { back: (v) => back(0, v)[1] } };
    paintBands(ground, grid, [0, 0, width, height], map, { scale: palette.surfaces[theme], line: { color: ink, width: 1 } }, BANDS);
    draw();
  }

  function line(g, list, color, thick, dash = []) {
    if (list.length < 2) return;
    Object.assign(g, { strokeStyle: color, lineWidth: thick, lineJoin: "round", lineCap: "round" });
    g.setLineDash(dash);
    g.beginPath();
    list.forEach((one, k) => g[k ? "lineTo" : "moveTo"](...px(one)));
    g.stroke();
    g.setLineDash([]);
  }

  function draw() {
    const g = above.getContext("2d");
    const theme = dark.matches ? "dark" : "light";
    g.setTransform(above.width / width, 0, 0, above.height / height, 0, 0);
    g.clearRect(0, 0, width, height);
    const [ink, halo] = [dark.matches ? "#f2f4f7" : "#1d1f24", palette.halos[theme]];
    for (const one of plane.points) {
      star(g, ...px(one), 8);
      Object.assign(g, { fillStyle: ink, strokeStyle: halo, lineWidth: 2 });
      g.stroke();
      g.fill();
    }
    line(g, points, halo, 7);
    line(g, points, ink, 3.5, truth ? [2, 7] : []);
    if (truth) {
      line(g, truth.path, halo, 7);
      line(g, truth.path, palette.paths[theme][truth.color % palette.paths[theme].length], 4);
    }
    const [u, v] = px(plane.start);
    g.beginPath();
    g.arc(u, v, 7, 0, 2 * Math.PI);
    Object.assign(g, { fillStyle: dark.matches ? "#12161c" : "#ffffff", strokeStyle: ink, lineWidth: 3 });
    g.fill();
    g.stroke();
  }

  function add(event) {
    const box = element.getBoundingClientRect();
    const at = [Math.max(0, Math.min(width, event.clientX - box.left)), Math.max(0, Math.min(height, event.clientY - box.top))];
    const last = px(points.at(-1));
    if (points.length >= MOST || Math.hypot(at[0] - last[0], at[1] - last[1]) < APART) return;
    points.push(back(...at));
    changed();
    draw();
  }
  if (changed) {
    element.classList.add("sheet");
    element.addEventListener("pointerdown", (event) => {
      if (event.button || truth) return;
      event.preventDefault();
      points = [[...plane.start]]; // a path begins at the start, wherever the finger comes down
      pen = true;
      element.setPointerCapture(event.pointerId);
      add(event);
    });
    element.addEventListener("pointermove", (event) => {
      if (!pen) return;
      for (const one of event.getCoalescedEvents?.() ?? []) add(one);
      add(event);
    });
    for (const type of ["pointerup", "pointercancel"]) element.addEventListener(type, () => (pen = false));
  }
  const sizes = new ResizeObserver(lay);
  sizes.observe(element);
  dark.addEventListener("change", lay);

  return {
    element,
    get points() { return points; },
    /** A sketch from elsewhere, or none. */
    put(list) {
      points = list;
      draw();
    },
    /** The true path beside it; nothing is drawn any more. */
    reveal(path, color) {
      truth = { path, color };
      draw();
    },
    destroy() {
      sizes.disconnect();
      dark.removeEventListener("change", lay);
    },
  };
}
