// What this browser's graphics can do, asked once.

function probe() {
  const canvas = document.createElement("canvas");
  const gl = canvas.getContext("webgl2") ?? canvas.getContext("webgl");
  if (!gl) return { webgl: false, software: true };
  const info = gl.getExtension("WEBGL_debug_renderer_info");
  const renderer = String(gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
  gl.getExtension("WEBGL_lose_context")?.loseContext(); // browsers keep only a few alive
  return { webgl: true, software: /swiftshader|llvmpipe|softpipe|software|basic render/i.test(renderer) };
}

/**
 * webgl: a surface can be drawn. software: graphics run on the CPU (a virtual machine, a remote desktop). A canvas
 * that is "accelerated" by such a GPU strokes dashed paths some fifty times slower than a plain one.
 */
export const gpu = probe();
