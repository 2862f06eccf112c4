"""Named wrong answers to exercise 6.1, mutual information by histogram, with their words.

All of them vary one sketch: bins for a latent, labels for a factor, a table of counts, and the
sum over its cells.
"""

from __future__ import annotations

import numpy as np

from autograder.exercise.declaration import mistakes


def _own_range(codes, column):
    return column.min(), column.max()


def _as_asked(bins, values):
    return bins


def _equal_width(column, low, high, number):
    return np.floor((column - low) / (high - low) * number).astype(int)


def _ranked(column, low, high, number):
    return np.argsort(np.argsort(column, kind="stable")) * number // len(column)


def _between_quantiles(column, low, high, number):
    inner = np.quantile(column, np.linspace(0, 1, number + 1))[1:-1]
    return np.searchsorted(inner, column, side="right")


def _rounded(column, low, high, number):
    return np.rint((column - low) / (high - low) * (number - 1)).astype(int)


def _closed(places, number):
    return np.clip(places, 0, number - 1)


def _by_value(column, bins):
    return np.unique(column, return_inverse=True)[1].ravel()


def _cut_too(column, bins):
    span = column.max() - column.min()
    return np.minimum((column - column.min()) / span * bins, bins - 1).astype(int)


def _as_many_bins_as_values(column, bins):
    return _cut_too(column, len(np.unique(column)))


def _shares(counts):
    return counts / counts.sum()


def _joint_over_product(joint):
    return joint / (joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=True))


def _only_bins(joint):
    return joint / joint.sum(axis=1, keepdims=True)


def _with_rows(joint):
    return joint > 0


def _joint(joint, counts):
    return joint


def _product(joint, counts):
    return joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=True)


def _unchanged(information, counts):
    return information


def _share_of_entropy(information, counts):
    shares = counts.sum(axis=0) / counts.sum()
    shares = shares[shares > 0]
    return information / -np.sum(shares * np.log(shares))


def _less_bias(information, counts):
    used = [np.count_nonzero(counts.sum(axis=axis)) - 1 for axis in (0, 1)]
    return information - used[0] * used[1] / (2 * counts.sum())


def _information(
    span=_own_range,
    number=_as_asked,
    cut=_equal_width,
    close=_closed,
    label=_by_value,
    share=_shares,
    ratio=_joint_over_product,
    log=np.log,
    weight=_joint,
    seen=_with_rows,
    total=np.sum,
    finish=_unchanged,
    arrange=np.asarray,
):
    def pair(codes, column, factor, bins):
        labels = label(factor, bins)
        values = labels.max() + 1
        parts = number(bins, values)
        places = close(cut(column, *span(codes, column), parts), parts)
        counts = np.zeros((places.max() + 1, values))
        np.add.at(counts, (places, labels), 1)
        joint = share(counts)
        with np.errstate(all="ignore"):
            terms = weight(joint, counts) * log(ratio(joint))
        return finish(total(terms[seen(joint)]), counts)

    def mutual_information(codes, factors, bins):
        codes = np.asarray(codes, dtype="float64")
        matrix = [[pair(codes, c, f, bins) for f in np.asarray(factors).T] for c in codes.T]
        return arrange(np.array(matrix))

    return mutual_information


def _by_area(codes, factors, bins):
    """Densities in place of shares: divided by the area of a cell as well."""

    def pair(column, factor):
        labels = _by_value(factor, bins)
        edges = np.arange(labels.max() + 2) - 0.5
        joint = np.histogram2d(column, labels, [bins, edges], density=True)[0]
        with np.errstate(all="ignore"):
            return np.nansum(joint * np.log(_joint_over_product(joint)))

    return np.array([[pair(c, f) for f in np.asarray(factors).T] for c in np.asarray(codes).T])


INFORMATION = mistakes(
    "mutual_information",
    (
        "densities in place of shares",
        "The table holds densities, which are divided by the area of a cell; a sum over cells "
        "needs their shares of all rows.",
        "Add up your table: what should the probabilities of all cells sum to?",
        _by_area,
    ),
    (
        "bits, not nats",
        "Every value is too large by a factor of 1.44: a logarithm to base 2 counts bits.",
        "How many nats does a code that copies a coin share with it?",
        {"log": np.log2},
    ),
    (
        "counts not normalised",
        "The formula gets the counts themselves instead of shares of all rows.",
        "Add up your table: what should the probabilities of all cells sum to?",
        {"share": np.asarray},
    ),
    (
        "weighted by counts",
        "The logarithms are weighted by counts, so the result grows with the number of rows.",
        "Give every row twice: should the information change?",
        {"weight": lambda joint, counts: counts},
    ),
    (
        "every cell weighs the same",
        "The logarithms are added up unweighted: a cell with one row weighs as much as one with "
        "fifty.",
        "An average over rows visits a full cell more often. Which number says how often?",
        {"weight": lambda joint, counts: np.ones_like(joint)},
    ),
    (
        "weighted by the product",
        "The logarithms are weighted by p(b)·p(k), as if code and factor were independent.",
        "Over which rows is the average taken: the observed ones, or shuffled ones?",
        {"weight": _product},
    ),
    (
        "averaged over the cells",
        "The sum is divided by the number of cells, although the shares already make it an "
        "average.",
        "What do the weights in your sum add up to?",
        {"total": np.mean},
    ),
    (
        "one range for all latents",
        "The bins of every latent span the range of all latents together, so a narrow latent "
        "falls into a bin or two.",
        "Multiply one latent by 100. Which entries change, and which should?",
        {"span": lambda codes, column: (codes.min(), codes.max())},
    ),
    (
        "a fixed range",
        "The bins run from −3 to 3, whatever the latent's range.",
        "Add 10 to one latent: does it know less because of that?",
        {"span": lambda codes, column: (-3.0, 3.0), "close": _closed},
    ),
    (
        "one bin too few",
        "There is one bin fewer than asked for: B edges enclose only B − 1 intervals.",
        "How many posts does a fence with four boards need?",
        {"number": lambda bins, values: bins - 1},
    ),
    (
        "as many bins as the factor has values",
        "The number of bins is that of the factor's values; the argument `bins` has no effect.",
        "Call it with two numbers of bins and compare.",
        {"number": lambda bins, values: values},
    ),
    (
        "the largest in a separate bin",
        "The largest value of each latent falls beyond the last edge, into an extra bin.",
        "Print the number of the bin of the largest value. What should the last one be?",
        {"close": lambda places, number: places},
    ),
    (
        "bins of equal count",
        "The bins hold equal numbers of rows; bins of equal width are asked for.",
        "Where do the edges of your bins lie for the codes 0, 1, 2 and 9?",
        {"cut": _ranked},
    ),
    (
        "bins between quantiles",
        "The edges of the bins are quantiles, so the bins hold about as many rows each; bins of "
        "equal width are asked for.",
        "Where do the edges of your bins lie for the codes 0, 1, 2 and 9?",
        {"cut": _between_quantiles},
    ),
    (
        "half a bin at both ends",
        "Rounding to B − 1 steps makes the first and the last bin half as wide as the others.",
        "Which codes between 0 and 1 are rounded to 0 and which to 1, with three bins?",
        {"cut": _rounded},
    ),
    (
        "as many bins for a factor as it has values",
        "A factor's values are put into bins of equal width, one for each value there is; where "
        "the values lie unevenly, two share a bin.",
        "Into how many different bins do the values 0, 1 and 10 fall?",
        {"label": _as_many_bins_as_values},
    ),
    (
        "factors cut into bins too",
        "A factor's values are put into bins of equal width, so two close values become one.",
        "How many different values does the factor have, and how many labels do you make from "
        "them?",
        {"label": _cut_too},
    ),
    (
        "factors without their decimals",
        "A factor's values become whole numbers, so 0 and 0.02 count as the same value.",
        "Print the different values of a factor before and after you turn them into labels.",
        {
            "label": lambda column, bins: np.unique(column.astype(int), return_inverse=True)[
                1
            ].ravel()
        },
    ),
    (
        "empty cells give NaN",
        "A cell without rows gives 0 · log 0, which is NaN in floating point.",
        "What should a cell contribute when no row falls into it?",
        {"seen": lambda joint: joint >= 0},
    ),
    (
        "the joint entropy",
        "This is how uncertain both are together, so unrelated codes score highest.",
        "What does your function give for a code and a factor that are unrelated?",
        {"ratio": lambda joint: 1 / joint},
    ),
    (
        "one side divided out",
        "The joint share is divided by that of the bin alone, which ignores how common the "
        "factor's value is.",
        "For independent variables the logarithm should be 0. Which ratio is 1 then?",
        {"ratio": _only_bins},
    ),
    (
        "the ratio upside down",
        "Every value has the wrong sign: product over joint instead of joint over product.",
        "Information is never negative. Which of the two is larger where many rows gather?",
        {"ratio": lambda joint: 1 / _joint_over_product(joint)},
    ),
    (
        "a share of the entropy",
        "The information is divided by the factor's entropy. That comes later, in the score.",
        "The docstring asks for nats: can a code with ten bins share more than 1 of them?",
        {"finish": _share_of_entropy},
    ),
    (
        "the bias taken off",
        "(B − 1)(K − 1)/2N is subtracted; the plain estimate is asked for, with its bias.",
        "What does your function give for a code that copies a coin? It should be log 2 exactly.",
        {"finish": _less_bias},
    ),
    (
        "one row for each factor",
        "The table is transposed: factors in rows, latents in columns.",
        "Print the shape you get for 3 latents and 2 factors.",
        {"arrange": np.transpose},
    ),
    sketch=_information,
)
