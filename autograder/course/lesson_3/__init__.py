"""Lesson 3, The β-weighted loss: exercises, wrong answers, right ones as text, and probes."""
