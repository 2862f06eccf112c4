"""The output folder: the seed, one result per submission, and what may be kept from last time."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from autograder.batch.collect import Submission
from autograder.batch.version import course_version
from bvae_ref.writing import write_whole

RUN_FILE = "run.json"
LOCK_FILE = "lock"
RESULTS = "results"
SEED_BITS = 62
MARK = "bvae grade"


@dataclass(frozen=True)
class Run:
    """What `run.json` holds: the hidden run's seed, and the salt that its digests are made with.

    The salt is drawn anew for every `--regrade`, so that no older result counts any more.
    """

    seed: int
    salt: str

    @property
    def seed_digest(self) -> str:
        """Tells seeds apart without telling the seed; without the salt nobody can try seeds out."""
        message = str(self.seed).encode()
        return hmac.new(self.salt.encode(), message, hashlib.sha256).hexdigest()[:32]


def drawn_seed() -> int:
    """A seed that nobody can guess."""
    return secrets.randbits(SEED_BITS)


def save(path: Path, content: bytes, lasting: bool = True) -> None:
    """Write a file completely or not at all; nothing half-written remains when the disk is full.

    Args:
        path, content: the file.
        lasting: wait for the disk, so that it survives a power cut. Reports, which the next
            run writes anew, need not: waiting for two thousand of them takes longer than
            writing them.

    Raises:
        OSError: it cannot be written; the message says what to do.
    """
    try:
        write_whole(path, content, lasting=lasting)
    except OSError as error:
        raise OSError(
            f"{path} cannot be written ({error.strerror or error}). Free some space or choose "
            "another folder, and run the command again; finished results are kept."
        ) from error


def save_private(path: Path, content: bytes) -> None:
    """Write a file, whole, that at no moment anybody else may read."""
    partial = path.with_name(path.name + ".partial")
    with suppress(FileNotFoundError):
        partial.unlink()
    os.close(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    save(path, content)


def checked_seed(seed: int) -> int:
    """The seed, when it is one.

    Raises:
        ValueError: negative, or of more than 63 bits.
    """
    if not 0 <= seed < 2**63:
        raise ValueError(f"--seed is {seed}; give a whole number from 0 to 2^63 - 1.")
    return seed


class Store:
    """An output folder of `bvae grade`.

    Raises:
        ValueError: the folder is a file, holds other things, cannot be written or lies inside
            `submissions`.
    """

    def __init__(self, folder: str | Path, submissions: str | Path):
        self.folder = Path(folder)
        _refuse_overlap(self.folder, Path(submissions))
        if self.folder.exists() and not self.folder.is_dir():
            raise ValueError(f"{self.folder} is a file; give a folder with -o.")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ValueError(f"{self.folder} cannot be created ({error.strerror}).") from None
        if not os.access(self.folder, os.W_OK | os.X_OK):
            raise ValueError(f"{self.folder} is not writable; give another folder with -o.")
        others = {path.name for path in self.folder.iterdir()} - {LOCK_FILE, RUN_FILE + ".partial"}
        if others and RUN_FILE not in others:
            raise ValueError(
                f"{self.folder} contains other things ({sorted(others)[0]}, …); with -o, give a "
                "new or empty folder, or that of an earlier `bvae grade`."
            )

    @property
    def lock_path(self) -> Path:
        """Where the lock of this folder lies."""
        return self.folder / LOCK_FILE

    def open_run(self, seed: int | None, regrade: bool = False) -> Run:
        """The run to continue, or a new one.

        Args:
            seed: the instructor's, or None for the stored or a drawn one.
            regrade: let no earlier result count.

        Raises:
            ValueError: another seed is stored and `regrade` is not set; a damaged `run.json`.
        """
        stored = self._stored_run()
        if stored and seed is not None and seed != stored.seed and not regrade:
            raise ValueError(
                f"{self.folder} was graded with another seed. Leave out --seed to continue with "
                "that one, or add --regrade to grade everything again with the new one."
            )
        if stored is None or regrade:
            kept = stored.seed if stored else drawn_seed()
            run = Run(kept if seed is None else seed, secrets.token_hex(16))
            self._save_run(run)
        else:
            run = stored
        (self.folder / RESULTS).mkdir(exist_ok=True)
        for left_over in self.folder.rglob("*.partial"):
            left_over.unlink()
        return run

    def keep(self, submission: Submission, content: str, run: Run, result: dict) -> None:
        """Write one result; `content` is the digest of the bytes that were graded."""
        record = {
            "key": submission.key,
            "learner": submission.learner,
            "file": submission.file,
            "graded": self._stamp(submission, content, run),
            "result": result,
        }
        text = json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False)
        save(self._path(submission), text.encode("utf-8", "replace"))

    def kept(self, submission: Submission, run: Run) -> dict | None:
        """The result that still counts: of these bytes, this seed and this version of the course.

        A result of a grader that failed does not count, nor does a damaged file.
        """
        try:
            record = json.loads(self._path(submission).read_text(encoding="utf-8"))
            graded, result = record["graded"], record["result"]
            status = result["status"]
        except (OSError, ValueError, LookupError, TypeError):
            return None
        same = graded == self._stamp(submission, submission.content, run)
        return result if same and status != "failed" else None

    def standing(self, submission: Submission) -> dict | None:
        """The result that is there, whatever notebook, seed or version of the course it is of."""
        try:
            result = json.loads(self._path(submission).read_text(encoding="utf-8"))["result"]
            return result if result["status"] != "failed" else None
        except (OSError, ValueError, LookupError, TypeError):
            return None

    def write(self, name: str, text: str, lasting: bool = False) -> None:
        """Write a complete report; an identical one is left alone. `lasting`: see `save`."""
        path = self.folder / name
        content = text.encode("utf-8", "replace")
        with suppress(OSError):
            if path.read_bytes() == content:
                return
        path.parent.mkdir(exist_ok=True)
        save(path, content, lasting)

    def drop_others(self, folder: str, ending: str, keys: set[str]) -> None:
        """Remove the files of a report folder that belong to none of `keys`."""
        for path in (self.folder / folder).glob(f"*{ending}"):
            if path.name.removesuffix(ending) not in keys:
                path.unlink()

    def _stamp(self, submission: Submission, content: str, run: Run) -> dict:
        return {
            "content": content,
            "seed": run.seed_digest,
            "course": course_version(),
            "lesson": submission.asked,
        }

    def _path(self, submission: Submission) -> Path:
        return self.folder / RESULTS / f"{submission.key}.json"

    def _stored_run(self) -> Run | None:
        path = self.folder / RUN_FILE
        if not path.exists():
            return None
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            if data["what"] != MARK or type(data["seed"]) is not int:
                raise ValueError("it was not written by `bvae grade`")
            return Run(data["seed"], str(data["salt"]))
        except (ValueError, LookupError, TypeError) as error:
            raise ValueError(
                f"{path} is damaged ({error}); give another folder with -o, or remove the file to "
                "grade everything again."
            ) from None

    def _save_run(self, run: Run) -> None:
        data = {"what": MARK, "seed": run.seed, "salt": run.salt}
        save_private(self.folder / RUN_FILE, json.dumps(data, indent=1).encode())


def _refuse_overlap(out: Path, submissions: Path) -> None:
    out, submissions = out.resolve(), submissions.resolve()
    if out == submissions or submissions in out.parents:
        raise ValueError(f"{out} is inside the submissions; give a folder elsewhere with -o.")
