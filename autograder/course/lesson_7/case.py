"""The training behind all of the capstone's questions, drawn from the seed of the run."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from bvae_ref.data.strokes import render, sample_factors

TRAINED_ON, HELD_OUT, EPOCHS = 512, 120, 10
# A model whose codes do not pay yet is trained further, for as many epochs again, up to this often.
ROUNDS = 3
# The number of draws per held-out image, and the number of codes that are decoded as well.
DRAWS, CODES = 6, 20
LESSON = 7
# Where the small and the large β are drawn.
SPANS = ((0.15, 0.25), (6.0, 9.0))
# `strokes` itself uses these two.
FIRST_FREE_SEED = 2


def case_of(rng) -> tuple[dict, list[float]]:
    """A training in words that a probe understands, and a small and a large β.

    Every test of a run gets the same one, whatever its own generator, so a model is
    trained once for all of them.

    Returns:
        {"latent", "seed", "images" `(512, 28, 28, 1)`, "held_out" `(120, 28, 28, 1)`,
        "epochs"}, and the two β.
    """
    run = int(np.ravel(rng.bit_generator.seed_seq.entropy)[0])
    return _case(run)


@lru_cache(maxsize=4)
def _case(run: int) -> tuple[dict, list[float]]:
    shared = np.random.default_rng([run, LESSON])
    seed = int(shared.integers(FIRST_FREE_SEED, 1_000_000))
    images = render(sample_factors(TRAINED_ON + HELD_OUT, seed))
    case = {
        "latent": int(shared.integers(4, 7)),
        "seed": seed,
        "images": images[:TRAINED_ON],
        "held_out": images[TRAINED_ON:],
        "epochs": EPOCHS,
    }
    small, large = (round(float(shared.uniform(*span)), 2) for span in SPANS)
    # Never one over the number of latents: β times a KL is not its mean over latents.
    return case, [round(small + 0.005, 3), large]


def train(student, case: dict, betas: list[float], rounds: int = 1) -> None:
    """Have models trained, one for each β, in questions of which none takes long."""
    for beta in betas:
        student.prepare("lesson_7.trained", case, beta, rounds, times=rounds * case["epochs"])


def learning_question(case: dict, betas: list[float], rounds: int = 1) -> tuple:
    """The question after this many rounds of training, the same for every test of a run."""
    drawn = np.random.default_rng(case["seed"])
    noise = drawn.standard_normal((DRAWS, HELD_OUT, case["latent"])).astype("float32")
    codes = drawn.standard_normal((CODES, case["latent"])).astype("float32")
    return "lesson_7.learning", case, betas, noise, codes, rounds


def doubled(items, count: int, rng) -> tuple[np.ndarray, np.ndarray]:
    """`count` different items, each of them twice, in random order.

    An answer that ignores the items cannot know which of them are the same.

    Returns:
        the items, `(2 count, …)`, and the places of each pair, `(count, 2)`.
    """
    chosen = rng.choice(len(items), count, replace=False)
    order = rng.permutation(2 * count)
    return items[np.tile(chosen, 2)[order]], np.argsort(order).reshape(2, count).T


def two_characters(rng) -> tuple[np.ndarray, np.ndarray]:
    """Two fresh images of different classes, each `(28, 28, 1)`."""
    factors = sample_factors(64, int(rng.integers(FIRST_FREE_SEED, 1_000_000)))
    other = int(np.flatnonzero(factors[:, 0] != factors[0, 0])[0])
    start, end = render(factors[[0, other]])
    return start, end
