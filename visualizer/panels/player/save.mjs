// A race to take away: as a page that plays by itself, as numbers, as a picture of the contour plot as it is now, as a
// film of it. What draws those comes when it is first asked for.

import { openMenu } from "./popover.mjs";
import { button } from "./ui.mjs";

const MADE_BY_SERVER = ["html", "csv", "npz", "py", "torch.py", "optax.py"]; // see panels/save.py

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
  const item = (kind, run, from = "save") => {
    const key = `${from}.${kind.replace(".", "_")}`;
    return { text: store.say(key), note: store.say(`${key}_doc`), run };
  };
  const film = (kind) => item(kind, () => import("./film.mjs").then(({ makeFilm }) => makeFilm(store, kind), console.error));

  function open() {
    const files = MADE_BY_SERVER.map((kind) => item(kind, () => fetchFile(store, kind)));
    const pictures = [item("png", () => picture(store, "png")), item("svg", () => picture(store, "svg"), "export")];
    openMenu(node, [...files, ...pictures, film("gif"), { ...film("mp4"), ...lacking(store) }], store.say("save.title"));
  }
  return node;
}

/** What a browser without an encoder for video says in its place; over plain http it hides what it has. */
function lacking(store) {
  if ("VideoEncoder" in window) return {};
  return { disabled: true, note: store.say(isSecureContext ? "save.mp4_none" : "save.mp4_insecure") };
}

/** The browser asks for it as for any download: it says how far it is, and nothing is held in memory here. */
function fetchFile(store, kind) {
  const query = new URLSearchParams(store.state.header.query);
  query.set("lang", store.lang);
  const { href } = new URL(`../save/${kind}?${query}`, import.meta.url); // beside the folder of the page's own modules
  Object.assign(document.createElement("a"), { href, download: "" }).click();
}

async function picture(store, kind) {
  const [files, { aboutOf, stillOf }] = await Promise.all([import("./figurefile.mjs"), import("./racefigure.mjs")]);
  files[kind]([await stillOf(store)], aboutOf(store));
}
