"""Named wrong answers to exercise 7.1: small models with wrong parts, and wrong readings of one."""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_7.small_vae import (
    DECODER,
    ENCODER,
    PIXELS,
    SmallVAE,
    sigmoid,
)
from autograder.exercise.declaration import mistakes


def _building(**parts):
    def build_model(latent_dim, beta, seed):
        return SmallVAE(latent_dim, beta, seed, **parts)

    return build_model


def _as_weighed(on_recon, on_kl):
    """Both the objective and the logs with these weights, which β and latents decide."""
    return {
        "price": lambda beta, latents: (on_recon(beta, latents), on_kl(beta, latents)),
        "report": lambda recon, kl, beta, latents: (
            on_recon(beta, latents) * recon + on_kl(beta, latents) * kl,
            recon,
            kl,
        ),
    }


def _one(beta, latents):
    return 1.0


def _beta(beta, latents):
    return beta


BUILDING = mistakes(
    "build_model",
    (
        "never fitted to anything",
        "The weights after training are the same as before: nothing is learnt.",
        "Is there a gradient for every weight, and what applies it?",
        {"learning": ()},
    ),
    (
        "encoder not trained",
        "The decoder learns, but the encoder keeps its random initial weights.",
        "Which variables get a gradient?",
        {"learning": DECODER},
    ),
    (
        "decoder not trained",
        "The encoder learns, but the decoder keeps its random initial weights.",
        "Which variables get a gradient?",
        {"learning": ENCODER},
    ),
    (
        "gradient stopped at z",
        "The reconstruction's gradient does not reach the encoder, which sees only the KL and "
        "forgets the image.",
        "Follow the gradient back from the pixels. What does the draw let through?",
        {"stopped": True},
    ),
    (
        "β on the reconstruction",
        "β multiplies the reconstruction, but it should be the price of the KL.",
        "Which of the two terms should grow in weight as β grows?",
        _as_weighed(_beta, _one),
    ),
    (
        "β forgotten",
        "The objective is recon + KL whatever β is.",
        "Train with β = 0.1 and with β = 10. What differs?",
        _as_weighed(_one, _one),
    ),
    (
        "β only in the logs",
        "The logged loss has β in it, but the trained one does not.",
        "Is the number that you log the one whose gradient is taken?",
        {"price": lambda beta, latents: (1.0, 1.0)},
    ),
    (
        "the square of β",
        "The weight that is trained is β², but the one that is logged is β.",
        "Is the number that you log the one whose gradient is taken?",
        {"price": lambda beta, latents: (1.0, beta**2)},
    ),
    (
        "β on both terms",
        "β multiplies the whole loss, which only changes its scale.",
        "What does β trade off if it multiplies both terms?",
        _as_weighed(_beta, _beta),
    ),
    (
        "KL averaged over latents",
        "The KL is a mean over latent dimensions. It should be their sum for each image.",
        "What happens to your KL when you add a latent that says nothing?",
        {
            "price": lambda beta, latents: (1.0, beta / latents),
            "report": lambda recon, kl, beta, latents: (
                recon + beta * kl / latents,
                recon,
                kl / latents,
            ),
        },
    ),
    (
        "reconstruction averaged over pixels",
        "The reconstruction is a mean over 784 pixels while the KL is a sum, so β acts 784 times "
        "as strongly, and the codes fall silent.",
        "How many nats does a page of coin flips cost, at log 2 per pixel?",
        {
            "price": lambda beta, latents: (1.0 / PIXELS, beta),
            "report": lambda recon, kl, beta, latents: (
                recon / PIXELS + beta * kl,
                recon / PIXELS,
                kl,
            ),
        },
    ),
    (
        "KL without the ½",
        "The KL is twice what it should be.",
        "What is the KL of N(1, 1) from N(0, 1)?",
        {
            "price": lambda beta, latents: (1.0, 2 * beta),
            "report": lambda recon, kl, beta, latents: (recon + 2 * beta * kl, recon, 2 * kl),
        },
    ),
    (
        "β times the KL logged as the KL",
        "`kl` in the logs is β times the KL. The objective is right: β belongs there, and nowhere "
        "else.",
        "Which of the three numbers in your logs should change when only β does?",
        {
            "report": lambda recon, kl, beta, latents: (recon + beta * kl, recon, beta * kl),
        },
    ),
    (
        "no noise at all",
        "z is the mean, in training and in evaluation. That is an autoencoder with a penalty, and "
        "its variances mean nothing.",
        "Where does log_var affect the reconstruction?",
        {"noise": lambda rng, shape: np.zeros(shape)},
    ),
    (
        "the same noise at every call",
        "Every step draws the same noise: a plain number is used as the seed, which restarts the "
        "stream each time.",
        "What should `seed=` get: a number, or a generator that was made once?",
        {"noise": lambda rng, shape: np.random.default_rng(0).standard_normal(shape)},
    ),
    (
        "a sigmoid in the decoder and one in the loss",
        "The loss applies a sigmoid to something that already went through one, so no pixel can "
        "get lighter than one half.",
        "What does your loss take: logits or probabilities?",
        {"end": "sigmoid"},
    ),
    (
        "logarithms of probabilities in place of log-odds",
        "The decoder ends in log p, which is never above 0, and the loss takes it for a logit: no "
        "pixel can get darker than one half.",
        "What is the log-odds of a pixel that is ink with a probability of 0.9?",
        {"end": "log_sigmoid"},
    ),
    (
        "log_var that is never negative",
        "No log_var is below 0, so no σ is below 1 and every code stays as uncertain as the prior.",
        "Does the layer for log_var end in an activation? What would σ be for log_var = 0?",
        {"least_log_var": 0.0},
    ),
    (
        "logs of the last batch",
        "An evaluation reports its last batch, not all images.",
        "What happens to the numbers of the earlier batches?",
        {"tracking": "last"},
    ),
    (
        "trackers that never begin afresh",
        "The numbers of one evaluation carry over into the next.",
        "What resets your trackers? Keras resets those that it can find.",
        {"tracking": "ever"},
    ),
    sketch=_building,
)


def _encode(change=lambda mean, log_var: (mean, log_var)):
    def encode(model, images):
        return change(*map(np.asarray, model.encode(images)))

    return encode


def _drawn(mean, log_var):
    eps = np.random.default_rng().standard_normal(mean.shape)
    return mean + np.exp(0.5 * log_var) * eps, log_var


ENCODING = mistakes(
    "encode",
    (
        "encode returns a draw",
        "Called twice on the same image, `encode` gives two answers: a draw in place of the mean.",
        "Which of the outputs is the centre of the posterior?",
        {"change": _drawn},
    ),
    (
        "σ in place of log σ²",
        "The second output of `encode` is a standard deviation.",
        "Can the second output be negative? Should it?",
        {"change": lambda mean, log_var: (mean, np.exp(0.5 * log_var))},
    ),
    (
        "σ² in place of its logarithm",
        "The second output of `encode` is a variance.",
        "Can the second output be negative? Should it?",
        {"change": lambda mean, log_var: (mean, np.exp(log_var))},
    ),
    (
        "log σ in place of log σ²",
        "The second output of `encode` is the logarithm of the standard deviation, half of what it "
        "should be.",
        "What is log σ² of a distribution with σ = e?",
        {"change": lambda mean, log_var: (mean, 0.5 * log_var)},
    ),
    (
        "log_var first",
        "The two outputs of `encode` come in the other order.",
        "Which output is compared with the prior's 0, and which with its variance of 1?",
        {"change": lambda mean, log_var: (log_var, mean)},
    ),
    sketch=_encode,
)


def _decode(change=lambda pixels: pixels):
    def decode(model, codes):
        return change(np.asarray(model.decode(codes)))

    return decode


def _as_logits(pixels):
    p = np.clip(pixels, 1e-6, 1 - 1e-6)
    return np.log(p) - np.log1p(-p)


DECODING = mistakes(
    "decode",
    (
        "decode returns logits",
        "The results are log-odds, some below 0: pixels lie between 0 and 1.",
        "Which function turns a logit into a probability?",
        {"change": _as_logits},
    ),
    (
        "decode applies a sigmoid twice",
        "No pixel is lighter than one half: the sigmoid of a probability.",
        "Print the smallest and the largest pixel you decode.",
        {"change": sigmoid},
    ),
    (
        "pixels rounded to black and white",
        "Every pixel is 0 or 1, as if the model were certain. A wrong pixel then has an unlimited "
        "cost.",
        "What does the loss charge for a pixel of ink to which you gave the probability 0?",
        {"change": np.round},
    ),
    (
        "pixels without their channel",
        "The decoded images have no last axis of length 1.",
        "Compare the shape of what you decode with that of the data.",
        {"change": lambda pixels: pixels[..., 0]},
    ),
    sketch=_decode,
)

MODEL = BUILDING + ENCODING + DECODING
