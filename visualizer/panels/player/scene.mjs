// What a Plotly 3-D scene does for hovering and for changing axes, which cost it half of every new surface, is switched
// off here. All of it is inside Plotly: where it should look otherwise one day, nothing is switched off.

/** @param {HTMLElement} plot the element Plotly has just drawn its first 3-D picture in */
export function unburden(plot) {
  const glplot = plot._fullLayout?.scene?._scene?.glplot;
  if (!glplot?.objects) return;
  // The scene is drawn a second time and read back, to know what lies under the pointer. The overlay knows that itself.
  for (const drawn of [...glplot.objects]) {
    drawn.pickSlots = 0;
    glplot.remove(drawn);
    glplot.add(drawn); // hands out the slots anew
  }
  // With the lines of its axes go their shader, and the next ones compile the same again.
  const shader = glplot.axes?._lines?.shader;
  if (shader) shader.dispose = () => {};
}
