"""What is said beside a pass, and where nothing is."""

from __future__ import annotations

import pytest

from autograder.exercise import registry
from autograder.exercise.live_student import LiveStudent
from autograder.intake.course_texts import solutions
from autograder.judging import bank
from autograder.judging.bank import Written
from autograder.judging.judge import judge

KL = "def kl_per_dimension(mean, log_var):\n    return {}\n"
ENCODER = """
def build_encoder(latent_dim):
    inputs = keras.Input((28, 28, 1))
    x = keras.layers.Flatten()(inputs)
{hidden}    heads = [keras.layers.Dense(latent_dim)(x), keras.layers.Dense(latent_dim)(x)]
    return keras.Model(inputs, heads)
"""
DECODER = """
def build_decoder(latent_dim):
    z = keras.Input((latent_dim,))
    x = z
{hidden}    return keras.Model(z, keras.layers.Reshape((28, 28, 1))(keras.layers.Dense(784)(x)))
"""


def notes(exercise_id: str, source: str) -> tuple[str, ...]:
    exercise = registry.get(exercise_id)
    space = bank.namespace(Written(exercise_id, "case", "from outside", source))
    verdict = judge(exercise.id, LiveStudent(space, registry.owners(exercise.lesson)), 1)
    assert verdict.passed, verdict
    return verdict.notes


def test_numpy_that_a_gradient_would_have_to_pass_is_remarked_on():
    numpy = KL.format("0.5 * (np.square(mean) + np.exp(log_var) - 1 - log_var)")
    (said,) = notes("2.1", numpy)
    assert "`np.square` leaves TensorFlow" in said
    traced = KL.format("0.5 * (mean**2 + tf.exp(log_var) - np.log(np.e) - log_var)")
    assert notes("2.1", traced) == ()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("exercise_id", "text"), [("4.1", ENCODER), ("4.2", DECODER)], ids=("encoder", "decoder")
)
def test_layers_that_make_one_affine_map_are_remarked_on(exercise_id, text):
    several = "    x = keras.layers.Dense(64)(x)\n    x = keras.layers.Dense(64)(x)\n"
    (said,) = notes(exercise_id, text.format(hidden=several))
    assert "no non-linearity between your layers" in said
    bent = several.replace("Dense(64)", 'Dense(64, "relu")')
    assert notes(exercise_id, text.format(hidden=bent)) == ()
    # A single affine layer is a choice, and was meant.
    assert notes(exercise_id, text.format(hidden="")) == ()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("stride", "lines"), [(3, "one row and one column"), (5, "3 rows and 3 columns")]
)
def test_lines_of_pixels_that_no_kernel_covers_are_remarked_on(stride, lines):
    layer = f"keras.layers.Conv2D(8, {stride}, {stride}, activation='relu', padding='{{}}')"
    hidden = f"    x = keras.layers.Flatten()({layer}(inputs))\n"
    (said,) = notes("4.1", ENCODER.format(hidden=hidden.format("valid")))
    assert lines in said and "reach neither output" in said
    assert notes("4.1", ENCODER.format(hidden=hidden.format("same"))) == ()


@pytest.mark.slow
def test_a_model_without_weights_before_its_first_call_is_remarked_on():
    layers = "keras.layers.Dense(784), keras.layers.Reshape((28, 28, 1))"
    text = "def build_decoder(latent_dim):\n    return keras.Sequential([{}])\n"
    (said,) = notes("4.2", text.format(layers))
    assert "no weights before its first call" in said
    assert notes("4.2", text.format(f"keras.Input((latent_dim,)), {layers}")) == ()


@pytest.mark.slow
@pytest.mark.parametrize("clipped", ["p", "keras.ops.clip(p, 1e-7, 1 - 1e-7)"])
def test_a_probability_turned_back_into_a_logit_is_refused(clipped):
    source = f"""
def build_decoder(latent_dim):
    z = keras.Input((latent_dim,))
    p = keras.layers.Dense(784, "sigmoid")(keras.layers.Dense(32, "relu")(z))
    p = {clipped}
    return keras.Model(z, keras.layers.Reshape((28, 28, 1))(keras.ops.log(p / (1 - p))))
"""
    space = bank.namespace(Written("4.2", "case", "from outside", source))
    verdict = judge("4.2", LiveStudent(space, registry.owners(4)), 1)
    (failed,) = [test for test in verdict.tests if test.points < test.max_points]
    assert "Is a probability turned back into its logit" in str(failed.cause)


@pytest.mark.slow
@pytest.mark.parametrize("exercise_id", ["1.1", "2.1", "3.1", "4.1", "4.2"])
def test_of_the_solutions_nothing_is_remarked(exercise_id):
    assert notes(exercise_id, solutions()[exercise_id]) == ()
