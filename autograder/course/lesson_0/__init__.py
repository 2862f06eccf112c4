"""Lesson 0, Brush and pixels: exercises, wrong answers, right ones as text, and probes.

Images go in as NumPy arrays, because that is what the lesson's data are; answers may come
back as arrays or tensors.
"""
