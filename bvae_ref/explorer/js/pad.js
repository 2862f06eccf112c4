// A canvas to write on, by mouse, pen, finger or keys.

import { rasterised } from "./drawing.js";
import { penOf, show } from "./shades.js";
import { colour } from "./theme.js";
import { byId, say } from "./words.js";

// Points nearer than this to the last one tell nothing new; a step of the keys. Parts of a side.
const NEAR = 0.01;
const STEP = 0.03;
// Among so many of the nearest codes the classes are counted.
const VOTES = 15;

export function startPad(scene) {
  const canvas = byId("pad");
  let strokes = [];
  let keys = null;

  const weightOf = (event) => (event.pointerType === "pen" ? 0.4 + 1.2 * event.pressure : 1);

  function changed() {
    const pixels = rasterised(strokes, scene.frame);
    if (strokes.length) scene.takeDrawing(pixels);
    draw(pixels);
  }

  function draw(pixels = rasterised(strokes, scene.frame)) {
    const { pen, width } = penOf(canvas);
    pen.strokeStyle = pen.fillStyle = colour("ink");
    pen.lineCap = pen.lineJoin = "round";
    for (const stroke of strokes) {
      pen.lineWidth = (width * scene.frame.pen) / 28;
      pen.beginPath();
      stroke.forEach(({ x, y }) => pen.lineTo(x * width, y * width));
      if (stroke.length === 1) pen.lineTo(stroke[0].x * width + 0.1, stroke[0].y * width);
      pen.stroke();
    }
    if (keys) {
      pen.strokeStyle = colour("accent");
      pen.lineWidth = 2;
      pen.beginPath();
      pen.arc(keys.x * width, keys.y * width, keys.down ? 5 : 9, 0, 2 * Math.PI);
      pen.stroke();
    }
    show(byId("seen"), pixels, say("seen"));
  }

  function extend(point) {
    const stroke = strokes[strokes.length - 1];
    const last = stroke[stroke.length - 1];
    if (last && Math.hypot(point.x - last.x, point.y - last.y) < NEAR) return;
    stroke.push(point);
    changed();
  }

  function pointOf(event) {
    return {
      x: event.offsetX / canvas.clientWidth,
      y: event.offsetY / canvas.clientHeight,
      weight: weightOf(event),
    };
  }

  let writing = false;
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    writing = true;
    keys = null;
    strokes.push([]);
    extend(pointOf(event));
  });
  canvas.addEventListener("pointermove", (event) => writing && extend(pointOf(event)));
  for (const name of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(name, () => {
      writing = false;
      tellClasses(scene);
    });
  }

  function undo() {
    strokes.pop();
    changed();
    tellClasses(scene);
  }

  canvas.addEventListener("keydown", (event) => {
    const moves = {
      ArrowLeft: [-STEP, 0],
      ArrowRight: [STEP, 0],
      ArrowUp: [0, -STEP],
      ArrowDown: [0, STEP],
    };
    const acts = moves[event.key] || [" ", "Backspace"].includes(event.key);
    if (!acts || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    keys ??= { x: 0.5, y: 0.5, down: false };
    if (event.key === "Backspace") {
      keys.down = false;
      undo();
      return;
    }
    if (event.key === " ") {
      keys.down = !keys.down;
      if (keys.down) strokes.push([]);
      else tellClasses(scene);
    } else {
      const inside = (value) => Math.min(Math.max(value, 0.02), 0.98);
      keys.x = inside(keys.x + moves[event.key][0]);
      keys.y = inside(keys.y + moves[event.key][1]);
    }
    if (keys.down) extend({ x: keys.x, y: keys.y, weight: 1 });
    draw();
  });
  canvas.addEventListener("blur", () => {
    keys = null;
    draw();
  });
  byId("undo").addEventListener("click", undo);
  byId("clear").addEventListener("click", () => {
    strokes = [];
    changed();
    byId("looks").textContent = "";
  });
  scene.on((changes) => {
    if (!changes.has("view")) return;
    // Nothing to write on without an encoder.
    byId("drawing").hidden = !scene.model.live;
    draw();
    tellClasses(scene);
  });
}

/** Say among which classes' codes the drawing's code lies. */
function tellClasses(scene) {
  if (scene.source.kind !== "drawing") {
    byId("looks").textContent = "";
    return;
  }
  const votes = new Map();
  for (const index of scene.nearestCodes(scene.cloud()[0], VOTES)) {
    const label = scene.labels[index];
    votes.set(label, (votes.get(label) ?? 0) + 1);
  }
  const most = [...votes].sort((a, b) => b[1] - a[1]).slice(0, 2);
  const names = most.map(([label, count]) => `${scene.className(label)} (${count}/${VOTES})`);
  byId("looks").textContent = say("looksLike", { names: names.join(", ") });
}
