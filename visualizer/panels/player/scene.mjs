// What a Plotly 3-D scene does for hovering is switched off here: everything is drawn a second time and read back, to
// know what lies under the pointer, in every frame in which the camera or the surface has changed. The overlay knows it
// by itself. All of this is inside Plotly: where it should look otherwise one day, nothing is switched off.

/** @param {HTMLElement} plot the element Plotly has just drawn its first 3-D picture in */
export function unburden(plot) {
  const glplot = plot._fullLayout?.scene?._scene?.glplot;
  for (const drawn of [...(glplot?.objects ?? [])]) {
    drawn.pickSlots = 0;
    glplot.remove(drawn);
    glplot.add(drawn); // hands out the slots anew
  }
}
