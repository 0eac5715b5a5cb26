// What opens below a lane: the rule and its summary, all its dials, and the learning-rate schedule with its own.
import { families, optimizers, schedules } from "./catalogue.mjs";
import { createDial } from "./dial.mjs";
import { el, keepFocus, options, select } from "./ui.mjs";

/** The optimizers by family, in the catalogue's order. @returns {{label, slugs}[]} */
export const byFamily = (store) =>
  families
    .map((family) => ({
      label: store.text(family.title),
      slugs: Object.keys(optimizers).filter((slug) => optimizers[slug].family === family.slug),
    }))
    .filter((group) => group.slugs.length);

export function createDetails(store, run, spec) {
  const optimizer = optimizers[spec.optimizer];
  const rule = select({
    label: store.say("controls.optimizer"),
    key: `${run}:optimizer`,
    onpick: (value) => store.edit("run_optimizer", { run, value }),
  });
  options(
    rule,
    byFamily(store).map(({ label, slugs }) => ({
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

  const own = dials(optimizer.hypers, "hyper", (name, value) => store.edit("run_hyper", { run, name, value }));
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
      el(
        "div",
        { class: "dl-details-top" },
        el("label", {}, el("span", { text: store.say("controls.schedule") }), schedule),
      ),
      scheduleBox,
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

  function update(next) {
    own.set(next.hyper);
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
  }
  return { element, update };
}
