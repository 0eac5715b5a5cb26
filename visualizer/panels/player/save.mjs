// A race to take away: as a page that plays by itself, as numbers, as a picture of the contour plot as it is now.

import { landscapes } from "./catalogue.mjs";
import { SHARP, compose } from "./figure.mjs";
import { save } from "./mapexport.mjs";
import { plotly } from "./plotly.mjs";
import { openMenu } from "./popover.mjs";
import { link } from "./share.mjs";
import { runName, tracksOf } from "./tracks.mjs";
import { button } from "./ui.mjs";

const MADE_BY_SERVER = ["html", "csv", "npz", "py", "torch.py", "optax.py"]; // see panels/save.py
const HIGHEST = 600; // px of the plot: its canvases are as sharp as the screen, and no more

export function saveButton(store) {
  const node = button({
    label: store.say("save.open"),
    icon: "save",
    class: "dl-quiet",
    "data-key": "save",
    "aria-haspopup": "menu",
    "aria-expanded": "false",
    onclick: open,
  });

  function open() {
    const item = (kind, run) => {
      const key = `save.${kind.replace(".", "_")}`;
      return { text: store.say(key), note: store.say(`${key}_doc`), run };
    };
    const files = MADE_BY_SERVER.map((kind) => item(kind, () => fetchFile(store, kind)));
    openMenu(node, [...files, item("png", () => picture(store))], store.say("save.title"));
  }
  return node;
}

/** The browser asks for it as for any download: it says how far it is, and nothing is held in memory here. */
function fetchFile(store, kind) {
  const query = new URLSearchParams(store.state.header.query);
  query.set("lang", store.lang);
  const { href } = new URL(`../save/${kind}?${query}`, import.meta.url); // beside the folder of the page's own modules
  Object.assign(document.createElement("a"), { href, download: "" }).click();
}

/** The contour plot as a figure: Plotly's part, and above it the canvases that the race is drawn on. */
async function figureOf(store) {
  const root = store.root("lab").querySelector(".dl-contour");
  const [width, height] = [root.clientWidth, root.clientHeight];
  const Plotly = await plotly();
  const ground = new Image();
  ground.src = await Plotly.toImage(root.querySelector(".js-plotly-plot"), { format: "svg", width, height });
  await ground.decode();
  const from = root.getBoundingClientRect();
  const layers = [...root.querySelectorAll("canvas")].map((canvas) => [canvas, canvas.getBoundingClientRect()]).filter(([, box]) => box.width && box.height);
  const tracks = tracksOf(store.state).filter((track) => track.visible);
  return {
    name: "",
    legend: tracks.map(({ run, color, dash }) => ({ text: runName(store, run), color, dash })),
    notes: [store.sayTick("views.step", { step: Math.floor(store.clock.t) })],
    height: (wide) => Math.min(HIGHEST, (wide * height) / width),
    paint(g, wide, high) {
      const scale = high / height;
      g.translate((wide - scale * width) / 2, 0);
      g.scale(scale, scale);
      g.drawImage(ground, 0, 0, width, height);
      for (const [canvas, box] of layers) g.drawImage(canvas, box.left - from.left, box.top - from.top, box.width, box.height);
    },
  };
}

async function picture(store) {
  const { landscape } = store.state.header.scenario;
  const canvas = document.createElement("canvas");
  const g = canvas.getContext("2d");
  const whole = compose(g, [await figureOf(store)], { title: store.text(landscapes[landscape].title), link: link(store) });
  [canvas.width, canvas.height] = [SHARP * whole.width, SHARP * whole.height];
  g.scale(SHARP, SHARP);
  whole.draw(g);
  canvas.toBlob((blob) => save(blob, `descent-lab-${landscape}.png`));
}
