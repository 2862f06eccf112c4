// From one code to another, straight and around, by hand and by itself.

import { animated } from "./apng.js";
import { noise } from "./gaussian.js";
import { lerp, slerp } from "./paths.js";
import { label, penOf, show, stamp } from "./shades.js";
import { still } from "./theme.js";
import { byId, make, say } from "./words.js";

const WAYS = { lerp, slerp };
const STEPS = 11;
// One way takes so long, in milliseconds; where motion is not wanted, a step rests so long.
const WAY = 2600;
const REST = 900;
// The animation's frames one way, and how long each is shown.
const FRAMES = 24;
const SHOWN = 80;
// Sides of a picture in files, in pixels.
const FILE_SIDE = 112;

export function startMorph(scene) {
  const ends = [end(scene, "start", "from"), end(scene, "end", "to")];
  const position = byId("position");
  let playing = 0;
  let touched = false;

  function codes() {
    return ends.map((one) => one.code());
  }

  function fraction() {
    return Number(position.value) / 100;
  }

  function pictures(way, count) {
    const [from, to] = codes();
    return Array.from({ length: count }, (_, i) =>
      scene.model.decode(WAYS[way](from, to, i / (count - 1))).pixels,
    );
  }

  function drawStrips() {
    for (const way of ["lerp", "slerp"]) {
      const canvas = byId(`${way}-strip`);
      canvas.style.aspectRatio = `${STEPS} / 1`;
      const { pen, width } = penOf(canvas);
      const side = width / STEPS;
      pictures(way, STEPS).forEach((pixels, i) => stamp(pen, pixels, i * side, 0, side));
      const [start, finish] = ends.map((one) => one.name());
      const values = { steps: STEPS, start, end: finish, way: say(way) };
      label(canvas, say("stripLabel", values));
    }
    ends.forEach((one) => one.draw());
  }

  function drawNow() {
    const [from, to] = codes();
    const at = Object.values(WAYS).map((way) => way(from, to, fraction()));
    Object.keys(WAYS).forEach((way, i) =>
      show(byId(way), scene.model.decode(at[i]).pixels, say(way)),
    );
    const line = (way) => Array.from({ length: 33 }, (_, i) => way(from, to, i / 32));
    scene.path = touched ? { lerp: line(lerp), slerp: line(slerp), at } : null;
  }

  function changed() {
    touched = true;
    drawStrips();
    drawNow();
    scene.touch("path");
  }

  function moved() {
    touched = true;
    drawNow();
    scene.touch("path");
  }

  /** To and fro, for ever; in still steps where motion is not wanted. */
  function play() {
    if (playing) {
      stop();
      return;
    }
    byId("play").textContent = say("stop");
    const began = performance.now() - fraction() * WAY;
    const turn = (now) => {
      const phase = Math.max(now - began, 0) / WAY;
      const there = phase % 2;
      position.value = String(100 * (there > 1 ? 2 - there : there));
      moved();
      playing = requestAnimationFrame(turn);
    };
    let step = Math.round(fraction() * (STEPS - 1));
    const next = () => {
      step = (step + 1) % STEPS;
      position.value = String((100 * step) / (STEPS - 1));
      moved();
      if (step === STEPS - 1) stop();
    };
    playing = still.matches ? setInterval(next, REST) : requestAnimationFrame(turn);
  }

  function stop() {
    cancelAnimationFrame(playing);
    clearInterval(playing);
    playing = 0;
    byId("play").textContent = say("play");
  }

  byId("play").addEventListener("click", play);
  position.addEventListener("input", () => {
    stop();
    moved();
  });
  byId("swap").addEventListener("click", () => {
    const [first, second] = ends.map((one) => one.chosen());
    ends[0].choose(second);
    ends[1].choose(first);
    changed();
  });
  ends.forEach((one) => one.on(changed));
  byId("save-strip").addEventListener("click", () => saveStrip(["lerp", "slerp"].map((way) => pictures(way, STEPS))));
  byId("save-moving").addEventListener("click", () => saveMoving(pictures("slerp", FRAMES)));
  byId("save-moving").hidden = typeof CompressionStream === "undefined";
  scene.on((changes) => {
    if (!changes.has("view")) return;
    byId("morphing").hidden = !scene.model.live;
    if (scene.model.live) {
      drawStrips();
      drawNow();
    } else {
      stop();
      scene.path = null;
    }
  });
}

/** One end of the morph: a class' example, a code of one's own, or a random one. */
function end(scene, canvasId, selectId) {
  const select = byId(selectId);
  const labels = Object.keys(scene.examples);
  let own = null;
  for (const label of labels) {
    select.append(Object.assign(make("option", scene.className(label)), { value: label }));
  }
  select.append(Object.assign(make("option", say("random")), { value: "random" }));
  const shown = Object.assign(make("option", say("shownCode")), { value: "own", hidden: true });
  select.append(shown);
  select.value = scene.ends[selectId === "from" ? 0 : 1];
  let random = noise(scene.model.latents);

  const one = {
    code() {
      const { latents } = scene.model;
      if (select.value === "random") {
        if (random.length !== latents) random = noise(latents);
        return random;
      }
      if (select.value === "own") return own.codes.get(scene.active) ?? own.encode(scene.active);
      return scene.model.codeOf(scene.examples[select.value])[0];
    },
    name: () => select.selectedOptions[0].textContent,
    draw: () => show(byId(canvasId), scene.model.decode(one.code()).pixels, one.name()),
    chosen: () => ({ value: select.value, own, random }),
    choose(chosen) {
      ({ own, random } = chosen);
      shown.hidden = own === null;
      select.value = chosen.value;
    },
    on(act) {
      select.addEventListener("change", () => {
        if (select.value === "random") random = noise(scene.model.latents);
        act();
      });
      byId(`${canvasId}-shown`).addEventListener("click", () => {
        one.choose({ value: "own", own: taken(scene), random });
        act();
      });
    },
  };
  return one;
}

/** The code that is shown now; for another model, that of the same picture. */
function taken(scene) {
  const pixels = scene.source.pixels ?? scene.answer().pixels;
  const encode = (which) => scene.models[which].encode(pixels)[0];
  return { codes: new Map([[scene.active, scene.z.slice()]]), encode };
}

function canvasOf(rows) {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: rows[0].length * FILE_SIDE, height: rows.length * FILE_SIDE });
  const pen = canvas.getContext("2d");
  rows.forEach((row, y) =>
    row.forEach((pixels, x) =>
      stamp(pen, pixels, x * FILE_SIDE, y * FILE_SIDE, FILE_SIDE, "#000000", "#ffffff"),
    ),
  );
  return canvas;
}

function saveStrip(rows) {
  canvasOf(rows).toBlob((blob) => save(blob, "morph.png"));
}

async function saveMoving(way) {
  const there = way.map((pixels) => {
    const canvas = canvasOf([[pixels]]);
    return canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  });
  const back = there.slice(1, -1).reverse();
  save(await animated([...there, ...back], SHOWN), "morph.apng");
}

function save(blob, name) {
  const link = Object.assign(document.createElement("a"), {
    href: URL.createObjectURL(blob),
    download: name,
  });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
