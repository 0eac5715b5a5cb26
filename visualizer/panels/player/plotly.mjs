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

let loading = null;
/** @returns {Promise<object>} Plotly. Whoever asks first makes the browser read it, and do little else meanwhile. */
export const plotly = () => (loading ??= load());

/** A promise, and the function that keeps it: true for the first caller only. */
function milestone() {
  let keep;
  const reached = new Promise((done) => (keep = done));
  const reach = () => {
    const first = Boolean(keep);
    keep?.();
    keep = null;
    return first;
  };
  return [reached, reach];
}

/** The first 2-D picture is on the screen: heavier things wait for it. */
export const [picture, pictureReady] = milestone();

/** The first 3-D picture is there too, or none will come: from here on motion is smooth. */
export const [settled, surfaceReady] = milestone();
