"""A course of two exercises about something else entirely: moving averages.

It shows that the engine serves any course. docs/another_course.md follows it step by step.
"""

from autograder.exercise.course import Course

COURSE = Course(
    id="moving-averages",
    title="Moving averages",
    subtitle="{} lesson on smoothing a series",
    seal="≈",
    lessons={1: "Smoothing"},
    repository="https://github.com/moving-averages/moving-averages",
)
