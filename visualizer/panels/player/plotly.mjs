// plotly.js, loaded once as the classic script it is. window.Plotly is put back afterwards: another element of the
// page may bring a Plotly of its own, and neither may take the other's place.

function load() {
  return new Promise((resolve, reject) => {
    const before = Object.getOwnPropertyDescriptor(window, "Plotly");
    const script = document.createElement("script");
    script.src = new URL("plotly.min.js", import.meta.url).href;
    script.onload = () => {
      const { Plotly } = window;
      if (before) Object.defineProperty(window, "Plotly", before);
      else delete window.Plotly;
      resolve(Plotly);
    };
    script.onerror = () => reject(new Error("plotly.min.js did not load"));
    document.head.append(script);
  });
}

/** @type {Promise<object>} */
export const plotly = load();

let ready;
/** Resolves when the first 2-D picture is on the screen; heavier things wait for it. */
export const picture = new Promise((done) => (ready = done));

/** Say that it is; true for the first caller only. */
export function pictureReady() {
  const first = Boolean(ready);
  ready?.();
  ready = null;
  return first;
}
