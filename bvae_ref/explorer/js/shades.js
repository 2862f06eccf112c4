// Pictures of 28 × 28 pixels on canvases: ink on paper, in the page's colours or in black on white.

import { colour } from "./theme.js";

export const SIDE = 28;
const small = Object.assign(document.createElement("canvas"), { width: SIDE, height: SIDE });

function rgb(text) {
  return [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16));
}

/** Pixels in [0, 1] as bytes of colour. */
export function inked(pixels, ink = colour("ink"), paper = colour("paper")) {
  const [dark, light] = [rgb(ink), rgb(paper)];
  const image = new ImageData(SIDE, SIDE);
  for (let i = 0; i < pixels.length; i++) {
    for (let c = 0; c < 3; c++) image.data[4 * i + c] = light[c] + pixels[i] * (dark[c] - light[c]);
    image.data[4 * i + 3] = 255;
  }
  return image;
}

/** Draw pixels into a square of a canvas' pen; without colours, in the page's. */
export function stamp(pen, pixels, x, y, side, ink, paper) {
  small.getContext("2d").putImageData(inked(pixels, ink, paper), 0, 0);
  pen.imageSmoothingQuality = "high";
  pen.drawImage(small, x, y, side, side);
}

// Asking a canvas for its size makes the browser lay out the page, so each is asked for once.
const sizes = new WeakMap();
const resized = [];
const observer = new ResizeObserver((entries) => {
  for (const { target, contentRect } of entries) sizes.set(target, contentRect);
  for (const act of resized) act();
});

/** Call when canvases have another size. */
export function onResize(act) {
  resized.push(act);
}

function sizeOf(canvas) {
  if (!sizes.has(canvas)) {
    sizes.set(canvas, { width: canvas.clientWidth, height: canvas.clientHeight });
    observer.observe(canvas);
  }
  return sizes.get(canvas);
}

/** Make a canvas as fine as the screen; return its pen and its size in CSS pixels. */
export function penOf(canvas) {
  const { width, height } = sizeOf(canvas);
  const fine = window.devicePixelRatio || 1;
  const [w, h] = [Math.round(width * fine), Math.round(height * fine)];
  if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h });
  const pen = canvas.getContext("2d");
  pen.setTransform(fine, 0, 0, fine, 0, 0);
  pen.clearRect(0, 0, width, height);
  return { pen, width, height };
}

/** Say what a canvas shows, to those who cannot see it. */
export function label(canvas, words) {
  if (canvas.getAttribute("aria-label") !== words) canvas.setAttribute("aria-label", words);
}

/** Fill a canvas with one picture, or leave it empty. */
export function show(canvas, pixels, words) {
  const { pen, width } = penOf(canvas);
  if (pixels) stamp(pen, pixels, 0, 0, width);
  label(canvas, words);
}
