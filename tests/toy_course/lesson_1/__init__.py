"""Lesson 1, Smoothing: exercises, wrong answers, right ones as text, and a probe."""
