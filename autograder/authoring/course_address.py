"""Move a course to its address: every link to its repository, in one go.

A checkout names its repository in many files that people read: badges in notebooks, links in pages,
the package's own metadata. They all follow the one in the course's package, which this changes
along with them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.exercise import registry
from bvae_ref.writing import write_whole

HOST = "https://github.com/"
HOSTS = (
    r"github\.com/|colab\.research\.google\.com/github/|mybinder\.org/v2/gh/|codespaces/new\?repo="
)
# Files that hold text with links, and folders that are nobody's sources.
ENDINGS = {".py", ".md", ".ipynb", ".json", ".toml", ".cff", ".yml", ".yaml", ".txt", ".html"}
NOT_SOURCES = {".git", ".venv", "out", "build", "dist", "submitted", "autograded", "feedback"}
ADDRESS = re.compile(
    r"(?:https://|ssh://git@|git@)?github\.com[/:](?P<owner>[\w.-]+)/(?P<name>[\w.-]+?)(?:\.git)?/?"
)
# The one line that says of a placeholder what it is; the pair of marks stays.
NOTE = re.compile(r"(<!-- address -->\n).*?(<!-- /address -->)", re.DOTALL)
NOTE_WORDS = (
    "*The links to Colab and Binder do not work yet: this copy has no address. `bvae address "
    "https://github.com/OWNER/REPO` gives it one.*\n"
)


@dataclass(frozen=True)
class Move:
    """What was done: the two addresses, and the files that were changed."""

    before: str
    after: str
    files: tuple[Path, ...]


def move(address: str, root: Path) -> Move:
    """Give the course in the checkout `root` another address.

    Args:
        address: such as https://github.com/OWNER/REPO, or as git names a remote there.
        root: the checkout's top folder.

    Raises:
        ValueError: no address of a repository on GitHub.
        OSError: a file cannot be written; what was written is whole, and running it again goes on.
    """
    course, after = registry.course(), normalized(address)
    before, has_none = course.repository, after == HOST + course.placeholder
    changed = []
    for path in sources(root):
        content = path.read_bytes()
        text = content.decode("utf-8")
        new = _with_note(renamed(text, before, after), has_none)
        if new.encode() != content:
            write_whole(path, new.encode())
            changed.append(path.relative_to(root))
    return Move(before, after, tuple(changed))


def normalized(address: str) -> str:
    """An address as it is written here: https://github.com/OWNER/REPO.

    Raises:
        ValueError: it is none of a repository on GitHub.
    """
    found = ADDRESS.fullmatch(address.strip())
    if not found:
        raise ValueError(
            f"{address!r} is not the address of a repository on GitHub; expected "
            "https://github.com/OWNER/REPO."
        )
    return f"{HOST}{found['owner']}/{found['name']}"


def renamed(text: str, before: str, after: str) -> str:
    """A text in which every link to one repository leads to another."""
    old, new = (address.removeprefix(HOST) for address in (before, after))
    return re.sub(places(old), lambda found: found[1] + new, text)


def places(repository: str) -> re.Pattern:
    """Where a text names the repository OWNER/REPO of an address, after whatever host."""
    return re.compile(rf"({HOSTS}){re.escape(repository)}(?![\w-])")


def sources(root: Path) -> Iterator[Path]:
    """The checkout's files that may hold links, in order."""
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root)
        if NOT_SOURCES.isdisjoint(inside.parts) and path.suffix in ENDINGS and path.is_file():
            yield path


def _with_note(text: str, needed: bool) -> str:
    return NOTE.sub(lambda found: found[1] + (NOTE_WORDS if needed else "") + found[2], text)
