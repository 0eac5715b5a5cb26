// Finding optimizers: words, families, years. Pure functions, so that tests need no page.

/** Case, accents and full-width forms make no difference. */
export const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** What a search may meet, for each entry: its names and authors, and every word of its card, in both languages. */
export function prepare(entries, families) {
  const title = new Map(families.map((family) => [family.slug, family.title]));
  return entries.map((entry) => {
    const { mends, breaks, use, avoid, cost, stability, note } = entry.card ?? {};
    const texts = [entry.summary, entry.follows, mends, breaks, use, avoid, cost, stability, note];
    const dials = entry.dials.flatMap((dial) => [dial.name, ...dial.doc]);
    const more = [...texts.flatMap((pair) => pair ?? []), ...entry.source, ...dials, ...title.get(entry.family)];
    return {
      entry,
      name: fold([...entry.title, entry.slug, entry.slug.replaceAll("_", " "), entry.authors].join("\n")),
      text: fold([...more, entry.year].join("\n")),
    };
  });
}

/**
 * @param index  what `prepare` returned
 * @param {{query: string, families: Set<string>, from: number, to: number}} wanted  no families means all
 * @returns {{named: object[], mentioned: object[]}} entries in the order of the index; without a query all are named
 */
export function find(index, { query, families, from, to }) {
  const words = fold(query).split(/\s+/).filter(Boolean);
  const named = [];
  const mentioned = [];
  for (const { entry, name, text } of index) {
    if (families.size && !families.has(entry.family)) continue;
    if (entry.year < from || entry.year > to) continue;
    if (words.every((word) => name.includes(word))) named.push(entry);
    else if (words.every((word) => name.includes(word) || text.includes(word))) mentioned.push(entry);
  }
  return { named, mentioned };
}

/** The entries under the headings of their years, the oldest first; within a year the catalogue's order. */
export function byYear(entries) {
  const years = [...new Set(entries.map((entry) => entry.year))].sort((a, b) => a - b);
  return years.map((year) => ({ year, entries: entries.filter((entry) => entry.year === year) }));
}
