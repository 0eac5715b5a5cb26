// What opens below a lane: the rule and its summary, all its dials, and the learning-rate schedule with its own.
import { families, optimizers, schedules, wrappers } from "./catalogue.mjs";
import { createDial } from "./dial.mjs";
import { BUILT, createSlots } from "./slots.mjs";
import { button, el, keepFocus, options, select } from "./ui.mjs";

/** The optimizers, or these `methods`, by family, in the catalogue's order. @returns {{label, slugs}[]} */
export const byFamily = (store, methods = optimizers) =>
  families
    .map((family) => ({
      label: store.text(family.title),
      slugs: Object.keys(methods).filter((slug) => methods[slug].family === family.slug),
    }))
    .filter((group) => group.slugs.length);

/**
 * @param {object} [page] what a page has of its own: `methods`, the optimizers on offer; `more`, elements below the rule's
 *   dials; whether an optimizer that was built can be raced against its name (`rivals`)
 */
export function createDetails(store, run, spec, { methods = optimizers, more = [], rivals = true } = {}) {
  const optimizer = optimizers[spec.optimizer];
  const rule = select({
    label: store.say("controls.optimizer"),
    key: `${run}:optimizer`,
    onpick: (value) => store.edit("run_optimizer", { run, value }),
  });
  options(
    rule,
    byFamily(store, methods).map(({ label, slugs }) => ({
      label,
      options: slugs.map((slug) => [slug, store.text(optimizers[slug].title)]),
    })),
    spec.optimizer,
  );
  const schedule = select({
    label: store.say("controls.schedule"),
    key: `${run}:schedule`,
    onpick: (value) => store.edit("run_schedule", { run, value }),
  });
  options(
    schedule,
    Object.entries(schedules).map(([slug, item]) => [slug, store.text(item.title)]),
    spec.schedule.slug,
  );

  const own =
    spec.optimizer === BUILT
      ? createSlots(store, run, optimizer.hypers, rivals)
      : dials(optimizer.hypers, "hyper", (name, value) => store.edit("run_hyper", { run, name, value }));
  const around = Object.entries(wrappers).map(([slug, item]) => [
    slug,
    button({
      text: store.text(item.title),
      label: store.text(item.summary),
      class: "dl-small",
      "data-key": `${run}:around:${slug}`,
      disabled: optimizer.bare,
      onclick: () => store.edit("wrapper", { run, name: slug, value: !(slug in worn) }),
    }),
  ]);
  const wrapperBox = el("div", { class: "dl-details-dials" });
  let worn = {}; // wrapper -> {set(values)}
  const scheduleRow = el(
    "div",
    { class: "dl-details-top" },
    el("label", {}, el("span", { text: store.say("controls.schedule") }), schedule),
  );
  const hasRate = optimizer.hypers.some((hyper) => hyper.name === "lr");
  const scheduleBox = el("div", { class: "dl-details-dials" });
  let scheduled = { slug: null, set() {} };

  const element = el(
    "div",
    { class: "dl-details", role: "row" },
    el(
      "div",
      { role: "cell" },
      el("div", { class: "dl-details-top" }, rule, el("p", { text: store.text(optimizer.summary ?? ["", ""]) })),
      el("div", { class: "dl-details-dials" }, own.elements),
      more,
      scheduleRow,
      scheduleBox,
      el(
        "div",
        { class: "dl-details-top", role: "group", "aria-label": store.say("controls.around"), title: store.say("controls.around_doc") },
        el("span", { text: store.say("controls.around") }),
        el("span", { class: "dl-around" }, around.map(([, node]) => node)),
      ),
      wrapperBox,
    ),
  );

  function dials(hypers, kind, send) {
    const made = hypers.map((hyper) => [
      hyper.name,
      createDial(hyper, { store, key: `${run}:${kind}:${hyper.name}`, send: (value) => send(hyper.name, value) }),
    ]);
    return {
      elements: made.map(([, dial]) => dial.element),
      set: (values) => {
        for (const [name, dial] of made) if (name in values) dial.set(values[name]);
      },
    };
  }

  function update(next, result) {
    own.set(next.hyper, result);
    const { slug, hyper } = next.schedule;
    if (scheduled.slug !== slug) {
      const made = dials(schedules[slug].hypers, `schedule:${slug}`, (name, value) =>
        store.edit("schedule_hyper", { run, name, value }),
      );
      keepFocus(element, () => {
        schedule.value = slug;
        scheduleBox.replaceChildren(...made.elements);
      });
      scheduleBox.hidden = !made.elements.length;
      scheduled = { slug, set: made.set };
    }
    scheduled.set(hyper);
    scheduleRow.hidden = !hasRate && slug === "constant"; // nothing to schedule; but what a link has set can be taken off
    updateAround(next.wrappers);
  }

  function updateAround(next) {
    if (Object.keys(next).join() !== Object.keys(worn).join()) {
      const made = Object.keys(next).map((wrapper) => {
        const send = (name, value) => store.edit("wrapper_hyper", { run, wrapper, name, value });
        return [wrapper, dials(wrappers[wrapper].hypers, `wrapper:${wrapper}`, send)];
      });
      worn = Object.fromEntries(made);
      keepFocus(element, () => wrapperBox.replaceChildren(...made.flatMap(([, { elements }]) => elements)));
    }
    wrapperBox.hidden = !Object.keys(next).length;
    around.forEach(([slug, node]) => node.setAttribute("aria-pressed", String(slug in next)));
    for (const [slug, values] of Object.entries(next)) worn[slug].set(values);
  }
  return { element, update };
}
