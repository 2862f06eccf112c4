"""What counts as following a question, and what does not."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.course.lesson_4 import training_facts
from autograder.exercise import evidence
from autograder.exercise.expect import Mismatch

ORDER = np.array([2, 0, 1, 0, 2, 2])
ROWS = np.array([[0.5, 1.0], [0.5, 2.0], [0.5, -3.0]])
FACTORS = (0.7, -1.9)


def test_repeats_hold_every_input_and_differ_from_seed_to_seed():
    orders = [evidence.repeats(np.random.default_rng(seed), 4, 9) for seed in range(20)]
    assert all(set(order) == {0, 1, 2, 3} and len(order) == 9 for order in orders)
    assert len({tuple(order) for order in orders}) == 20


def test_rows_that_repeat_with_the_inputs_follow_them_up_to_rounding():
    noise = 1e-6 * np.random.default_rng(0).standard_normal((6, 2))
    assert evidence.follows([ROWS[ORDER] + noise], ORDER)


def test_one_array_that_stands_still_is_no_harm_beside_one_that_varies():
    assert evidence.follows([np.zeros((6, 3)), ROWS[ORDER]], ORDER)


@pytest.mark.parametrize(
    "outputs",
    [
        [],
        [ROWS[[2, 0, 1, 0, 2, 0]]],
        [ROWS[ORDER], np.arange(6.0)],
        [np.zeros((6, 2))],
        [ROWS[ORDER][:5]],
        [np.where(ROWS[ORDER] == 2, np.nan, ROWS[ORDER])],
        [np.full((6, 2), np.inf)],
        [np.array(1.0)],
        [None],
        ["rows"],
    ],
)
def test_rows_that_do_not_repeat_with_the_inputs_do_not_follow_them(outputs):
    assert not evidence.follows(outputs, ORDER)


def test_on_average_a_few_entries_may_be_rounded_roughly_and_no_row_may_differ():
    rows = np.random.default_rng(0).standard_normal((3, 784))[ORDER]
    rough, another = rows.copy(), rows.copy()
    rough[3, 5] += 4e-3 * np.abs(rows).max()
    another[3] = rows[0]
    assert not evidence.follows([rough], ORDER)
    assert evidence.follows([rough], ORDER, of_all=np.mean)
    assert not evidence.follows([another], ORDER, of_all=np.mean)
    noise = 1e-3 * np.random.default_rng(1).standard_normal(rows.shape)
    assert not evidence.follows([rows + noise], ORDER, of_all=np.mean)


def gradients() -> list[list[np.ndarray]]:
    """Gradients of two sums and of their combination."""
    f, g = np.random.default_rng(0).standard_normal((2, 2, 5))
    return [list(f), list(g), list(FACTORS[0] * f + FACTORS[1] * g)]


def test_gradients_of_a_sum_of_multiples_are_the_sum_of_the_multiples():
    assert evidence.are_linear(gradients(), FACTORS)


def test_gradients_recorded_for_other_factors_are_refused():
    assert not evidence.are_linear(gradients(), (0.7, -1.8))


@pytest.mark.parametrize("missing", [None, "an array", np.zeros(4), np.full(5, np.nan)])
def test_a_gradient_that_is_missing_or_of_another_form_is_refused(missing):
    of_f, of_g, of_both = gradients()
    assert not evidence.are_linear([[of_f[0], missing], of_g, of_both], FACTORS)


def test_gradients_that_are_all_zero_or_of_no_weight_are_refused():
    zeros = [np.zeros(3)] * 2
    assert not evidence.are_linear([zeros, zeros, zeros], FACTORS)
    assert not evidence.are_linear([[], [], []], FACTORS)


def training():
    """A start, images, and weights whose pixels moved towards given images."""
    rng = np.random.default_rng(0)
    start = training_facts.start_weights(rng)
    images, others = (rng.random((2, 4, 28, 28, 1)) < 0.2).astype("float32")

    def moved_towards(pictures):
        *same, bias = start["decoder"]
        ink = pictures.reshape(len(pictures), -1).mean(axis=0)
        encoder = [np.zeros_like(item) for item in start["encoder"]]
        return {"encoder": encoder, "decoder": [*same, bias + 2 * (ink - 0.5)]}

    return start, images, others, moved_towards


def facts(weights, start, images, rounds=1.0) -> dict:
    runs = [
        {
            "kind": "β-VAE",
            "beta": 1.0,
            "steps": 2 * epochs,
            "shown": rounds * images.sum(axis=0) * epochs,
            **weights,
        }
        for epochs in (12, 8)
    ]
    return training_facts.facts_of(runs, start, images, [1.0, 1.0], [12, 8])


def test_weights_that_moved_towards_the_images_have_learned():
    start, images, _, moved_towards = training()
    assert facts(moved_towards(images), start, images)["learned"] == [True, True]


def test_weights_that_learned_other_images_have_not_learned_these():
    start, images, others, moved_towards = training()
    assert facts(moved_towards(others), start, images)["learned"] == [False, False]


def test_a_loss_that_falls_because_all_weights_are_zero_is_no_learning():
    start, images, _, _ = training()
    zeros = {part: [np.zeros_like(w) for w in weights] for part, weights in start.items()}
    assert facts(zeros, start, images)["learned"] == [False, False]


def test_images_that_were_shown_too_seldom_or_never_are_noticed():
    rng = np.random.default_rng(1)
    start = training_facts.start_weights(rng)
    images = training_facts.training_images(rng, 64)
    corner = images[:, :3, :3, 0]
    assert corner.sum(axis=(1, 2)).nonzero()[0].tolist() == list(range(55, 64))
    assert (corner.sum(axis=0) == 1).all()
    found = facts(start, start, images)
    assert found["rounds"] and found["last_shown"] and not found["all_moved"]
    assert not facts(start, start, images, rounds=0.5)["rounds"]
    assert not facts(start, start, images, rounds=1.5)["rounds"]
    for pixel in np.ndindex(3, 3):
        shown = np.ones(images.shape[1:])
        shown[pixel] = 0
        assert not facts(start, start, images, rounds=shown)["last_shown"]
    for broken in (None, np.zeros(3), np.full(images.shape[1:], np.nan)):
        with pytest.raises(Mismatch, match="the networks that were passed in"):
            facts({**start, "shown": broken}, start, images)


def test_weights_of_another_form_are_refused_in_words():
    start, images, _, moved_towards = training()
    weights = moved_towards(images)
    for broken in (
        weights | {"encoder": weights["encoder"][:3]},
        weights | {"decoder": [item.T for item in weights["decoder"]]},
        weights | {"encoder": [np.full(w.shape, np.nan) for w in weights["encoder"]]},
        weights | {"encoder": "a network"},
    ):
        with pytest.raises(Mismatch, match="the network that was passed in"):
            facts(broken, start, images)
