"""Exercise 4.2, the decoder: from a code to logits."""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_4 import network_questions, wrong_decoder
from autograder.course.lesson_4.network_expectations import (
    expect_alone,
    expect_far,
    expect_following,
    expect_form,
    expect_trainable,
    expect_unbounded,
)
from autograder.course.lesson_4.network_facts import counted
from autograder.exercise import expect
from autograder.exercise.declaration import Exercise
from bvae_ref.networks import build_decoder

DECODER = Exercise(
    id="4.2",
    title="The decoder: from a code to logits",
    answers=("build_decoder",),
    minutes=10,
    hints=(
        "“Isn't it just the encoder backwards?” Yes: from few numbers to many. Only the end is "
        "different: what should the last layer return when the loss takes log-odds?",
        "`keras.Input((latent_dim,))`, one or two Dense layers with an activation, Dense(784) "
        "*without* one, and Reshape((28, 28, 1)). A logit may be any real number; the sigmoid "
        "belongs to the loss.",
        '`x = keras.layers.Dense(256, activation="gelu")(z)`, then `Dense(28 * 28)(x)`; '
        "`logits = keras.layers.Reshape(<height, width, channels>)(x)`; "
        "`return keras.Model(<input>, <output>)`.",
    ),
    reference={"build_decoder": build_decoder},
    slow=True,
    misconceptions=wrong_decoder.DECODERS,
    alternative="""\
# Grows the picture from 7×7 to 28×28 with transposed convolutions, so each
# step paints with small shared brushes instead of 784 separate weight vectors.
def build_decoder(latent_dim):
    z = keras.Input((latent_dim,))
    x = keras.layers.Dense(7 * 7 * 64, activation="gelu")(z)
    x = keras.layers.Reshape((7, 7, 64))(x)
    x = keras.layers.Conv2DTranspose(64, 3, strides=2, padding="same", activation="gelu")(x)
    x = keras.layers.Conv2DTranspose(32, 3, strides=2, padding="same", activation="gelu")(x)
    logits = keras.layers.Conv2DTranspose(1, 3, padding="same")(x)
    return keras.Model(z, logits, name="decoder")
""",
)


@DECODER.test("one float32 output of shape (batch, 28, 28, 1)", points=0.5)
def test_4_2_shapes(student, rng):
    for latent, batch, form in network_questions.ask_forms(student, rng, "build_decoder"):
        what = f"build_decoder({latent}) called on {counted(batch, 'random code')}"
        expect_form(form, [[batch, 28, 28, 1]], what, "logits")


@DECODER.test("logits may be any number, negative or positive", points=1.0)
def test_4_2_range(student, rng):
    facts = network_questions.ask_range(student, rng)
    expect_unbounded(facts["logits"], "the decoder's output")
    expect_trainable(facts, "decoder")
    expect_following(facts, "the decoder")
    expect_far(facts["logits"], "the decoder's output")


@DECODER.test("every pixel depends on z, and every entry of z affects some pixel", points=0.5)
def test_4_2_paths(student, rng):
    facts = network_questions.ask_paths(student, rng)
    expect.that(
        facts["pixels"] == 28 * 28,
        "how many of the 784 logits change when z changes",
        "784",
        str(facts["pixels"]),
        "Part of the picture is the same whatever z is.",
    )
    expect.that(
        bool(np.all(facts["latents"])),
        "which entries of z change the picture",
        f"all {len(facts['latents'])}",
        f"{int(np.sum(facts['latents']))} of {len(facts['latents'])}",
        "Some latent dimension never reaches the output.",
    )
    expect_following(facts, "the decoder")
    expect_alone(facts, "the decoder")
    expect.that(
        facts["length"],
        "the picture of a code twice as long, z and 2z",
        "another picture",
        "the same picture",
        "Something normalises the code, so that its length is lost.",
    )


@DECODER.remark
def remark_on_layers(student, rng):
    return network_questions.remark_on_layers(student, rng, "build_decoder", 2)


@DECODER.remark
def remark_on_input(student, rng):
    return network_questions.remark_on_input(student, rng, "build_decoder")
