"""A faulty Sampling layer is told what is wrong with it; chance refuses no right one."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from learner import judged_over

from autograder.course.lesson_1.chance import CHECKS
from autograder.exercise import expect, registry
from autograder.exercise.chance import MOST
from autograder.exercise.live_student import LiveStudent
from autograder.judging.diagnosis import references


class SamplingLayer(keras.layers.Layer):
    """The layer in another style, with other attribute names."""

    def __init__(self, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.noise = keras.random.SeedGenerator(seed)
        self._given = seed

    def call(self, inputs):
        mean, log_var = inputs
        eps = self.draw(keras.ops.shape(mean))
        return mean + keras.ops.sqrt(keras.ops.exp(log_var)) * eps

    def draw(self, shape):
        return keras.random.normal(shape, seed=self.noise)

    def get_config(self):
        return dict(super().get_config(), seed=self._given)


class Frozen(SamplingLayer):
    """Draws the same noise at every call."""

    def draw(self, shape):
        return keras.random.normal(shape, seed=self._given or 0)


class SharedAlongTheBatch(SamplingLayer):
    """One ε for all images."""

    def draw(self, shape):
        return keras.ops.broadcast_to(keras.random.normal((1, shape[1]), seed=self.noise), shape)


class SharedAcrossLatents(SamplingLayer):
    """One ε for all latent dimensions of an image."""

    def draw(self, shape):
        return keras.ops.broadcast_to(keras.random.normal((shape[0], 1), seed=self.noise), shape)


class Uniform(SamplingLayer):
    """Noise of mean 0 and variance 1 that is not normal."""

    def draw(self, shape):
        return keras.random.uniform(shape, -(3**0.5), 3**0.5, seed=self.noise)


class SeedIgnored(SamplingLayer):
    """The seed is kept, but never reaches the generator."""

    def __init__(self, seed=None, **kwargs):
        super().__init__(seed=seed, **kwargs)
        self.noise = keras.random.SeedGenerator(1)


class SeedZeroTakenForNone(SamplingLayer):
    """`if seed:` is also false for 0."""

    def __init__(self, seed=None, **kwargs):
        super().__init__(seed=seed or None, **kwargs)


class SeedForgotten(SamplingLayer):
    """The config does not carry the seed."""

    def get_config(self):
        return {k: v for k, v in super().get_config().items() if k != "seed"}


class NameForgotten(SamplingLayer):
    """The config carries the seed and nothing else."""

    def get_config(self):
        return {"seed": self._given}


class VarianceAsSpread(SamplingLayer):
    """Scales the noise by σ²."""

    def call(self, inputs):
        mean, log_var = inputs
        return mean + keras.ops.exp(log_var) * self.draw(keras.ops.shape(mean))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("layer", "test", "cause"),
    [
        (VarianceAsSpread, 0, "The spread is that of the variance"),
        (Frozen, 1, "drawn once and kept"),
        (SharedAlongTheBatch, 1, "shared across the batch"),
        (SharedAcrossLatents, 1, "shared across latent dimensions"),
        (Uniform, 1, "uniform rather than normal"),
        (SeedIgnored, 2, "does not reach the generator"),
        (SeedForgotten, 3, "`get_config` must add the seed"),
        (NameForgotten, 3, "including the layer's name"),
    ],
)
def test_a_faulty_layer_fails_the_property_it_breaks_with_the_cause(layer, test, cause):
    verdict = judged_over("1.2", {**references(("1.1",)), "Sampling": layer})
    assert not verdict.passed
    assert cause in (verdict.tests[test].cause or ""), verdict.tests[test]


def test_that_0_is_a_seed_is_asked_in_every_run():
    answers = {**references(("1.1",)), "Sampling": SeedZeroTakenForNone}
    student = LiveStudent(answers, registry.owners(1))
    asked = registry.get("1.2").tests[2]
    for seed in range(40):
        with pytest.raises(expect.Mismatch, match="seed=0"):
            asked.function(student, np.random.default_rng(seed))


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.what)
def test_chance_takes_a_right_layer_as_far_as_is_stated(check):
    margins = check.margins(np.random.default_rng(0), 2000)
    assert margins.shape == (2000,) and check.rate <= MOST
    # Of 2,000 runs the worst is about 3.5 standard errors out, of the 5.5 that are allowed.
    assert margins.max() < 0.9
