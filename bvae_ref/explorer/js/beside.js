// All models with the same image: what a higher price does to cloud and picture.

import { drawCloud, drawMarks } from "./marks.js";
import { label, penOf, show } from "./shades.js";
import { byId, digits, make, put, say } from "./words.js";

/** The switch between models, and the panel that compares them. */
export function startBeside(scene) {
  const many = scene.models.length > 1;
  byId("models").hidden = byId("beside").hidden = !many;
  if (!many) return;
  const buttons = scene.models.map((model, which) => {
    const radio = Object.assign(document.createElement("input"), { type: "radio", name: "model" });
    radio.addEventListener("change", () => scene.selectModel(which));
    const label = make("label");
    label.append(radio, make("span", model.name));
    byId("models").append(label);
    return radio;
  });
  const cards = scene.models.map((model, which) => card(scene, which));
  byId("all-models").append(...cards.map(({ article }) => article));
  scene.on((changes) => {
    if (changes.has("view")) {
      buttons.forEach((radio, which) => (radio.checked = which === scene.active));
    }
    if (changes.has("code") || changes.has("view")) cards.forEach((one) => one.draw(changes));
  });
}

function card(scene, which) {
  const model = scene.models[which];
  const pair = model.pair();
  const article = make("article");
  const plot = make("canvas", "", "plot");
  const picture = make("canvas", "", "ink");
  const under = document.createElement("canvas");
  const words = make("p", "", "quiet small");
  const both = make("div", "", "pair");
  both.append(plot, picture);
  for (const canvas of [plot, picture]) canvas.setAttribute("role", "img");
  article.append(make("h3", model.name), both, words);

  function draw(changes) {
    article.classList.toggle("active", which === scene.active);
    const { pen, width } = penOf(plot);
    if (width === 0) return;
    if (changes.has("view")) {
      Object.assign(under, { width: plot.width, height: plot.height });
      const below = under.getContext("2d");
      below.setTransform(plot.width / width, 0, 0, plot.height / width, 0, 0);
      drawMarks(below, scene, model, pair, width, 2);
    }
    pen.drawImage(under, 0, 0, width, width);
    drawCloud(pen, model, pair, scene.cloud(which), scene.codeFor(which), width);
    const { recon, kl } = scene.worth(which);
    const values = {
      recon: recon === null ? "" : digits(recon),
      kl: digits(kl),
      active: model.speaking(),
      latents: model.latents,
    };
    const said = say(recon === null ? "besideNone" : "besideOf", values);
    put(words, said);
    label(plot, `${model.name}: ${said}`);
    show(picture, scene.answer(which).pixels, `${model.name}: ${say("decoded")}`);
  }
  return { article, draw };
}
