// A canvas' context that writes SVG: what draws a plot on the page then draws it as a vector picture, letters as text.
// It has what our plots use: paths, rectangles, text, images, clips, and turned, moved or scaled coordinates.

const STYLE = ["fillStyle", "strokeStyle", "lineWidth", "lineCap", "lineJoin", "lineDashOffset", "globalAlpha", "font", "textAlign", "textBaseline"];
const ANCHORS = { center: "middle", right: "end", end: "end" };
const BELOW = { top: 0.85, hanging: 0.85, middle: 0.35, bottom: -0.2 }; // of the letters' size: from there to their line
const FALLBACK = "system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"; // where a page's font is not

const VECTORS = "data:image/svg+xml,";

const near = (value) => String(Number(value.toFixed(2)));
const escaped = (text) => String(text).replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign]);

/** A color's attributes: what reads SVG outside of a browser often knows no rgba(). */
function ink(name, color, alpha) {
  const [, r, g, b, a] = /^rgba?\(\s*([\d.]+)[\s,]+([\d.]+)[\s,]+([\d.]+)(?:[\s,/]+([\d.]+))?\s*\)$/.exec(color) ?? [];
  const opacity = alpha * (a === undefined ? 1 : Number(a));
  const plain = r === undefined ? color : `#${[r, g, b].map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;
  return `${name}="${escaped(plain)}"${opacity < 1 ? ` ${name}-opacity="${near(opacity)}"` : ""}`;
}

/** @param {number} w @param {number} h of the picture, px */
export function createPen(w, h) {
  const body = [];
  const stack = [];
  let [matrix, dash, groups, clips, d] = [[1, 0, 0, 1, 0, 0], [], 0, 0, ""];
  const ruler = document.createElement("canvas").getContext("2d");

  const to = (x, y) => [matrix[0] * x + matrix[2] * y + matrix[4], matrix[1] * x + matrix[3] * y + matrix[5]];
  const at = (...points) => points.map(([x, y]) => to(x, y).map(near).join(" ")).join(" ");
  const size = () => Math.hypot(matrix[0], matrix[1]); // our coordinates are never sheared
  function times([a, b, c, e, f, g]) {
    const [m0, m1, m2, m3, m4, m5] = matrix;
    matrix = [m0 * a + m2 * b, m1 * a + m3 * b, m0 * c + m2 * e, m1 * c + m3 * e, m0 * f + m2 * g + m4, m1 * f + m3 * g + m5];
  }

  const pen = {
    fillStyle: "#000", strokeStyle: "#000", lineWidth: 1, lineCap: "butt", lineJoin: "miter", lineDashOffset: 0, globalAlpha: 1,
    font: "10px sans-serif", textAlign: "start", textBaseline: "alphabetic", imageSmoothingEnabled: true,
    save() {
      stack.push([matrix, dash, groups, STYLE.map((name) => pen[name])]);
      groups = 0;
    },
    restore() {
      if (!stack.length) return;
      body.push("</g>".repeat(groups));
      const [m, broken, opened, style] = stack.pop();
      [matrix, dash, groups] = [m, broken, opened];
      STYLE.forEach((name, i) => (pen[name] = style[i]));
    },
    translate: (x, y) => times([1, 0, 0, 1, x, y]),
    rotate: (angle) => times([Math.cos(angle), Math.sin(angle), -Math.sin(angle), Math.cos(angle), 0, 0]),
    scale: (x, y) => times([x, 0, 0, y, 0, 0]),
    setLineDash: (broken) => (dash = broken),
    beginPath: () => (d = ""),
    closePath: () => (d += "Z"),
    moveTo: (x, y) => (d += `M${at([x, y])}`),
    lineTo: (x, y) => (d += `${d ? "L" : "M"}${at([x, y])}`),
    quadraticCurveTo: (a, b, x, y) => (d += `Q${at([a, b], [x, y])}`),
    bezierCurveTo: (a, b, c, e, x, y) => (d += `C${at([a, b], [c, e], [x, y])}`),
    rect: (x, y, width, height) => (d += `M${at([x, y])}L${at([x + width, y], [x + width, y + height], [x, y + height])}Z`),
    arc: (x, y, radius, from, until, back) => pen.ellipse(x, y, radius, radius, 0, from, until, back),
    ellipse(x, y, rx, ry, turn, from, until, back = false) {
      const point = (angle) => {
        const [u, v] = [rx * Math.cos(angle), ry * Math.sin(angle)];
        return [x + u * Math.cos(turn) - v * Math.sin(turn), y + u * Math.sin(turn) + v * Math.cos(turn)];
      };
      const angle = near(((turn + Math.atan2(matrix[1], matrix[0])) * 180) / Math.PI);
      const steps = Math.abs(until - from) > Math.PI ? 2 : 1; // a whole turn in one arc would be none
      d += `${d ? "L" : "M"}${at(point(from))}`;
      for (let k = 1; k <= steps; k++) d += `A${near(rx * size())} ${near(ry * size())} ${angle} 0 ${back ? 0 : 1} ${at(point(from + ((until - from) * k) / steps))}`;
    },
    fill: () => body.push(`<path d="${d}" ${ink("fill", pen.fillStyle, pen.globalAlpha)}/>`),
    stroke: () => d && body.push(`<path d="${d}" fill="none" ${outline()}/>`),
    fillRect(x, y, width, height) {
      const kept = d;
      d = "";
      pen.rect(x, y, width, height);
      pen.fill();
      d = kept;
    },
    strokeRect(x, y, width, height) {
      const kept = d;
      d = "";
      pen.rect(x, y, width, height);
      pen.stroke();
      d = kept;
    },
    clip() {
      clips++;
      groups++;
      body.push(`<clipPath id="clip${clips}"><path d="${d}"/></clipPath><g clip-path="url(#clip${clips})">`);
    },
    fillText: (text, x, y) => write(text, x, y, ink("fill", pen.fillStyle, pen.globalAlpha)),
    strokeText: (text, x, y) => write(text, x, y, `fill="none" ${outline()}`),
    measureText(text) {
      ruler.font = pen.font;
      return ruler.measureText(text);
    },
    /** A canvas as it is; its pixels stay squares. An image that is SVG becomes a part of this one. */
    drawImage(canvas, x, y, width, height) {
      if (canvas.src?.startsWith(VECTORS)) return void body.push(nested(canvas.src, { x, y, width, height }));
      const place = `x="${near(x)}" y="${near(y)}" width="${near(width)}" height="${near(height)}"`;
      body.push(`<image ${place}${placed()} preserveAspectRatio="none" style="image-rendering: pixelated" href="${canvas.toDataURL()}"/>`);
    },
    /** The picture, with a title and further lines for whoever cannot see it. */
    svg(title, lines = []) {
      const about = `<title>${escaped(title)}</title><desc>${escaped(lines.join("\n"))}</desc>`;
      return `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}" role="img">${about}\n${body.join("\n")}\n</svg>\n`;
    },
  };

  const outline = () => {
    const broken = dash.length ? ` stroke-dasharray="${dash.map((part) => near(part * size())).join(" ")}" stroke-dashoffset="${near(pen.lineDashOffset * size())}"` : "";
    return `${ink("stroke", pen.strokeStyle, pen.globalAlpha)} stroke-width="${near(pen.lineWidth * size())}" stroke-linecap="${pen.lineCap}" stroke-linejoin="${pen.lineJoin}"${broken}`;
  };
  const placed = () => (matrix.join() === "1,0,0,1,0,0" ? "" : ` transform="matrix(${matrix.map((part) => Number(part.toFixed(5))).join(" ")})"`);
  function nested(address, place) {
    const root = new DOMParser().parseFromString(decodeURIComponent(address.slice(VECTORS.length)), VECTORS.slice(5, -1)).documentElement;
    for (const [name, value] of Object.entries(place)) root.setAttribute(name, near(value));
    return `<g${placed()}>${new XMLSerializer().serializeToString(root)}</g>`;
  }
  function write(text, x, y, color) {
    const [, weight, px, family] = /^(?:(\S+)\s+)?([\d.]+)px\s+(.*)$/.exec(pen.font) ?? [null, null, "12", "sans-serif"];
    const font = `font-family="${escaped(`${family.replaceAll('"', "'")}, ${FALLBACK}`)}" font-size="${px}"${weight ? ` font-weight="${weight}"` : ""}`;
    const anchor = ANCHORS[pen.textAlign] ? ` text-anchor="${ANCHORS[pen.textAlign]}"` : "";
    body.push(`<text x="${near(x)}" y="${near(y + (BELOW[pen.textBaseline] ?? 0) * px)}"${placed()} ${font}${anchor} ${color}>${escaped(text)}</text>`);
  }
  return pen;
}
