"""Scores by the conventions of disentanglement_lib, against values that its code computed.

The stored values are those of its functions on the same codes and factors (commit 86a644d4 of
google-research/disentanglement_lib, scikit-learn 1.9.1): `compute_sap_on_fixed_data` and
`compute_dci_on_fixed_data` with `train_percentage=0.5` after `np.random.seed(0)`, `_compute_mig`
and `modularity` with its histogram of 20 bins.
"""

from __future__ import annotations

import sys

import numpy as np
import pytest

from bvae_ref.metrics import dci, mig, modularity, sap

# Scikit-learn is imported, and models are fitted.
pytestmark = pytest.mark.slow

LIB = "disentanglement_lib"
SAP_MATRIX = (
    (0.94, 0.343333, 0.253333),
    (0.483333, 0.516667, 0.39),
    (0.5, 0.303333, 0.523333),
    (0.5, 0.326667, 0.243333),
)
# By the seed of `made`.
STORED = {
    1: {
        "sap": 0.24888888888888885,
        "sap of ordered factors": 0.5287475831312868,
        "disentanglement": 0.4055181133504724,
        "completeness": 0.4129490968243557,
        "informativeness": 0.7011111111111111,
        "mig": 0.43655425747363275,
        "modularity": 0.8661984344262827,
    },
    2: {
        "sap": 0.23111111111111113,
        "sap of ordered factors": 0.534406213784914,
        "disentanglement": 0.4154881485262001,
        "completeness": 0.4237656530431879,
        "informativeness": 0.6966666666666667,
        "mig": 0.4427349335635897,
        "modularity": 0.8384931751022191,
    },
}


def made(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Codes `(600, 4)`, the last a latent of noise, and factors of 2, 3 and 5 values."""
    rng = np.random.default_rng(seed)
    factors = np.stack([rng.integers(0, values, 600) for values in (2, 3, 5)], axis=1)
    codes = rng.standard_normal((600, 4)) * [0.3, 0.8, 0.5, 1.0]
    codes[:, 0] += factors[:, 0]
    codes[:, 1] += factors[:, 1] - 0.5 * factors[:, 2]
    codes[:, 2] += 0.7 * factors[:, 2]
    return codes, factors


@pytest.mark.parametrize("seed", STORED)
def test_scores_are_those_that_disentanglement_lib_computes(seed):
    codes, factors = made(seed)
    parts = dci(codes, factors, convention=LIB)
    found = {
        "sap": sap(codes, factors, categorical=range(3), convention=LIB).score,
        "sap of ordered factors": sap(codes, factors, convention=LIB).score,
        "disentanglement": parts.score,
        "completeness": parts.completeness,
        "informativeness": parts.informativeness,
        # These two need no convention.
        "mig": mig(codes, factors, bins=20).score,
        "modularity": modularity(codes, factors, bins=20).score,
    }
    assert found == pytest.approx(STORED[seed], abs=1e-8)


def test_every_entry_of_sap_is_that_of_disentanglement_lib():
    codes, factors = made(1)
    found = sap(codes, factors, categorical=range(3), convention=LIB)
    np.testing.assert_allclose(found.matrix, SAP_MATRIX, atol=1e-6)
    assert not found.floor.any()


def test_the_conventions_differ_where_the_reference_says_so():
    codes, factors = made(1)
    for score in (sap, dci):
        own = score(codes, factors, categorical=range(3)).score
        other = score(codes, factors, categorical=range(3), convention=LIB).score
        assert abs(own - other) > 0.02


def test_a_factor_that_does_not_vary_in_the_first_half_is_refused():
    codes, factors = made(1)
    factors[:300, 1] = 0
    for score in (sap, dci):
        with pytest.raises(ValueError, match=r"factors column 1 varies in 600 rows, but has one"):
            score(codes, factors, convention=LIB)


def test_a_continuous_factor_is_no_label():
    codes, factors = made(1)
    with pytest.raises(ValueError, match=r"factors column 0 has 600 values.*factor_labels"):
        dci(codes, np.column_stack([codes[:, 0], factors]), convention=LIB)


def test_an_unknown_convention_is_refused_by_name():
    codes, factors = made(1)
    for score in (sap, dci):
        with pytest.raises(ValueError, match=r"convention is 'lib'; expected 'course' or"):
            score(codes, factors, convention="lib")


def test_support_vector_machines_are_asked_for_by_their_extra(monkeypatch):
    codes, factors = made(1)
    monkeypatch.setitem(sys.modules, "sklearn.svm", None)
    with pytest.raises(ImportError, match=r"beyond-pixels\[metrics\]"):
        sap(codes, factors, categorical=[0], convention=LIB)
    # Ordered factors need none.
    assert sap(codes, factors, convention=LIB).score > 0
