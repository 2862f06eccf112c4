"""Lesson 5, Interpolation: exercises, wrong answers, right ones as text, and probes.

Nothing here is statistical: every expected value is known exactly, and the tolerances
cover float32 rounding only.
"""
