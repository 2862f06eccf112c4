"""Lesson 0, Brush and pixels: exercises, wrong answers, right ones as text, and probes."""
