"""Lesson 4, Training on calligraphy: exercises, wrong answers, right ones as text, and probes."""
