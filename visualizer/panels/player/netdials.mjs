// Being written.
export function createStudyDials(root, store) {
  return { destroy() {} };
}
