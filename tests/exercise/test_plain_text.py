"""What acts on a page or a terminal without being seen is marked, and nothing else is changed."""

import json

import pytest

from autograder.exercise.plain_text import printable, printable_data

ACTING = ["\x1b[31m", "\x9b31m", "\x07", "\x00", "\r", "\x85", "\u202e", "\u2066", "\u200f"]
ACTING += ["\ud800"]


@pytest.mark.parametrize("text", ACTING)
def test_a_character_that_acts_unseen_is_marked(text):
    assert printable(f"a{text}b") == f"a\ufffd{text[1:]}b"


@pytest.mark.parametrize("text", ["Ünal 李明 👩‍🔬", "tab\tand\nlines", "नमस्ते", "z = μ + σ·ε"])
def test_what_is_seen_stays(text):
    assert printable(text) == text


def test_data_are_gone_through_to_the_bottom():
    data = {"a\x1b": ["\u202e", ("x\x9b", 1.5, None)], "b": {"c": True}}
    found = printable_data(data)
    assert found == {"a\ufffd": ["\ufffd", ("x\ufffd", 1.5, None)], "b": {"c": True}}
    assert json.dumps(found, ensure_ascii=False).isprintable()
