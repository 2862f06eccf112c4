"""Which pairs of mistakes are tried where every trial is slow."""

from __future__ import annotations

import numpy as np

from autograder.judging.pairs import MOST_TRIED, parts_of, promising

RIGHT = {"kl": "a sum", "loss": "as asked", "falls": True, "codes": np.arange(3.0)}


def parts(**changes):
    return parts_of([RIGHT | changes])


SINGLE = {
    "mean": parts(kl="a mean"),
    "no beta": parts(loss="recon + kl"),
    "no draw": parts(codes=np.zeros(3)),
    "other mean": parts(kl="of the last batch"),
}
PAIRS = [(a, b) for a in SINGLE for b in SINGLE if a < b]


def tried(**changes):
    return [set(pair) for pair in promising(parts(**changes), parts(), SINGLE, PAIRS)]


def test_each_part_is_told_by_its_place_and_keys():
    assert parts_of([{"a": [1, {"b": "x"}]}, 2]) == {(0, "a", 0): 1, (0, "a", 1, "b"): "x", (1,): 2}


def test_the_two_that_explain_most_parts_come_first_also_beside_what_neither_explains():
    assert tried(kl="a mean", loss="recon + kl", falls=False)[0] == {"mean", "no beta"}
    assert tried(loss="recon + kl", codes=np.zeros(3))[0] == {"no beta", "no draw"}


def test_a_pair_is_not_tried_where_one_of_the_two_shows_nowhere_or_does_harm():
    assert tried(kl="a mean") == [{"mean", "other mean"}]
    assert tried(falls=False) == []
    assert {"no beta", "no draw"} not in tried(kl="a mean", loss="recon + kl")


def test_a_mark_that_the_other_mistake_hides_counts_for_less_than_one_that_shows():
    both = dict(SINGLE, both=parts(kl="a mean", loss="recon + kl"))
    pairs = [("both", "no draw"), ("mean", "no draw")]
    assert promising(parts(kl="a mean", codes=np.zeros(3)), parts(), both, pairs) == pairs[::-1]


def test_two_marks_at_one_place_may_make_a_third_thing():
    assert tried(kl="a mean of the last batch") == [{"mean", "other mean"}]


def test_an_answer_that_is_refused_is_a_part_like_others():
    refused = ValueError("no array")
    single = {"refused": {**SINGLE["mean"], (0, "codes"): refused}, "no beta": SINGLE["no beta"]}
    told = {**parts(kl="a mean", loss="recon + kl"), (0, "codes"): ValueError("no array")}
    pair = ("refused", "no beta")
    assert promising(told, parts(), single, [pair]) == [pair]
    other = {name: told | {(0, "codes"): ValueError("other")} for name in ("x", "y")}
    pairs = [("x", "no beta"), pair, ("y", "no beta")]
    assert promising(told, parts(), single | other, pairs)[0] == pair


def test_no_more_are_tried_than_a_learner_can_wait_for():
    single = {i: parts(**{"kl": "a mean"} if i % 2 else {"loss": "recon + kl"}) for i in range(20)}
    pairs = [(i, j) for i in range(20) for j in range(i)]
    found = promising(parts(kl="a mean", loss="recon + kl"), parts(), single, pairs)
    assert len(found) == MOST_TRIED
