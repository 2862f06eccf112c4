"""A guess is written down, and shown again beside what came out."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.notebook import predictions
from autograder.notebook.predictions import predict, reveal


@pytest.fixture(autouse=True)
def no_guesses(monkeypatch):
    """No test sees what another one guessed."""
    monkeypatch.setattr(predictions, "_guesses", {})


def test_reveal_shows_the_guess_beside_the_outcome():
    assert "Noted, before the run: how wide? → 3" in str(predict("how wide?", 3))
    assert str(reveal("how wide?", 9)) == "how wide?\nYou said: 3\nIt came out: 9"


def test_a_guess_not_made_is_said_so():
    for nothing in (..., None):
        assert "No guess" in str(predict("how wide?", nothing))
        assert "You said: no guess" in str(reveal("how wide?", 9))
    assert "You said: no guess" in str(reveal("never asked", 9))


def test_a_guess_may_be_an_array_and_is_escaped():
    predict("which?", np.array([1, 2]))
    assert "You said: [1 2]" in str(reveal("which?", 1))
    assert "<b>" not in predict("q", "<b>me</b>")._repr_mimebundle_()["text/html"]
