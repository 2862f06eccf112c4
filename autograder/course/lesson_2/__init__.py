"""Lesson 2, The KL term: exercises, wrong answers, right ones as text, and probes."""
