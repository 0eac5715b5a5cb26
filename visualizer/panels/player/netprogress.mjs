// A thin bar over the views while the numbers of the networks are on their way. Half of it is training; how far that is
// is not known as long as programs are made.

import { el } from "./ui.mjs";

const LATE = 300; // ms that nobody takes for waiting

export function createProgress(root, store) {
  const bar = el("progress", { class: "dl-net-bar", max: 1, hidden: true });
  root.append(bar);
  let timer = 0;

  function update() {
    const { numbers, state } = store;
    const done = !state || numbers.failed || (numbers.whole && numbers.key === state.header.key);
    if (done) {
      clearTimeout(timer);
      timer = 0;
      bar.hidden = true;
      return;
    }
    timer ||= setTimeout(() => (bar.hidden = false), LATE);
    const share = shareOf(numbers);
    if (share) bar.value = share;
    else bar.removeAttribute("value");
    bar.setAttribute("aria-label", store.say(share ? "net_field.on_its_way" : "net_field.preparing"));
  }

  /** Training, then what every network answers. */
  function shareOf({ done, learners }) {
    const told = learners.filter((one) => one?.answers?.at[0] === 0).length;
    return done < 1 ? done / 2 : (1 + told / Math.max(1, learners.length)) / 2;
  }

  const offs = [store.subscribe(update), store.onNumbers(update)];
  return {
    destroy() {
      clearTimeout(timer);
      offs.forEach((off) => off());
      bar.remove();
    },
  };
}
