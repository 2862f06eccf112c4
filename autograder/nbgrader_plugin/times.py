"""Timestamps that learners may have written, and that can make nbgrader abort a whole command."""

from __future__ import annotations

from pathlib import Path

from nbgrader.utils import parse_utc


def is_time(text: str) -> bool:
    """Whether nbgrader can read this as a time."""
    try:
        parse_utc(text)
    except (ValueError, OverflowError, TypeError):
        return False
    return True


def unfit_timestamp(path: Path) -> str:
    """Why nbgrader could not read this file, as a sentence's end; "" also where there is none."""
    if not path.exists():
        return ""
    try:
        text = path.read_bytes()[:200].decode().strip()
    except UnicodeDecodeError:
        return f"{path.name} holds no time"
    return "" if not text or is_time(text) else f"{path.name} holds no time"
