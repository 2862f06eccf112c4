"""Paths, grids, representatives and nearest images, on codes and models known by heart."""

import numpy as np
import pytest
from flat_model import FlatModel, split_class

from bvae_ref.interpolation import (
    class_code,
    class_means,
    latent_grid,
    latent_grid_codes,
    lerp,
    morph_strip,
    nearest_images,
    representative,
    slerp,
    traversal_codes,
    traversals,
)

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("path", [lerp, slerp])
def test_both_ends_are_exact_and_the_path_has_the_steps_asked_for(path):
    start, end = RNG.normal(size=(2, 5)).astype("float32")
    codes = path(start, end, 7)
    assert codes.shape == (7, 5) and codes.dtype == np.float32
    assert np.array_equal(codes[0], start) and np.array_equal(codes[-1], end)


def test_lerp_moves_in_even_steps():
    moves = np.diff(lerp([0.0, 3.0], [4.0, -1.0], 5), axis=0)
    np.testing.assert_allclose(moves, np.tile([1.0, -1.0], (4, 1)))


def test_slerp_turns_by_the_same_angle_each_step_and_changes_length_evenly():
    start, end = 3.0 * _unit(RNG.normal(size=4)), 1.5 * _unit(RNG.normal(size=4))
    codes = slerp(start, end, 9).astype("float64")
    lengths = np.linalg.norm(codes, axis=1)
    np.testing.assert_allclose(lengths, np.linspace(3.0, 1.5, 9), rtol=1e-5)
    units = codes / lengths[:, None]
    angles = np.arccos(np.clip((units[1:] * units[:-1]).sum(1), -1, 1))
    np.testing.assert_allclose(angles, angles.mean(), rtol=1e-3)


def test_slerp_at_a_right_angle_is_a_quarter_circle():
    angle = np.linspace(0, np.pi / 2, 6)
    expected = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    np.testing.assert_allclose(slerp([1.0, 0.0], [0.0, 1.0], 6), expected, atol=1e-6)


@pytest.mark.parametrize(
    "start, end",
    [
        ([1.0, 2.0], [2.0, 4.0]),
        ([1.0, 2.0], [1.0, 2.0]),
        ([1.0, 2.0], [-1.0, -2.0]),
        ([0.0, 0.0], [1.0, 2.0]),
        ([0.0, 0.0], [0.0, 0.0]),
        ([1e-30, 0.0], [1e-30, 1e-38]),
    ],
)
def test_slerp_is_a_straight_line_where_no_plane_is_given(start, end):
    codes = slerp(start, end, 5)
    assert np.all(np.isfinite(codes))
    np.testing.assert_allclose(codes, lerp(start, end, 5), atol=1e-6)


def test_slerp_stays_accurate_for_nearly_parallel_vectors():
    codes = slerp([1.0, 0.0], [np.cos(1e-4), np.sin(1e-4)], 3)
    np.testing.assert_allclose(codes[1], [1.0, 5e-5], rtol=1e-6, atol=1e-9)


def test_paths_refuse_other_shapes_and_fewer_than_two_steps():
    with pytest.raises(ValueError, match=r"shape \(2,\) and end \(3,\)"):
        lerp(np.zeros(2), np.zeros(3), 4)
    with pytest.raises(ValueError, match="steps is 1"):
        slerp(np.ones(2), np.zeros(2), 1)


def test_class_means_average_each_class_on_its_own():
    codes, labels = RNG.normal(size=(60, 3)), np.arange(60) % 3
    means = class_means(codes, labels, classes=3)
    np.testing.assert_allclose(means[1], codes[1::3].mean(axis=0), rtol=1e-5)
    assert means.shape == (3, 3) and means.dtype == np.float32


def test_a_class_without_images_is_named():
    with pytest.raises(ValueError, match="class 1, 3 has no images"):
        class_means(np.zeros((4, 2)), np.array([0, 2, 2, 0]), classes=4)


def test_a_representative_decodes_to_its_class_where_the_class_mean_does_not():
    model, images, labels = split_class()
    mean_image = model.decode(class_means(model.encode(images)[0], labels, 2))
    indices, _ = nearest_images(mean_image, images)
    assert labels[indices[0]] == 1, "the case must be one where the mean misleads"
    for cls in (0, 1):
        index = representative(model, images, labels, cls)
        assert labels[index] == cls
        code = class_code(model, images, labels, cls)
        np.testing.assert_array_equal(code, model.encode(images[index : index + 1])[0][0])
        assert labels[nearest_images(model.decode(code[None])[0], images)[0]] == cls


def test_a_representative_avoids_strays_among_another_class():
    model, images, labels = split_class()
    strays = np.flatnonzero(labels == 1)[:10]
    # First in line, so that a choice by position alone would take one of them.
    order = np.concatenate([strays, np.setdiff1d(np.arange(len(labels)), strays)])
    images, labels = images[order], labels[order]
    labels[:10] = 0
    assert representative(model, images, labels, 0) >= 10


def test_a_representative_of_a_class_without_images_is_refused():
    model, images, labels = split_class()
    with pytest.raises(ValueError, match="class 7 has no images"):
        representative(model, images, labels, 7)


def test_a_morph_decodes_every_code_of_the_path_in_one_batch():
    model = FlatModel([[-2, 0], [2, 0]])
    strip = morph_strip(model, [-3.0, 1.0], [3.0, 1.0], steps=5, method="lerp")
    assert strip.shape == (5, 28, 28, 1) and model.drawn == 1
    np.testing.assert_allclose(model.encode(strip)[0], lerp([-3, 1], [3, 1], 5), atol=1e-5)
    around = morph_strip(model, [-3.0, 1.0], [3.0, 1.0], steps=5)
    np.testing.assert_allclose(model.encode(around)[0], slerp([-3, 1], [3, 1], 5), atol=1e-5)
    with pytest.raises(ValueError, match="expected one of slerp, lerp"):
        morph_strip(model, [0.0, 1.0], [1.0, 0.0], method="cubic")


def test_the_grid_lies_as_on_a_page_first_latent_right_second_up():
    codes = latent_grid_codes(5, 2.0)
    assert codes.shape == (5, 5, 2) and codes.dtype == np.float32
    np.testing.assert_allclose(codes[0, 0], [-2, 2])
    np.testing.assert_allclose(codes[0, -1], [2, 2])
    np.testing.assert_allclose(codes[-1, 0], [-2, -2])
    np.testing.assert_allclose(codes[2, 3], [1, 0])


def test_a_grid_image_lies_where_its_code_does():
    model = FlatModel([[0, 0]])
    images = latent_grid(model, steps=4, extent=3.0)
    codes = model.encode(images.reshape(-1, 28, 28, 1))[0].reshape(4, 4, 2)
    np.testing.assert_allclose(codes, latent_grid_codes(4, 3.0), atol=1e-5)
    model.latent_dim = 3
    with pytest.raises(ValueError, match="has 3 latents, but a grid needs 2"):
        latent_grid(model)
    with pytest.raises(ValueError, match="extent is 0"):
        latent_grid_codes(3, 0)


def test_a_traversal_changes_one_latent_and_leaves_the_code_alone():
    code = np.array([1.0, 2.0, 3.0])
    codes = traversal_codes(code, 1, [-1, 0, 1, 9])
    np.testing.assert_array_equal(codes, [[1, -1, 3], [1, 0, 3], [1, 1, 3], [1, 9, 3]])
    np.testing.assert_array_equal(code, [1, 2, 3])
    with pytest.raises(ValueError, match="dimension is 3; the code has 0 to 2"):
        traversal_codes(code, 3, [0.0])


def test_traversals_are_one_row_for_each_latent():
    model = FlatModel([[0, 0]])
    images = traversals(model, [1.0, 2.0], [-2.0, 0.0, 2.0])
    assert images.shape == (2, 3, 28, 28, 1) and model.drawn == 1
    np.testing.assert_allclose(model.encode(images[1])[0], [[1, -2], [1, 0], [1, 2]], atol=1e-5)


def _unit(vector):
    return vector / np.linalg.norm(vector)
