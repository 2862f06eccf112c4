"""Lesson 1, Sampling: exercises, wrong answers, right ones as text, and probes."""
