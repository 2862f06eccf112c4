"""Names of a zip's members, from whatever system the zip comes.

A flag says that a name is UTF-8. Without it the format means code page 437, but many programs write
UTF-8 all the same, and Windows writes the code page of its country: 932 in Japan.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence

UTF8_FLAG = 0x800
JAPANESE = "[\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff01-\uff5e]"
# Kana and kanji stand among themselves, or at least apart from Latin letters.
PLAUSIBLE = re.compile(
    rf"(?:[\x20-\x7e]|{JAPANESE}{{2,}}|(?<![A-Za-z]){JAPANESE}(?![A-Za-z{JAPANESE[1:-1]}]))+"
)
GUESSED = (
    "The zip does not say how its names are written. They were read as Japanese (code page 932), "
    "for instance {!r}; if that is wrong, unpack it and give the folder."
)


def member_names(infos: Sequence[zipfile.ZipInfo]) -> tuple[list[str], str]:
    """Every member's name with "/" between folders, and a sentence where names were guessed."""
    unsaid = [info for info in infos if _bytes(info) and not _as(info, "utf-8")]
    guesses = [_as(info, "cp932") for info in unsaid]
    japanese = bool(guesses) and all(PLAUSIBLE.fullmatch(guess) for guess in guesses)
    names = []
    for info in infos:
        name = info.filename
        if _bytes(info):
            name = _as(info, "utf-8") or (_as(info, "cp932") if japanese else name)
        names.append(name.replace("\\", "/"))
    return names, GUESSED.format(guesses[0]) if japanese else ""


def _bytes(info: zipfile.ZipInfo) -> bytes:
    """A name's own bytes where nothing says how to read them and ASCII does not do; else none."""
    if info.flag_bits & UTF8_FLAG or info.filename.isascii():
        return b""
    try:
        # Before Windows took backslashes for slashes: the second byte of some kanji is one.
        return info.orig_filename.partition("\0")[0].encode("cp437")
    except UnicodeError:
        return b""


def _as(info: zipfile.ZipInfo, encoding: str) -> str:
    """The name in an encoding, or "" where it is not."""
    try:
        return _bytes(info).decode(encoding)
    except UnicodeError:
        return ""
