"""Frames of any value, and of any bytes: what comes back is the value, or it is malformed."""

import contextlib

import numpy as np
import pytest
from frames import alike, frame, parts
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.jail import wire

pytestmark = pytest.mark.slow

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


@settings(max_examples=300, deadline=None)
@given(VALUES)
def test_every_plain_value_arrives_as_it_was_sent(value):
    assert alike(wire.decode(*parts(wire.encode(value))), value)


@settings(max_examples=600, deadline=None)
@given(st.binary(max_size=200), st.binary(max_size=64))
def test_any_bytes_are_a_value_or_malformed(header, body):
    with contextlib.suppress(wire.Malformed):
        wire.decode(header, body)


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
