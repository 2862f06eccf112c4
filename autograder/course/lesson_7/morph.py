"""Exercise 7.4 of the capstone: the morph."""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_7 import right_model as right
from autograder.course.lesson_7 import wrong_morph
from autograder.course.lesson_7.case import case_of, train, two_characters
from autograder.course.lesson_7.morph_facts import morph_facts
from autograder.exercise import expect
from autograder.exercise.declaration import Exercise

# How often each of the two images of a morph is rebuilt, in random order.
REBUILT = 5

MORPH = Exercise(
    id="7.4",
    title="Capstone: the morph",
    answers=("morph",),
    minutes=10,
    hints=(
        "“What do I walk between?” Not pages but codes. Where does your model put each of the two "
        "images when no dice are rolled?",
        "Encode both images, take their means, go from one to the other in `steps` codes, both "
        "ends included, and decode them all. Go straight or along an arc, as you like.",
        "`mean, _ = encode(model, <both images as one batch>)`; "
        "`t = np.linspace(0, 1, steps)[:, None]`; `codes = <between mean[0] and mean[1]>`; "
        "`return decode(model, codes)`.",
    ),
    needs=("7.1",),
    slow=True,
    reference={"morph": right.morph},
    misconceptions=wrong_morph.MORPHS,
    alternative="""\
# Takes another path: along the great circle between the two directions, with a length that
# grows evenly from one to the other. Where there is nothing to turn, the line stays.
def morph(model, start_image, end_image, steps):
    mean, _ = encode(model, np.stack([start_image, end_image]))
    a, b = np.asarray(mean, "float64")
    t = np.linspace(0, 1, steps)[:, None]
    codes = (1 - t) * a + t * b
    length_a, length_b = np.linalg.norm(a), np.linalg.norm(b)
    if length_a > 0 and length_b > 0:
        angle = np.arccos(np.clip(a @ b / (length_a * length_b), -1, 1))
        if np.sin(angle) > 1e-6:
            turned = np.sin((1 - t) * angle) * a / length_a + np.sin(t * angle) * b / length_b
            codes = ((1 - t) * length_a + t * length_b) * turned / np.sin(angle)
    return decode(model, codes.astype("float32"))
""",
)


@MORPH.test(
    "it has as many images as asked for, and its ends are the two images, rebuilt", points=1.0
)
def test_7_4_ends(student, rng):
    found = _morphed(student, rng, [int(rng.integers(7, 12)), int(rng.integers(3, 6))])
    for count, strip in zip(found["steps"], found["strips"], strict=True):
        what = f"a morph in {count} steps"
        expect.that(
            strip["shape"] == [count, 28, 28, 1],
            f"the shape of {what}",
            f"({count}, 28, 28, 1), finite",
            f"{strip['shape']}",
        )
        for place, wanted in (("first", "the start"), ("last", "the end")):
            found_there = strip[place]
            expect.that(
                found_there == {"image": wanted, "how": "rebuilt"},
                f"the {place} image of {what}",
                f"{wanted}, rebuilt from its mean code",
                ", ".join(filter(None, found_there.values())),
            )


@MORPH.test(
    "in between it moves steadily from one to the other, and the same way every time", points=1.0
)
def test_7_4_way(student, rng):
    found = _morphed(student, rng, [int(rng.integers(8, 14))])
    expect.that(
        found["again"],
        "a morph between the same images, made twice",
        "the same both times",
        "two different ones",
        "Codes that are drawn differ each time; means don't.",
    )
    (strip,) = found["strips"]
    expect.that(
        strip.get("way") == "steadily",
        f"how a morph in {found['steps'][0]} steps gets from its first image to its last",
        "image by image: away from the first, towards the last, through shapes that the decoder "
        "draws",
        strip.get("way", "it has another shape"),
    )


def _morphed(student, rng, steps: list[int]) -> dict:
    case, (beta, _) = case_of(rng)
    train(student, case, [beta])
    start, end = two_characters(rng)
    order = rng.permutation(np.repeat([0, 1], REBUILT))
    found = student.probe(
        *("lesson_7.morphs", case, beta, start, end, order, steps),
        summary=lambda answer: morph_facts(answer, start, end, order, steps),
    )
    expect.that(
        found["rebuilt"],
        f"the two images of a morph, rebuilt {REBUILT} times each",
        "two different images, each the same every time",
        "otherwise",
    )
    return {**found, "steps": steps}
