"""People's names, as platforms and lists write them."""

from __future__ import annotations

import re
import unicodedata


def name_forms(name: str) -> set[str]:
    """How a name may be written: `Doe, Jane`, `Jane Doe`, and Canvas' own doejane in file names."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    words = re.findall(r"[^\W_]+", plain)
    if not words:
        return set()
    return {"".join(words), " ".join(sorted(words))}
