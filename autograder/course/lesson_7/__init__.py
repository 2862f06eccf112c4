"""Lesson 7, Capstone: exercises, wrong answers, right ones as text, and probes."""
