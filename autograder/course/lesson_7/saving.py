"""Exercise 7.3 of the capstone: a model that outlives its process."""

from __future__ import annotations

from autograder.course.lesson_7 import right_model as right
from autograder.course.lesson_7 import wrong_saving
from autograder.course.lesson_7.case import case_of, doubled, train
from autograder.course.lesson_7.saving_facts import reload_facts
from autograder.exercise import expect
from autograder.exercise.declaration import Exercise

CODES, IMAGES = 10, 40
# How near the small and the large β come back: single precision divides by a smaller KL there.
WITHIN = 0.004, 0.03

FILES = Exercise(
    id="7.3",
    title="Capstone: save and load",
    answers=("save_model", "load_model"),
    minutes=15,
    hints=(
        "“What is left of a model once Python has stopped?” You need its weights, and whatever it "
        "takes to build something they fit into. Which arguments did `build_model` get that the "
        "weights don't contain?",
        "Either `model.save(<folder>/model.keras)`, for which your class needs `get_config` and a "
        "registered name; or `model.save_weights` plus a small JSON file with latent_dim, beta "
        "and seed, from which `load_model` builds the model first.",
        "save: `model.save(<a .keras file in the folder>)`. For that, write "
        "`@keras.saving.register_keras_serializable()` above your class, and a `get_config` that "
        "returns `{**super().get_config(), …}` with everything that `__init__` takes, as plain "
        "numbers. load: `keras.models.load_model(<that file>)`.",
    ),
    needs=("7.1",),
    slow=True,
    reference={"save_model": right.save_model, "load_model": right.load_model},
    misconceptions=wrong_saving.FILES,
    alternative="""\
# Writes plain arrays and numbers, which any program can read, instead of
# Keras's own format.
def save_model(model, folder):
    arrays = {f"w{place}": weight for place, weight in enumerate(model.get_weights())}
    settings = {"latent_dim": encode(model, np.zeros((1, 28, 28, 1), "float32"))[0].shape[1],
                "beta": float(model.beta), "seed": model.seed}
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
        what = (
            f"model {number} of two that were saved, and loaded after their folders had been moved"
        )
        expect.that(
            found["files"],
            f"the folder that `save_model` was given for model {number}",
            "at least one file in it",
            "none",
            "Write into the folder that is passed in.",
        )
        expect.that(
            found["known"],
            f"`encode` of {IMAGES} images and `decode` of {CODES} codes, each there twice, by "
            f"model {number} before it was saved",
            "the same for equal items, and different for others",
            "otherwise",
        )
        expect.that(found["codes"], f"`encode` of {what}", "what it was before", "something else")
        expect.that(found["pixels"], f"`decode` of {what}", "what it was before", "something else")


@FILES.test("it keeps its β and can be evaluated straight away", points=0.5)
def test_7_3_beta(student, rng):
    _, betas = case_of(rng)
    reloaded = _reloaded(student, rng, evaluated=True)
    for beta, found, atol in zip(betas, reloaded, WITHIN, strict=True):
        expect.close(
            found["beta"],
            beta,
            f"(loss − recon) / kl in the logs of a model trained with β = {beta}, after loading",
            rtol=0,
            atol=atol,
        )


def _reloaded(student, rng, evaluated: bool) -> list[dict]:
    case, betas = case_of(rng)
    train(student, case, betas)
    latent = case["latent"]
    drawn = rng.standard_normal((CODES // 2, latent)).astype("float32")
    codes, same_codes = doubled(drawn, CODES // 2, rng)
    images, same_images = doubled(case["held_out"], IMAGES // 2, rng)
    return student.probe(
        *("lesson_7.reloaded", case, betas, images, codes, evaluated),
        summary=lambda answers: reload_facts(answers, betas, same_images, latent, same_codes),
    )
