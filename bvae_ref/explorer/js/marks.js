// What is drawn on a plane: axes, marks of images, clouds, ways, and z.

import { colour, mark } from "./theme.js";
import { digits, say } from "./words.js";

/** From codes to places on a canvas and back. */
export function scales(model, width) {
  const unit = width / (2 * model.reach);
  return {
    unit,
    x: (value) => width / 2 + value * unit,
    y: (value) => width / 2 - value * unit,
    code: (x, y) => [(x - width / 2) / unit, (width / 2 - y) / unit],
  };
}

/** The marks of all classes that are shown. */
export function drawMarks(pen, scene, model, pair, width, radius) {
  const { x, y } = scales(model, width);
  for (let index = 0; index < scene.count; index++) {
    if (!scene.shown.has(scene.labels[index])) continue;
    const at = index * model.latents;
    mark(pen, scene.labels[index], x(model.means[at + pair[0]]), y(model.means[at + pair[1]]), radius);
  }
}

/** μ, ellipses of one and two σ, and an arrow to z. */
export function drawCloud(pen, model, pair, [mean, logVar], z, width) {
  const { unit, x, y } = scales(model, width);
  const [a, b] = pair;
  const spread = (latent) => Math.exp(0.5 * logVar[latent]) * unit;
  pen.strokeStyle = pen.fillStyle = colour("accent");
  for (const [times, alpha] of [[2, 0.08], [1, 0.16]]) {
    pen.beginPath();
    pen.ellipse(x(mean[a]), y(mean[b]), times * spread(a), times * spread(b), 0, 0, 2 * Math.PI);
    pen.globalAlpha = alpha;
    pen.fill();
    pen.globalAlpha = 0.9;
    pen.lineWidth = 1.2;
    pen.stroke();
  }
  pen.globalAlpha = 1;
  arrow(pen, x(mean[a]), y(mean[b]), x(z[a]), y(z[b]));
}

function arrow(pen, x0, y0, x1, y1) {
  const length = Math.hypot(x1 - x0, y1 - y0);
  if (length < 4) return;
  const [ux, uy] = [(x1 - x0) / length, (y1 - y0) / length];
  const head = Math.min(9, length / 2);
  pen.lineWidth = 2.2;
  pen.beginPath();
  pen.moveTo(x0, y0);
  pen.lineTo(x1 - ux * head, y1 - uy * head);
  pen.stroke();
  pen.beginPath();
  pen.moveTo(x1, y1);
  pen.lineTo(x1 - ux * head - uy * head * 0.5, y1 - uy * head + ux * head * 0.5);
  pen.lineTo(x1 - ux * head + uy * head * 0.5, y1 - uy * head - ux * head * 0.5);
  pen.fill();
}

/** Text that stays legible over pictures and marks. */
function written(pen, text, x, y) {
  pen.lineWidth = 3;
  pen.strokeStyle = colour("paper");
  pen.fillStyle = colour("quiet");
  pen.strokeText(text, x, y);
  pen.fillText(text, x, y);
}

/** The two axes through the origin. */
export function drawAxes(pen, scene, width) {
  const { x, y } = scales(scene.model, width);
  pen.strokeStyle = colour("line");
  pen.lineWidth = 1;
  pen.beginPath();
  pen.moveTo(x(0), 0);
  pen.lineTo(x(0), width);
  pen.moveTo(0, y(0));
  pen.lineTo(width, y(0));
  pen.stroke();
}

/** What the axes are, over everything else. */
export function drawScales(pen, scene, width) {
  const { model, pair } = scene;
  const { x, y } = scales(model, width);
  pen.font = "12px system-ui, sans-serif";
  pen.textAlign = "right";
  written(pen, say("axis", { number: pair[0] }), width - 6, y(0) - 5);
  pen.textAlign = "left";
  written(pen, say("axis", { number: pair[1] }), x(0) + 6, 14);
  for (let value = Math.ceil(-model.reach); value < model.reach; value++) {
    if (value === 0 || Math.abs(value) > model.reach - 0.4) continue;
    written(pen, digits(value, 0), x(value) - 4, y(0) + 14);
    written(pen, digits(value, 0), x(0) + 5, y(value) + 4);
  }
}

export function drawPaths(pen, scene, x, y) {
  const [a, b] = scene.pair;
  pen.strokeStyle = colour("ink");
  pen.fillStyle = colour("ink");
  for (const [codes, dashes] of [[scene.path.lerp, []], [scene.path.slerp, [6, 4]]]) {
    pen.setLineDash(dashes);
    pen.lineWidth = 2;
    pen.beginPath();
    codes.forEach((code) => pen.lineTo(x(code[a]), y(code[b])));
    pen.stroke();
  }
  pen.setLineDash([]);
  for (const code of scene.path.at) {
    pen.beginPath();
    pen.arc(x(code[a]), y(code[b]), 4.5, 0, 2 * Math.PI);
    pen.fill();
  }
}

/** z: a ring with a hole, so that what lies under it stays visible. */
export function drawCode(pen, x, y) {
  for (const [style, line] of [["paper", 5], ["accent", 2.5]]) {
    pen.strokeStyle = colour(style);
    pen.lineWidth = line;
    pen.beginPath();
    pen.arc(x, y, 7, 0, 2 * Math.PI);
    pen.stroke();
  }
}
