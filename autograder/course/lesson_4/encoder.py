"""Exercise 4.1, the encoder: from an image to a posterior."""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_4 import network_questions, wrong_encoder
from autograder.course.lesson_4.network_expectations import (
    expect_alone,
    expect_following,
    expect_form,
    expect_free,
    expect_trainable,
    expect_unbounded,
)
from autograder.course.lesson_4.network_facts import counted
from autograder.exercise import expect
from autograder.exercise.declaration import Exercise
from bvae_ref.networks import build_encoder

ENCODER = Exercise(
    id="4.1",
    title="The encoder: from an image to a posterior",
    answers=("build_encoder",),
    minutes=15,
    hints=(
        "“How does one network return two things?” Like the neighbour above: let the layers run "
        "up to some hidden vector x, then feed that same x to two separate last layers.",
        "`keras.Input((28, 28, 1))`, then Flatten (or convolutions and then Flatten), one or two "
        "Dense layers with an activation, then twice Dense(latent_dim) *without* an activation: "
        "each output is `(batch, latent_dim)` and may be any real number.",
        '`x = keras.layers.Dense(256, activation="gelu")(<flattened images>)`; '
        "`mean = keras.layers.Dense(latent_dim)(x)`; `log_var = <another such layer>(x)`; "
        "`return keras.Model(images, [<both>])`.",
    ),
    reference={"build_encoder": build_encoder},
    slow=True,
    misconceptions=wrong_encoder.ENCODERS,
    alternative="""\
# Looks at the image through strided convolutions, which keep neighbouring pixels
# together until Flatten. Fewer weights, but about twice the time on a CPU for the same loss.
def build_encoder(latent_dim):
    images = keras.Input((28, 28, 1))
    x = keras.layers.Conv2D(32, 3, strides=2, padding="same", activation="gelu")(images)
    x = keras.layers.Conv2D(64, 3, strides=2, padding="same", activation="gelu")(x)
    x = keras.layers.Flatten()(x)
    x = keras.layers.Dense(128, activation="gelu")(x)
    mean = keras.layers.Dense(latent_dim, name="mean")(x)
    log_var = keras.layers.Dense(latent_dim, name="log_var")(x)
    return keras.Model(images, [mean, log_var], name="encoder")
""",
)


@ENCODER.test("two float32 outputs, each (batch, latent_dim)", points=0.5)
def test_4_1_shapes(student, rng):
    for latent, batch, form in network_questions.ask_forms(student, rng, "build_encoder"):
        what = f"build_encoder({latent}) called on {counted(batch, 'random image')}"
        expect_form(form, [[batch, latent]] * 2, what, "mean and log_var")


@ENCODER.test("every part of the image reaches both outputs", points=0.5)
def test_4_1_regions(student, rng):
    moved = network_questions.ask_regions(student, rng)
    for head in ("mean", "log_var"):
        blind = [f"{where}" for where in zip(*np.where(~moved[head]), strict=True)]
        expect.that(
            not blind,
            f"`{head}` when one 7×7 block of the image changes, each of the 16 in turn",
            "a change for every block",
            f"no change for {len(blind)} of 16 blocks",
            "Part of the image never reaches this output.",
        )
    expect.that(
        moved["places"],
        "mean and log_var when the pixels of an image are shuffled",
        "different numbers: it matters where the ink is",
        "the same numbers",
        "Something averages over the whole page before any layer has looked at its pixels.",
    )
    expect_following(moved, "the encoder")
    expect_alone(moved, "the encoder")
    expect.that(
        moved["lines"],
        "mean and log_var when one row or one column of pixels changes, away from the edges",
        "a change for every row and every column",
        "no change for some of them",
        "Pixels are skipped: a stride larger than the kernel, or a slice with a step.",
    )


@ENCODER.test("mean and log_var are two different functions, free to take any value", points=1.0)
def test_4_1_heads(student, rng):
    # 24 images, 8 or more latents, 4 draws of the weights. A linear head's values are normal
    # with mean 0, and of variance above 2.2 for the brightest image: no negative one among 32
    # has the chance 2^−32, as has no positive one, and none beyond ±1.05 has 0.53^32, together
    # below 1e-8 for each head.
    facts = network_questions.ask_heads(student, rng)
    expect.that(
        not facts["same"],
        "mean and log_var of one encoder",
        "two outputs that can differ",
        "the same numbers in both",
        "Each needs a separate last layer on top of the shared ones.",
    )
    for head in ("mean", "log_var"):
        expect_unbounded(facts[head], f"`{head}`")
    expect_trainable(facts, "encoder")
    expect_following(facts, "the encoder")
    for head in ("mean", "log_var"):
        expect_free(facts[head], f"`{head}`")
    expect.that(
        not facts["agree"],
        "mean and log_var of several latents",
        "a number of its own for each latent",
        "one number for all latents, in mean or in log_var",
        "Each needs `latent_dim` numbers: does one of the last layers return a single one?",
    )


@ENCODER.remark
def remark_on_layers(student, rng):
    return network_questions.remark_on_layers(student, rng, "build_encoder", 4)


@ENCODER.remark
def remark_on_input(student, rng):
    return network_questions.remark_on_input(student, rng, "build_encoder")


@ENCODER.remark
def remark_on_edges(student, rng):
    return network_questions.remark_on_edges(student, rng)
