"""The judgement: what each exercise asks, how a right answer behaves, and how to say so.

In a notebook: `from autograder import check, hint, solution, progress`.
"""

from autograder.notebook import attempt, check, hint, predict, progress, reveal, solution

__all__ = ["attempt", "check", "hint", "predict", "progress", "reveal", "solution"]
