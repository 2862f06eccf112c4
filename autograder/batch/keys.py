"""File names for submissions: readable, safe on every file system, the same in every run."""

from __future__ import annotations

import hashlib
import re
import unicodedata

RESERVED = {"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(10))}
LONGEST = 60


def key_of(identity: str, lesson: int | None) -> str:
    """The key of one learner's submission for one lesson.

    Args:
        identity: what tells this learner from every other; any text.
        lesson: the lesson's number, or None when it is not known.

    Returns:
        `NAME.lesson_N` or `NAME.notebook`, of the characters a-z, 0-9, "_", "-" and that one
        dot. A name that had to be changed carries eight digits of its digest, so that two
        learners never share a key, also where upper and lower case are one.
    """
    kept = unicodedata.normalize("NFKD", identity).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9_-]+", "-", kept).strip("-")[:LONGEST].strip("-")
    # A name chosen to look like another's name with its digest gets one of its own.
    if not slug or slug != identity or slug in RESERVED or re.search(r"-[0-9a-f]{8}$", slug):
        digest = hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:8]
        slug = f"{slug or 'learner'}-{digest}"
    return f"{slug}.{'notebook' if lesson is None else f'lesson_{lesson}'}"
