"""Collecting from nbgrader's exchange, a folder that every learner writes into."""

from __future__ import annotations

import os
import shutil
import sys
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from nbgrader.exchange.default import ExchangeCollect

from autograder.grading.course_folder import keep_private
from autograder.intake.submitted_folder import unfit_to_copy
from autograder.nbgrader_plugin.times import is_time, unfit_timestamp

if sys.platform != "win32":  # nbgrader has no exchange there
    import pwd


class CollectPlainFolders(ExchangeCollect):
    """Collect as nbgrader does, but only what a learner may hand in.

    nbgrader copies through links, with the instructor's rights: a link to the solutions would
    come back as a solved lesson. It ends the whole command over one strange name, and takes a
    folder under somebody else's name with a warning. Here each of these costs the folder alone,
    which is named with the reason, and whatever was collected before stays.
    """

    def _path_to_record(self, path):
        problem = self._unfit_name(Path(path))
        if not problem:
            return super()._path_to_record(path)
        self._leave(path, problem)
        # Nobody's, and so nobody's latest attempt.
        return {"username": None, "filename": os.path.basename(path), "timestamp": datetime.max}

    def copy_files(self):
        records, self.src_records = self.src_records, []
        for record in records:
            folder = Path(self.inbound_path, record["filename"])
            problem = record["username"] is not None and _unfit(folder)
            if problem:
                self._leave(folder, problem)
            elif record["username"] is not None:
                self.src_records.append(record)
        super().copy_files()
        # nbgrader lets everybody change what it has collected.
        keep_private(Path(self.coursedir.root), lambda words: None)

    def do_copy(self, src, dest, log=None):
        # What is copied was looked at where its owner could no longer change it.
        with TemporaryDirectory() as private:
            plain = Path(private, "submission")
            try:
                shutil.copytree(src, plain, symlinks=True)
                problem = _unfit(plain)
                if not problem:
                    super().do_copy(str(plain), dest, log)
            except (OSError, RuntimeError) as error:  # shutil.Error; larger than nbgrader allows
                shutil.rmtree(dest, ignore_errors=True)
                problem = f"it cannot be copied ({str(error)[:300]})"
        if problem:
            self._leave(src, problem)

    def _leave(self, folder: str | Path, problem: str) -> None:
        self.log.error("%s is not collected, because %s.", folder, problem)

    def _unfit_name(self, folder: Path) -> str:
        """Why a folder's name and owner cannot be trusted, as a sentence's end, or ""."""
        if folder.is_symlink():
            return "it is a link"
        if not folder.is_dir():
            return "it is not a folder"
        # As nbgrader takes it apart: learners' names may hold a plus.
        parts = folder.name.rsplit("+", 3)
        if len(parts) < 3 or not is_time(parts[2]):
            return "its name is not LEARNER+ASSIGNMENT+TIME"
        owner = _owner(folder)
        if self.check_owner and owner != parts[0]:
            return (
                f"it is named after {parts[0]} but belongs to {owner} (where one user owns "
                "everybody's files, --ExchangeCollect.check_owner=False accepts them)"
            )
        return ""


def _unfit(folder: Path) -> str:
    return unfit_to_copy(folder) or unfit_timestamp(folder / "timestamp.txt")


def _owner(folder: Path) -> str:
    number = os.lstat(folder).st_uid
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"
