// Which latents and which classes the plane shows.

import { penOf } from "./shades.js";
import { mark } from "./theme.js";
import { byId, digits, make, say } from "./words.js";

export function startAxes(scene) {
  const selects = [byId("across"), byId("up")];
  let of = null;
  selects.forEach((select, which) =>
    select.addEventListener("change", () => {
      const before = scene.pair;
      const chosen = Number(select.value);
      const other = before[1 - which] === chosen ? before[which] : before[1 - which];
      scene.pair = which === 0 ? [chosen, other] : [other, chosen];
      scene.touch("view");
    }),
  );
  scene.on((changes) => {
    if (!changes.has("view")) return;
    const { model } = scene;
    byId("axes").hidden = model.latents < 3 || !model.live;
    if (of !== model) {
      of = model;
      for (const select of selects) {
        select.replaceChildren(
          ...model.order.map((number) => {
            const option = make("option", say("latentNats", { number, nats: digits(model.kl[number]) }));
            option.value = String(number);
            return option;
          }),
        );
      }
    }
    selects.forEach((select, which) => (select.value = String(scene.pair[which])));
  });
}

/** A switch for each class, with its mark: the legend. */
export function startClasses(scene) {
  const marks = [];
  for (const label of [...new Set(scene.labels)].sort((a, b) => a - b)) {
    const box = Object.assign(document.createElement("input"), { type: "checkbox", checked: true });
    const sign = document.createElement("canvas");
    const entry = make("label");
    entry.append(box, sign, make("span", scene.className(label)));
    byId("classes").append(entry);
    marks.push([sign, label]);
    box.addEventListener("change", () => {
      if (box.checked) scene.shown.add(label);
      else scene.shown.delete(label);
      scene.touch("view");
    });
  }
  scene.on((changes) => {
    if (!changes.has("view")) return;
    for (const [sign, label] of marks) mark(penOf(sign).pen, label, 7, 7, 5.5);
  });
}
