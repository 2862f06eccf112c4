// A slider over models that differ in β, so that its price can be felt by pulling.

import { byId, put } from "./words.js";

/** Its stops are the models, the cheapest first; it is shown where each has a β of its own. */
export function startPrice(scene) {
  const betas = scene.models.map((model) => model.beta);
  const prices = betas.filter(Number.isFinite).sort((a, b) => a - b);
  if (betas.length < 2 || new Set(prices).size < betas.length) return;
  const slider = byId("price");
  slider.max = String(prices.length - 1);
  byId("prices").hidden = false;
  slider.addEventListener("input", () => scene.selectModel(betas.indexOf(prices[slider.value])));
  scene.on((changes) => {
    if (!changes.has("view")) return;
    const { beta, name } = scene.model;
    slider.value = String(prices.indexOf(beta));
    slider.setAttribute("aria-valuetext", name);
    put(byId("price-now"), String(beta));
  });
}
