// What the page shows, in one place: a model, an image, its cloud, and the code z.

import { draw, klOf, noise, noiseOf } from "./gaussian.js";
import { Model } from "./models.js";
import { numbersAt } from "./numbers.js";
import { SIDE } from "./shades.js";
import { canShow } from "./words.js";

const PIXELS = SIDE * SIDE;
const FRAMES = 2000;

/**
 * Everything the parts of the page share. They change it by its methods, and are told once before
 * the screen is painted what has changed: "code" (z or its cloud), "view" (model, axes, classes,
 * colours, sizes), "path" (the morph).
 */
export class Scene {
  #listeners = [];
  #changes = new Set();
  #answers = new Map();
  #encoded = new Map();

  constructor(told, block) {
    this.models = told.models.map((one) => new Model(one, block));
    this.classes = told.classes;
    this.signs = canShow(told.classes[0].kana, told.classes[1]?.kana ?? "");
    this.labels = told.labels;
    this.frame = told.frame;
    this.examples = told.examples;
    this.count = this.labels.length;
    this.shades = numbersAt(block, told.images);
    this.shown = new Set(this.labels);
    this.mapped = true;
    this.path = null;
    /** How long each frame took, in milliseconds. */
    this.frames = [];
    this.active = 0;
    this.pair = this.model.pair();
    /** The two classes that a morph goes between first, and whose first is shown: ma and tsu. */
    const present = Object.keys(this.examples);
    this.ends = [6, 3].map((place) => present[Math.min(place, present.length - 1)]);
    this.takeImage(this.examples[this.ends[0]]);
  }

  get model() {
    return this.models[this.active];
  }

  /** A class as people read it: kana and romaji, or a name. */
  className(label) {
    const { kana, name } = this.classes[label];
    return kana && this.signs ? `${kana} ${name}` : name;
  }

  image(index) {
    const shades = this.shades.subarray(index * PIXELS, (index + 1) * PIXELS);
    return Float32Array.from(shades, (shade) => shade / 255);
  }

  on(act) {
    this.#listeners.push(act);
  }

  touch(kind) {
    if (kind !== "path") this.#answers.clear();
    if (this.#changes.size === 0) requestAnimationFrame(() => this.#tell());
    this.#changes.add(kind);
  }

  #tell() {
    const began = performance.now();
    const changes = this.#changes;
    this.#changes = new Set();
    for (const act of this.#listeners) act(changes);
    this.frames.push(performance.now() - began);
    if (this.frames.length > FRAMES) this.frames.shift();
  }

  takeImage(index) {
    this.#take({ kind: "image", index, pixels: this.image(index) });
  }

  takeDrawing(pixels) {
    this.#take({ kind: "drawing", pixels });
  }

  /** z ~ N(0, I): no image, and the prior as the cloud. */
  takePrior() {
    this.#take({ kind: "prior" });
    this.drawAgain();
  }

  #take(source) {
    this.source = source;
    this.#encoded.clear();
    this.toMean();
  }

  selectModel(which) {
    this.active = which;
    this.pair = this.model.pair();
    this.toMean();
    this.touch("view");
  }

  /** μ and log σ² of what is given, for any of the models. */
  cloud(which = this.active) {
    const model = this.models[which];
    if (!this.#encoded.has(which)) this.#encoded.set(which, this.#cloudOf(model));
    return this.#encoded.get(which);
  }

  #cloudOf(model) {
    if (this.source.kind === "image") return model.codeOf(this.source.index);
    if (this.source.kind === "drawing" && model.live) return model.encode(this.source.pixels);
    return [new Float32Array(model.latents), new Float32Array(model.latents)];
  }

  toMean() {
    [this.z] = this.cloud();
    this.eps = null;
    this.#moved();
  }

  drawAgain() {
    this.eps = noise(this.model.latents);
    this.z = draw(...this.cloud(), this.eps);
    this.#moved();
  }

  /** Put z anywhere. */
  moveTo(z) {
    this.z = z;
    this.eps = null;
    this.#moved();
  }

  #moved() {
    this.hover = null;
    this.touch("code");
  }

  /** Look at a code without taking it; null looks at z again. */
  lookAt(code) {
    if (code === null && this.hover === null) return;
    this.hover = code;
    this.touch("code");
  }

  /** A copy of z with other values in the plane's two latents. */
  withPlace(x, y) {
    const code = this.z.slice();
    code[this.pair[0]] = x;
    if (this.pair[1] !== this.pair[0]) code[this.pair[1]] = y;
    return code;
  }

  /** The code that a model decodes: the active one's own; another's with the same ε. */
  codeFor(which) {
    if (which === this.active) return this.hover ?? this.z;
    const [mean, logVar] = this.cloud(which);
    return this.eps?.length === mean.length ? draw(mean, logVar, this.eps) : mean;
  }

  /** {pixels, cost} of a model's code, worked out once a frame. */
  answer(which = this.active) {
    if (!this.#answers.has(which)) {
      this.#answers.set(which, this.models[which].decode(this.codeFor(which)));
    }
    return this.#answers.get(which);
  }

  /** Nats: {recon, kl}; recon is null where no image is given. */
  worth(which = this.active) {
    const given = this.source.pixels;
    return {
      recon: given ? this.answer(which).cost(given) : null,
      kl: klOf(...this.cloud(which)),
    };
  }

  /** The ε that leads from μ to z. */
  noise() {
    return this.eps ?? noiseOf(this.z, ...this.cloud());
  }

  /** The held-out images nearest to a code of the active model, in all its latents. */
  nearestCodes(code, count) {
    const { means, latents } = this.model;
    const distances = this.labels.map((_, index) => {
      let sum = 0;
      for (let i = 0; i < latents; i++) sum += (means[index * latents + i] - code[i]) ** 2;
      return sum;
    });
    const order = distances.map((_, index) => index);
    return order.sort((a, b) => distances[a] - distances[b]).slice(0, count);
  }

  /** The held-out image nearest to some pixels. */
  nearestImage(pixels) {
    let [best, least] = [0, Infinity];
    for (let index = 0; index < this.count; index++) {
      let sum = 0;
      for (let i = 0; i < PIXELS && sum < least; i++) {
        sum += (this.shades[index * PIXELS + i] / 255 - pixels[i]) ** 2;
      }
      if (sum < least) [best, least] = [index, sum];
    }
    return best;
  }
}
