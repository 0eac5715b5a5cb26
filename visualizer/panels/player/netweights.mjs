// Being written.
export function create(field, store) { return { begin() {}, add() {}, draw() {}, destroy() {} }; }
