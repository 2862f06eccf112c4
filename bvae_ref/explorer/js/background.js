// The decoder's map: pictures over the plane, drawn faintly, made little by little.

import { SIDE, inked } from "./shades.js";

const TILES = 15;
// What of a frame's time may go into the map, in milliseconds.
const SHARE = 5;
// z's other latents may still be moving.
const PATIENCE = 250;

export class Background {
  #wanted = "";
  #turn = 0;

  constructor(scene) {
    this.scene = scene;
    this.pictures = new Array(TILES * TILES).fill(null);
    const sides = { width: TILES * SIDE, height: TILES * SIDE };
    this.canvas = Object.assign(document.createElement("canvas"), sides);
  }

  /** Begin anew if the map would look different: another model, other axes, other latents. */
  follow() {
    const { scene } = this;
    const others = Array.from(scene.z).filter((_, latent) => !scene.pair.includes(latent));
    const wanted = JSON.stringify([scene.active, scene.pair, others]);
    if (!scene.mapped || wanted === this.#wanted) return;
    this.#wanted = wanted;
    this.#turn += 1;
    const turn = this.#turn;
    setTimeout(() => this.#work(turn, 0), this.#turn === 1 ? 0 : PATIENCE);
  }

  #work(turn, from) {
    const began = performance.now();
    let at = from;
    const { scene } = this;
    while (turn === this.#turn && at < TILES * TILES && performance.now() - began < SHARE) {
      const step = (place) => (((place + 0.5) / TILES) * 2 - 1) * scene.model.reach;
      const code = scene.withPlace(step(at % TILES), -step(Math.floor(at / TILES)));
      this.pictures[at] = scene.model.decode(code).pixels;
      this.#paint(at);
      at += 1;
    }
    if (turn !== this.#turn) return;
    if (at < TILES * TILES) setTimeout(() => this.#work(turn, at));
    else scene.touch("view");
  }

  #paint(at) {
    const [x, y] = [(at % TILES) * SIDE, Math.floor(at / TILES) * SIDE];
    this.canvas.getContext("2d").putImageData(inked(this.pictures[at]), x, y);
  }

  /** In other colours. */
  repaint() {
    this.pictures.forEach((pixels, at) => pixels && this.#paint(at));
  }
}
