"""Named wrong answers to exercise 6.4, a MIG with a fault in it, with the words naming them."""

from __future__ import annotations

import numpy as np

from autograder.course.lesson_6.tables import counted_information
from autograder.exercise.declaration import mistakes


def _same(table):
    return table


def _reshaped(table):
    n, columns = table.shape
    return table.reshape(columns, n).T


def _reshaped_by_columns(table):
    n, columns = table.shape
    return table.reshape((columns, n), order="F").T


def _shares(counts):
    return counts / counts.sum()


def _entropies(factors, codes, bins, log=np.log, share=_shares):
    counts = (np.unique(column, return_counts=True)[1] for column in factors.T)
    return np.array([-np.sum(share(c) * log(share(c))) for c in counts])


def _of_the_codes(factors, codes, bins):
    """The entropy of the bins of the latent that knows each factor best."""
    matrix = counted_information(codes, factors, bins)
    places = np.stack([np.histogram(c, bins)[0] for c in codes.T])[matrix.argmax(axis=0)]
    return _of_counts(places)


def _of_binned_labels(factors, codes, bins):
    """The entropies of the factors' values in bins of equal width."""
    return _of_counts(np.histogram(column, bins)[0] for column in factors.T)


def _of_counts(counts):
    """The entropy of each row of counts, some of which may be 0."""
    shares = (_shares(row[row > 0]) for row in counts)
    return np.array([-np.sum(p * np.log(p)) for p in shares])


def _latents_alone(codes, factors, bins):
    information = counted_information(codes, factors, bins)
    return float(np.mean(information / _entropies(factors, codes, bins)))


def _gaps(information):
    ranked = np.sort(np.vstack([np.zeros(information.shape[1]), information]), axis=0)
    return ranked[-1] - ranked[-2]


def _mig_of_codes(
    lay=_same, label=_same, bins_used=_same, entropies=_entropies, gap=_gaps, average=np.mean
):
    def mig_of_codes(codes, factors, bins):
        codes, factors, bins = lay(codes), label(factors), bins_used(bins)
        matrix = counted_information(codes, factors, bins)
        return float(average(gap(matrix) / entropies(factors, codes, bins)))

    return mig_of_codes


MIG_OF_CODES = mistakes(
    "mig_of_codes",
    (
        "still a reshape",
        "The latents are mixed up with each other, as in the listing: a reshape keeps the order "
        "in which numbers lie in memory.",
        "Reshape [[1, 10], [2, 20], [3, 30]] to (2, 3). Is the first row 1, 2, 3?",
        {"lay": _reshaped},
    ),
    (
        "a reshape by columns",
        'With order="F" both sides are read column by column, which mixes the latents in another '
        "way.",
        'Try [[1, 10], [2, 20], [3, 30]].reshape((2, 3), order="F"): is the first row 1, 2, 3?',
        {"lay": _reshaped_by_columns},
    ),
    (
        "the factors reshaped",
        "The factors went through a reshape, which mixes up their columns.",
        "Which of the two tables does the listing leave alone?",
        {"label": _reshaped},
    ),
    (
        "entropies in bits",
        "The entropies are taken with log2 and the information with log: nats are divided by bits.",
        "What does a code that copies its factors score?",
        {"entropies": lambda f, c, b: _entropies(f, c, b, log=np.log2)},
    ),
    (
        "the largest possible entropy",
        "Each gap is divided by the logarithm of the number of values, as if all of them were "
        "equally common.",
        "A factor has one of its two values in nine rows out of ten: what is its entropy?",
        {"entropies": lambda f, c, b: np.log([len(np.unique(column)) for column in f.T])},
    ),
    (
        "the logarithm of the bins",
        "Each gap is divided by log(bins), which has nothing to do with the factor.",
        "Let a code copy a coin, in 20 bins: what should the score be?",
        {"entropies": lambda f, c, b: np.log(b)},
    ),
    (
        "the entropy of the code",
        "Each gap is divided by the entropy of the best latent's bins, not by that of the factor.",
        "The score asks which share of the *factor* is known. Whose entropy is the whole?",
        {"entropies": _of_the_codes},
    ),
    (
        "the labels cut into bins",
        "The entropies come from a histogram of the factors' values, where close values share a "
        "bin.",
        "How many bars has your histogram for a factor with the values 0, 1 and 100, in 20 bins?",
        {"entropies": _of_binned_labels},
    ),
    (
        "each latent scored alone",
        "Every latent gets a score by itself, and the scores are averaged. Then no latent is ever "
        "compared with another, and there is no gap.",
        "What is the second largest number in a table with one row?",
        _latents_alone,
    ),
    (
        "counts in the entropy",
        "The entropy is computed from counts, not from shares of the rows.",
        "What is the entropy of a coin, and what does your line give for 50 heads and 50 tails?",
        {"entropies": lambda f, c, b: _entropies(f, c, b, share=np.asarray)},
    ),
    (
        "the entropy below 0",
        "The minus in front of Σ p log p is missing, so every score is negative.",
        "What is the sign of log p for p below 1?",
        {"entropies": lambda f, c, b: -_entropies(f, c, b)},
    ),
    (
        "not divided by the entropy",
        "The gaps are averaged in nats.",
        "What should codes that copy their factors score, whatever the factors?",
        {"entropies": lambda f, c, b: 1.0},
    ),
    (
        "20 bins whatever is asked",
        "The argument `bins` has no effect.",
        "Call it with 5 and with 50 bins and compare.",
        {"bins_used": lambda bins: 20},
    ),
    (
        "only the largest",
        "No second latent is subtracted, so a factor that two latents copy counts as well "
        "separated.",
        "Give the codes the same column twice. What should happen to the score?",
        {"gap": lambda matrix: matrix.max(axis=0)},
    ),
    (
        "summed over the factors",
        "The gaps are added up, not averaged.",
        "What should the score be for codes that copy all of three factors?",
        {"average": np.sum},
    ),
    sketch=_mig_of_codes,
    atol=1e-6,
)

LINES = mistakes(
    "faulty_line_6_4",
    (
        "the unpacking is blamed",
        "Line 2 reads the numbers of rows and of latents from the codes, in this order.",
        "Print both for five rows of two latents.",
        2,
    ),
    (
        "the information is blamed",
        "Line 4 passes `(n, latents)`, as `mutual_information` requires: the `.T` transposes the "
        "table.",
        "Does column 0 of what line 4 passes on hold the numbers of latent 0? Which line put them "
        "there?",
        4,
    ),
    (
        "the counting is blamed",
        "Line 5 counts how often each value of each factor occurs.",
        "Print it for a factor with the values 3, 3, 7.",
        5,
    ),
    (
        "the entropies are blamed",
        "Line 6 turns counts into shares and sums −p log p.",
        "Work out the entropy of a fair coin with it.",
        6,
    ),
    (
        "the score is blamed",
        "Line 7 calls your own `mig` with a matrix and the entropies for its columns.",
        "For codes with one latent the listing is right. Would it be, with a wrong last line?",
        7,
    ),
)
