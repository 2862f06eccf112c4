"""Exercise 6.1, what a latent knows: mutual information by histogram.

The expected information comes from the bins that the questions were drawn from, by three entropies,
never from a histogram of codes; every code lies well inside its bin.
"""

from __future__ import annotations

from autograder.course.lesson_6 import wrong_mutual_information
from autograder.course.lesson_6.tables import (
    Table,
    counted_information,
    drawn,
    independent,
    small,
)
from autograder.exercise import expect
from autograder.exercise.declaration import Exercise

INFORMATION = Exercise(
    id="6.1",
    title="What a latent knows: mutual information by histogram",
    answers=("mutual_information",),
    minutes=25,
    hints=(
        "“I know how to do this for two columns of labels: count how often each pair occurs. But "
        "a code isn't a label.” Turn it into one: the number of the bin it falls into. Then every "
        "pair of a latent and a factor gives one table of counts.",
        "Bin: b = floor((z − min)/(max − min)·B), at most B − 1; min and max are those of the "
        "latent. Shares: p = counts/n, `(bins, values)`. Then I = Σ p(b, k) · log(p(b, "
        "k)/(p(b)·p(k))), natural logarithm, over the cells with p > 0; p(b) and p(k) are sums of "
        "the table over its rows or columns.",
        "For each j and k: `label = np.unique(factors[:, k], return_inverse=True)[1]`; "
        "`counts = np.histogram2d(codes[:, j], label, bins=(bins, <number of values>))[0]`; "
        "`p = counts / counts.sum()`; `product = p.sum(axis=1, keepdims=True) * "
        "p.sum(axis=0, keepdims=True)`; `seen = p > 0`; sum `p[seen] * np.log(<the ratio>)`.",
    ),
    reference={"mutual_information": counted_information},
    misconceptions=wrong_mutual_information.INFORMATION,
    alternative="""\
# By entropies: the uncertainty of each alone, added up, minus that of both together.
def entropy(labels):
    p = np.unique(labels, axis=0, return_counts=True)[1] / len(labels)
    return -np.sum(p * np.log(p))


def mutual_information(codes, factors, bins):
    low, high = codes.min(axis=0), codes.max(axis=0)
    places = np.minimum(np.floor((codes - low) / (high - low) * bins), bins - 1)
    matrix = np.zeros((codes.shape[1], factors.shape[1]))
    for j, place in enumerate(places.T):
        for k, value in enumerate(factors.T):
            both = np.stack([place, value], axis=1)
            matrix[j, k] = entropy(place) + entropy(value) - entropy(both)
    return matrix
""",
)


@INFORMATION.test("a copy shares the whole entropy, an unrelated code nothing", points=0.5)
def test_6_1_copies_and_strangers(student, rng):
    table, words = small(rng)
    _judge_matrix(_matrix(student, table), table, f"mutual_information of {words}, in 2 bins")


@INFORMATION.test("every pair of a latent and a factor is computed from its own counts", points=1.5)
def test_6_1_follows_the_counts(student, rng):
    tables = [drawn(rng, latents, factors) for latents, factors in ((3, 2), (2, 4))]
    answers = [_matrix(student, table) for table in tables]
    for table, answer in zip(tables, answers, strict=True):
        _judge_matrix(answer, table, f"mutual_information of {table.words}")


@INFORMATION.test(
    "independent codes appear to know (B − 1)(K − 1)/2N, the plug-in bias", points=1.0
)
def test_6_1_bias(student, rng):
    table, bias = independent(rng)
    checked = f"mutual_information of {table.words}, all of them independent"
    matrix = expect.array(_matrix(student, table), table.information.shape, checked)
    expect.that(
        bool(0.6 * bias < matrix.mean() < 1.4 * bias),
        checked,
        f"on average about the plug-in bias, {bias:.4f} nats",
        f"{matrix.mean():.4f} on average",
    )
    _judge_matrix(matrix, table, checked)


def _matrix(student, table: Table):
    arguments = table.codes.copy(), table.factors.copy(), table.bins
    return student.call("mutual_information", *arguments, tensors=False)


def _judge_matrix(answer, table: Table, checked: str):
    expect.close(answer, table.information, checked, rtol=1e-3, atol=1e-4)
