"""The one writer of what people read on a console: no text can stop it for its characters.

A console may not know β or ✔: Windows' code pages, Latin-1 and ASCII locales, files and pipes
there. What it lacks is written out ("beta", "[+]") or escaped.
"""

from __future__ import annotations

import codecs
import sys
import unicodedata
from typing import TextIO

# The name of the codecs' error handler.
WRITTEN_OUT = "bvae.written-out"
SYMBOLS = {
    **{"✔": "[+]", "✘": "[-]", "○": "[ ]", "⊘": "[/]", "↯": "[x]", "⚠": "[!]", "◷": "[t]"},
    **{"×": "x", "·": "*", "•": "*", "−": "-", "–": "-", "—": "-", "…": "..."},
    **{"→": "->", "←": "<-", "↔": "<->", "↦": "->", "∈": "in", "∑": "sum", "√": "sqrt"},
    **{"≈": "~", "≤": "<=", "≥": ">=", "≠": "!=", "±": "+-", "∞": "inf", "‖": "||", "∥": "||"},
    **{"°": " degrees", "µ": "mu", "∂": "d", "∇": "grad", "⟨": "<", "⟩": ">", "«": "<<", "»": ">>"},
    **{"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "′": "'", "§": "section "},
    **{"½": "1/2", "¼": "1/4", "∫": "integral ", "─": "-", "✓": "[+]"},
}
MARKS = {"<super>": "^", "<sub>": "_"}
# Error handlers that standard output and error begin with.
PYTHONS_OWN = ("strict", "surrogateescape", "backslashreplace")


def say(text: object = "", *, file: TextIO | None = None, end: str = "\n", flush: bool = False):
    """Print, on standard output unless told otherwise; never fails for a character.

    Args:
        text: what to print.
        file, end, flush: as `print` has them. Without standard output nothing is printed.
    """
    stream = sys.stdout if file is None else file
    if stream is not None:
        print(fitted(str(text), stream), file=stream, end=end, flush=flush)


def fitted(text: str, stream: TextIO) -> str:
    """The text as a stream can take it."""
    encoding = getattr(stream, "encoding", None)
    if not encoding:
        return text
    # Bytes of file names pass where the stream lets them; everything else is our own to write out.
    lenient = getattr(stream, "errors", None) == "surrogateescape"
    try:
        text.encode(encoding, "surrogateescape" if lenient else "strict")
    except UnicodeEncodeError:
        return text.encode(encoding, WRITTEN_OUT).decode(encoding)
    except LookupError:  # an encoding of the stream's own invention
        return text
    return text


def forgive() -> None:
    """Let standard output and error write out whatever they lack, whoever prints it.

    For argparse, libraries and learners' own `print`, in processes that belong to the course.
    """
    for stream in (sys.stdout, sys.stderr):
        # Error handlers of somebody's own choice, and streams of notebooks, stay as they are.
        if hasattr(stream, "reconfigure") and stream.errors in PYTHONS_OWN:
            stream.reconfigure(errors=WRITTEN_OUT)


def in_ascii(sign: str) -> str:
    """One character by characters that every console has."""
    if sign.isascii() or sign in SYMBOLS:
        return SYMBOLS.get(sign, sign)
    name = unicodedata.name(sign, "")
    if name.startswith("GREEK ") and " LETTER " in name:
        letter = name.partition(" LETTER ")[2].partition(" WITH ")[0].split()[-1]
        return letter.capitalize() if " CAPITAL " in name else letter.lower()
    mark, *codes = unicodedata.decomposition(sign).split() or [""]
    if mark in MARKS:
        return MARKS[mark] + "".join(in_ascii(chr(int(code, 16))) for code in codes)
    if "\udc80" <= sign <= "\udcff":  # a byte of a file's name that is no text
        return f"\\x{ord(sign) - 0xDC00:02x}"
    # Escaped, not simplified: a file's name, for instance, should be found again.
    return sign.encode("ascii", "backslashreplace").decode("ascii")


def _written_out(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(in_ascii, error.object[error.start : error.end])), error.end


codecs.register_error(WRITTEN_OUT, _written_out)
