"""Exercise 3.4, the effective β under other reductions."""

from __future__ import annotations

from autograder.course.lesson_3 import wrong_effective_beta
from autograder.exercise import expect
from autograder.exercise.declaration import Exercise
from bvae_ref.losses import effective_beta

EFFECTIVE_BETA = Exercise(
    id="3.4",
    title="Effective β under other reductions",
    answers=("effective_beta",),
    minutes=8,
    hints=(
        "“A mean is a sum divided by a number. Does that number matter?” Multiply the whole loss "
        "by a constant: its minimum stays where it is. So only the ratio of the two terms counts.",
        "Write each mean as sum/N (pixels) or sum/M (latents), multiply the loss so that the "
        "reconstruction becomes the plain sum, and read off the factor in front of the summed KL.",
        "Start from `beta`. If the reconstruction is a mean, the ratio changes by `pixels`; if the "
        "KL is a mean, by `latents`; one of the two multiplies and the other divides.",
    ),
    reference={"effective_beta": effective_beta},
    misconceptions=wrong_effective_beta.EFFECTIVE_BETA,
    alternative="""\
# Gives each term its scale and divides one by the other: no case is forgotten.
def effective_beta(beta, pixels, latents, recon_reduction, kl_reduction):
    recon_scale = {"sum": 1.0, "mean": 1.0 / pixels}[recon_reduction]
    kl_scale = {"sum": 1.0, "mean": 1.0 / latents}[kl_reduction]
    return beta * kl_scale / recon_scale
""",
)


@EFFECTIVE_BETA.test("pixels averaged, latents summed", points=0.5)
def test_3_4_pixels_averaged(student, rng):
    _expect_effective(student, rng, "mean", "sum")


@EFFECTIVE_BETA.test("pixels summed, latents averaged; and both summed", points=0.5)
def test_3_4_latents_averaged(student, rng):
    _expect_effective(student, rng, "sum", "mean")
    _expect_effective(student, rng, "sum", "sum")


@EFFECTIVE_BETA.test("both averaged", points=0.5)
def test_3_4_both_averaged(student, rng):
    _expect_effective(student, rng, "mean", "mean")


def _expect_effective(student, rng, recon_reduction: str, kl_reduction: str) -> None:
    beta = round(float(rng.uniform(1.5, 8.0)), 1)
    pixels, latents = int(rng.integers(100, 5000)), int(rng.integers(2, 40))

    def found(*reductions):
        return student.call("effective_beta", beta, pixels, latents, *reductions, tensors=False)

    divisor = {"sum": 1, "mean": pixels}[recon_reduction]
    wanted = beta / {"sum": 1, "mean": latents}[kl_reduction] * divisor
    try:
        expect.close(
            found(recon_reduction, kl_reduction),
            wanted,
            f"effective_beta({beta:g}, pixels={pixels}, latents={latents}, "
            f'recon_reduction="{recon_reduction}", kl_reduction="{kl_reduction}")',
        )
    except expect.Mismatch:
        # A single case fits several mistakes; all four together tell them apart.
        for reductions in (("sum", "sum"), ("mean", "sum"), ("sum", "mean"), ("mean", "mean")):
            found(*reductions)
        raise
