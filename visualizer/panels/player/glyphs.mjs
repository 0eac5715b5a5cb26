// The small marks on a picture. Each stationary point has a shape of its own, so that none depends on color.

const TURN = 2 * Math.PI;

function polygon(g, x, y, radii, phase = -TURN / 4) {
  g.beginPath();
  radii.forEach((radius, i) => {
    const angle = phase + (TURN * i) / radii.length;
    g.lineTo(x + radius * Math.cos(angle), y + radius * Math.sin(angle));
  });
  g.closePath();
}

/** Star: the best minimum. Ring: another minimum. Diamond: a saddle. Triangle: a maximum. */
const SHAPES = {
  star: (g, x, y) => polygon(g, x, y, [8.5, 3.7, 8.5, 3.7, 8.5, 3.7, 8.5, 3.7, 8.5, 3.7]),
  minimum: (g, x, y) => (g.beginPath(), g.arc(x, y, 4.5, 0, TURN)),
  saddle: (g, x, y) => polygon(g, x, y, [6.5, 6.5, 6.5, 6.5]),
  maximum: (g, x, y) => polygon(g, x, y, [6.5, 6.5, 6.5]),
};

/** Draw a stationary point at pixel (x, y); `faint` when something hides it. */
export function drawPoint(g, { x, y, kind, best, faint }, { text, halo }) {
  g.save();
  g.globalAlpha = faint ? 0.35 : 1;
  SHAPES[best ? "star" : kind]?.(g, x, y);
  g.lineJoin = "round";
  g.strokeStyle = halo;
  g.lineWidth = 5;
  g.stroke();
  g.strokeStyle = text;
  g.lineWidth = 1.6;
  g.stroke();
  if (best) {
    g.fillStyle = text;
    g.fill();
  }
  g.restore();
}

/** The end of a run that left the finite world: a cross, and the step beside it. */
export function drawCross(g, { x, y, label, flip }, { color, halo, font }) {
  const r = 5;
  g.beginPath();
  g.moveTo(x - r, y - r);
  g.lineTo(x + r, y + r);
  g.moveTo(x - r, y + r);
  g.lineTo(x + r, y - r);
  g.lineCap = "round";
  g.strokeStyle = halo;
  g.lineWidth = 6.5;
  g.stroke();
  g.strokeStyle = color;
  g.lineWidth = 2.6;
  g.stroke();
  g.font = `600 12px ${font}`;
  g.textAlign = flip ? "right" : "left";
  g.textBaseline = "middle"; // beside the path rather than on it: paths leave sideways more often than upwards
  g.lineJoin = "round";
  g.lineWidth = 4;
  g.strokeStyle = halo;
  const [left, top] = [x + (flip ? -6 : 6), y < 30 ? y + 16 : y - 15];
  g.strokeText(label, left, top);
  g.fillStyle = color;
  g.fillText(label, left, top);
}

const FORK = [[0, 7, 0, 0], [0, 0, -5.5, -7], [0, 0, 5.5, -7]]; // stem and prongs

/** Where a twin parts from its original: a fork, its prongs in the colors of the two. */
export function drawFork(g, x, y, [one, other], { text, halo }) {
  g.save();
  g.translate(x, y);
  g.lineCap = "round";
  for (const [width, colors] of [[6.5, [halo, halo, halo]], [2.8, [text, one, other]]]) {
    FORK.forEach(([x0, y0, x1, y1], i) => {
      g.beginPath();
      g.moveTo(x0, y0);
      g.lineTo(x1, y1);
      g.lineWidth = width;
      g.strokeStyle = colors[i];
      g.stroke();
    });
  }
  g.restore();
}

/** The same fork as an image, for the page around the pictures. */
export const fork = ([one, other]) =>
  `<svg viewBox="-8 -9 16 18" width="12" height="13" fill="none" stroke-width="2.6" stroke-linecap="round" aria-hidden="true">` +
  ["currentColor", one, other].map((color, i) => {
    const [x0, y0, x1, y1] = FORK[i];
    return `<path d="M${x0} ${y0}L${x1} ${y1}" stroke="${color}"/>`;
  }).join("") + "</svg>";

/** Where a run is now. */
export function drawHead(g, x, y, color, rim, radius) {
  g.beginPath();
  g.arc(x, y, radius, 0, TURN);
  g.fillStyle = color;
  g.fill();
  g.lineWidth = 2;
  g.strokeStyle = rim;
  g.stroke();
}

/** A run that is outside the picture now: an arrowhead at the edge of `clip`, pointing to it. */
export function drawOutside(g, x, y, [left, top, width, height], color, rim) {
  const inset = 9;
  const px = Math.min(left + width - inset, Math.max(left + inset, x));
  const py = Math.min(top + height - inset, Math.max(top + inset, y));
  polygon(g, px, py, [7, 5, 5], Math.atan2(y - py, x - px));
  g.fillStyle = color;
  g.fill();
  g.lineWidth = 1.5;
  g.strokeStyle = rim;
  g.stroke();
}
