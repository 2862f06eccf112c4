"""Lesson 1: draws and their gradients. Nothing depends on the data set."""

from stated.rows import DEFINED, PLOTTED, Aside, claim, near

# Cells that no row needs.
SKIP = ("l1-12b",)

PREPARE = ""

CLAIMS = [
    claim("l1-06", "| log 4 ≈ 1.386 | 4 | 2 |", "np.log(4)", both=near(1.386), quick=True),
    claim("l1-06", "| log ¼ ≈ −1.386 |", "np.log(1 / 4)", both=near(-1.386), quick=True),
    claim(
        "l1-30",
        "times as far: it needs about",
        "[more, offset]",
        both=(near(12.9, 0.3), near(23_300, 300)),
    ),
    claim(
        "l1-34",
        "and still falling",
        "[trace[-1, 1], trace[-50, 1] - trace[-1, 1]]",
        both=((0.05, 0.25), (0.005, 0.2)),
    ),
    claim("l1-20", "three times too wide", "spread / 3", both=near(3, 0.05)),
]

ASIDES = [
    Aside("l1-11", "z by 2 when the variance is 4", DEFINED),
    Aside("l1-12", "standard deviation 2 over it", DEFINED),
    Aside("l1-12", "they should be 1 and 2", DEFINED),
    Aside("l1-18", "wrong by 5%", "a property of the check, proved by its own tests"),
    Aside("l1-30", "z² + 300", DEFINED),
    Aside("l1-31", "the number 2", DEFINED),
    Aside("l1-31", "move to 2", DEFINED),
    Aside("l1-33", "from 0 to 2", PLOTTED),
    Aside("l1-34", "E[(z − 2)²] = (μ − 2)²", DEFINED),
    Aside("l1-35", "variance 4", DEFINED),
]
