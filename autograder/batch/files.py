"""The files handed in: a folder, a zip or one notebook, read in place, never unpacked."""

from __future__ import annotations

import os
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Generic, TypeVar

from autograder.batch.member_names import member_names

MIB = 1024 * 1024
# A notebook with its pictures stays far below this.
FILE_LIMIT = 50 * MIB
ENTRY_LIMIT = 50_000
# Text shrinks to a tenth; what shrinks to less than a two-hundredth was made to burst.
RATIO_LIMIT = 200
JUNK_FOLDERS = {"__MACOSX", ".ipynb_checkpoints", "__pycache__", ".git", ".bvae"}
# Zero-width non-joiner and joiner, and categories of what they may follow: letters without case
# (Persian, Hindi), their marks, emoji.
JOINERS = "\u200c\u200d"
JOINED = ("Lo", "Mn", "Mc", "So", "Sk")
JUNK_FILES = {".DS_Store", "Thumbs.db", "desktop.ini"}

Handle = TypeVar("Handle")


@dataclass(frozen=True)
class Entry(Generic[Handle]):
    """One file that was handed in.

    Attributes:
        path: place inside the whole, "/" between folders, fit to be shown.
        handle: what the source needs to find it again.
        modified: time of the last change; comparable within one source only.
        refused: why it is not read; empty when it is.
    """

    path: str
    handle: Handle
    modified: float = 0.0
    refused: str = ""


class Refused(OSError):
    """A file that is not read; `str()` says why, as a sentence's end."""


class FolderSource:
    """The files of a folder at any depth, or one file of it; links are not followed."""

    notes: tuple[str, ...] = ()

    def __init__(self, folder: Path, only: str | None = None):
        self.folder = folder
        self.name = Path(only).stem if only else folder.resolve().name
        names = [only] if only else list(_walk(folder))
        self.entries = tuple(_of_file(folder, name) for name in names)

    def read(self, entry: Entry[str]) -> bytes:
        """The file's bytes.

        Raises:
            Refused: a link, no plain file, over `FILE_LIMIT`, or not readable.
        """
        if entry.refused:
            raise Refused(entry.refused)
        # O_NONBLOCK: a pipe put in place of the file must not hold up the class.
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        flags |= getattr(os, "O_BINARY", 0)
        try:
            with open(os.open(self.folder / entry.handle, flags), "rb") as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise Refused("it is not a plain file")
                return _limited(file)
        except Refused:
            raise
        except OSError as error:
            raise Refused(f"it cannot be read ({error.strerror or error})") from None

    def close(self) -> None:
        """Nothing is held open."""


class ZipSource:
    """The files of a zip archive, of whatever origin: names and sizes in it are not believed.

    `notes` are sentences for the instructor.
    """

    def __init__(self, path: Path):
        self.name = path.stem
        self._path = path
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError) as error:
            raise ValueError(
                f"{path} is not a readable zip file ({error}); download it again."
            ) from None
        infos = [info for info in self._zip.infolist() if not info.is_dir()]
        if len(infos) > ENTRY_LIMIT:
            self._zip.close()
            raise ValueError(
                f"{path} holds {len(infos)} files; at most {ENTRY_LIMIT} are accepted."
            )
        if any(info.flag_bits & 1 for info in infos):
            self._zip.close()
            raise ValueError(
                f"{path} is encrypted; unpack it with its password and give the folder instead."
            )
        names, note = member_names(infos)
        self.notes: tuple[str, ...] = (note,) if note else ()
        entries = [_of_member(info, name) for info, name in zip(infos, names, strict=True)]
        self.entries = tuple(entry for entry in entries if not _is_junk(entry.path))

    def read(self, entry: Entry[zipfile.ZipInfo]) -> bytes:
        """The member's bytes.

        Raises:
            Refused: a link, a name that leads outside, over the limits, or damaged.
        """
        if entry.refused:
            raise Refused(entry.refused)
        try:
            with self._zip.open(entry.handle) as file:
                return _limited(file)
        except Refused:
            raise
        except (
            *(zipfile.BadZipFile, zlib.error, EOFError, OSError),
            *(RuntimeError, NotImplementedError, ValueError),
        ) as error:
            raise Refused(f"it is damaged inside the zip ({error})") from None

    def close(self) -> None:
        """Close the archive."""
        self._zip.close()


Source = FolderSource | ZipSource


def open_source(path: str | Path) -> Source:
    """What stands at `path`, ready to be listed and read.

    Raises:
        ValueError: nothing there, or neither folder, zip nor notebook; a zip that is
            damaged, encrypted or too large.
    """
    path = Path(path)
    if path.is_dir():
        return FolderSource(path)
    if not path.exists():
        raise ValueError(f"There is nothing at {path}; give a folder, a zip or a notebook.")
    if path.suffix.lower() == ".zip":
        return ZipSource(path)
    if path.suffix.lower() == ".ipynb":
        return FolderSource(path.parent, only=path.name)
    raise ValueError(
        f"{path} is not a folder, a zip or a notebook (.ipynb); unpack it and give the folder."
    )


def shown(text: str) -> str:
    """Text from outside, fit for a line: no control or direction characters, no half characters.

    Letters with marks are one character (NFC): macOS writes them as two, and is one learner.
    Joiners stay where a script or an emoji needs them, as in Persian names; between Latin letters,
    where they only make two names look like one, they do not.
    """
    text = unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode("utf-8"))
    return "".join(map(_shown_after, " " + text, text))


def _shown_after(before: str, char: str) -> str:
    """A character of a name, or U+FFFD for one that acts and is not seen."""
    if char in JOINERS and unicodedata.category(before) in JOINED:
        return char
    return "\ufffd" if unicodedata.category(char) in ("Cc", "Cf", "Cs") else char


def _walk(folder: Path) -> Iterator[str]:
    """Relative paths of everything that is no folder, junk left out, in order."""
    count = 0
    for root, folders, files in os.walk(folder):
        links = [name for name in folders if os.path.islink(os.path.join(root, name))]
        folders[:] = sorted(set(folders) - JUNK_FOLDERS - set(links))
        for name in sorted(files + links):
            relative = os.path.relpath(os.path.join(root, name), folder)
            if _is_junk(Path(relative).as_posix()):
                continue
            count += 1
            if count > ENTRY_LIMIT:
                raise ValueError(
                    f"{folder} holds more than {ENTRY_LIMIT} files; give a smaller folder."
                )
            yield relative


def _of_file(folder: Path, name: str) -> Entry[str]:
    path = shown(Path(name).as_posix())
    try:
        status = os.lstat(folder / name)
    except OSError as error:
        return Entry(path, name, refused=f"it cannot be read ({error.strerror})")
    if stat.S_ISLNK(status.st_mode):
        return Entry(path, name, refused="it is a link, and links are not followed")
    if not stat.S_ISREG(status.st_mode):
        return Entry(path, name, refused="it is not a plain file")
    return Entry(path, name, status.st_mtime, _too_large(status.st_size))


def _of_member(info: zipfile.ZipInfo, name: str) -> Entry[zipfile.ZipInfo]:
    path = shown(name)
    modified = float("".join(f"{part:02d}" for part in info.date_time))
    if stat.S_ISLNK(info.external_attr >> 16):
        return Entry(path, info, refused="it is a link, and links are not followed")
    if name.startswith("/") or ".." in PurePosixPath(name).parts or name[1:2] == ":":
        inside = "/".join(part for part in PurePosixPath(path).parts if part not in ("/", ".."))
        return Entry(inside or "unnamed", info, refused="its name points outside the archive")
    if info.file_size > MIB and info.file_size > RATIO_LIMIT * max(info.compress_size, 1):
        return Entry(path, info, refused=f"it unpacks to more than {RATIO_LIMIT} times its size")
    return Entry(path, info, modified, _too_large(info.file_size))


def _is_junk(path: str) -> bool:
    parts = PurePosixPath(path).parts or ("",)
    return bool(
        set(parts[:-1]) & JUNK_FOLDERS or parts[-1] in JUNK_FILES or parts[-1].startswith("._")
    )


def _too_large(size: int) -> str:
    return f"it has {size // MIB} MiB; at most {FILE_LIMIT // MIB} are read" * (size > FILE_LIMIT)


def _limited(file: IO[bytes]) -> bytes:
    content = file.read(FILE_LIMIT + 1)
    if len(content) > FILE_LIMIT:
        raise Refused(f"it has more than {FILE_LIMIT // MIB} MiB, the most that is read")
    return content
