"""The frames between judge and jailed process: nothing hostile gets through, nothing is lost."""

import contextlib
import json
import socket
import threading
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.exercise.values import kind
from autograder.jail import wire

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
DTYPES = st.sampled_from(sorted(wire.DTYPES)).map(np.dtype)
ARRAYS = DTYPES.flatmap(lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, min_side=0)))
VALUES = st.recursive(
    SCALARS | ARRAYS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


def parts(frame: bytes) -> tuple[bytes, bytes]:
    """A frame's header and body."""
    _, header, _ = wire.PREFIX.unpack(frame[: wire.PREFIX.size])
    rest = frame[wire.PREFIX.size :]
    return rest[:header], rest[header:]


def frame(tree, body: bytes = b"") -> tuple[bytes, bytes]:
    """Header and body of a frame that `encode` would perhaps never write."""
    return json.dumps(tree).encode(), body


def alike(a, b) -> bool:
    """Equal in value and in type all the way down, NaN being equal to NaN."""
    if kind(a) != kind(b):
        return False
    if isinstance(a, np.ndarray):
        return a.shape == b.shape and np.array_equal(a, b, equal_nan=a.dtype.kind == "f")
    if isinstance(a, dict):
        return list(a) == list(b) and all(alike(a[key], b[key]) for key in a)
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(alike, a, b))
    return a == b or (a != a and b != b)


@settings(max_examples=300, deadline=None)
@given(VALUES)
def test_every_plain_value_arrives_as_it_was_sent(value):
    assert alike(wire.decode(*parts(wire.encode(value))), value)


@settings(max_examples=600, deadline=None)
@given(st.binary(max_size=200), st.binary(max_size=64))
def test_any_bytes_are_a_value_or_malformed(header, body):
    with contextlib.suppress(wire.Malformed):
        wire.decode(header, body)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["bool", "int64", ""]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["a", "s", "l", "t", "d", "x"]), inner, max_size=2)
    ),
    max_leaves=20,
)


@settings(max_examples=600, deadline=None)
@given(JSON, st.binary(max_size=64))
def test_any_json_header_is_a_value_or_malformed(tree, body):
    try:
        found = wire.decode(*frame(tree, body))
    except wire.Malformed:
        return
    wire.encode(found)


@settings(max_examples=200, deadline=None)
@given(VALUES, st.integers(0, 400), st.integers(0, 255))
def test_a_frame_with_one_byte_changed_is_a_value_or_malformed(value, where, byte):
    header, body = parts(wire.encode(value))
    changed = bytearray(header + body)
    if changed:
        changed[where % len(changed)] = byte
    with contextlib.suppress(wire.Malformed):
        wire.decode(bytes(changed[: len(header)]), bytes(changed[len(header) :]))


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
