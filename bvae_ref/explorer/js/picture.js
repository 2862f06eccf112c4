// What is given, what is decoded from z, where z came from, and what that is worth in nats.

import { label, show } from "./shades.js";
import { byId, digits, placeOf, put, say } from "./words.js";

// Screen readers are told once nothing has moved for so long, in milliseconds.
const QUIET = 700;

export function startPicture(scene) {
  let saying = 0;
  scene.on((changes) => {
    if (!changes.has("code") && !changes.has("view")) return;
    const { pixels } = scene.answer();
    const { source } = scene;
    show(byId("given"), source.pixels, source.pixels ? sourceWords(scene) : say("nothingGiven"));
    put(byId("given-words"), say(source.pixels ? "given" : "nothingGiven"));
    show(byId("decoded"), pixels, say("decoded"));
    put(byId("decoded-words"), say(scene.hover ? "pointed" : "decoded"));
    put(byId("source"), sourceWords(scene));
    tellDraws(scene);
    tellWorth(scene);
    clearTimeout(saying);
    saying = setTimeout(() => speak(scene), QUIET);
  });
  byId("again").addEventListener("click", () => scene.drawAgain());
  byId("to-mean").addEventListener("click", () => scene.toMean());
  byId("prior").addEventListener("click", () => scene.takePrior());
}

function sourceWords(scene) {
  const { source } = scene;
  if (source.kind === "drawing") return say("fromDrawing");
  if (source.kind === "prior") return say("fromPrior");
  const name = scene.className(scene.labels[source.index]);
  return say("fromImage", { number: source.index + 1, name });
}

/** z = μ + σ·ε in numbers, for the latents of the plane. */
function tellDraws(scene) {
  const [mean, logVar] = scene.cloud();
  const eps = scene.noise();
  const lines = [...new Set(scene.pair)].map((number) =>
    say("drawsOf", {
      number,
      z: digits(scene.z[number], 2),
      mean: digits(mean[number], 2),
      sigma: digits(Math.exp(0.5 * logVar[number]), 2),
      eps: digits(eps[number], 2),
    }),
  );
  put(byId("draws"), lines.join("\n"));
}

function tellWorth(scene) {
  const { recon, kl } = scene.worth();
  const nats = (value) => say("nats", { nats: digits(value) });
  const beta = scene.model.beta;
  put(byId("recon"), recon === null ? say("noImage") : nats(recon));
  put(byId("kl"), nats(kl));
  put(byId("sum-words"), beta === null ? say("sum") : say("sumBeta", { beta: Number(beta.toPrecision(4)) }));
  put(byId("sum"), recon === null ? say("noImage") : nats(recon + (beta ?? 1) * kl));
}

function speak(scene) {
  const place = placeOf(scene.z, scene.pair);
  label(byId("plane"), say("planeLabel", { place }));
  const { recon, kl } = scene.worth();
  const nats = { recon: recon === null ? "" : digits(recon), kl: digits(kl) };
  const name = scene.className(scene.labels[scene.nearestImage(scene.answer().pixels)]);
  put(byId("said"), say("said", {
    place: placeOf(scene.hover ?? scene.z, scene.pair),
    name,
    worth: say(recon === null ? "saidNoWorth" : "saidWorth", nats),
  }));
}
