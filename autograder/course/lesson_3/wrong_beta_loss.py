"""Named wrong answers to exercise 3.2: the β-VAE loss."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from autograder.exercise.declaration import mistakes
from bvae_ref.kl import kl_divergence, kl_per_dimension
from bvae_ref.losses import reconstruction_loss


def _beta_vae(
    recon=reconstruction_loss,
    kl=kl_divergence,
    weights=lambda beta: (1.0, beta),
    signs=(1.0, 1.0),
    half=1.0,
    batch=tf.reduce_mean,
):
    """One that is right unless an argument changes it.

    Args:
        recon, kl: the two terms of every image.
        weights: what β makes of the reconstruction's and the KL term's weight.
        signs: of the two terms.
        half: another factor of the KL term.
        batch: reduction of the losses of the images.
    """

    def beta_vae_loss(images, logits, mean, log_var, beta):
        of_recon, of_kl = weights(beta)
        first = signs[0] * of_recon * recon(images, logits)
        return batch(first + signs[1] * of_kl * half * kl(mean, log_var))

    return beta_vae_loss


def _normalised_weight(images, logits, mean, log_var, beta):
    pixels, latents = np.prod(images.shape[1:]), mean.shape[-1]
    weights = (1.0, beta * latents / pixels)
    return _beta_vae(weights=lambda beta: weights)(images, logits, mean, log_var, beta)


BETA_LOSS = mistakes(
    "beta_vae_loss",
    (
        "β times latents over pixels",
        "The KL has the weight βM/N, which compares models that average both terms. Here both are "
        "sums, and the weight is β itself.",
        "Are your two terms sums or means?",
        _normalised_weight,
    ),
    (
        "β forgotten",
        "The KL term has weight 1 whatever β is: this is the plain ELBO.",
        "Call your function with β = 0 and with β = 100. What changes?",
        {"weights": lambda beta: (1.0, 1.0)},
    ),
    (
        "β on the reconstruction",
        "β multiplies the reconstruction. A large β would then ask for sharper pictures.",
        "Which of the two terms should become cheap when β = 0?",
        {"weights": lambda beta: (beta, 1.0)},
    ),
    (
        "β on both terms",
        "β multiplies the whole loss, which changes its size but not where its minimum is.",
        "Where does your bracket end?",
        {"weights": lambda beta: (beta, beta)},
    ),
    (
        "β squared",
        "β is multiplied in twice.",
        "Double β: does the KL part of the loss double?",
        {"weights": lambda beta: (1.0, beta**2)},
    ),
    (
        "weights that add up to 1",
        "The reconstruction gets weight 1 − β, as in a mixture; β is a price, not a share.",
        "What is the weight of the reconstruction in the boxed formula, whatever β is?",
        {"weights": lambda beta: (1.0 - beta, beta)},
    ),
    (
        "KL subtracted",
        "The KL term is subtracted, so the loss rewards posteriors far from the prior.",
        "The ELBO should become large, the loss small. Which signs change?",
        {"signs": (1.0, -1.0)},
    ),
    (
        "reconstruction subtracted",
        "The reconstruction is subtracted, so the loss rewards pictures that do not fit.",
        "Is the reconstruction of 3.1 a log-likelihood or a cost?",
        {"signs": (-1.0, 1.0)},
    ),
    (
        "the objective that should become large",
        "Both terms have their signs flipped: this is what training should raise, not lower.",
        "Gradient descent makes the loss small. What would that do to the two terms here?",
        {"signs": (-1.0, -1.0)},
    ),
    (
        "KL halved once more",
        "The KL term has another factor ½; the ½ of its formula is already in `kl_divergence`.",
        "Compare the KL part of your loss at β = 1 with `kl_divergence` itself.",
        {"half": 0.5},
    ),
    (
        "summed over the batch",
        "The losses of the images are added up, so the loss (and each step) grows with the batch.",
        "Feed the same image once and then four times: should the loss change?",
        {"batch": tf.reduce_sum},
    ),
    (
        "not reduced over the batch",
        "One number per image is left; the optimizer needs a single number.",
        "What is the shape of your result, and what should it be?",
        {"batch": tf.identity},
    ),
    (
        "KL averaged over latents",
        "The KL term is divided by the number of latent dimensions, and the effective β with it.",
        "Is `kl_divergence` a sum or a mean over the latents?",
        {"kl": lambda mean, log_var: tf.reduce_mean(kl_per_dimension(mean, log_var), axis=-1)},
    ),
    (
        "mean and log_var swapped",
        "The KL term takes the means for log σ² and log σ² for the means.",
        "In which order does `kl_divergence` expect its two arguments?",
        {"kl": lambda mean, log_var: kl_divergence(log_var, mean)},
    ),
    (
        "pixels averaged, KL summed",
        "The reconstruction is divided by the number of pixels and the KL term is not, so β acts "
        "more strongly, by a factor of the number of pixels.",
        "Compare your reconstruction part (β = 0) with the sum over pixels of 3.1.",
        {
            "recon": lambda images, logits: (
                reconstruction_loss(images, logits) / np.prod(np.shape(images)[1:])
            )
        },
    ),
    (
        "images and logits swapped",
        "The reconstruction takes the pixels for logits and the logits for pixels.",
        "In which order does `reconstruction_loss` expect its two arguments?",
        {"recon": lambda images, logits: reconstruction_loss(logits, images)},
    ),
    sketch=_beta_vae,
)
