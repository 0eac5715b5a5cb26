// Stands in the file that panels/offline.py writes: unpacks what else is in it, and starts the player. From disk a page
// may import no file, but it may import what it holds itself, as blob: URLs.

const element = (id) => document.getElementById(id);
const blob = (text) => URL.createObjectURL(new Blob([text], { type: "text/javascript" }));

/** What an element holds, gzip in base64. */
async function inflated(id) {
  const bytes = Uint8Array.from(atob(element(id).textContent), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** plotly.js as a script's URL; one that has come from a CDN has run already, and nothing is left to do. */
async function plotly() {
  if (!element("dl-plotly").src) return blob(await inflated("dl-plotly"));
  if (!window.Plotly) throw new Error("plotly.js did not load");
  return blob("");
}

/** Name -> URL of the modules, which come in such an order that each finds those that it imports. */
async function modules(urls) {
  const said = (name, otherwise) => (urls[name] ? JSON.stringify(urls[name]) : otherwise);
  for (const [name, text] of JSON.parse(new TextDecoder().decode(await inflated("dl-code")))) {
    urls[name] = blob(
      text
        .replace(/new URL\("([\w.]+)", import\.meta\.url\)\.href/g, (whole, wanted) => said(wanted, whole))
        .replace(/"\.\/([\w.]+)"/g, (whole, wanted) => said(wanted, whole)),
    );
  }
  return urls;
}

try {
  const urls = await modules({ "plotly.min.js": await plotly() });
  const { default: mount } = await import(urls["offline.mjs"]);
  const component = { data: await inflated("dl-payload"), parentElement: element("dl-root"), setTriggerValue() {} };
  mount(component);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => mount(component));
} catch (error) {
  console.error(error);
  element("dl-failed").hidden = false;
}
