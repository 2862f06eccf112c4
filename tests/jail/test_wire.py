"""The frames between judge and jailed process: nothing hostile gets through, nothing is lost."""

import json
import socket
import threading
import time

import numpy as np
import pytest
from frames import alike, frame

from autograder.jail import wire

HOSTILE = {
    "an object array": frame({"a": ["object", [1]]}, bytes(8)),
    "a pickle": (b"\x80\x04N.", b""),
    "a dtype with fields": frame({"a": ["i4,i4", [1]]}, bytes(8)),
    "a negative side": frame({"a": ["int8", [-1]]}),
    "a side that is true": frame({"a": ["int8", [True]]}, b"1"),
    "a side of text": frame({"a": ["int8", ["1"]]}, b"1"),
    "a side of 1e9 where no bytes are": frame({"a": ["float64", [10**9]]}),
    "a product beyond every memory": frame({"a": ["int8", [10**6] * 12]}),
    "an empty array of huge sides": frame({"a": ["int8", [0, 10**11, 10**11]]}),
    "too many dimensions": frame({"a": ["int8", [1] * 17]}, b"1"),
    "bytes that belong to nothing": frame(1, b"1"),
    "two tags in one entry": frame({"l": [], "t": []}),
    "an unknown tag": frame({"z": []}),
    "a bare list": frame([1, 2]),
    "a dict of triples": frame({"d": [["a", 1, 2]]}),
    "a key that is a number": frame({"d": [[1, 1]]}),
    "strings that do not fill the shape": frame({"s": [[3], ["a"]]}),
    "one long string among many": frame({"s": [[2000], ["a" * 2000] + ["b"] * 1999]}),
    "a number with too many digits": (b"9" * 5000, b""),
    "a header that is cut off": (b'{"l": [1, 2', b""),
    "nesting beyond the limit": frame(json.loads('{"l": [' * 40 + "1" + "]}" * 40)),
    "nesting beyond Python": (b'{"l": [' * 100_000, b""),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_frame_is_malformed(name):
    with pytest.raises(wire.Malformed):
        wire.decode(*HOSTILE[name])


def test_a_bool_array_holds_bools_whatever_its_bytes():
    found = wire.decode(*frame({"a": ["bool", [3]]}, bytes([0, 2, 255])))
    assert found.tolist() == [False, True, True] and found.view(np.uint8).tolist() == [0, 1, 1]


def test_half_a_surrogate_pair_becomes_text_that_can_be_written():
    assert wire.decode(b'"\\ud800x"', b"").encode() == b"?x"


def test_what_is_no_plain_value_is_refused_before_it_is_sent():
    deep = []
    for _ in range(40):
        deep = [deep]
    for value in (object(), np.array([object()]), {1, 2}, "x" * (wire.MAX_HEADER + 1), deep):
        with pytest.raises(wire.Malformed):
            wire.encode(value)


def through_a_socket(raw: bytes, **options):
    """What `receive` makes of bytes that the other end writes before it closes."""
    ours, theirs = socket.socketpair()
    with ours:
        writer = threading.Thread(target=lambda: (theirs.sendall(raw), theirs.close()))
        writer.start()
        try:
            return wire.receive(ours, time.monotonic() + 5, **options)
        finally:
            ours.close()
            writer.join()


def test_a_frame_may_come_in_pieces():
    value = {"x": np.arange(300_000.0)}
    assert alike(through_a_socket(wire.encode(value)), value)


def test_limits_are_checked_before_the_bytes_are_read():
    prefix = wire.PREFIX.pack(wire.MAGIC, wire.MAX_HEADER + 1, 0)
    with pytest.raises(wire.Malformed, match="header"):
        through_a_socket(prefix)
    with pytest.raises(wire.Malformed, match="arrays"):
        through_a_socket(wire.PREFIX.pack(wire.MAGIC, 2, 1 << 50))
    with pytest.raises(wire.Malformed, match="at most 8"):
        through_a_socket(wire.encode(np.zeros(2)), max_body=8)
    with pytest.raises(wire.Malformed, match="something else"):
        through_a_socket(b"PASSED 2.0 of 2.0 points")


def test_an_end_in_the_middle_is_told_from_silence():
    with pytest.raises(wire.Closed):
        through_a_socket(wire.encode(np.zeros(100))[:-1])
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(wire.encode(1)[:-1])
        with pytest.raises(wire.Late):
            wire.receive(ours, time.monotonic() + 0.05)
