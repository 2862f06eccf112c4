"""Fingerprints of code, and which notebooks share those that few have."""

from __future__ import annotations

import pytest

from autograder.judging.fingerprints import MOST_WORDS, Source, fingerprints
from autograder.judging.similarity import MOST_HOLDERS, MOST_PAIRS, Notebook, compare

ORIGINAL = '''
def spread(mean, log_var, draws=16):
    """Half the distance between the outer quartiles."""
    noise = np.random.default_rng(7).normal(size=(draws, *mean.shape))
    points = mean[None] + np.exp(log_var / 2)[None] * noise
    ordered = np.sort(points, axis=0)
    # The quartiles, by counting.
    return (ordered[3 * draws // 4] - ordered[draws // 4]) / 2
'''
RENAMED = """
def width(m: Array, lv: Array, n: int = 16) -> Array:
    e = np.random.default_rng(7).normal(size=(n, *m.shape))
    pts = (m[None]
           + np.exp(lv / 2)[None] * e)
    s = np.sort(pts, axis=0)
    return (s[3 * n // 4] - s[n // 4]) / 2.0
"""


def marks(*texts: str, kind: str = "code") -> dict:
    return fingerprints([Source(n, kind, text) for n, text in enumerate(texts, 1)])


def notebook(learner: str, *texts: str, kind: str = "code") -> Notebook:
    cells = tuple(Source(n, kind, text) for n, text in enumerate(texts, 1))
    return Notebook(learner, cells, fingerprints(cells))


def different(number: int) -> str:
    """Code that nobody else writes."""
    steps = "\n".join(
        f"    total{n} = step_{number}.part_{n}(a, {number}, b=[{n}])" for n in range(9)
    )
    return f"def own{number}(a):\n{steps}\n    return total1\n"


def pairs(*notebooks: Notebook) -> list[tuple[str, str]]:
    return [pair.learners for pair in compare(1, notebooks).pairs]


def test_names_comments_docstrings_types_and_layout_play_no_part():
    assert marks(ORIGINAL).keys() == marks(RENAMED).keys() != set()


def test_the_order_of_statements_plays_none_and_what_they_do_does():
    one, other = "x = tf.square(a + b[0]) * 3 - c", "y = tf.exp(a - b[1]) / 4 + c.d"
    assert marks(f"{one}\n{other}").keys() == marks(other, one).keys()
    assert not marks(one).keys() & marks(other).keys()


def test_a_line_too_short_to_tell_anything_has_no_fingerprint():
    assert marks("x = 1", "print(z)", "import numpy as np") == {}


def test_a_fingerprint_says_where_it_stands():
    places = marks("y = 0", f"%matplotlib inline\n{ORIGINAL}").values()
    assert {place.cell for place in places} == {2}
    assert min(place.first for place in places) == 3
    assert max(place.last for place in places) == 9


def test_of_a_cell_that_is_not_python_the_statements_that_are_count():
    broken = f"def half(:\n    retrun 3\n{ORIGINAL}\nx = = 2\n"
    found = marks(broken)
    assert found.keys() == marks(ORIGINAL).keys()
    assert min(place.first for place in found.values()) == 4


@pytest.mark.parametrize(
    "source",
    [
        "x = " + "(" * 5000 + ")" * 5000,
        "x = " + "-" * 20_000 + "1",
        "x = " + "+".join(["1"] * 60_000),
        "x = " + "[" * 150 + "1" + "]" * 150,
        "x = '\\ud800'\x00",
        "é" * 300_000,
        "if x:\n" * 99_000,
        "\n".join("if x:" for _ in range(9000)),
    ],
    ids=range(8),
)
def test_code_made_to_hurt_a_reader_costs_itself_alone(source):
    assert marks(ORIGINAL).keys() <= marks(source, ORIGINAL).keys()


def test_a_notebook_without_end_is_read_up_to_a_limit():
    endless = "\n".join(f"x{n} = a.b{n}(c, d, {n}, e, f, g, h, i)" for n in range(MOST_WORDS))
    assert len(marks(endless[:190_000], *[endless[:190_000]] * 9)) <= MOST_WORDS
    assert len(marks("word " * 10 * MOST_WORDS, kind="markdown")) <= MOST_WORDS


def test_an_exact_copy_and_one_with_other_names_stand_at_the_top():
    honest = [notebook(f"honest {n}", different(n)) for n in range(9)]
    found = compare(1, [*honest, *(notebook(n, ORIGINAL) for n in "ab"), notebook("c", RENAMED)])
    assert [pair.learners for pair in found.pairs] == [("a", "b"), ("a", "c"), ("b", "c")]
    exact, renamed, _ = found.pairs
    assert exact.same == "the same text"
    assert renamed.same == "the same but for names, comments and layout"
    assert exact.shares == renamed.shares == (1.0, 1.0)
    assert found.groups() == [["a", "b", "c"]]


def test_a_function_copied_into_other_work_is_found_with_its_lines():
    own = [notebook(f"learner {n}", different(n), different(20 + n)) for n in range(8)]
    thief = notebook("thief", different(30), f"x = 1\n{RENAMED}", different(40))
    victim = notebook("victim", ORIGINAL, different(50), different(60))
    (pair,) = compare(1, [*own, thief, victim]).pairs
    assert pair.learners == ("thief", "victim") and pair.same == ""
    assert 0.2 < pair.shares[0] < 0.5
    (taken, given) = pair.passages[0]
    assert (taken.cell, taken.first, given.cell, given.first) == (2, 3, 1, 2)
    assert "def width" in taken.text and "def spread" in given.text


def test_what_most_of_a_class_wrote_counts_for_nothing():
    common = [ORIGINAL, *(different(n) for n in range(100, 105))]
    assert pairs(*(notebook(f"learner {n}", *common) for n in range(10))) == []
    some = [notebook(f"learner {n}", *common, different(n)) for n in range(6)]
    assert pairs(*some, *(notebook(f"other {n}", different(9 + n)) for n in range(4))) == []


def test_what_a_crowd_wrote_counts_for_nothing_in_however_large_a_class():
    common = [ORIGINAL, *(different(n) for n in range(1000, 1005))]
    crowd = [notebook(f"learner {n}", *common) for n in range(MOST_HOLDERS + 1)]
    others = [notebook(f"other {n}", different(n)) for n in range(2 * MOST_HOLDERS)]
    assert pairs(*crowd, *others) == []
    assert len(pairs(*crowd[:-1], *others)) == MOST_PAIRS


def test_what_several_share_counts_less_than_what_two_do():
    five = [notebook(f"five {n}", ORIGINAL) for n in range(5)]
    others = [notebook(f"other {n}", different(n)) for n in range(20)]
    two = [notebook(name, different(99)) for name in ("one", "two")]
    found = compare(1, [*five, *two, *others]).pairs
    assert len(found) == 11
    by_learners = {pair.learners: pair.shared for pair in found}
    alone = len(marks(ORIGINAL))
    assert by_learners["five 0", "five 1"] < 0.8 * alone
    assert by_learners["one", "two"] > 0.9 * len(marks(different(99)))


def test_a_text_is_compared_by_its_words():
    text = "The prior pulls every posterior towards itself, so codes of one image overlap with "
    text += "those of its neighbours; without it the decoder meets gaps that it never trained on."
    texts = [f"My answer number {n} is short." for n in range(5)]
    texts += [text, text.upper().replace(" ", "  \n")]
    class_ = [notebook(f"learner {n}", text, kind="markdown") for n, text in enumerate(texts)]
    assert pairs(*class_) == [("learner 5", "learner 6")]


def test_a_class_that_copies_without_end_is_listed_up_to_a_limit():
    two = [notebook(f"{n}{side}", different(n)) for n in range(MOST_PAIRS + 5) for side in "ab"]
    found = compare(1, two)
    assert (len(found.pairs), found.more, found.groups()) == (MOST_PAIRS, 5, [])


def test_no_one_and_one_alone_are_like_nobody():
    assert pairs() == pairs(notebook("a", ORIGINAL)) == []
    assert pairs(notebook("a"), notebook("b")) == []
