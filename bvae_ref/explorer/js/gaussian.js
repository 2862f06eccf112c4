// The course's formulas: the draw, the KL, and what an image costs. All in nats.

import { sigmoid, softplus } from "./activations.js";

/** Standard-normal noise: Box & Muller 1958. */
export function noise(count) {
  return Float32Array.from({ length: count }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - Math.random()));
    return radius * Math.cos(2 * Math.PI * Math.random());
  });
}

/** z = μ + σ·ε. */
export function draw(mean, logVar, eps) {
  return mean.map((m, i) => m + Math.exp(0.5 * logVar[i]) * eps[i]);
}

/** ε = (z − μ)/σ: the noise that would have led to z. */
export function noiseOf(z, mean, logVar) {
  return z.map((value, i) => (value - mean[i]) / Math.exp(0.5 * logVar[i]));
}

/** KL(N(μ, σ²) ‖ N(0, I)), summed over the latents. */
export function klOf(mean, logVar) {
  return mean.reduce((sum, m, i) => sum + 0.5 * (m * m + Math.exp(logVar[i]) - 1 - logVar[i]), 0);
}

/** Bernoulli cost of an image, summed over its pixels, from logits or from pixels. */
export function costOf(image, answers, gives) {
  let sum = 0;
  for (let i = 0; i < image.length; i++) {
    if (gives === "logits") {
      sum += softplus(answers[i]) - image[i] * answers[i];
    } else {
      const p = Math.min(Math.max(answers[i], 1e-7), 1 - 1e-7);
      sum -= image[i] * Math.log(p) + (1 - image[i]) * Math.log1p(-p);
    }
  }
  return sum;
}

/** What a decoder's answers look like: pixels in [0, 1]. */
export function pixelsOf(answers, gives) {
  return gives === "logits" ? answers.map(sigmoid) : answers;
}
