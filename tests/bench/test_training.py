"""The bench of time to quality: what it counts, and the way it takes on a GPU."""

import sys

import pytest
from coursework import ROOT

from bvae_ref.networks import build_decoder

sys.path.insert(0, str(ROOT / "bench"))
import training


def test_the_usual_networks_have_the_usual_shapes():
    encoder, decoder = training.usual_networks()
    assert [tuple(output.shape) for output in encoder.outputs] == [(None, 2)] * 2
    assert tuple(decoder.outputs[0].shape) == (None, 28, 28, 1)
    # Counted by hand: 320 + 18,496 + 50,192 + 34 + 34, and 9,408 + 36,928 + 18,464 + 289.
    assert (encoder.count_params(), decoder.count_params()) == (69_076, 65_089)


def test_a_dense_network_costs_six_operations_a_weight():
    decoder = build_decoder(2, "mlp", 10)
    assert training.flops_of_training(decoder) == 6 * (2 * 10 + 10 * 10 + 10 * 784)


@pytest.mark.slow
@pytest.mark.nightly
@pytest.mark.parametrize(("target", "passes"), [(1e9, True), (1.0, False)])
def test_the_clock_notes_when_the_target_is_passed(target, passes, monkeypatch):
    monkeypatch.setattr(training, "LOOK_EVERY", 1)
    # As on a GPU, with half precision inside.
    task = training.Task("ours", "strokes", 0, rows=600, epochs=2, target=target, fast=True)
    found = training.ours(task)
    assert found["epochs"] == 2 and found["loss"] > 0
    assert (found["passed"] is not None) == passes
    assert found["images_per_second"] == pytest.approx(600 / found["epoch_seconds"])


def test_a_summary_is_median_least_and_greatest():
    found = [{"a": 3.0, "b": None}, {"a": 1.0, "b": None}, {"a": 2.0, "b": None}]
    assert training.summary(found) == {"a": [2.0, 1.0, 3.0], "b": None}
