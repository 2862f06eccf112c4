"""Lesson 4, training on calligraphy: what its exercises ask and how a right answer behaves.

Networks are judged with their weights drawn anew, so neither the architecture nor how a
learner initialises it matters. How often a right answer is refused is stated where chance
enters.
"""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_4 import network_facts, wrong_networks
from autograder.exercise import expect
from autograder.exercise.declaration import Exercise
from bvae_ref.networks import build_decoder, build_encoder

# --- 4.1 -------------------------------------------------------------------------------

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
    misconceptions=wrong_networks.ENCODERS,
    alternative="""\
# Differs in looking at the image through strided convolutions, which keep neighbouring pixels
# together until Flatten. Fewer weights, but on a CPU about twice the time for the same loss.
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
    for latent, batch, form in network_facts.ask_forms(student, rng, "build_encoder"):
        what = f"build_encoder({latent}) called on {_count(batch, 'random image')}"
        _expect_form(form, [[batch, latent]] * 2, what, "mean and log_var")


@ENCODER.test("every part of the image reaches both outputs", points=0.5)
def test_4_1_regions(student, rng):
    moved = network_facts.ask_regions(student, rng)
    for head in ("mean", "log_var"):
        blind = [f"{where}" for where in zip(*np.where(~moved[head]), strict=True)]
        expect.that(
            not blind,
            f"`{head}` when one 7×7 block of the image changes, each of the 16 in turn",
            "a change for every block",
            f"no change for {len(blind)} of 16 blocks",
            "Part of the image never reaches this output.",
        )
    _expect_following(moved, "the encoder")


@ENCODER.test("mean and log_var are two different functions, free to take any value", points=1.0)
def test_4_1_heads(student, rng):
    # 24 images, 8 or more latents, 4 draws of the weights. A linear head's values are normal
    # with mean 0, and of variance above 2.2 for the brightest image: no negative one among 32
    # has the chance 2^−32, none beyond ±1.05 has 0.53^32, together below 1e-8 for each head.
    facts = network_facts.ask_heads(student, rng)
    expect.that(
        not facts["same"],
        "mean and log_var of one encoder",
        "two outputs that can differ",
        "the same numbers in both",
        "Each needs a layer of its own, on top of the shared ones.",
    )
    for head in ("mean", "log_var"):
        _expect_unbounded(facts[head], f"`{head}`")
    _expect_trainable(facts, "encoder")
    _expect_following(facts, "the encoder")


# --- 4.2 -------------------------------------------------------------------------------

DECODER = Exercise(
    id="4.2",
    title="The decoder: from a code to logits",
    answers=("build_decoder",),
    minutes=15,
    hints=(
        "“Is it not just the encoder backwards?” Yes: from few numbers to many. Only the end is "
        "different: what should the last layer put out, when the loss takes log-odds?",
        "`keras.Input((latent_dim,))`, one or two Dense layers with an activation, Dense(784) "
        "*without* one, and Reshape((28, 28, 1)). A logit may be any real number; the sigmoid "
        "belongs to the loss.",
        '`x = keras.layers.Dense(256, activation="gelu")(z)`, then `Dense(28 * 28)(x)`; '
        "`logits = keras.layers.Reshape(<height, width, channels>)(x)`; "
        "`return keras.Model(<input>, <output>)`.",
    ),
    reference={"build_decoder": build_decoder},
    slow=True,
    misconceptions=wrong_networks.DECODERS,
    alternative="""\
# Differs in growing the picture from 7×7 to 28×28 by transposed convolutions, so that each
# step paints with small shared brushes in place of 784 separate weight vectors.
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
    for latent, batch, form in network_facts.ask_forms(student, rng, "build_decoder"):
        what = f"build_decoder({latent}) called on {_count(batch, 'random code')}"
        _expect_form(form, [[batch, 28, 28, 1]], what, "logits")


@DECODER.test("logits may be any number, negative or positive", points=1.0)
def test_4_2_range(student, rng):
    facts = network_facts.ask_range(student, rng)
    _expect_unbounded(facts["logits"], "the decoder's output")
    _expect_trainable(facts, "decoder")
    _expect_following(facts, "the decoder")


@DECODER.test("every pixel depends on z, and every entry of z on some pixel", points=0.5)
def test_4_2_paths(student, rng):
    facts = network_facts.ask_paths(student, rng)
    expect.that(
        facts["pixels"] == 28 * 28,
        "how many of the 784 logits change when z changes",
        "784",
        str(facts["pixels"]),
        "Part of the picture is the same whatever z says.",
    )
    expect.that(
        bool(np.all(facts["latents"])),
        "which entries of z change the picture",
        f"all {len(facts['latents'])}",
        f"{int(np.sum(facts['latents']))} of {len(facts['latents'])}",
        "Some latent dimension never reaches the output.",
    )
    _expect_following(facts, "the decoder")


# --- shared ----------------------------------------------------------------------------


def _count(number: int, thing: str) -> str:
    return f"one {thing}" if number == 1 else f"{number} {thing}s"


def _expect_form(form: dict, shapes: list, what: str, names: str) -> None:
    """Check a network's kind, and the number, shapes, dtypes and finiteness of its outputs."""
    expect.that(
        form["kind"] == "keras.Model",
        what.split(" called")[0],
        "a keras.Model",
        form["kind"],
        "Is there a `return` at the end?" if form["kind"] == "NoneType" else None,
    )
    count = len(shapes)
    expect.that(
        form["outputs"] == count,
        f"the number of outputs of {what}",
        f"{count} ({names})",
        str(form["outputs"]),
    )
    expect.that(
        form["shapes"] == shapes,
        f"the shape of {names} of {what}",
        " and ".join(str(tuple(shape)) for shape in shapes),
        " and ".join(str(tuple(shape)) for shape in form["shapes"]),
    )
    expect.that(
        form["dtypes"] == ["float32"] * count,
        f"the dtype of {names} of {what}",
        "float32",
        ", ".join(form["dtypes"]),
    )
    expect.that(form["finite"], f"{names} of {what}", "finite numbers", "NaN or infinity")
    if "follows" in form:
        _expect_following(form, what)


def _expect_following(facts: dict, what: str) -> None:
    expect.that(
        facts["follows"],
        f"the outputs of {what} for inputs some of which are equal",
        "equal outputs for equal inputs, and others for other inputs",
        "outputs that do not follow the inputs",
        "Is noise drawn inside the network, or does the input never reach the outputs?",
    )


def _expect_unbounded(reach: dict, what: str) -> None:
    inputs, draws = network_facts.INPUTS, network_facts.DRAWS
    asked = f"{what} over {inputs} random inputs and {draws} draws of large random weights"
    expect.that(
        reach["negative"],
        asked,
        "negative values as well as positive ones",
        "no negative value",
        "The last layer ends in an activation (relu, softplus, sigmoid, exp) that hides them.",
    )
    expect.that(
        reach["beyond"],
        asked,
        "values beyond ±1",
        "all values within ±1",
        "The last layer ends in an activation (tanh, softsign) that bounds them.",
    )


def _expect_trainable(facts: dict, name: str) -> None:
    expect.that(
        facts["weights"] and facts["gradients"],
        f"the weights of the {name}",
        "trainable weights, each with a gradient",
        "a trainable weight without a gradient" if facts["weights"] else "no trainable weight",
        "Something between this weight and the output stops the gradient.",
    )
