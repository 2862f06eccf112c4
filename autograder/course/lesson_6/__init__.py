"""Lesson 6, Does β disentangle?: exercises, wrong answers, right ones as text, and probes.

Nothing here can fail by chance.
"""
