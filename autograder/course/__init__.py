"""The course: "Beyond Pixels", a β-VAE on Japanese calligraphy. One folder holds one lesson.

This module is read in processes that must know no answers, so it imports none.
"""

from autograder.course.address import BRANCH, PLACEHOLDER, REPOSITORY
from autograder.exercise.course import Course

COURSE = Course(
    id="beyond-pixels",
    title="Beyond Pixels",
    subtitle="{} lessons on the β-VAE, from a brush stroke to a morph",
    seal="β",
    lessons={
        0: "Brush and pixels",
        1: "Sampling",
        2: "The KL term",
        3: "The β-weighted loss",
        4: "Training on calligraphy",
        5: "Interpolation",
        6: "Does β disentangle?",
        7: "Capstone",
    },
    repository=REPOSITORY,
    branch=BRANCH,
    placeholder=PLACEHOLDER,
    closed=("bvae_ref",),
)
