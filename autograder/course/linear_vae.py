"""The smallest VAE, in NumPy: one dense layer each way, with its gradient worked out by hand.

Lesson 3 judges a learner's `train_step` against it. Flattened images x give
μ = xA + a and log σ² = xB + b; logits are zD + d. Every gradient of
mean(recon + β·KL) is then a product of matrices, so the expected step needs neither
TensorFlow nor the reference model.
"""

from __future__ import annotations

import numpy as np

# exp(½·(−30)) ≈ 3e-7: with such a σ the draw z is the mean, up to rounding.
QUIET_LOG_VAR = -30.0
QUADRATURE_NODES = 80


def draw_weights(rng, pixels: int, latent: int) -> dict[str, np.ndarray]:
    """Random float32 weights whose posteriors are so narrow that noise does not matter."""

    def normal(scale, *shape):
        return rng.normal(0.0, scale, shape).astype("float32")

    return {
        "mean_kernel": normal(0.6, pixels, latent),
        "mean_bias": normal(0.6, latent),
        "log_var_kernel": normal(0.3, pixels, latent),
        "log_var_bias": (QUIET_LOG_VAR + normal(0.3, latent)).astype("float32"),
        "pixel_kernel": normal(1.0, latent, pixels),
        "pixel_bias": normal(0.6, pixels),
    }


def noisy_weights(rng, pixels: int) -> dict[str, np.ndarray]:
    """Float32 weights with one latent and one wide posterior, the same for every image."""
    zeros = np.zeros((pixels, 1), "float32")
    signs = rng.choice([-1.0, 1.0], (1, pixels))
    return {
        "mean_kernel": zeros,
        "mean_bias": rng.uniform(-0.5, 0.5, 1).astype("float32"),
        "log_var_kernel": zeros,
        "log_var_bias": rng.uniform(0.2, 0.8, 1).astype("float32"),
        "pixel_kernel": (signs * rng.uniform(1.5, 3.0, (1, pixels))).astype("float32"),
        "pixel_bias": rng.uniform(-0.5, 0.5, pixels).astype("float32"),
    }


def terms(weights, images) -> tuple[np.ndarray, np.ndarray]:
    """Per-image `(recon, kl)` without noise, each `(batch,)` in nats."""
    x, w = _flat(images), _double(weights)
    mean, log_var = _posterior(w, x)
    recon = _bce(x, mean @ w["pixel_kernel"] + w["pixel_bias"]).sum(axis=1)
    kl = 0.5 * (mean**2 + np.exp(log_var) - 1 - log_var).sum(axis=1)
    return recon, kl


def gradients(weights, images, beta: float) -> dict[str, np.ndarray]:
    """Gradients of mean(recon + β·KL) without noise, by the name of the weight."""
    x, w = _flat(images), _double(weights)
    mean, log_var = _posterior(w, x)
    logits = mean @ w["pixel_kernel"] + w["pixel_bias"]
    # d BCE / d logit = p − x; the mean over the batch divides everything by its size.
    d_logits = (_sigmoid(logits) - x) / len(x)
    d_mean = d_logits @ w["pixel_kernel"].T + beta * mean / len(x)
    d_log_var = beta * 0.5 * (np.exp(log_var) - 1) / len(x)
    return {
        "mean_kernel": x.T @ d_mean,
        "mean_bias": d_mean.sum(axis=0),
        "log_var_kernel": x.T @ d_log_var,
        "log_var_bias": d_log_var.sum(axis=0),
        "pixel_kernel": mean.T @ d_logits,
        "pixel_bias": d_logits.sum(axis=0),
    }


def noisy_moments(weights, image, beta: float, power: float = 0.5) -> dict[str, float]:
    """What sampling does on average, by Gauss–Hermite quadrature over the noise.

    Args:
        weights: as from `noisy_weights`, one latent.
        image: a batch of one image.
        beta: weight of the KL term.
        power: z is drawn with (σ²)^power as its spread; a half is right.

    Returns:
        `recon` and `log_var_gradient`, the expectations over ε of the reconstruction term and
        of the gradient of the loss with respect to log σ²; `recon_std` and
        `log_var_gradient_std`, their standard deviations for one draw; `recon_at_mean`, the
        reconstruction term with z = μ.
    """
    w, x = _double(weights), _flat(image)
    nodes, node_weights = np.polynomial.hermite_e.hermegauss(QUADRATURE_NODES)
    node_weights = node_weights / node_weights.sum()
    mean, log_var = w["mean_bias"][0], w["log_var_bias"][0]
    std = np.exp(power * log_var)

    def recon_and_pull(eps):
        logits = (mean + std * eps)[:, None] @ w["pixel_kernel"] + w["pixel_bias"]
        pull_on_z = ((_sigmoid(logits) - x) * w["pixel_kernel"]).sum(axis=1)
        return _bce(x, logits).sum(axis=1), power * std * eps * pull_on_z

    def moments(values):
        average = float(node_weights @ values)
        return average, float(np.sqrt(node_weights @ (values - average) ** 2))

    recon, pull = map(moments, recon_and_pull(nodes))
    return {
        "recon": recon[0],
        "recon_std": recon[1],
        "log_var_gradient": pull[0] + beta * 0.5 * (np.exp(log_var) - 1),
        "log_var_gradient_std": pull[1],
        "recon_at_mean": float(recon_and_pull(np.zeros(1))[0][0]),
    }


def settled(value, known):
    """An average over draws, with the chance taken out where it is one that is known.

    Learners whose noise differs then give the same answer.

    Args:
        value: what came back, of any kind.
        known: pairs of an expectation and how far an average may lie from it; the first that
            fits is taken.
    """
    number = np.asarray(value)
    if number.shape or number.dtype.kind != "f":
        return value
    return next((wanted for wanted, margin in known if abs(number - wanted) <= margin), value)


def _flat(images) -> np.ndarray:
    return np.asarray(images, dtype=np.float64).reshape(len(images), -1)


def _double(weights) -> dict[str, np.ndarray]:
    return {name: np.asarray(value, dtype=np.float64) for name, value in weights.items()}


def _posterior(w, x) -> tuple[np.ndarray, np.ndarray]:
    return x @ w["mean_kernel"] + w["mean_bias"], x @ w["log_var_kernel"] + w["log_var_bias"]


def _bce(x, logits) -> np.ndarray:
    return np.logaddexp(0.0, logits) - x * logits


def _sigmoid(logits) -> np.ndarray:
    return 0.5 * (1 + np.tanh(0.5 * logits))
