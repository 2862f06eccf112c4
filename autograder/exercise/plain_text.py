"""Text from strangers, made fit for a page, a terminal and a line of JSON."""

from __future__ import annotations

import re
from typing import Any

# Controls but for tabs and line ends, those of terminals (C1) and of direction, half characters.
UNFIT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def printable(text: str) -> str:
    """The text with a mark (U+FFFD) in place of each character that acts and is not seen."""
    return UNFIT.sub("\ufffd", text.replace("\r\n", "\n"))


def printable_data(value: Any) -> Any:
    """Dicts, lists and tuples of plain values, every text in them made printable."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {printable_data(key): printable_data(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(map(printable_data, value))
    return value
