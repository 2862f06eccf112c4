"""Guesses written down before the answer is known, and compared with it afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_lowercase

import numpy as np

from autograder.exercise.values import shortened
from autograder.notebook.progress_file import Guess
from autograder.notebook.record import Progress
from autograder.notebook.shown import Shown, show
from autograder.views import html

LONGEST = 300


def noted(record: Progress, question: str, guess: object, choices: Sequence[str]) -> Shown:
    """Keep a guess, or say what is missing; see `predict`."""
    letters = dict(zip(ascii_lowercase, choices, strict=False))
    listed = "".join(f"\n{letter}) {choice}" for letter, choice in letters.items())
    chosen = _chosen(guess, letters)
    if guess is None or guess is ...:
        wanted = f"one of {', '.join(letters)} in quotes" if letters else "yours"
        words = f"{question}{listed}\nNo guess yet: put {wanted} in place of ... and run the cell."
    elif letters and chosen is None:
        words = f"{question}{listed}\n{guess!r} is none of the choices: {', '.join(letters)}."
    else:
        said = f"{chosen}) {letters[chosen]}" if chosen else shortened(str(guess), LONGEST)
        record.keep_guess(question, Guess(said=said, value=chosen or _numbers(guess)))
        words = f"{question}\nNoted, before the run: {said}"
    return show(html.panel(html.prose(words)), words, news=record.take_news())


def compared(
    record: Progress, question: str, outcome: object, answer: object, within: float
) -> Shown:
    """Show a guess beside the outcome; see `reveal`."""
    guess = record.guess(question)
    lines = [question, f"You said: {guess['said'] if guess else 'no guess'}"]
    if guess and answer is not None:
        lines.append(_comparison(guess["value"], answer, within))
    lines.append(f"Outcome: {outcome}")
    words = "\n".join(filter(None, lines))
    return show(html.panel(html.prose(words)), words)


def _chosen(guess: object, letters: dict[str, str]) -> str | None:
    """The letter that a learner means: the letter itself in any style, or the choice's text."""
    if not isinstance(guess, str):
        return None
    plain = guess.strip().lower()
    of_text = {choice.lower(): letter for letter, choice in letters.items()}
    letter = plain.strip("() .")
    return letter if letter in letters else of_text.get(plain)


def _numbers(guess: object) -> list[float] | None:
    """The numbers of a guess, or None where it is something else."""
    try:
        found = np.asarray(guess, dtype="float64").ravel()
    except (TypeError, ValueError):
        return None
    return [float(number) for number in found[:10]] if np.isfinite(found).all() else None


def _comparison(value: str | list[float] | None, answer: object, within: float) -> str:
    """Whether the guess holds; "" where the two cannot be compared."""
    if isinstance(value, str):
        return "Right." if value == answer else f"Not this time: it is {answer}."
    wanted = _numbers(answer)
    if value is None or wanted is None or len(value) != len(wanted):
        return ""
    gaps = [abs(one - other) for one, other in zip(value, wanted, strict=True)]
    near = f"within {within:g}" if within else "exactly"
    if all(gap <= within for gap in gaps):
        return f"Right, {near}."
    words = ", ".join("right" if gap <= within else f"off by {gap:.3g}" for gap in gaps)
    return f"{words[0].upper()}{words[1:]} (right means {near})."
