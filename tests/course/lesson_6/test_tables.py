"""What is known of a table before its codes are drawn is what can be counted in it."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.course.lesson_6 import tables
from bvae_ref import metrics


@pytest.mark.parametrize("seed", range(5))
def test_what_is_known_of_a_table_is_what_the_reference_metrics_count(seed):
    table = tables.drawn(np.random.default_rng(seed), latents=3, factors=2)
    labels = [np.unique(column, return_inverse=True)[1].ravel() for column in table.factors.T]
    found = metrics.mutual_information(table.codes, np.stack(labels, axis=1), bins=table.bins)
    assert found.matrix == pytest.approx(table.information, abs=1e-12)
    assert found.entropies == pytest.approx(table.entropies, abs=1e-12)
    counted = tables.counted_information(table.codes, table.factors, table.bins)
    assert counted == pytest.approx(table.information, abs=1e-12)


def test_no_code_lies_where_rounding_could_move_it_to_another_bin():
    table = tables.drawn(np.random.default_rng(3), latents=3, factors=2)
    low, span = table.codes.min(axis=0), np.ptp(table.codes, axis=0)
    within = (np.float64(table.codes) - low) / span * table.bins
    ends = (table.codes == low) | (table.codes == table.codes.max(axis=0))
    assert np.all(ends | (np.abs(within % 1 - 0.5) < tables.INSIDE + 1e-3))
    assert ends.sum(axis=0).tolist() == [2, 2, 2]


def test_independent_codes_show_the_plug_in_bias_on_average():
    found = [tables.independent(np.random.default_rng(seed)) for seed in range(20)]
    ratios = [table.information.mean() / bias for table, bias in found]
    assert np.mean(ratios) == pytest.approx(1, abs=0.06) and np.ptp(ratios) < 0.4
