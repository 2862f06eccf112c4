"""Bytes → notebook data of format 4, or a message that says what the file is instead."""

from __future__ import annotations

import json
import re

MOST_BYTES = 50_000_000
MOST_CELLS = 5_000
FETCH_AGAIN = "Download it again from Jupyter, Colab or VS Code as .ipynb, and hand that in."
BINARY_KINDS = (
    (b"PK\x03\x04", "a zip archive or an office document", "Unpack it and hand in the .ipynb."),
    (b"\x1f\x8b", "a gzip archive", "Unpack it and hand in the .ipynb."),
    (b"%PDF", "a PDF", "Hand in the notebook itself, not a print of it."),
    (b"\x89PNG", "a picture", "Hand in the notebook itself, not a picture of it."),
    (b"\xff\xd8\xff", "a picture", "Hand in the notebook itself, not a picture of it."),
    (b"\x93NUMPY", "a NumPy file", FETCH_AGAIN),
    (b"\x89HDF", "an HDF5 file, perhaps saved weights", FETCH_AGAIN),
)
# The two bytes b"{" + b"\n", b" " or b'"' tell UTF-16 without a mark from text with NULs in it.
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class UnreadableNotebook(ValueError):
    """The file is not a notebook; `str()` says what it is and what to do."""


class Notebook(dict):
    """Notebook data of format 4, and what had to be done to the file to read it."""

    repairs: tuple[str, ...] = ()


def parse(content: bytes) -> Notebook:
    """Read a notebook file's bytes.

    Args:
        content: the file, of any encoding and any notebook format.

    Returns:
        data of notebook format 4, its cells not yet looked at. `.repairs` names what was odd.

    Raises:
        UnreadableNotebook: not a notebook; the message says what it is and what to do.
    """
    if len(content) > MOST_BYTES:
        raise UnreadableNotebook(
            f"The file has {len(content):,} bytes, more than {MOST_BYTES // 10**6} MB; clear all "
            "outputs, save it and hand it in again."
        )
    if not content.strip(b"\x00 \t\r\n"):
        raise UnreadableNotebook(
            f"The file is empty: it is not JSON and contains no notebook. {FETCH_AGAIN}"
        )
    for head, kind, advice in BINARY_KINDS:
        if content.startswith(head):
            raise UnreadableNotebook(f"The file is {kind}, not a notebook. {advice}")
    text, repairs = _decoded(content)
    notebook = Notebook(_as_format_4(_json(text), repairs))
    if len(notebook["cells"]) > MOST_CELLS:
        raise UnreadableNotebook(
            f"The notebook has {len(notebook['cells'])} cells, more than {MOST_CELLS}; "
            "hand in the lesson's own notebook."
        )
    notebook.repairs = tuple(repairs)
    return notebook


def _decoded(content: bytes) -> tuple[str, list[str]]:
    """The file as text, and what was odd about its encoding."""
    if content.startswith(UTF16_MARKS):
        return _forgiving(content, "utf-16"), [_saved_as("UTF-16")]
    for start, encoding in ((b"{\x00", "utf-16-le"), (b"\x00{", "utf-16-be")):
        if content.startswith(start):
            return _forgiving(content, encoding), [_saved_as("UTF-16")]
    repairs = []
    if content.startswith(b"\xef\xbb\xbf"):
        content = content[3:]
        repairs.append("The file began with a byte-order mark; it was left out.")
    if b"\x00" in content:
        content = content.replace(b"\x00", b"")
        repairs.append("The file contained NUL bytes; they were left out.")
    try:
        return content.decode("utf-8"), repairs
    except UnicodeDecodeError:
        pass
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    return text, [*repairs, _saved_as("an old Windows encoding")]


def _forgiving(content: bytes, encoding: str) -> str:
    return content.decode(encoding, errors="replace")


def _saved_as(encoding: str) -> str:
    return f"The file was saved in {encoding} instead of UTF-8; it was converted."


def _json(text: str) -> object:
    stripped = text.lstrip("\ufeff \t\r\n")
    try:
        return json.loads(stripped)
    except RecursionError:
        raise UnreadableNotebook(
            f"The file is nested too deeply to be a notebook. {FETCH_AGAIN}"
        ) from None
    except ValueError as error:
        raise UnreadableNotebook(_no_json(stripped, error)) from None


def _no_json(text: str, error: ValueError) -> str:
    """What a file that is not JSON seems to be, and what to do."""
    start = text[:2000].lower()
    if re.match(r"<!doctype html|<html|<\?xml|<head|<body", start):
        return (
            "The file is a web page, not a notebook: it is not JSON. The web page was saved "
            f"instead of the file. {FETCH_AGAIN}"
        )
    if text.startswith("version https://git-lfs"):
        return f"The file is a Git LFS pointer: it is not JSON. {FETCH_AGAIN}"
    if re.search(r"^<<<<<<< ", text, re.MULTILINE):
        return (
            "The file contains marks of a Git merge (<<<<<<<), so it is not JSON. Resolve the "
            "merge, open the notebook once, and hand it in again."
        )
    if text.startswith("{"):
        where = f" in line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        return (
            f"The file begins like a notebook, but it is not JSON{where}: perhaps a download or "
            f"upload was cut off. {FETCH_AGAIN}"
        )
    if re.search(r"^(import |from \w+ import|def |class |# %%|#!)", text[:5000], re.MULTILINE):
        return f"The file is Python code, not a notebook: it is not JSON. {FETCH_AGAIN}"
    return f"The file is not a notebook: it is not JSON. {FETCH_AGAIN}"


def _as_format_4(data: object, repairs: list[str]) -> dict:
    """The data with a list of cells at the top, whatever format it had."""
    found = data if isinstance(data, dict) else {}
    if isinstance(found.get("cells"), list):
        if found.get("nbformat") == 1:
            repairs.append(_converted(1))
        return found
    sheets = found.get("worksheets")
    if isinstance(sheets, list) and any(isinstance(sheet, dict) for sheet in sheets):
        version = found.get("nbformat")
        repairs.append(_converted(version if version in (2, 3) else 3))
        cells = []
        for sheet in sheets:
            inside = sheet.get("cells") if isinstance(sheet, dict) else None
            cells += inside if isinstance(inside, list) else []
        return {"cells": cells, "metadata": found.get("metadata"), "nbformat": 4}
    raise UnreadableNotebook(
        "The file is JSON, but not a notebook: it has no list of cells. Open the notebook in "
        "Jupyter or Colab, save it as .ipynb, and hand that in."
    )


def _converted(version: int) -> str:
    return f"The notebook was saved in the old format {version}; it was converted."
