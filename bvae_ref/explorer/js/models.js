// A model: its codes of the held-out images, and its networks, or a grid of pictures.

import { costOf, pixelsOf } from "./gaussian.js";
import { Network } from "./network.js";
import { numbersAt } from "./numbers.js";

const SIDE = 28;
// A latent with fewer nats than this is called silent, as in the lessons.
const SPEAKS = 0.1;

export class Model {
  constructor(told, block) {
    Object.assign(this, { name: told.name, beta: told.beta, latents: told.latents, kl: told.kl });
    this.means = numbersAt(block, told.mean);
    this.logVars = numbersAt(block, told.logVar);
    this.count = this.means.length / this.latents;
    this.gives = told.gives ?? "pixels";
    this.why = told.why;
    this.grid = told.grid;
    this.live = !told.grid;
    if (this.live) {
      this.encoder = new Network(told.encoder, block);
      this.decoder = new Network(told.decoder, block);
    } else {
      this.pictures = numbersAt(block, told.grid.pictures);
    }
    /** Latents, those with the most nats first. */
    this.order = this.kl.map((_, i) => i).sort((a, b) => this.kl[b] - this.kl[a]);
    this.reach = this.#reach();
  }

  /** Half the width of the plane: the prior, and nearly all codes. */
  #reach() {
    const sizes = Float32Array.from(this.means, Math.abs).sort();
    return Math.max(3, 1.05 * sizes[Math.floor(0.998 * (sizes.length - 1))]);
  }

  /** The latents that the plane shows first. */
  pair() {
    if (this.grid) return this.grid.latents;
    return this.latents === 1 ? [0, 0] : this.order.slice(0, 2).sort((a, b) => a - b);
  }

  speaks(latent) {
    return this.kl[latent] >= SPEAKS;
  }

  speaking() {
    return this.kl.filter((nats) => nats >= SPEAKS).length;
  }

  /** μ and log σ² of a held-out image. */
  codeOf(index) {
    const part = (all) => all.slice(index * this.latents, (index + 1) * this.latents);
    return [part(this.means), part(this.logVars)];
  }

  /** μ and log σ² of any image. */
  encode(image) {
    return this.encoder.run(image, [SIDE, SIDE, 1]);
  }

  /** {pixels, costOf(image)} of a code. */
  decode(code) {
    const answers = this.live
      ? this.decoder.run(Float32Array.from(code), [this.latents])[0]
      : this.#nearest(code);
    const cost = (image) => costOf(image, answers, this.gives);
    return { pixels: pixelsOf(answers, this.gives), cost };
  }

  /** The picture of the grid whose place is nearest. */
  #nearest(code) {
    const { latents, steps, extent } = this.grid;
    const step = (latent) => {
      const share = ((code[latent] ?? 0) + extent) / (2 * extent);
      return Math.min(Math.max(Math.round(share * (steps - 1)), 0), steps - 1);
    };
    const up = latents.length > 1 ? step(latents[1]) : 0;
    const at = (steps - 1 - up) * steps + step(latents[0]);
    const shades = this.pictures.subarray(at * SIDE * SIDE, (at + 1) * SIDE * SIDE);
    return Float32Array.from(shades, (shade) => shade / 255);
  }
}
