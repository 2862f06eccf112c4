"""Named wrong answers to exercise 3.4: β under other sums and means."""

from __future__ import annotations

from autograder.exercise.declaration import mistakes


def _effective(
    powers=(1, -1), swapped=False, when="mean", kl_reads="kl", second_too=True, start=None
):
    """One that is right unless an argument changes it.

    Args:
        powers: the powers in which the counts of pixels and of latents multiply β where converted.
        swapped: whether the two counts are exchanged.
        when: the reduction that is converted.
        kl_reads: "kl" or "recon", whose reduction decides over the latents.
        second_too: whether the latents are converted even where the pixels are.
        start: what is multiplied; β itself when None.
    """

    def effective_beta(beta, pixels, latents, recon_reduction, kl_reduction):
        of_recon, of_kl = (latents, pixels) if swapped else (pixels, latents)
        first = recon_reduction == when
        second = (kl_reduction if kl_reads == "kl" else recon_reduction) == when
        result = beta if start is None else start
        if first:
            result *= float(of_recon) ** powers[0]
        if second and (second_too or not first):
            result *= float(of_kl) ** powers[1]
        return result

    return effective_beta


def _normalised_for_two_means(beta, pixels, latents, recon_reduction, kl_reduction):
    if recon_reduction == kl_reduction == "mean":
        return beta * latents / pixels
    return _effective()(beta, pixels, latents, recon_reduction, kl_reduction)


def _one_for_a_summed_kl(beta, pixels, latents, recon_reduction, kl_reduction):
    if kl_reduction == "mean":
        return _effective()(beta, pixels, latents, recon_reduction, kl_reduction)
    return 1.0


EFFECTIVE_BETA = mistakes(
    "effective_beta",
    (
        "two means converted the other way",
        "Where both terms are averaged, your result is βM/N, which is what two sums become as "
        "means. Here two means are to become sums.",
        "Multiply a loss of two means by the number of pixels. Which factor does the KL have then?",
        _normalised_for_two_means,
    ),
    (
        "1 wherever the KL is summed",
        "With a summed KL the result is 1, whatever β is: an `if … else` without brackets swallows "
        "the whole product.",
        "Put brackets round each `if … else`. What does the last `else` belong to?",
        _one_for_a_summed_kl,
    ),
    (
        "multiplied where it should be divided",
        "The factor is there, but upside down: this converts a summed β into the other convention.",
        "If the reconstruction shrinks, does the KL term weigh more or less beside it?",
        {"powers": (-1, 1)},
    ),
    (
        "pixels and latents swapped",
        "The reconstruction is converted with the latents, the KL term with the pixels.",
        "Which of the two sums runs over pixels?",
        {"swapped": True},
    ),
    (
        "only the reconstruction considered",
        "The reduction over latents has no effect on your result.",
        "Average the KL term over latents: what happens to its weight?",
        {"powers": (1, 0)},
    ),
    (
        "only the KL term considered",
        "The reduction over pixels has no effect on your result.",
        "Average the reconstruction over pixels: what happens to the weight of the other term?",
        {"powers": (0, -1)},
    ),
    (
        "both multiplied",
        "Both means make β larger in your result, but they sit on different sides of the balance.",
        "Multiply the whole loss by the number of pixels. Which factor is then left on which term?",
        {"powers": (1, 1)},
    ),
    (
        "both divided",
        "Both means make β smaller in your result, but they sit on different sides of the balance.",
        "Multiply the whole loss by the number of pixels. Which factor is then left on which term?",
        {"powers": (-1, -1)},
    ),
    (
        "nothing converted",
        "The result is the β that went in, whatever the reductions are.",
        "Change `recon_reduction` to “mean”: does your result change?",
        {"powers": (0, 0)},
    ),
    (
        "sums converted in place of means",
        "The factors are applied where the program sums, and a program that averages keeps its β.",
        "Which β do you get for a program that has both sums already?",
        {"when": "sum"},
    ),
    (
        "one reduction decides for both",
        "The reduction over pixels is looked at twice, and `kl_reduction` never.",
        "Change only `kl_reduction`: does your result change?",
        {"kl_reads": "recon"},
    ),
    (
        "only one of two means converted",
        "Where both terms are averaged, your result takes only the first into account.",
        "Follow a call in which both reductions are “mean”, line by line.",
        {"second_too": False},
    ),
    (
        "β itself is missing",
        "The factor between the conventions is returned without the β that it should multiply.",
        "Double `beta`: does your result double?",
        {"start": 1.0},
    ),
    (
        "the normalised weight returned",
        "This is βM/N whatever the reductions are, which compares models and not programs.",
        "Which β do you get for a program that has both sums already?",
        lambda beta, pixels, latents, recon_reduction, kl_reduction: beta * latents / pixels,
    ),
    sketch=_effective,
)
