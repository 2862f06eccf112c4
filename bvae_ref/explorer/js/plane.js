// The plane of two latents: look, take, and pull.

import { Background } from "./background.js";
import { startAxes, startClasses } from "./legend.js";
import { drawAxes, drawCloud, drawCode, drawMarks, drawPaths, drawScales, scales } from "./marks.js";
import { penOf } from "./shades.js";
import { colour, onTheme } from "./theme.js";
import { byId } from "./words.js";

// How near a mark the pointer has to be, in CSS pixels.
const NEAR_MARK = 12;
// A pull shorter than this is a click.
const PULL = 4;
const KEY_STEP = 0.1;

export function startPlane(scene) {
  const canvas = byId("plane");
  const under = document.createElement("canvas");
  const background = new Background(scene);
  let nearest = null;
  let pulling = null;

  function drawUnder(width) {
    const fine = window.devicePixelRatio || 1;
    under.width = under.height = Math.round(width * fine);
    const pen = under.getContext("2d");
    pen.setTransform(fine, 0, 0, fine, 0, 0);
    pen.fillStyle = colour("paper");
    pen.fillRect(0, 0, width, width);
    if (scene.mapped) {
      pen.globalAlpha = 0.22;
      pen.drawImage(background.canvas, 0, 0, width, width);
      pen.globalAlpha = 1;
    }
    drawAxes(pen, scene, width);
    drawMarks(pen, scene, scene.model, scene.pair, width, Math.min(4, width / 120));
    drawScales(pen, scene, width);
  }

  function drawOver(pen, width) {
    const { x, y } = scales(scene.model, width);
    const [a, b] = scene.pair;
    if (scene.path) drawPaths(pen, scene, x, y);
    drawCloud(pen, scene.model, scene.pair, scene.cloud(), scene.z, width);
    drawCode(pen, x(scene.z[a]), y(scene.z[b]));
    if (nearest !== null) {
      const at = nearest * scene.model.latents;
      const { means } = scene.model;
      pen.strokeStyle = colour("ink");
      pen.lineWidth = 1.5;
      pen.beginPath();
      pen.arc(x(means[at + a]), y(means[at + b]), 8, 0, 2 * Math.PI);
      pen.stroke();
    }
  }

  scene.on((changes) => {
    background.follow();
    const { pen, width } = penOf(canvas);
    if (changes.has("view")) drawUnder(width);
    if (width === 0) return;
    pen.drawImage(under, 0, 0, width, width);
    drawOver(pen, width);
  });

  function place(event) {
    const { x, y, code } = scales(scene.model, canvas.clientWidth);
    const [px, py] = [event.offsetX, event.offsetY];
    return { code: code(px, py), near: nearestMark(scene, x, y, px, py) };
  }

  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    const { code, near } = place(event);
    pulling = { x: event.clientX, y: event.clientY, moved: near === null };
    if (near !== null) scene.takeImage(near);
    else scene.moveTo(scene.withPlace(...code));
  });
  canvas.addEventListener("pointermove", (event) => {
    const { code, near } = place(event);
    nearest = pulling ? null : near;
    if (!pulling) {
      if (event.pointerType === "mouse") scene.lookAt(scene.withPlace(...code));
      return;
    }
    // A click on a mark takes its image; only a real pull moves z away from it.
    pulling.moved ||= Math.hypot(event.clientX - pulling.x, event.clientY - pulling.y) > PULL;
    if (pulling.moved) scene.moveTo(scene.withPlace(...code));
  });
  for (const name of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(name, () => (pulling = null));
  }
  canvas.addEventListener("pointerleave", () => {
    nearest = null;
    scene.lookAt(null);
  });
  canvas.addEventListener("keydown", (event) => byKey(scene, event));
  onTheme(() => {
    background.repaint();
    scene.touch("view");
  });
  startAxes(scene);
  startClasses(scene);
  byId("map").addEventListener("change", (event) => {
    scene.mapped = event.target.checked;
    scene.touch("view");
  });
}

function nearestMark(scene, x, y, px, py) {
  const { means, latents } = scene.model;
  let [best, least] = [null, NEAR_MARK];
  for (let index = 0; index < scene.count; index++) {
    if (!scene.shown.has(scene.labels[index])) continue;
    const at = index * latents;
    const [a, b] = scene.pair;
    const distance = Math.hypot(x(means[at + a]) - px, y(means[at + b]) - py);
    if (distance < least) [best, least] = [index, distance];
  }
  return best;
}

function byKey(scene, event) {
  const step = event.shiftKey ? 5 * KEY_STEP : KEY_STEP;
  const [a, b] = scene.pair;
  const move = (dx, dy) => scene.moveTo(scene.withPlace(scene.z[a] + dx, scene.z[b] + dy));
  const turn = (by) => {
    const { kind, index } = scene.source;
    scene.takeImage(((kind === "image" ? index : -by) + by + scene.count) % scene.count);
  };
  const keys = {
    ArrowLeft: () => move(-step, 0),
    ArrowRight: () => move(step, 0),
    ArrowUp: () => move(0, step),
    ArrowDown: () => move(0, -step),
    Home: () => scene.toMean(),
    Enter: () => scene.takeImage(scene.nearestCodes(scene.z, 1)[0]),
    PageDown: () => turn(1),
    PageUp: () => turn(-1),
  };
  if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  keys[event.key]();
}
