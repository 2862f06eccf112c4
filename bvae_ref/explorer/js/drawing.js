// From strokes to pixels: a drawing is laid in its frame as the data's characters are, and its
// brush is made as wide as theirs.

const SIDE = 28;
// The most a small drawing is enlarged: a dot stays a dot.
const MOST = 6;

/**
 * Strokes as pixels in [0, 1], 28 × 28.
 *
 * strokes: lists of points {x, y, weight}, in any unit; weight is the brush's, about 1.
 * frame: {x, y, side, pen}, as frame.py measures it.
 */
export function rasterised(strokes, frame) {
  const out = new Float32Array(SIDE * SIDE);
  const points = strokes.flat();
  if (points.length === 0) return out;
  const [left, right] = ends(points.map((point) => point.x));
  const [top, bottom] = ends(points.map((point) => point.y));
  const longer = Math.max(right - left, bottom - top);
  const room = frame.side - frame.pen;
  const scale = longer > 0 ? Math.min(room / longer, MOST * SIDE) : 0;
  const placed = (point) => ({
    x: frame.x + (point.x - (left + right) / 2) * scale,
    y: frame.y + (point.y - (top + bottom) / 2) * scale,
    radius: (point.weight * frame.pen) / 2,
  });
  for (const stroke of strokes) {
    const path = stroke.map(placed);
    path.forEach((point, i) => brush(out, path[Math.max(i - 1, 0)], point));
  }
  return out;
}

function ends(values) {
  return [Math.min(...values), Math.max(...values)];
}

/** Ink along one piece of a path, with a soft edge one pixel wide. */
function brush(out, from, to) {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const square = dx * dx + dy * dy;
  const radius = Math.max(from.radius, to.radius) + 1;
  const limits = (a, b) => [
    Math.max(Math.floor(Math.min(a, b) - radius), 0),
    Math.min(Math.ceil(Math.max(a, b) + radius), SIDE - 1),
  ];
  const [x0, x1] = limits(from.x, to.x);
  const [y0, y1] = limits(from.y, to.y);
  for (let y = y0; y <= y1; y++) {
    for (let x = x0; x <= x1; x++) {
      const along = square > 0 ? ((x - from.x) * dx + (y - from.y) * dy) / square : 0;
      const t = Math.min(Math.max(along, 0), 1);
      const distance = Math.hypot(x - from.x - t * dx, y - from.y - t * dy);
      const half = from.radius + t * (to.radius - from.radius);
      const ink = Math.min(Math.max(half - distance + 0.5, 0), 1);
      out[y * SIDE + x] = Math.max(out[y * SIDE + x], ink);
    }
  }
}
