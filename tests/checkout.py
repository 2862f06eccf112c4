"""A copy of the repository, to be changed by a test."""

from __future__ import annotations

import shutil
from pathlib import Path

from coursework import ROOT

from autograder.authoring.course_address import NOT_SOURCES

IGNORED = shutil.ignore_patterns(
    *NOT_SOURCES, "__pycache__", ".*_cache", ".hypothesis", "*.png", "*.egg-info", "gradebook.db*"
)


def copied(folder: Path) -> Path:
    """Copy what is the repository's own to a folder that is not there yet, and return that."""
    shutil.copytree(ROOT, folder, ignore=IGNORED, symlinks=True)
    return folder
