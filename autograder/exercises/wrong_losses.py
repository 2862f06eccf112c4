"""Named wrong answers for the functions of lesson 3: losses, effective β, an epoch's mean."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from autograder.exercise import Misconception
from bvae_ref.kl import kl_divergence, kl_per_dimension
from bvae_ref.losses import effective_beta, reconstruction_loss

KERAS_CLIP = 1e-7


# --- 3.1: reconstruction_loss(images, logits) ------------------------------------------


def _per_pixel(images, logits):
    return tf.nn.sigmoid_cross_entropy_with_logits(labels=images, logits=logits)


def _from_clipped(images, probabilities):
    p = tf.clip_by_value(probabilities, KERAS_CLIP, 1 - KERAS_CLIP)
    return -images * tf.math.log(p) - (1 - images) * tf.math.log(1 - p)


def _over_pixels(reduce, values):
    return reduce(values, axis=[1, 2, 3])


def _pixel_mean(images, logits):
    return _over_pixels(tf.reduce_mean, _per_pixel(images, logits))


def _clipped(images, logits):
    return _over_pixels(tf.reduce_sum, _from_clipped(images, tf.sigmoid(logits)))


def _logits_as_probabilities(images, logits):
    return _over_pixels(tf.reduce_sum, _from_clipped(images, logits))


def _sigmoid_twice(images, logits):
    return _over_pixels(tf.reduce_sum, _per_pixel(images, tf.sigmoid(logits)))


def _squared_error(images, logits):
    return _over_pixels(tf.reduce_sum, (images - tf.sigmoid(logits)) ** 2)


def _batch_too(reduce):
    return lambda images, logits: reduce(_over_pixels(tf.reduce_sum, _per_pixel(images, logits)))


def _swapped(images, logits):
    return reconstruction_loss(logits, images)


def _log_likelihood(images, logits):
    return -reconstruction_loss(images, logits)


def _last_axis(images, logits):
    return tf.reduce_sum(_per_pixel(images, logits), axis=-1)


def _ink_only(images, logits):
    return _over_pixels(tf.reduce_sum, -images * tf.math.log_sigmoid(logits))


def _named(name, sentence, look, answer, wrong) -> Misconception:
    return Misconception(name, sentence, look, {answer: wrong})


def _reconstruction(name, sentence, look, wrong) -> Misconception:
    return _named(name, sentence, look, "reconstruction_loss", wrong)


RECONSTRUCTION = (
    _reconstruction(
        "averaged over pixels",
        "Every image gets the mean over its pixels, so the result is too small by their number.",
        "The likelihood of an image is a product over pixels. What does its logarithm do to them?",
        _pixel_mean,
    ),
    _reconstruction(
        "sigmoid first, then the logarithm",
        "The logits become probabilities, and those are clipped or rounded near 0 and 1; a pixel "
        "that is certain and wrong then costs about 16 nats at most, with no gradient.",
        "Compare your result with |logit| for a logit of 60 at a pixel that should be white.",
        _clipped,
    ),
    _reconstruction(
        "logits treated as probabilities",
        "The logits go into the cross-entropy as if they were probabilities between 0 and 1.",
        "What range do logits have? If a library function computes the loss, how is it told?",
        _logits_as_probabilities,
    ),
    _reconstruction(
        "sigmoid applied twice",
        "The logits pass through a sigmoid, and the loss applies another one to the result.",
        "Count the sigmoids between the decoder's output and the logarithm.",
        _sigmoid_twice,
    ),
    _reconstruction(
        "squared error",
        "This is the squared distance between pixels and probabilities: the likelihood of a "
        "normal distribution, not of ink that is there or not.",
        "Which distribution does the decoder describe, and what is the logarithm of it?",
        _squared_error,
    ),
    _reconstruction(
        "summed over the batch too",
        "All images were added up into one number.",
        "Which axis should be left when the sum is done?",
        _batch_too(tf.reduce_sum),
    ),
    _reconstruction(
        "averaged over the batch too",
        "All images were averaged into one number; the mean over the batch belongs to 3.2.",
        "Which axis should be left when the sum is done?",
        _batch_too(tf.reduce_mean),
    ),
    _reconstruction(
        "images and logits swapped",
        "The two are in each other's place: the pixels are taken for logits.",
        "Which of the two may be larger than 1? Which multiplies which in the formula?",
        _swapped,
    ),
    _reconstruction(
        "sign flipped",
        "This is the log-likelihood; the loss is what should become small.",
        "Can a cost of black and white pixels be negative?",
        _log_likelihood,
    ),
    _reconstruction(
        "only the last axis summed",
        "The sum runs over the channel axis alone, so a whole map of pixels is left.",
        "Print the shape of your result beside `(batch,)`.",
        _last_axis,
    ),
    _reconstruction(
        "paper costs nothing",
        "Only the half −x·log p is there; predicting ink where there is paper is free.",
        "What does a pixel with x = 0 cost in your formula?",
        _ink_only,
    ),
)


# --- 3.2: beta_vae_loss(images, logits, mean, log_var, beta) -----------------------------


def _combined(combine):
    """A wrong loss from `combine(recon, kl, beta)` with per-image vectors."""

    def wrong(images, logits, mean, log_var, beta):
        return combine(reconstruction_loss(images, logits), kl_divergence(mean, log_var), beta)

    return wrong


def _pixels_averaged(images, logits, mean, log_var, beta):
    recon = _pixel_mean(images, logits)
    return tf.reduce_mean(recon + beta * kl_divergence(mean, log_var))


def _latents_averaged(images, logits, mean, log_var, beta):
    kl = tf.reduce_mean(kl_per_dimension(mean, log_var), axis=-1)
    return tf.reduce_mean(reconstruction_loss(images, logits) + beta * kl)


def _beta(name, sentence, look, wrong) -> Misconception:
    return _named(name, sentence, look, "beta_vae_loss", wrong)


BETA_LOSS = (
    _beta(
        "β forgotten",
        "The KL term enters with the weight 1 whatever β is: this is the plain ELBO.",
        "Call your function with β = 0 and with β = 100. What changes?",
        _combined(lambda recon, kl, beta: tf.reduce_mean(recon + kl)),
    ),
    _beta(
        "β on the reconstruction",
        "β multiplies the reconstruction. A large β would then ask for sharper pictures.",
        "Which of the two terms should become cheap when β = 0?",
        _combined(lambda recon, kl, beta: tf.reduce_mean(beta * recon + kl)),
    ),
    _beta(
        "β on both terms",
        "β multiplies the whole loss, which changes its size but not its minimum.",
        "Where do the brackets end?",
        _combined(lambda recon, kl, beta: beta * tf.reduce_mean(recon + kl)),
    ),
    _beta(
        "KL subtracted",
        "The KL term is subtracted, so the loss rewards posteriors far from the prior.",
        "The ELBO is to be made large, the loss small. Which signs change?",
        _combined(lambda recon, kl, beta: tf.reduce_mean(recon - beta * kl)),
    ),
    _beta(
        "β squared",
        "β comes in twice.",
        "Double β: does the KL part of the loss double?",
        _combined(lambda recon, kl, beta: tf.reduce_mean(recon + beta**2 * kl)),
    ),
    _beta(
        "summed over the batch",
        "The losses of the images are added up, so the loss (and each step) grows with the batch.",
        "Feed the same image once and then four times: should the loss change?",
        _combined(lambda recon, kl, beta: tf.reduce_sum(recon + beta * kl)),
    ),
    _beta(
        "not reduced over the batch",
        "One number an image is left; the optimizer needs one number in all.",
        "What is the shape of your result, and what should it be?",
        _combined(lambda recon, kl, beta: recon + beta * kl),
    ),
    _beta(
        "KL averaged over latents",
        "The KL term is divided by the number of latent dimensions, and the effective β with it.",
        "Is `kl_divergence` a sum or a mean over the latents?",
        _latents_averaged,
    ),
    _beta(
        "pixels averaged, KL summed",
        "The reconstruction is divided by the number of pixels and the KL term is not, so β acts "
        "as many times stronger as there are pixels.",
        "Compare your reconstruction part (β = 0) with the sum over pixels of 3.1.",
        _pixels_averaged,
    ),
)


# --- 3.4: effective_beta(beta, pixels, latents, recon_reduction, kl_reduction) -----------


def _inverted(beta, pixels, latents, recon_reduction, kl_reduction):
    return beta**2 / effective_beta(beta, pixels, latents, recon_reduction, kl_reduction)


def _counts_swapped(beta, pixels, latents, recon_reduction, kl_reduction):
    return effective_beta(beta, latents, pixels, recon_reduction, kl_reduction)


def _reconstruction_only(beta, pixels, latents, recon_reduction, kl_reduction):
    return effective_beta(beta, pixels, latents, recon_reduction, "sum")


def _kl_only(beta, pixels, latents, recon_reduction, kl_reduction):
    return effective_beta(beta, pixels, latents, "sum", kl_reduction)


def _both_multiplied(beta, pixels, latents, recon_reduction, kl_reduction):
    factor = latents if kl_reduction == "mean" else 1
    return factor * effective_beta(beta, pixels, latents, recon_reduction, "sum")


def _both_divided(beta, pixels, latents, recon_reduction, kl_reduction):
    factor = pixels if recon_reduction == "mean" else 1
    return effective_beta(beta, pixels, latents, "sum", kl_reduction) / factor


def _unchanged(beta, pixels, latents, recon_reduction, kl_reduction):
    return beta


def _effective(name, sentence, look, wrong) -> Misconception:
    return _named(name, sentence, look, "effective_beta", wrong)


EFFECTIVE_BETA = (
    _effective(
        "multiplied where it should be divided",
        "The factor is there but upside down: this turns a summed β into the other convention.",
        "A reconstruction that shrinks leaves the KL term heavier beside it, not lighter.",
        _inverted,
    ),
    _effective(
        "pixels and latents swapped",
        "The reconstruction is converted with the latents, the KL term with the pixels.",
        "Which of the two sums runs over pixels?",
        _counts_swapped,
    ),
    _effective(
        "only the reconstruction considered",
        "The reduction over latents has no effect on your result.",
        "Average the KL term over latents: what happens to its weight?",
        _reconstruction_only,
    ),
    _effective(
        "only the KL term considered",
        "The reduction over pixels has no effect on your result.",
        "Average the reconstruction over pixels: what happens to the weight of the other term?",
        _kl_only,
    ),
    _effective(
        "both multiplied",
        "Both means make β larger in your result, but they sit on different sides of the balance.",
        "Multiply the whole loss by the number of pixels. Which factor is then left at which term?",
        _both_multiplied,
    ),
    _effective(
        "both divided",
        "Both means make β smaller in your result, but they sit on different sides of the balance.",
        "Multiply the whole loss by the number of pixels. Which factor is then left at which term?",
        _both_divided,
    ),
    _effective(
        "nothing converted",
        "The result is the β that went in, whatever the reductions are.",
        "Change `recon_reduction` to “mean”: does your result change?",
        _unchanged,
    ),
)


# --- 3.5: epoch_loss(batch_losses, batch_sizes) -------------------------------------------


def _epoch(name, sentence, look, wrong) -> Misconception:
    return _named(name, sentence, look, "epoch_loss", wrong)


EPOCH_LOSS = (
    _epoch(
        "one batch stands for all",
        "Only the first batch counts: the function returns before it has seen the others.",
        "Change the loss of the last batch: does your result change?",
        lambda losses, sizes: float(losses[0]),
    ),
    _epoch(
        "the last batch stands for all",
        "The result is the loss of the last batch; what came before is overwritten.",
        "Change the loss of the first batch: does your result change?",
        lambda losses, sizes: float(losses[-1]),
    ),
    _epoch(
        "every batch counts the same",
        "The losses are averaged without their sizes, so the images of a short batch count more.",
        "Try one batch of 99 images that cost 1 and one of a single image that costs 101.",
        lambda losses, sizes: float(np.mean(losses)),
    ),
    _epoch(
        "divided by the number of batches",
        "The losses are weighted by size, but then divided by the number of batches.",
        "What has been counted in the numerator: batches or images?",
        lambda losses, sizes: float(np.sum(np.asarray(losses) * sizes) / len(losses)),
    ),
    _epoch(
        "not divided",
        "The losses are weighted by size and added, which is a total and not a mean.",
        "In which unit is your result: nats, or nats per image?",
        lambda losses, sizes: float(np.sum(np.asarray(losses) * sizes)),
    ),
    _epoch(
        "weights left out of the numerator",
        "The plain sum of the batch means is divided by the number of images.",
        "A batch mean of 2 over 50 images: how much did those images cost together?",
        lambda losses, sizes: float(np.sum(losses) / np.sum(sizes)),
    ),
)
