"""The vocabulary of a lesson: exercises, tests, wrong answers, and the students who answer.

Nothing here depends on a particular course; `registry` finds the one that is taught.
"""
