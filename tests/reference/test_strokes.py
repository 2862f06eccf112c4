"""The brush-stroke data set: what its factors do, and that it can be relied on."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from bvae_ref.data.dataset import CLASS_NAMES
from bvae_ref.data.glyphs import SKELETONS, place_stamps, smooth_curve
from bvae_ref.data.strokes import FACTOR_NAMES, FACTOR_RANGES, draw, render, sample_factors

COLUMN = {name: index for index, name in enumerate(FACTOR_NAMES)}
CONTINUOUS = FACTOR_NAMES[1:]


def neutral(**changes: float) -> np.ndarray:
    """Factors of the ten glyphs upright and centred, `(10, 8)`, with some changed."""
    factors = np.zeros((10, len(FACTOR_NAMES)), np.float32)
    factors[:, 0] = np.arange(10)
    for name, value in {"width": 2.5, "scale": 1.0, **changes}.items():
        factors[:, COLUMN[name]] = value
    return factors


def extremes() -> np.ndarray:
    """Every class at every corner of the box of factors, `(1280, 8)`."""
    corners = itertools.product(range(10), *(FACTOR_RANGES[name] for name in CONTINUOUS))
    return np.array(list(corners), np.float32)


def moments(images: np.ndarray) -> dict[str, np.ndarray]:
    """Centroid and central second moments of each image's ink, in pixels."""
    ink = np.asarray(images, np.float64).reshape(len(images), *images.shape[1:3])
    total = ink.sum((1, 2))
    row, column = np.indices(ink.shape[1:])
    x, y = (ink * column).sum((1, 2)) / total, (ink * row).sum((1, 2)) / total
    dx, dy = column - x[:, None, None], row - y[:, None, None]
    xx, yy, xy = ((ink * p).sum((1, 2)) / total for p in (dx * dx, dy * dy, dx * dy))
    return {"x": x, "y": y, "xx": xx, "yy": yy, "xy": xy, "ink": total}


# Sampling the factors


def test_the_columns_keep_their_order():
    assert " ".join(FACTOR_NAMES) == "class slant rotation width scale shift_x shift_y curvature"


def test_factors_have_the_documented_shape_dtype_and_ranges():
    factors = sample_factors(5000, seed=1)
    assert factors.shape == (5000, 8)
    assert factors.dtype == np.float32
    assert set(factors[:, 0]) == set(range(10))
    for name in CONTINUOUS:
        low, high = np.float32(FACTOR_RANGES[name])
        column = factors[:, COLUMN[name]]
        assert low <= column.min() < low + 0.01 * (high - low)
        assert high - 0.01 * (high - low) < column.max() <= high


@pytest.mark.parametrize(("start", "count"), [(0, 1), (1, 3), (17, 40), (99, 1), (60, 0)])
def test_a_slice_of_the_table_can_be_made_without_the_rest(start, count):
    whole = sample_factors(100, seed=5)
    part = sample_factors(count, seed=5, start=start)
    np.testing.assert_array_equal(part, whole[start : start + count], strict=True)


def test_another_seed_gives_other_rows():
    assert not np.any(np.all(sample_factors(200, seed=0) == sample_factors(200, seed=1), axis=1))


def test_factors_are_independent_and_uniform():
    count = 40_000
    factors = sample_factors(count, seed=2).astype(np.float64)
    # A sample correlation of independent columns has a standard error of 1/√n; 5 of them
    # over 28 pairs and two powers raise a false alarm once in 30,000 seeds.
    bound = 5 / np.sqrt(count)
    centred = factors - factors.mean(0)
    for columns in (centred, centred**2):
        correlation = np.corrcoef(columns, rowvar=False)
        assert np.abs(correlation[np.triu_indices(8, 1)]).max() < bound
    per_class = np.bincount(factors[:, 0].astype(int), minlength=10)
    assert np.abs(per_class - count / 10).max() < 5 * np.sqrt(count * 0.1 * 0.9)
    for name in CONTINUOUS:
        low, high = FACTOR_RANGES[name]
        quarters = np.histogram(factors[:, COLUMN[name]], bins=4, range=(low, high))[0]
        assert np.abs(quarters - count / 4).max() < 5 * np.sqrt(count * 0.25 * 0.75)


@pytest.mark.parametrize(
    "arguments",
    [{"count": -1}, {"count": 1.5}, {"count": 1, "seed": -1}, {"count": 1, "start": -2}],
)
def test_sampling_says_which_argument_is_wrong(arguments):
    name = list(arguments)[-1]
    with pytest.raises(ValueError, match=f"{name} is .*whole number"):
        sample_factors(**arguments)


# Drawing


def test_images_are_finite_float32_between_paper_and_ink():
    images = render(sample_factors(2000, seed=3))
    assert images.shape == (2000, 28, 28, 1)
    assert images.dtype == np.float32
    assert np.isfinite(images).all()
    assert images.min() >= 0.0
    assert images.max() <= 1.0
    assert (images.max((1, 2, 3)) > 0.95).all()


def test_no_factors_give_no_images():
    assert render(sample_factors(0)).shape == (0, 28, 28, 1)


def test_an_image_depends_on_its_own_row_alone():
    factors = sample_factors(300, seed=4)
    before = factors.copy()
    images = render(factors)
    np.testing.assert_array_equal(factors, before)
    np.testing.assert_array_equal(render(factors), images)
    shuffled = np.random.default_rng(0).permutation(300)
    np.testing.assert_allclose(render(factors[shuffled]), images[shuffled], atol=1e-5)
    np.testing.assert_allclose(render(factors[7:8]), images[7:8], atol=1e-5)


def test_ink_is_antialiased_and_about_as_plentiful_as_in_handwriting():
    images = render(sample_factors(2000, seed=6))
    marked = images > 0.1
    grey = marked & (images < 0.9)
    assert 0.3 < grey.sum() / marked.sum() < 0.75
    assert 0.12 < images.mean() < 0.22


def test_at_every_extreme_less_than_one_percent_of_ink_leaves_the_frame():
    factors = extremes()
    margin = 10
    ink = draw(factors, 28 + 2 * margin)
    inside = ink[:, margin:-margin, margin:-margin]
    np.testing.assert_allclose(inside, render(factors)[..., 0], atol=1e-4)
    lost = 1 - inside.sum((1, 2)) / ink.sum((1, 2))
    assert lost.max() < 0.01


def test_ten_classes_are_ten_different_pictures():
    glyphs = render(neutral()).reshape(10, -1)
    glyphs = glyphs / np.linalg.norm(glyphs, axis=1, keepdims=True)
    likeness = glyphs @ glyphs.T
    assert likeness[np.triu_indices(10, 1)].max() < 0.85


@pytest.mark.parametrize("name", CONTINUOUS)
def test_each_factor_alone_changes_the_picture(name):
    low, high = FACTOR_RANGES[name]
    ends = [render(neutral(**{name: value})) for value in (low, high)]
    changed = np.abs(ends[1] - ends[0]).sum((1, 2, 3)) / ends[0].sum((1, 2, 3))
    assert (changed > 0.15).all()


# What each factor does


@pytest.mark.parametrize(("name", "axis", "other"), [("shift_x", "x", "y"), ("shift_y", "y", "x")])
def test_a_shift_moves_the_ink_right_or_down_by_as_many_pixels(name, axis, other):
    still, moved = (moments(render(neutral(**{name: by}))) for by in (0.0, 1.3))
    np.testing.assert_allclose(moved[axis] - still[axis], 1.3, atol=0.06)
    np.testing.assert_allclose(moved[other], still[other], atol=0.06)


def test_scale_grows_the_extent_in_proportion():
    small, large = (moments(draw(neutral(scale=s), 28)) for s in (0.85, 1.1))
    for axis in ("xx", "yy"):
        ratio = np.sqrt(large[axis] / small[axis])
        np.testing.assert_allclose(ratio, 1.1 / 0.85, rtol=0.06)


def test_scale_leaves_the_breadth_of_the_brush_alone():
    # Ink over a row that crosses the first stroke of は, straight and on the left.
    small, large = (draw(neutral(scale=s), 28)[5, 13, :10].sum() for s in (0.85, 1.1))
    np.testing.assert_allclose(small, large, rtol=0.04)


def test_width_grows_the_ink_and_not_the_extent():
    inks = [moments(render(neutral(width=w)))["ink"] for w in (2.0, 2.5, 3.0, 3.4)]
    assert (np.diff(inks, axis=0) > 0).all()
    thin, thick = (moments(render(neutral(width=w))) for w in (2.0, 3.4))
    np.testing.assert_allclose(np.sqrt(thick["yy"] / thin["yy"]), 1.0, atol=0.06)


def test_width_is_the_breadth_of_a_stroke_in_pixels():
    # The first stroke of は runs straight down the left at a pressure of about 0.78; the sum
    # of ink over a row that crosses it there is its breadth.
    widths = np.array([2.0, 2.5, 3.0, 3.4])
    breadths = np.array([draw(neutral(width=w), 28)[5, 13, :11].sum() for w in widths])
    np.testing.assert_allclose(breadths, 0.78 * widths, rtol=0.2)
    np.testing.assert_allclose(np.ptp(breadths) / np.ptp(widths), 0.78, rtol=0.15)


def test_positive_slant_leans_the_top_to_the_right():
    upright, slanted = (moments(render(neutral(slant=a))) for a in (0.0, 0.2))
    # Under x' = x - tan(a)·y, cov(x, y) changes by -tan(a)·var(y); rows stay in place.
    np.testing.assert_allclose(
        (slanted["xy"] - upright["xy"]) / upright["yy"], -np.tan(0.2), atol=0.03
    )
    np.testing.assert_allclose(slanted["yy"], upright["yy"], rtol=0.05)


def test_positive_rotation_turns_counter_clockwise():
    upright, turned = (moments(render(neutral(rotation=a))) for a in (0.0, 0.15))
    # Rows run downwards, so turning counter-clockwise by a rotates covariances by -a.
    cos, sin = np.cos(0.15), np.sin(0.15)
    expected = (upright["yy"] - upright["xx"]) * sin * cos + upright["xy"] * (cos**2 - sin**2)
    np.testing.assert_allclose(turned["xy"], expected, atol=0.5)
    sideways = upright["yy"] - upright["xx"]
    assert ((turned["xy"] - upright["xy"])[sideways > 8] > 0).all()
    # A turn keeps the spread; a slant or a change of scale would not.
    spread = turned["xx"] + turned["yy"]
    np.testing.assert_allclose(spread, upright["xx"] + upright["yy"], rtol=0.02)


def test_positive_curvature_bends_the_upper_and_right_side_outwards():
    straight, bent = (render(neutral(curvature=c))[6, ..., 0] for c in (0.0, 0.25))
    # The long horizontal of ま: against its middle, both ends come down.
    column = np.arange(28)[:, None]

    def height(image: np.ndarray, at: slice) -> float:
        top = image[3:11, at]
        return float((top * column[3:11]).sum() / top.sum())

    ends, middle = (slice(6, 9), slice(19, 22)), slice(13, 16)
    sag = [sum(height(i, e) for e in ends) / 2 - height(i, middle) for i in (straight, bent)]
    assert sag[1] - sag[0] > 0.5


def test_curvature_is_neither_a_slant_nor_a_turn_nor_a_shift():
    base = render(neutral()).reshape(10, -1).astype(np.float64)

    def change(name: str, by: float) -> np.ndarray:
        at = {"width": 2.5, "scale": 1.0}.get(name, 0.0)
        return render(neutral(**{name: at + by})).reshape(10, -1) - base

    bend = change("curvature", 0.05)
    others = [change(n, by) for n, by in zip(CONTINUOUS[:-1], [0.02] * 4 + [0.1] * 2, strict=True)]
    for glyph in range(10):
        basis = np.stack([other[glyph] for other in others], axis=1)
        residual = bend[glyph] - basis @ np.linalg.lstsq(basis, bend[glyph], rcond=None)[0]
        assert np.linalg.norm(residual) > 0.4 * np.linalg.norm(bend[glyph])


# Bad input


@pytest.mark.parametrize("shape", [(8,), (3, 7), (2, 8, 1)])
def test_a_wrong_shape_is_named(shape):
    with pytest.raises(ValueError, match=r"factors have shape .*\(images, 8\)"):
        render(np.zeros(shape, np.float32))


def test_factors_that_are_not_numbers_are_refused():
    with pytest.raises(ValueError, match="must be numbers"):
        render([["o"] * 8])


@pytest.mark.parametrize("label", [-1, 10, 2.5, np.nan, np.inf])
def test_a_class_that_is_no_label_is_named(label):
    factors = neutral()
    factors[4, 0] = label
    with pytest.raises(ValueError, match=r"class is .* in row 4; give a whole number from 0 to 9"):
        render(factors)


@pytest.mark.parametrize("name", CONTINUOUS)
@pytest.mark.parametrize("how", ["below", "above", "nan"])
def test_a_factor_out_of_range_is_named_with_its_value_and_range(name, how):
    low, high = FACTOR_RANGES[name]
    value = {"below": low - 0.01, "above": high + 0.01, "nan": np.nan}[how]
    with pytest.raises(ValueError, match=rf"{name} is .* in row 0; give a value from {low:g} to"):
        render(neutral(**{name: value}))


@pytest.mark.parametrize("end", [0, 1])
def test_the_ends_of_the_ranges_are_allowed(end):
    render(neutral(**{name: FACTOR_RANGES[name][end] for name in CONTINUOUS}))


# Skeletons


def test_every_class_has_a_skeleton_inside_the_box():
    assert set(SKELETONS) == set(CLASS_NAMES)
    for strokes in SKELETONS.values():
        points = np.vstack([np.array(stroke) for stroke in strokes])
        assert (points[:, :2] >= 0).all()
        assert (points[:, :2] <= 100).all()
        assert (points[:, 2] > 0).all()


def test_a_smooth_curve_passes_through_its_control_points():
    points = np.array([[0.0, 0, 1], [30, 10, 0.5], [35, 60, 0.8], [90, 70, 0.2]])
    np.testing.assert_allclose(smooth_curve(points, per_segment=16)[::16], points, atol=1e-12)


@pytest.mark.parametrize("count", [24, 64, 301])
def test_stamps_stand_for_the_whole_length_of_a_glyph(count):
    for strokes in SKELETONS.values():
        stamps = place_stamps(strokes, count)
        assert stamps.shape == (count, 4)
        assert (stamps[:, 3] > 0).all()
        curves = [smooth_curve(np.array(stroke))[:, :2] for stroke in strokes]
        length = sum(np.linalg.norm(np.diff(c, axis=0), axis=1).sum() for c in curves) / 50
        np.testing.assert_allclose(stamps[:, 2].sum(), length, rtol=0.02)


# Reading


@pytest.mark.slow
def test_a_small_network_learns_to_read_the_characters():
    import keras

    keras.utils.set_random_seed(0)
    train, held_out = sample_factors(4000, seed=10), sample_factors(2000, seed=11)
    model = keras.Sequential(
        [
            keras.layers.Conv2D(16, 5, strides=2, activation="relu"),
            keras.layers.Conv2D(32, 3, strides=2, activation="relu"),
            keras.layers.Flatten(),
            keras.layers.Dense(64, activation="relu"),
            keras.layers.Dense(10),
        ]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(2e-3), loss, metrics=["accuracy"])
    model.fit(render(train), train[:, 0], batch_size=100, epochs=6, verbose=0)
    _, accuracy = model.evaluate(render(held_out), held_out[:, 0], verbose=0)
    assert accuracy > 0.95
