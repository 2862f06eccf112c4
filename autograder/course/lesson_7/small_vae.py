"""A β-VAE in NumPy, small and quick, that can go wrong in named ways.

One linear layer each way, trained with Adam on gradients worked out by hand. A diagnosis trains
dozens of models; each of these takes a tenth of a second, and the facts by which they are
compared with a learner's do not depend on the architecture.
"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

PIXELS = 28 * 28
ENCODER, DECODER = ("mean_k", "mean_b", "log_var_k", "log_var_b"), ("pixel_k", "pixel_b")
RATE, STEADY, WILD = 1.5e-2, 0.9, 0.999
# Log-odds of ink before anything is learnt: most of a page is paper.
PAPER = -2.0


def sigmoid(x) -> np.ndarray:
    """1 / (1 + exp(−x)), without overflow."""
    return 0.5 * (1 + np.tanh(0.5 * x))


class SmallVAE:
    """Answers `fit`, `evaluate`, `get_weights` and `set_weights` as a Keras model does.

    Args:
        latent, beta, seed: as `build_model` takes them.
        price: (β, latents) → what the two terms weigh in the objective.
        report: (recon, kl, β, latents) → loss, recon and kl of every image as they are logged.
        noise: (generator, shape) → the noise of one draw.
        spread: log σ² → what the noise is multiplied by.
        stopped: whether no gradient passes through z.
        learning: names of the weights that are trained.
        least_log_var: log σ² is cut off below it.
        end: what the decoder applies before the sigmoid of the loss: "", "sigmoid" or
            "log_sigmoid".
        tracking: "all" images of an evaluation, the "last" batch, or those "ever" seen.
    """

    def __init__(
        self,
        latent,
        beta,
        seed,
        *,
        price=lambda beta, latents: (1.0, beta),
        report=lambda recon, kl, beta, latents: (recon + beta * kl, recon, kl),
        noise=lambda rng, shape: rng.standard_normal(shape),
        spread=lambda log_var: np.exp(0.5 * log_var),
        stopped=False,
        learning=ENCODER + DECODER,
        least_log_var=-12.0,
        end="",
        tracking="all",
    ):
        self.beta, self.latent, self.rng = beta, latent, np.random.default_rng(seed)
        self.weighs, self.report, self.noise = price(beta, latent), report, noise
        self.spread, self.stopped, self.learning = spread, stopped, learning
        self.least_log_var, self.end = least_log_var, end
        self.tracking, self.ever = tracking, []
        wide = {"mean_k": (PIXELS, latent), "log_var_k": (PIXELS, latent)}
        self.weights = {
            **{name: self.rng.normal(0, 0.04, shape) for name, shape in wide.items()},
            "mean_b": np.zeros(latent),
            "log_var_b": np.zeros(latent),
            "pixel_k": self.rng.normal(0, 0.1, (latent, PIXELS)),
            "pixel_b": np.full(PIXELS, PAPER),
        }
        self.steps = 0
        self.moments = dict.fromkeys(self.weights, (0.0, 0.0))

    def get_weights(self):
        return [value.copy() for value in self.weights.values()]

    def set_weights(self, values):
        self.weights = {name: v.copy() for name, v in zip(self.weights, values, strict=True)}

    def encode(self, images):
        """(mean, log_var), each `(n, latent)`."""
        x, w = np.reshape(images, (len(images), PIXELS)), self.weights
        # A quarter of the range is plenty, and nothing overflows.
        log_var = np.clip(x @ w["log_var_k"] + w["log_var_b"], self.least_log_var, 6)
        return x @ w["mean_k"] + w["mean_b"], log_var

    def logits(self, z):
        """What the loss takes for log-odds, `(n, 784)`."""
        logits = z @ self.weights["pixel_k"] + self.weights["pixel_b"]
        if self.end == "sigmoid":
            return sigmoid(logits)
        return -np.logaddexp(0, -logits) if self.end == "log_sigmoid" else logits

    def decode(self, z):
        """Pixels in [0, 1], `(n, 28, 28, 1)`."""
        pixels = sigmoid(self.logits(np.asarray(z))).reshape(-1, 28, 28, 1)
        return pixels.astype(np.float32)

    def fit(self, images, batch_size, epochs, verbose=0):
        losses = []
        for _ in range(epochs):
            order = self.rng.permutation(len(images))
            starts = range(0, len(images), batch_size)
            found = [self._step(images[order[at : at + batch_size]]) for at in starts]
            losses.append(float(np.mean(found)))
        return SimpleNamespace(history={"loss": losses})

    def evaluate(self, images, batch_size, verbose=0, return_dict=True):
        batches = [images[at : at + batch_size] for at in range(0, len(images), batch_size)]
        found = [np.array(np.broadcast_arrays(*self._terms(b)[0])) for b in batches]
        if self.tracking == "last":
            found = found[-1:]
        if self.tracking == "ever":
            found = self.ever = [*self.ever, *found]
        values = np.concatenate(found, axis=1).mean(axis=1)
        return dict(zip(("loss", "recon", "kl"), map(float, values), strict=True))

    def _terms(self, images):
        """The logged terms of every image, and what the gradients need."""
        x = np.reshape(images, (len(images), PIXELS)).astype(np.float64)
        mean, log_var = self.encode(images)
        eps = self.noise(self.rng, mean.shape)
        z = mean + self.spread(log_var) * eps
        logits = self.logits(z)
        recon = (np.logaddexp(0, logits) - x * logits).sum(axis=1)
        kl = 0.5 * (mean**2 + np.exp(log_var) - 1 - log_var).sum(axis=1)
        return self.report(recon, kl, self.beta, self.latent), (x, mean, log_var, eps, z, logits)

    def _step(self, images) -> float:
        terms, (x, mean, log_var, eps, z, logits) = self._terms(images)
        on_recon, on_kl = self.weighs
        pull = on_recon * (sigmoid(logits) - x) / len(x)
        if self.end == "sigmoid":
            pull = pull * logits * (1 - logits)
        if self.end == "log_sigmoid":
            pull = pull * -np.expm1(logits)
        through = 0.0 if self.stopped else pull @ self.weights["pixel_k"].T
        # The slope of the spread, by a small difference: it may be any function.
        slope = (self.spread(log_var + 1e-4) - self.spread(log_var - 1e-4)) / 2e-4
        to_mean = through + on_kl * mean / len(x)
        to_log_var = through * slope * eps + on_kl * 0.5 * (np.exp(log_var) - 1) / len(x)
        to_log_var = to_log_var * (log_var > self.least_log_var)
        gradients = {
            "mean_k": x.T @ to_mean,
            "mean_b": to_mean.sum(axis=0),
            "log_var_k": x.T @ to_log_var,
            "log_var_b": to_log_var.sum(axis=0),
            "pixel_k": z.T @ pull,
            "pixel_b": pull.sum(axis=0),
        }
        self.steps += 1
        for name in self.learning:
            self._adam(name, gradients[name])
        return float(np.mean(terms[0]))

    def _adam(self, name: str, gradient) -> None:
        first, second = self.moments[name]
        first = STEADY * first + (1 - STEADY) * gradient
        second = WILD * second + (1 - WILD) * gradient**2
        self.moments[name] = first, second
        size = RATE * np.sqrt(1 - WILD**self.steps) / (1 - STEADY**self.steps)
        self.weights[name] = self.weights[name] - size * first / (np.sqrt(second) + 1e-7)
