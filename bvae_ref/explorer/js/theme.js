// Colours: ink and paper from the page's style, and a colour and a mark for each class.

// Paul Tol's "muted", as in plots.py, and the same hues lighter for dark paper.
const LIGHT = ["#332288", "#3c8fb5", "#2f8f80", "#117733", "#7d7d22", "#95761c", "#c05463",
  "#882255", "#AA4499", "#555555"];
const DARK = ["#9a8cf0", "#88CCEE", "#5cc4b3", "#63c486", "#c9c95a", "#e0bd5a", "#e68a98",
  "#d9709f", "#dd88cc", "#bbbbbb"];

const dark = matchMedia("(prefers-color-scheme: dark)");

export const still = matchMedia("(prefers-reduced-motion: reduce)");

// Asking the style is slow, so each colour is asked for once.
let colours = new Map();

/** Call when the page's colours change. */
export function onTheme(act) {
  dark.addEventListener("change", () => {
    colours = new Map();
    act();
  });
}

/** A colour of the style, such as "ink". */
export function colour(name) {
  if (!colours.has(name)) {
    const style = getComputedStyle(document.documentElement);
    colours.set(name, style.getPropertyValue(`--${name}`).trim());
  }
  return colours.get(name);
}

export function classColour(label) {
  return (dark.matches ? DARK : LIGHT)[label % LIGHT.length];
}

const TURN = Math.PI / 180;

function polygon(pen, x, y, r, angles) {
  angles.forEach(([angle, part], i) => {
    const [px, py] = [x + r * part * Math.cos(angle * TURN), y - r * part * Math.sin(angle * TURN)];
    if (i === 0) pen.moveTo(px, py);
    else pen.lineTo(px, py);
  });
  pen.closePath();
}

function regular(sides, first) {
  return Array.from({ length: sides }, (_, i) => [first + (360 / sides) * i, 1]);
}

const CROSS = Array.from({ length: 12 }, (_, i) => [
  [[18, 1], [72, 1], [45, 0.45]][i % 3][0] - 45 + 90 * Math.floor(i / 3),
  [1, 1, 0.45][i % 3],
]);
const STAR = Array.from({ length: 10 }, (_, i) => [90 + 36 * i, i % 2 ? 0.45 : 1.15]);
const SHAPES = [null, regular(4, 45), regular(3, 90), regular(3, 270), regular(4, 0), CROSS,
  CROSS.map(([angle, part]) => [angle + 45, part]), STAR, regular(3, 180), regular(3, 0)];

/** Draw a class's mark: shape and colour both tell it apart. */
export function mark(pen, label, x, y, r) {
  const shape = SHAPES[label % SHAPES.length];
  pen.beginPath();
  if (shape) polygon(pen, x, y, 1.15 * r, shape);
  else pen.arc(x, y, 0.95 * r, 0, 2 * Math.PI);
  pen.fillStyle = classColour(label);
  pen.fill();
}
