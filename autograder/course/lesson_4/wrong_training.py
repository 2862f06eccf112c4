"""Named wrong answers to exercise 4.3: trainings, and numbers measured on the result."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf

from autograder.exercise.declaration import mistakes
from bvae_ref.kl import kl_divergence
from bvae_ref.losses import reconstruction_loss
from bvae_ref.model import DisentangledVAE

STEP = 2e-3
BATCH = 128


def _fit(model, images, epochs: int, batch_size: int) -> None:
    """Steps of equal length, as Adam's first ones are; `fit` would spend seconds on its graph."""
    weights = model.trainable_variables
    for _ in range(epochs):
        for start in range(0, len(images), batch_size):
            with tf.GradientTape() as tape:
                recon, kl = model.elbo_terms(images[start : start + batch_size], training=True)
                loss = tf.reduce_mean(recon + model.beta * kl)
            for weight, gradient in zip(weights, tape.gradient(loss, weights), strict=True):
                weight.assign_sub(STEP * tf.sign(gradient))
            model.optimizer.iterations.assign_add(1)


def _others(encoder, decoder):
    """The learner's own networks in place of those passed in."""
    images, z = keras.Input(encoder.input_shape[1:]), keras.Input(decoder.input_shape[1:])
    flat = keras.layers.Dense(3)(keras.layers.Flatten()(images))
    pixels = keras.layers.Dense(28 * 28)(z)
    return (
        keras.Model(images, [keras.layers.Dense(z.shape[1])(flat) for _ in range(2)]),
        keras.Model(z, keras.layers.Reshape(encoder.input_shape[1:])(pixels)),
    )


def _training(
    *,
    networks=lambda encoder, decoder: (encoder, decoder),
    price=lambda beta, epochs: beta,
    rounds=lambda epochs, beta: (epochs, BATCH),
    chosen=lambda images: images,
    returned=None,
):
    """`rounds` turns the epochs asked for into epochs and a batch size, `chosen` says which
    images are trained on; `returned` makes what comes back in place of the model, which then
    need not be trained.
    """

    def train_vae(encoder, decoder, images, beta, epochs):
        model = DisentangledVAE(*networks(encoder, decoder), beta=price(beta, epochs))
        model.compile(optimizer=keras.optimizers.Adam(STEP))
        if returned:
            return returned(model)
        _fit(model, chosen(images), *rounds(epochs, beta))
        return model

    return train_vae


TRAININGS = mistakes(
    "train_vae",
    (
        "never fitted",
        "The model comes back as it was made: compiled, but not trained.",
        "Which call takes the images?",
        {"rounds": lambda epochs, beta: (0, BATCH)},
    ),
    (
        "one epoch only",
        "The model sees the images once, whatever `epochs` says.",
        "What is the default of `epochs` in `fit`?",
        {"rounds": lambda epochs, beta: (1, BATCH)},
    ),
    (
        "as many trainings as epochs",
        "`fit` runs all epochs, and it is called once for each of them, so every image is seen "
        "epochs × epochs times.",
        "Who counts the epochs: your loop, or `fit`?",
        {"rounds": lambda epochs, beta: (epochs**2, BATCH)},
    ),
    (
        "epochs taken for the batch size",
        "The number of epochs decides how large the batches are, and the images are seen once.",
        "Which argument of `fit` comes third when you don't name it?",
        {"rounds": lambda epochs, beta: (1, epochs)},
    ),
    (
        "the last images left out",
        "Some of the images are never trained on: held back by `validation_split`, or cut off. "
        "Measuring on unseen images is right, but here the caller decides which those are.",
        "How many of the images does `fit` train on?",
        {"chosen": lambda images: images[: int(0.8 * len(images))]},
    ),
    (
        "images divided by 255 once more",
        "The images already lie between 0 and 1; divided by 255 again, the model sees pages that "
        "are all but empty.",
        "What is the largest pixel of the images that `fit` gets?",
        {"chosen": lambda images: images / 255},
    ),
    (
        "β left at its default",
        "The model trains with β = 4 whatever β is asked for.",
        "Where does `beta` go in your function?",
        {"price": lambda beta, epochs: 4.0},
    ),
    (
        "β and the epochs exchanged",
        "β is passed on as the number of epochs, and the number of epochs as β.",
        "In which order does the signature name the two, and what do you do with each?",
        {
            "price": lambda beta, epochs: epochs,
            "rounds": lambda epochs, beta: (int(beta), BATCH),
        },
    ),
    (
        "other networks than those passed in",
        "The function makes and trains new networks and leaves the two it was given untouched.",
        "Where do `encoder` and `decoder` go in your function?",
        {"networks": _others},
    ),
    (
        "the history in place of the model",
        "`fit` returns a record of the losses, and that is what comes back.",
        "Which object contains the encoder and the decoder?",
        {"returned": lambda model: keras.callbacks.History()},
    ),
    (
        "the model and its history",
        "Two things come back. The caller expects only the model.",
        "What does the docstring promise under “Returns”?",
        {"returned": lambda model: (model, keras.callbacks.History())},
    ),
    (
        "nothing comes back",
        "The networks are trained, but the function returns nothing.",
        "What does a function without a `return` give back?",
        {"returned": lambda model: None},
    ),
    sketch=_training,
)


def _over_batches(values) -> np.ndarray:
    """A mean over batches of which the last, shorter one counts as much as the others."""
    return np.mean([np.mean(values[i : i + BATCH]) for i in range(0, len(values), BATCH)])


def _figures(
    *,
    seen=lambda images: images,
    code=lambda model, mean, log_var: model.sampling((mean, log_var)),
    over_images=np.mean,
    scale=lambda rate, distortion, model: (rate, distortion),
    unit: float = 1.0,
    beta_in=lambda rate, distortion, beta: (rate, distortion),
    order: int = 1,
):
    def rate_and_distortion(model, images):
        x = tf.constant(seen(images))
        mean, log_var = model.encoder(x)
        recon = reconstruction_loss(x, model.decoder(code(model, mean, log_var)))
        rate, distortion = (
            over_images(np.array(term, np.float64))
            for term in (kl_divergence(mean, log_var), recon)
        )
        rate, distortion = beta_in(rate, distortion, model.beta)
        return tuple(unit * part for part in scale(rate, distortion, model))[::order]

    return rate_and_distortion


FIGURES = mistakes(
    "rate_and_distortion",
    (
        "distortion first",
        "The two numbers are right but come back in the other order.",
        "The docstring asks for the rate first.",
        {"order": -1},
    ),
    (
        "β counted into the rate",
        "The rate is multiplied by β. The KL itself measures the code; β is its price.",
        "Two models with different β: would you compare their KL, or β times it?",
        {"beta_in": lambda rate, distortion, beta: (beta * rate, distortion)},
    ),
    (
        "the loss as distortion",
        "The second number is the whole loss, including β·KL.",
        "Which entry of the logs is only the reconstruction?",
        {"beta_in": lambda rate, distortion, beta: (rate, distortion + beta * rate)},
    ),
    (
        "averaged over pixels and latents",
        "The rate is a mean over latent dimensions and the distortion a mean over pixels. Both "
        "should be sums within an image; only over images should a mean be taken.",
        "How many nats would an untrained decoder cost, at log 2 for each of 784 pixels?",
        {"scale": lambda rate, distortion, model: (rate / model.latent_dim, distortion / 784)},
    ),
    (
        "the rate averaged over latents",
        "The rate is a mean over latent dimensions. It should be their sum within an image; only "
        "over images should a mean be taken.",
        "What happens to your rate when you add a latent that says nothing?",
        {"scale": lambda rate, distortion, model: (rate / model.latent_dim, distortion)},
    ),
    (
        "no sampling",
        "The distortion is that of the mean code. The objective averages over draws of z; without "
        "the noise a model looks better than it is.",
        "Does your number change when a posterior gets wider?",
        {"code": lambda model, mean, log_var: mean},
    ),
    (
        "summed over images",
        "Both numbers grow with the number of images. Nats *per image* are asked for.",
        "What would your numbers be if every image were there twice?",
        {"over_images": np.sum},
    ),
    (
        "one number for every image",
        "Two vectors come back, with an entry for each image; their means are asked for.",
        "How many numbers does the docstring promise?",
        {"over_images": lambda values: values},
    ),
    (
        "batches of different size counted alike",
        "The numbers are means over batches, so the few images of the last batch weigh as much as "
        "the many in each of the others.",
        "If the last batch holds one image, how much does that image count?",
        {"over_images": _over_batches},
    ),
    (
        "the first batch only",
        "The numbers are those of the first images. The others were never looked at.",
        "How often does your loop run, and does anything leave it early?",
        {"seen": lambda images: images[:BATCH]},
    ),
    (
        "bits in place of nats",
        "Both numbers are divided by log 2, which turns them into bits.",
        "What is the unit of the two columns in the table above?",
        {"unit": 1 / np.log(2)},
    ),
    sketch=_figures,
)
