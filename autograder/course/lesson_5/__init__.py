"""Lesson 5, Interpolation: exercises, wrong answers, right ones as text, and probes."""
