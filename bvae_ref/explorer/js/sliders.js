// One slider for each latent, those that say most first.

import { byId, digits, make, put, say } from "./words.js";

export function startSliders(scene) {
  let of = null;
  let rows = [];

  function build() {
    of = scene.model;
    rows = of.order.map((latent) => row(scene, latent));
    byId("sliders").replaceChildren(...rows.map(({ element }) => element));
  }

  scene.on(() => {
    if (of !== scene.model) build();
    const code = scene.hover ?? scene.z;
    for (const { latent, input, output } of rows) {
      if (document.activeElement !== input || Math.abs(input.value - code[latent]) > 0.01) {
        input.value = String(code[latent]);
      }
      put(output, digits(code[latent], 2));
    }
  });
}

function row(scene, latent) {
  const { model } = scene;
  const element = make("div", "", model.speaks(latent) ? "slider" : "slider silent");
  const name = make("label", say("axis", { number: latent }));
  name.htmlFor = `latent-${latent}`;
  const nats = say("nats", { nats: digits(model.kl[latent], 2) });
  name.append(" ", make("small", model.speaks(latent) ? nats : `${nats}, ${say("silent")}`));
  const input = Object.assign(document.createElement("input"), {
    type: "range",
    id: name.htmlFor,
    min: String(-model.reach),
    max: String(model.reach),
    step: "0.01",
  });
  input.addEventListener("input", () => {
    const code = scene.z.slice();
    code[latent] = Number(input.value);
    scene.moveTo(code);
  });
  const output = make("output");
  element.append(name, input, output);
  return { element, latent, input, output };
}
