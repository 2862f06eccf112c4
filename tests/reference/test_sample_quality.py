"""The Fréchet distance where it is known, and the score on samples that are real, late or noise."""

from types import SimpleNamespace

import numpy as np
import pytest

from bvae_ref.data import load
from bvae_ref.data.dataset import Dataset
from bvae_ref.sample_quality import frechet_distance, sample_quality

RNG = np.random.default_rng(0)


def test_known_gaussians_have_the_known_distance():
    z = RNG.normal(size=(400, 3))
    z = (z - z.mean(axis=0)) @ np.linalg.inv(np.linalg.cholesky(np.cov(z, rowvar=False))).T
    assert frechet_distance(z, z) == pytest.approx(0, abs=1e-9)
    # Commuting covariances: the sum of (σ_a − σ_b)², and the square of the shift.
    assert frechet_distance(z, z * [1, 2, 5] + [3, 0, 0]) == pytest.approx(9 + 1 + 16)
    turn = np.linalg.qr(RNG.normal(size=(3, 3)))[0]
    a, b = z * [1, 2, 3], z @ turn * [2, 1, 1]
    assert frechet_distance(a, b) == pytest.approx(frechet_distance(b, a))
    assert frechet_distance(a @ turn, b @ turn) == pytest.approx(frechet_distance(a, b))
    assert frechet_distance(z[:, :1], 2 * z[:, :1]) == pytest.approx(1)


def test_the_bias_of_small_samples_shrinks_with_their_size():
    small, large = (
        np.mean([frechet_distance(*RNG.normal(size=(2, n, 8))) for _ in range(20)])
        for n in (50, 400)
    )
    assert small > 4 * large > 0


@pytest.mark.parametrize("shapes", [((5, 2), (5, 3)), ((5,), (5,)), ((1, 2), (5, 2))])
def test_features_of_other_shapes_are_refused(shapes):
    with pytest.raises(ValueError, match="features have shapes"):
        frechet_distance(*(np.zeros(shape) for shape in shapes))


@pytest.mark.slow
def test_real_images_score_the_floor_and_noise_scores_far_more():
    dataset = load("strokes", "test[:2400]", quiet=True)
    more = load("strokes", "train[:600]", quiet=True).images
    noise = RNG.uniform(size=more.shape).astype("float32")
    found = {
        name: sample_quality(SimpleNamespace(sample=lambda count, seed, p=p: p[:count]), dataset)
        for name, p in (("real", more), ("blurred", np.sqrt(more)), ("noise", noise))
    }
    real = found["real"]
    assert real.count == 600 and real.accuracy > 0.8
    assert 0 < real.score < 2 * real.floor
    assert found["noise"].score > 10 * real.floor
    assert real.score < found["blurred"].score < found["noise"].score


def test_too_few_images_or_none_with_classes_are_refused():
    images = np.zeros((600, 4, 4, 1), "float32")
    with pytest.raises(ValueError, match="600 images without classes"):
        sample_quality(None, Dataset("mine", images, None, "here"))
    with pytest.raises(ValueError, match="at least 512 images with classes"):
        sample_quality(None, Dataset("mine", images[:40], np.zeros(40, int), "here"))
