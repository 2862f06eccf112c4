"""Exercises 7.3 and 7.4 of the capstone: a model that outlives its process, and the morph."""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_7 import right_model as right
from autograder.course.lesson_7 import use_facts as facts
from autograder.course.lesson_7 import wrong_uses as wrong
from autograder.course.lesson_7.case import case_of, doubled, two_characters
from autograder.exercise import expect
from autograder.exercise.declaration import Exercise

CODES, IMAGES = 10, 40
# How often each of the two images of a morph is rebuilt, in a drawn order.
REBUILT = 5

FILES = Exercise(
    id="7.3",
    title="Capstone: save and load",
    answers=("save_model", "load_model"),
    minutes=15,
    hints=(
        "“What is a model, once Python has stopped?” Weights, and whatever it takes to build "
        "something that they fit into. What did `build_model` get that is in neither?",
        "Either `model.save(<folder>/model.keras)`, for which a class of your own needs "
        "`get_config` and a registered name; or `model.save_weights` beside a small JSON file "
        "with latent_dim, beta and seed, from which `load_model` builds the model first.",
        'save: `model.save_weights(f"{folder}/model.weights.h5")` and '
        '`json.dump({"latent_dim": …, "beta": …, "seed": …}, file)`. load: read the JSON, '
        "`model = build_model(**settings)`, call it once so that its weights exist, "
        "`model.load_weights(<the file>)`, and return it.",
    ),
    needs=("7.1",),
    slow=True,
    reference={"save_model": right.save_model, "load_model": right.load_model},
    misconceptions=wrong.FILES,
    alternative="""\
# Differs in writing plain arrays and numbers, which any program can read, in the place of
# Keras's own format.
def save_model(model, folder):
    arrays = {f"w{place}": weight for place, weight in enumerate(model.get_weights())}
    settings = {"latent_dim": encode(model, np.zeros((1, 28, 28, 1), "float32"))[0].shape[1],
                "beta": model.beta, "seed": model.seed}
    np.savez(f"{folder}/model.npz", **arrays, **settings)

def load_model(folder):
    with np.load(f"{folder}/model.npz") as kept:
        model = build_model(int(kept["latent_dim"]), float(kept["beta"]), int(kept["seed"]))
        mean, _ = encode(model, np.zeros((1, 28, 28, 1), "float32"))  # now the weights exist
        decode(model, mean)
        model.set_weights([kept[f"w{place}"] for place in range(len(model.get_weights()))])
    return model
""",
)


@FILES.test("a loaded model gives the codes and the pixels of the saved one", points=1.0)
def test_7_3_same(student, rng):
    for number, found in enumerate(_reloaded(student, rng, evaluated=False), start=1):
        what = f"model {number} of two that were saved, and loaded after their folders had moved"
        expect.that(
            found["files"],
            f"the folder that `save_model` was given for model {number}",
            "at least one file in it",
            "none",
            "Write into the folder that you are given.",
        )
        expect.that(
            found["known"],
            f"`encode` of {IMAGES} images and `decode` of {CODES} codes, each there twice, by "
            f"model {number} before it was saved",
            "the same for the same, and not the same for all",
            "otherwise",
        )
        expect.that(found["codes"], f"`encode` of {what}", "what it was before", "something else")
        expect.that(found["pixels"], f"`decode` of {what}", "what it was before", "something else")


@FILES.test("it keeps its β, and can be evaluated at once", points=0.5)
def test_7_3_beta(student, rng):
    _, betas = case_of(rng)
    for beta, found in zip(betas, _reloaded(student, rng, evaluated=True), strict=True):
        expect.close(
            found["beta"],
            beta,
            f"(loss − recon) / kl in the logs of a model trained with β = {beta}, after loading",
            rtol=0,
            atol=0.03,
        )


def _reloaded(student, rng, evaluated: bool) -> list[dict]:
    case, betas = case_of(rng)
    latent = case["latent"]
    drawn = rng.standard_normal((CODES // 2, latent)).astype("float32")
    codes, same_codes = doubled(drawn, CODES // 2, rng)
    images, same_images = doubled(case["held_out"], IMAGES // 2, rng)
    return student.probe(
        *("lesson_7.reloaded", case, betas, images, codes, evaluated),
        summary=lambda answers: facts.reload_facts(answers, betas, same_images, latent, same_codes),
    )


MORPH = Exercise(
    id="7.4",
    title="Capstone: the morph",
    answers=("morph",),
    minutes=10,
    hints=(
        "“What do I walk between?” Not pages: codes. Where does your model put each of the two "
        "images, if it may not roll dice?",
        "Encode both images, take their means, walk from one to the other in `steps` codes with "
        "both ends among them, decode all of them. Straight or along an arc, as you like.",
        "`mean, _ = encode(model, np.stack([start_image, end_image]))`; "
        "`t = np.linspace(0, 1, steps)[:, None]`; `codes = <between mean[0] and mean[1]>`; "
        "`return decode(model, codes)`.",
    ),
    needs=("7.1",),
    slow=True,
    reference={"morph": right.morph},
    misconceptions=wrong.MORPHS,
    alternative="""\
# Differs in the way: along the great circle between the two directions, with a length that
# grows evenly from one to the other.
def morph(model, start_image, end_image, steps):
    mean, _ = encode(model, np.stack([start_image, end_image]))
    a, b = np.asarray(mean, "float64")
    length_a, length_b = np.linalg.norm(a), np.linalg.norm(b)
    angle = np.arccos(np.clip(a @ b / (length_a * length_b), -1, 1))
    t = np.linspace(0, 1, steps)[:, None]
    turned = np.sin((1 - t) * angle) * a / length_a + np.sin(t * angle) * b / length_b
    codes = ((1 - t) * length_a + t * length_b) * turned / np.sin(angle)
    return decode(model, codes.astype("float32"))
""",
)


@MORPH.test("it has as many images as asked for, and ends at the two, rebuilt", points=1.0)
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


@MORPH.test("in between it moves steadily from one to the other, always the same way", points=1.0)
def test_7_4_way(student, rng):
    found = _morphed(student, rng, [int(rng.integers(8, 14))])
    expect.that(
        found["again"],
        "a morph between the same images, made twice",
        "the same both times",
        "two different ones",
        "Codes that are drawn differ each time; means do not.",
    )
    (strip,) = found["strips"]
    expect.that(
        strip.get("way") == "steadily",
        f"how a morph in {found['steps'][0]} steps gets from its first image to its last",
        "image by image: away from the first, towards the last, by shapes that the decoder draws",
        strip.get("way", "it has another shape"),
    )


def _morphed(student, rng, steps: list[int]) -> dict:
    case, (beta, _) = case_of(rng)
    start, end = two_characters(rng)
    order = rng.permutation(np.repeat([0, 1], REBUILT))
    found = student.probe(
        *("lesson_7.morphs", case, beta, start, end, order, steps),
        summary=lambda answer: facts.morph_facts(answer, start, end, order, steps),
    )
    expect.that(
        found["rebuilt"],
        f"the two images of a morph, rebuilt {REBUILT} times each",
        "two different images, each the same every time",
        "otherwise",
    )
    return {**found, "steps": steps}
