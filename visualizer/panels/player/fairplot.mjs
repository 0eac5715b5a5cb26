// Every optimizer tuned with the same budget, then raced at its best.

import { el } from "./ui.mjs";

export function createFairPlot(field) {
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
