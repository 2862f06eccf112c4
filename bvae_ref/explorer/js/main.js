// Where the page begins.

import { startBeside } from "./beside.js";
import { rasterised } from "./drawing.js";
import { startMorph } from "./morph.js";
import { unpack } from "./numbers.js";
import { startPad } from "./pad.js";
import { startPicture } from "./picture.js";
import { startPlane } from "./plane.js";
import { startPrice } from "./price.js";
import { onResize } from "./shades.js";
import { startSliders } from "./sliders.js";
import { Scene } from "./state.js";
import { byId, say, useWords } from "./words.js";

async function start() {
  const told = JSON.parse(byId("data").textContent);
  useWords(told.words);
  const scene = new Scene(told, await unpack(byId("numbers").textContent));
  byId("about").textContent = say("about", { count: scene.count });
  byId("page").hidden = false;
  scene.on((changes) => changes.has("view") && tellOfGrid(scene));
  const parts = [startPrice, startPlane, startSliders, startPicture, startPad, startBeside, startMorph];
  for (const part of parts) part(scene);
  onResize(() => scene.touch("view"));
  scene.touch("code");
  scene.touch("view");
  // For the browser's console: latentExplorer.scene.model.decode([0, 1]).
  globalThis.latentExplorer = { scene, rasterised };
}

/** A sentence where a model's networks are not understood. */
function tellOfGrid({ model }) {
  const notice = byId("grid-only");
  notice.hidden = model.live;
  if (model.live) return;
  const { latents, steps } = model.grid;
  notice.textContent = say("gridOnly", {
    reason: model.why,
    steps,
    across: latents[0],
    up: latents[latents.length - 1],
  });
}

start().catch((error) => {
  // Where the browser is too old, the page says so already.
  if (globalThis.DecompressionStream) {
    byId("about").textContent = say("broken", { reason: error.message });
  }
  console.error(error);
});
