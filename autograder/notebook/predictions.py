"""Guesses written down before the answer is known, and shown again beside it."""

from __future__ import annotations

from autograder.notebook.shown import Shown, show
from autograder.views import html

_guesses: dict[str, object] = {}


def predict(question: str, guess: object) -> Shown:
    """Write a guess down before the answer is known; `reveal` shows it beside the outcome."""
    _guesses[question] = guess
    if guess is None or guess is ...:
        words = (
            f"No guess for “{question}” yet: put one in the place of ... and run the cell again."
        )
    else:
        words = f"Noted, before the run: {question} → {guess}"
    return show(html.panel(html.prose(words)), words)


def reveal(question: str, outcome: object) -> Shown:
    """Show the guess made for `question` beside what came out."""
    guess = _guesses.get(question, ...)
    said = "no guess" if guess is None or guess is ... else str(guess)
    words = f"{question}\nYou said: {said}\nIt came out: {outcome}"
    return show(html.panel(html.prose(words)), words)
