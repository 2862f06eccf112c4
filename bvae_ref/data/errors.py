"""What can go wrong between asking for images and having them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class SourceFailed(RuntimeError):
    """One source could not give the images; the message says why, in a clause."""


@dataclass(frozen=True)
class Attempt:
    """A source that was tried, and the reason it gave nothing."""

    source: str
    reason: str

    def __str__(self) -> str:
        return f"{self.source}: {self.reason}"


class DataUnavailable(RuntimeError):
    """No source had KMNIST.

    Attributes:
        attempts: every source tried, in order, each with its reason.
    """

    def __init__(self, splits: Sequence[str], attempts: Sequence[Attempt], next_steps: str):
        self.attempts = tuple(attempts)
        tried = "\n".join(f"  {n}. {attempt}" for n, attempt in enumerate(self.attempts, 1))
        super().__init__(
            f"KMNIST ({' and '.join(splits)} split) could not be loaded. "
            f"Tried, in this order:\n{tried}\nWhat to do next:\n{next_steps}"
        )
