// Plotly's part of the 2-D picture: contours, axes and the color bar.

import { plotlyGrid } from "./heights.mjs";
import { fontSize } from "./panel.mjs";
import { aspectOf, placing } from "./plane.mjs";
import { theme } from "./theme.mjs";
import { heightTicks } from "./ticks.mjs";

export const LEVELS = 22;

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

const LINES = {
  calm: (dark) => ({ width: 0.6, color: dark ? "rgba(255,255,255,0.13)" : "rgba(40,60,80,0.17)" }),
  strong: (dark) => ({ width: 1.4, color: dark ? "rgba(255,255,255,0.5)" : "rgba(20,35,55,0.55)" }), // a projector washes out the rest
};

/** The contours' colors, and the lines between them. */
export const look = () => ({ scale: theme.scale, line: theme.strong ? LINES.strong(theme.dark) : LINES.calm(theme.dark) });

/** Data, layout and configuration of the Plotly part. */
export function figure(state, root) {
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
    colorscale: look().scale, line: { ...look().line, smoothing: 0.6 },
    contours: { coloring: "fill", start: grid.lo + step, end: grid.hi - step / 2, size: step },
    colorbar: {
      thickness: 8, outlinewidth: 0, x: place["xaxis.domain"][1], y: 1, yanchor: "top", xpad: 8, ypad: 0, len: place["yaxis.domain"][1] - place["yaxis.domain"][0], ticks: "", tickfont: small,
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
