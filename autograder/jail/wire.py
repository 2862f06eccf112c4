"""Plain values as bytes: a JSON header and raw array bytes, with limits on both.

A frame is MAGIC, two lengths (header: uint32, arrays: uint64, little endian), the header and
the arrays' bytes in C order. In the header `{"l": …}` is a list, `{"t": …}` a tuple, `{"d":
[[key, value], …]}` a dict, `{"a": [dtype, shape]}` an array that takes its bytes from the
rest, `{"s": [shape, strings]}` an array of strings; scalars stand for themselves.

A reader treats a frame as written by an enemy: nothing is executed, nothing is allocated
before its size is known and allowed, and arrays become exactly `numpy.ndarray`.
"""

from __future__ import annotations

import json
import math
import socket
import struct
import time
from typing import Any

import numpy as np

MAGIC = b"BPV1"
PREFIX = struct.Struct("<4sIQ")
MAX_HEADER = 1 << 20
MAX_DEPTH = 32
MAX_DIMENSIONS = 16
DTYPES = frozenset(
    [
        "bool",
        "int8",
        "int16",
        "int32",
        "int64",
        "uint8",
        "uint16",
        "uint32",
        "uint64",
        "float16",
        "float32",
        "float64",
    ]
)


class Malformed(ValueError):
    """A frame that does not follow the format, or exceeds a limit; `str()` says which rule."""


class Late(TimeoutError):
    """No whole frame before the deadline."""


class Closed(ConnectionError):
    """The other end closed before a whole frame had come."""


def encode(value: Any) -> bytes:
    """A plain value (see `autograder.exercise.values.plain`) as one frame.

    Raises:
        Malformed: an object of another kind, nesting beyond 32, or a header above 1 MiB.
    """
    arrays: list[bytes] = []
    try:
        header = json.dumps(_packed(value, arrays, 0), separators=(",", ":")).encode()
    except ValueError as error:
        raise Malformed(f"a value cannot be written: {error}") from None
    if len(header) > MAX_HEADER:
        raise Malformed(f"a header of {len(header)} bytes; at most {MAX_HEADER} are allowed")
    body = b"".join(arrays)
    return PREFIX.pack(MAGIC, len(header), len(body)) + header + body


def decode(header: bytes, body: bytes) -> Any:
    """The value of a frame's two parts.

    Raises:
        Malformed: anything that `encode` would not write.
    """
    try:
        tree = json.loads(header)
    except (ValueError, RecursionError) as error:
        raise Malformed(f"a header that is not JSON ({type(error).__name__})") from None
    reader = _Bytes(body)
    value = _unpacked(tree, reader, 0)
    if reader.left:
        raise Malformed(f"{reader.left} bytes that belong to no array")
    return value


def send(channel: socket.socket, value: Any, deadline: float | None = None) -> None:
    """Write one frame; `deadline` is a time of `time.monotonic`.

    Raises:
        Malformed: see `encode`. Late, Closed: the other end does not read.
    """
    frame = encode(value)
    try:
        channel.settimeout(_left(deadline))
        channel.sendall(frame)
    except TimeoutError:
        raise Late("the question was not read in time") from None
    except OSError:
        raise Closed("the process has ended") from None


def receive(channel: socket.socket, deadline: float | None = None, max_body: int = 1 << 26) -> Any:
    """Read one frame of at most `max_body` bytes of arrays.

    Raises:
        Malformed: the frame breaks a rule. Late: not whole at `deadline`. Closed: end of stream.
    """
    magic, header_length, body_length = PREFIX.unpack(_read(channel, PREFIX.size, deadline))
    if magic != MAGIC:
        raise Malformed("something else than a frame")
    if header_length > MAX_HEADER:
        raise Malformed(f"a header of {header_length} bytes; at most {MAX_HEADER} are allowed")
    if body_length > max_body:
        raise Malformed(f"{body_length} bytes of arrays; at most {max_body} are allowed")
    header = _read(channel, header_length, deadline)
    return decode(header, _read(channel, body_length, deadline))


def _packed(value, arrays: list[bytes], depth: int):
    if depth > MAX_DEPTH:
        raise Malformed(f"values nested more than {MAX_DEPTH} deep")
    kind = type(value)
    if value is None or kind in (bool, int, float, str):
        return value
    if kind in (list, tuple):
        return {"l" if kind is list else "t": [_packed(item, arrays, depth + 1) for item in value]}
    if kind is dict:
        return {"d": [[str(key), _packed(item, arrays, depth + 1)] for key, item in value.items()]}
    if kind is np.ndarray:
        return _packed_array(value, arrays)
    raise Malformed(f"a {kind.__name__} is not a plain value")


def _packed_array(value: np.ndarray, arrays: list[bytes]):
    if value.dtype.kind == "U":
        return {"s": [list(value.shape), [str(item) for item in value.ravel()]]}
    if value.dtype.kind == "f" and value.dtype.itemsize > 8:
        value = value.astype(np.float64)
    if value.dtype.name not in DTYPES:
        raise Malformed(f"an array of dtype {value.dtype}")
    arrays.append(value.astype(value.dtype.newbyteorder("<"), copy=False).tobytes())
    return {"a": [value.dtype.name, list(value.shape)]}


class _Bytes:
    """Takes arrays' bytes off the front, and never more than there are."""

    def __init__(self, body: bytes):
        self._body, self._start = memoryview(body), 0

    @property
    def left(self) -> int:
        return len(self._body) - self._start

    def take(self, count: int) -> memoryview:
        if count > self.left:
            raise Malformed(f"an array of {count} bytes where {self.left} are left")
        self._start += count
        return self._body[self._start - count : self._start]


def _unpacked(node, reader: _Bytes, depth: int):
    if depth > MAX_DEPTH:
        raise Malformed(f"values nested more than {MAX_DEPTH} deep")
    if node is None or type(node) in (bool, int, float):
        return node
    if type(node) is str:
        return _text(node)
    if type(node) is not dict or len(node) != 1:
        raise Malformed("a header with an entry of unknown form")
    ((tag, content),) = node.items()
    if type(content) is not list:
        raise Malformed("a header with an entry of unknown form")
    if tag in ("l", "t"):
        items = [_unpacked(item, reader, depth + 1) for item in content]
        return items if tag == "l" else tuple(items)
    if tag == "d":
        return _unpacked_dict(content, reader, depth)
    if tag == "a" and len(content) == 2:
        return _unpacked_array(content[0], content[1], reader)
    if tag == "s" and len(content) == 2:
        return _unpacked_strings(content[0], content[1])
    raise Malformed("a header with an entry of unknown form")


def _unpacked_dict(pairs: list, reader: _Bytes, depth: int) -> dict:
    found = {}
    for pair in pairs:
        if type(pair) is not list or len(pair) != 2 or type(pair[0]) is not str:
            raise Malformed("a dict whose entries are not pairs of a name and a value")
        found[_text(pair[0])] = _unpacked(pair[1], reader, depth + 1)
    return found


def _text(text: str) -> str:
    """Text that can be written to a file: JSON may spell half of a surrogate pair."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _unpacked_array(dtype, shape, reader: _Bytes) -> np.ndarray:
    if type(dtype) is not str or dtype not in DTYPES:
        raise Malformed("an array of a dtype that is not allowed")
    count = _size(shape)
    kind = np.dtype(dtype).newbyteorder("<")
    raw = np.frombuffer(reader.take(count * kind.itemsize), dtype=kind, count=count)
    if dtype == "bool":  # any byte but 0 is True, also one that NumPy would never write
        raw = raw.view(np.uint8) != 0
    return raw.astype(dtype).reshape(shape)


def _unpacked_strings(shape, strings) -> np.ndarray:
    count = _size(shape)
    if type(strings) is not list or any(type(item) is not str for item in strings):
        raise Malformed("an array of strings with something else in it")
    if len(strings) != count:
        raise Malformed(f"{len(strings)} strings for an array of {count}")
    longest = max(map(len, strings), default=0)
    if longest * count > MAX_HEADER:  # NumPy gives every string the room of the longest
        raise Malformed("an array of strings that takes too much room")
    return np.array(list(map(_text, strings)), dtype=str).reshape(shape)


def _size(shape) -> int:
    """The number of entries of a shape, which must be one that NumPy can make."""
    if type(shape) is not list or len(shape) > MAX_DIMENSIONS:
        raise Malformed("an array whose shape is not a short list")
    if any(type(side) is not int or not 0 <= side < 1 << 40 for side in shape):
        raise Malformed("an array whose shape is not made of whole numbers")
    if math.prod(max(side, 1) for side in shape) >= 1 << 40:
        raise Malformed("an array of too many entries")
    return math.prod(shape)


def _left(deadline: float | None) -> float | None:
    if deadline is None:
        return None
    left = deadline - time.monotonic()
    if left <= 0:
        raise Late("the time is over")
    return left


def _read(channel: socket.socket, count: int, deadline: float | None) -> bytes:
    """Exactly `count` bytes. Room grows with what arrives, not with what was announced."""
    parts = bytearray()
    while len(parts) < count:
        try:
            channel.settimeout(_left(deadline))
            part = channel.recv(min(count - len(parts), 1 << 20))
        except TimeoutError:
            raise Late("no whole answer in time") from None
        except OSError:
            raise Closed("the process has ended") from None
        if not part:
            raise Closed("the process has ended")
        parts += part
    return bytes(parts)
