// Being written.
export function createStudyCurves(root, store) {
  return { destroy() {} };
}
