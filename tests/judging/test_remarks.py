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
@pytest.mark.parametrize("exercise_id", ["1.1", "2.1", "3.1", "4.1", "4.2"])
def test_of_the_solutions_nothing_is_remarked(exercise_id):
    assert notes(exercise_id, solutions()[exercise_id]) == ()
