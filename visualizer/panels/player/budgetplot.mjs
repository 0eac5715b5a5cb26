// The best loss against the gradient evaluations that it took, over seeds and starts.

import { el } from "./ui.mjs";

export function createBudgetPlot(field) {
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
