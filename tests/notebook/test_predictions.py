"""A guess is written down, kept, and compared with the outcome."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.notebook import face
from autograder.notebook.face import predict, reveal
from autograder.notebook.record import Progress

CHOICES = ("for every class", "for some", "for none")


@pytest.fixture(autouse=True)
def no_guesses(monkeypatch):
    """No test sees what another one guessed."""
    monkeypatch.setattr(face, "_progress", Progress(None))


def test_reveal_shows_the_guess_beside_the_outcome():
    assert "Noted, before the run: 3" in str(predict("how wide?", 3))
    assert str(reveal("how wide?", 9)) == "how wide?\nYou said: 3\nOutcome: 9"


def test_a_guess_not_made_is_said_so():
    for nothing in (..., None):
        assert "No guess" in str(predict("how wide?", nothing))
        assert "You said: no guess" in str(reveal("how wide?", 9, answer=9))
    assert "You said: no guess" in str(reveal("never asked", 9))


def test_a_guess_may_be_an_array_and_is_escaped():
    predict("which?", np.array([1, 2]))
    assert "You said: [1 2]" in str(reveal("which?", 1))
    assert "<b>" not in predict("q", "<b>me</b>")._repr_mimebundle_()["text/html"]


@pytest.mark.parametrize("guess", ["b", " B) ", "(b)", "For some"])
def test_choices_are_listed_and_one_is_chosen_by_letter_or_by_words(guess):
    assert "a) for every class\nb) for some\nc) for none" in str(predict("q", ..., CHOICES))
    assert "Noted, before the run: b) for some" in str(predict("q", guess, CHOICES))
    assert "b) for some\nRight." in str(reveal("q", "they blur", answer="b"))
    assert "Not this time: it is c." in str(reveal("q", "they blur", answer="c"))


@pytest.mark.parametrize("guess", ["d", 2, "some", ["a"]])
def test_what_is_no_choice_is_not_noted(guess):
    assert f"{guess!r} is none of the choices: a, b, c." in str(predict("q", guess, CHOICES))
    assert "You said: no guess" in str(reveal("q", "they blur", answer="b"))


@pytest.mark.parametrize(
    ("guess", "answer", "words"),
    [
        (10, 11.5, "Right, within 2."),
        (20, 11.5, "Off by 8.5 (right means within 2)."),
        ((400, 10), (339.2, 11), "Off by 60.8, right (right means within 2)."),
        ("much", 11.5, ""),
        ((1, 2), 11.5, ""),
        (float("nan"), 1.0, ""),
    ],
)
def test_numbers_are_compared_within_a_tolerance(guess, answer, words):
    predict("q", guess)
    lines = str(reveal("q", "so", answer=answer, within=2)).splitlines()
    assert lines[2:-1] == ([words] if words else [])


def test_a_guess_outlives_a_restart_and_other_notebooks(tmp_path, monkeypatch):
    path = tmp_path / "progress.json"
    first, second = Progress(path), Progress(path)
    for record, question in ((first, "one"), (second, "two")):
        monkeypatch.setattr(face, "_progress", record)
        predict(question, 3)
    monkeypatch.setattr(face, "_progress", Progress(path))
    assert "You said: 3\nRight" in str(reveal("one", "so", answer=3))
    assert "You said: 3\nRight" in str(reveal("two", "so", answer=3))


@pytest.mark.parametrize(
    "kept", ["[]", '{"q": 3}', '{"q": {"said": 3}}', '{"q": {"said": "3", "value": {}}}']
)
def test_a_damaged_file_has_no_guesses(tmp_path, kept):
    path = tmp_path / "progress.json"
    path.write_text(f'{{"guesses": {kept}}}', encoding="utf-8")
    assert Progress(path).guess("q") is None
