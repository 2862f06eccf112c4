"""Nearest images, against comparing all with all."""

import numpy as np
import pytest

from bvae_ref import nearest
from bvae_ref.nearest import nearest_images, nearest_rows

RNG = np.random.default_rng(0)


def test_the_nearest_image_is_found_across_blocks_as_by_comparing_all(monkeypatch):
    gallery = RNG.uniform(0, 1, (50, 28, 28, 1)).astype("float32")
    images = RNG.uniform(0, 1, (11, 28, 28, 1)).astype("float32")
    images[3] = gallery[41]
    all_distances = np.sqrt(((images[:, None] - gallery[None]) ** 2).sum(axis=(2, 3, 4)))
    monkeypatch.setattr(nearest, "_GALLERY", 7)
    monkeypatch.setattr(nearest, "_QUERIES", 4)
    indices, distances = nearest_images(images, gallery)
    np.testing.assert_array_equal(indices, all_distances.argmin(axis=1))
    np.testing.assert_allclose(distances, all_distances.min(axis=1), rtol=1e-5, atol=1e-5)
    index, distance = nearest_images(images[3], gallery)
    assert (type(index), index) == (int, 41) and distance < 1e-5


def test_equally_near_images_give_the_first_and_an_empty_gallery_is_refused():
    gallery = np.zeros((3, 28, 28, 1), "float32")
    assert nearest_images(gallery[0], gallery) == (0, 0.0)
    with pytest.raises(ValueError, match="m ≥ 1"):
        nearest_images(gallery[0], gallery[:0])


def test_several_neighbours_come_nearest_first_whatever_the_blocks(monkeypatch):
    queries, gallery = RNG.normal(size=(9, 3)), RNG.normal(size=(40, 3))
    distances = np.linalg.norm(queries[:, None] - gallery, axis=-1)
    monkeypatch.setattr(nearest, "_GALLERY", 7)
    monkeypatch.setattr(nearest, "_QUERIES", 4)
    found, how_far = nearest_rows(queries, gallery, 12)
    np.testing.assert_array_equal(found, np.argsort(distances, axis=1)[:, :12])
    np.testing.assert_allclose(how_far, np.sort(distances, axis=1)[:, :12], rtol=1e-6)


def test_more_neighbours_than_there_are_rows_gives_them_all():
    found, _ = nearest_rows(RNG.normal(size=(2, 3)), RNG.normal(size=(4, 3)), 9)
    assert found.shape == (2, 4)
