"""Exercise 5.3, a map of the latent space, and one street of it."""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_5 import wrong_latent_map
from autograder.exercise import expect
from autograder.exercise.declaration import Exercise
from autograder.exercise.values import describe
from bvae_ref import interpolation

MAPS = Exercise(
    id="5.3",
    title="A map of the latent space, and one street on it",
    answers=("latent_grid_codes", "traversal_codes"),
    minutes=15,
    hints=(
        "“A picture's row 0 is at the top. What is the second latent up there?” As large as "
        "possible: on a map, larger values are further up. For the traversal: copy first, then "
        "change one column.",
        "axis = np.linspace(−extent, extent, steps). Entry [row, column] is "
        "(axis[column], axis[steps − 1 − row]). Traversal: `(len(values), latent)`, all rows equal "
        "to `code`, then column `dimension` set to `values`.",
        "`np.meshgrid(<along the columns>, <down the rows>)` makes both tables, `(steps, steps)` "
        "each; one of its two arguments has to run backwards. Join them along a new last axis. "
        "Traversal: `codes = <one copy of code per value>`, then fill one column, "
        "`codes[:, <which?>]`.",
    ),
    reference={
        "latent_grid_codes": interpolation.latent_grid_codes,
        "traversal_codes": interpolation.traversal_codes,
    },
    misconceptions=wrong_latent_map.GRID + wrong_latent_map.TRAVERSAL,
    alternative="""\
# The same with loops and lists: slower, but just as correct.
def latent_grid_codes(steps, extent):
    axis = np.linspace(-extent, extent, steps)
    return np.array([[(x, y) for x in axis] for y in reversed(axis)])


def traversal_codes(code, dimension, values):
    rows = []
    for value in values:
        row = list(code)  # a fresh copy each time: the code itself stays as it was
        row[dimension] = value
        rows.append(row)
    return np.array(rows)
""",
)


TRAVERSAL = "a traversal sets one latent and keeps the others"


@MAPS.test(
    "the corners of the map: the first latent grows to the right, the second upwards", points=1.0
)
def test_5_3_corners(student, rng):
    # Two decimals: short enough to read, with too many possible values to have been seen before.
    steps, extent = int(rng.integers(3, 6)), int(rng.integers(100, 400)) / 100
    codes = student.call("latent_grid_codes", steps, extent)
    what = f"latent_grid_codes(steps={steps}, extent={extent})"
    codes = expect.array(codes, (steps, steps, 2), what)
    for place, words, wanted in (
        ((0, 0), "top left", (-extent, extent)),
        ((0, -1), "top right", (extent, extent)),
        ((-1, 0), "bottom left", (-extent, -extent)),
        ((-1, -1), "bottom right", (extent, -extent)),
    ):
        expect.close(codes[place], wanted, f"the {words} code of {what}")


@MAPS.test("the whole map is evenly spaced", points=0.5)
def test_5_3_even_grid(student, rng):
    steps, extent = int(rng.integers(5, 9)), float(rng.uniform(1.0, 3.0))
    codes = student.call("latent_grid_codes", steps, extent)
    wanted = interpolation.latent_grid_codes(steps, extent)
    expect.close(codes, wanted, f"latent_grid_codes(steps={steps}, extent={extent:.2f})")
    # Steps that are even where those above are odd, and an extent that is a whole number.
    steps, extent = steps + 1, int(rng.integers(2, 5))
    codes = student.call("latent_grid_codes", steps, extent)
    wanted = interpolation.latent_grid_codes(steps, extent)
    expect.close(codes, wanted, f"latent_grid_codes(steps={steps}, extent={extent})")


@MAPS.test(TRAVERSAL, points=1.0)
def test_5_3_traversal(student, rng):
    small = np.array(rng.permutation([3, 4]), "float32"), int(rng.integers(0, 2))
    small = (*small, np.array([-1, 0, 2], "float32"))
    # One dimension that others lie on both sides of, and any one.
    latent = int(rng.integers(4, 7))
    cases = small, _traversal_case(rng, latent), _traversal_case(rng, latent, dimension=1)
    answers = [student.probe("lesson_5.traversal_aftermath", *case)["codes"] for case in cases]
    for (code, dimension, values), codes in zip(cases, answers, strict=True):
        what = (
            f"traversal_codes of a code {code.shape}, dimension {dimension}, {len(values)} values"
        )
        if len(code) == 2:
            what = f"traversal_codes({describe(code)}, {dimension}, {describe(values)})"
        expect.close(codes, interpolation.traversal_codes(code, dimension, values), what)


@MAPS.test("a traversal leaves the code it was given unchanged", points=0.5, counts_with=TRAVERSAL)
def test_5_3_leaves_the_code(student, rng):
    code, dimension, values = _traversal_case(rng, 3)
    facts = student.probe("lesson_5.traversal_aftermath", code, dimension, values)
    expect.array(facts["codes"], (len(values), 3), "traversal_codes")
    expect.that(
        bool(np.array_equal(facts["code"], code)),
        f"the code {describe(code)} after traversal_codes(code, {dimension}, values)",
        "the code as it was",
        facts["code"],
        "Writing into `code`, or into rows that are all the same array, changes the original.",
    )


def _traversal_case(rng, latent: int, dimension: int | None = None):
    code = rng.uniform(3, 4, latent).astype("float32")
    values = np.linspace(-2, 2, int(rng.integers(7, 10))).astype("float32")
    return code, int(rng.integers(0, latent)) if dimension is None else dimension, values
