// Many seeds of one run as a cloud over the surface.

import { el } from "./ui.mjs";

export function createCloudPlot(field) {
  const element = el("figure", { class: "dl-map-plot" });
  field.append(element);
  return {
    name() {},
    begin() {},
    add() {},
    draw() {},
    destroy() {
      element.remove();
    },
  };
}
