// Being written.
export function createField(root, store) {
  return { destroy() {} };
}
