"""Exercise 7.2 of the capstone: codes drawn by the learner's own model."""

from __future__ import annotations

from autograder.course.lesson_7 import right_model as right
from autograder.course.lesson_7 import wrong_draw_codes
from autograder.course.lesson_7.case import case_of, doubled, train
from autograder.course.lesson_7.draw_facts import noise_facts, seed_facts
from autograder.exercise import expect
from autograder.exercise.declaration import Exercise

# Draws for the moments: images, twice.
DRAWN = 400

DRAW = Exercise(
    id="7.2",
    title="Capstone: draw codes",
    answers=("draw_codes",),
    minutes=10,
    hints=(
        "“Isn't that already in my model?” Yes: your training step draws z. This function does "
        "the same for anyone who has images and a model.",
        "z = mean + exp(½ log_var) · ε, with a separate ε for every image and every latent, drawn "
        "afresh at every call by the generator that got `seed` when the model was made.",
        "`mean, log_var = encode(model, images)`; `eps = keras.random.normal(<shape>, seed=<the "
        "model's SeedGenerator>)`; return the sum. A `keras.random.SeedGenerator(seed)` made "
        "once, with the model, gives new numbers at every use, and the same sequence in every "
        "model with that seed.",
    ),
    needs=("7.1",),
    slow=True,
    reference={"draw_codes": right.draw_codes},
    misconceptions=wrong_draw_codes.DRAWS,
    alternative="""\
# Writes the formula out once more, instead of calling the layer that the
# training step uses; the generator is that layer's.
def draw_codes(model, images):
    mean, log_var = (keras.ops.convert_to_tensor(part) for part in encode(model, images))
    eps = keras.random.normal(keras.ops.shape(mean), seed=model.sampling.seed_generator)
    return np.asarray(mean + keras.ops.exp(log_var / 2) * eps)
""",
)


@DRAW.test("draws are normal, with each image's mean and σ, and fresh at every call", points=1.0)
def test_7_2_draws(student, rng):
    case, (beta, _) = case_of(rng)
    train(student, case, [beta])
    images, pairs = doubled(case["images"], DRAWN // 2, rng)
    found = student.probe(
        *("lesson_7.draws", case, beta, images),
        summary=lambda answer: noise_facts(answer, pairs, case["latent"]),
    )
    what = f"`draw_codes` on {DRAWN} images and a trained model"
    _expect_pairs(found)
    expect.that(
        found["spread"] == "σ",
        f"{what}: (z − mean) / σ",
        "variance 1",
        {
            "0": "0 everywhere: there is no noise",
            "another": "a different variance",
        }.get(found["spread"], f"variance 1 only when divided by {found['spread']}"),
    )
    expect.that(
        found["shared"] == "nothing",
        f"the noise in {what}",
        "a different number for every image and every latent",
        f"shared by all {found['shared']}",
    )
    expect.that(
        not found["again"],
        f"{what}, asked twice",
        "two different draws",
        "the same draw twice",
        "A generator that is made afresh at every call starts again each time.",
    )
    expect.that(
        found["centred"] and found["tails"] == "normal",
        f"the noise in {what}",
        "mean 0, and 8.3% of it beyond ±√3",
        "something else",
        "Is it drawn from a normal distribution?",
    )


@DRAW.test("the seed of the model decides its draws", points=0.5)
def test_7_2_seed(student, rng):
    case, _ = case_of(rng)
    latent = int(rng.integers(3, 7))
    images, pairs = doubled(case["held_out"], 6, rng)
    one, other = (int(seed) for seed in rng.choice(100_000, 2, replace=False))
    found = student.probe(
        *("lesson_7.first_draws", latent, [one, other, one], images),
        summary=lambda answers: seed_facts(answers, pairs, latent),
    )
    _expect_pairs(found)
    expect.that(
        found["repeats"],
        f"the first two draws of two new models with seed {one}, minus their means",
        "alike",
        "different",
        "Is `seed` given to the generator that draws?",
    )
    expect.that(
        found["differs"],
        f"the first draw of new models with seeds {one} and {other}, minus the means",
        "different",
        "alike",
        "Does the generator get the seed that was asked for?",
    )


def _expect_pairs(found: dict):
    expect.that(
        found["pairs"],
        "`encode` of images, each of which is there twice",
        "the same mean and log_var for both",
        "different ones",
    )
