// Being written.
export function create(field, store) {
  const said = document.createElement("pre");
  field.append(said);
  return {
    begin: (header) => (said.textContent = JSON.stringify(header)),
    add: (header) => (said.textContent = JSON.stringify(header).slice(0, 200)),
    draw() {},
    destroy: () => said.remove(),
  };
}
