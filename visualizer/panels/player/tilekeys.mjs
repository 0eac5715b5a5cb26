// The arrows in a grid of tiles, which is one radio group: they move the choice, and the focus with it.

/**
 * @param {HTMLElement} grid
 * @param {() => {slug: string, node: HTMLElement}[]} shown its tiles, in the order on the screen
 * @param {(slug: string) => void} choose
 */
export function attachTileKeys(grid, shown, choose) {
  grid.addEventListener("keydown", (event) => {
    const columns = getComputedStyle(grid).gridTemplateColumns.split(" ").length;
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
    if (!step) return;
    event.stopPropagation();
    event.preventDefault();
    const tiles = shown();
    const to = tiles[tiles.findIndex(({ node }) => node === document.activeElement) + step];
    if (!to) return;
    choose(to.slug);
    to.node.focus();
  });
}
