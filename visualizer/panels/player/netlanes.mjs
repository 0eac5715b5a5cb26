// Being written.
export function createStudyLanes(root, store) {
  return { destroy() {} };
}
