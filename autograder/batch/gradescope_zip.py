"""The autograder zip that Gradescope builds its image from: this course, and two scripts.

Source: Gradescope's documentation, "Autograder Specifications": `setup.sh` and `run_autograder`
at the root of the zip, which ends up in /autograder/source.
"""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from pathlib import Path

from autograder.batch.store import save_private
from autograder.exercise import registry
from autograder.views.gradescope import gradescope_failure

SETTINGS = "grading.json"
# One date for all, so that one course and one seed give one zip.
DATE = (1980, 1, 1, 0, 0, 0)
ENDINGS = (".py", ".json", ".css", ".txt")
BESIDE = ("pyproject.toml", "README.md", "LICENSE")

SETUP = """\
#!/usr/bin/env bash
# Runs once, as root, when Gradescope builds the image.
set -euo pipefail
ROOT="${AUTOGRADER_ROOT:-/autograder}"
export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install -y --no-install-recommends python3 python3-venv libseccomp2
if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))'; then
  echo "The course needs Python 3.10: choose Ubuntu 22.04 or newer as the base image." >&2
  exit 1
fi
python3 -m venv "$ROOT/venv"
COURSE="$ROOT/source/course"
"$ROOT/venv/bin/python" -m pip install --no-cache-dir \
  --constraint "$COURSE/autograder/batch/grader_lock.txt" "$COURSE[grader]"
# The seed of the hidden run lies here; learners' code runs as another user.
chmod -R go= "$ROOT/source"
"""

RUN = """\
#!/usr/bin/env bash
# Grades one submission. A result is there from the start, so that there is one at the end.
ROOT="${AUTOGRADER_ROOT:-/autograder}"
PYTHON="${AUTOGRADER_PYTHON:-$ROOT/venv/bin/python}"
mkdir -p "$ROOT/results"
cat > "$ROOT/results/results.json" <<'RESULT'
@FALLBACK@
RESULT
export TF_CPP_MIN_LOG_LEVEL=3
# -I: files beside the submission are no modules.
"$PYTHON" -I -m autograder.batch.gradescope_run "$ROOT"
exit 0
"""

STOPPED = (
    "The autograder stopped before there was a result. Submit again; if that happens twice, tell "
    "the course's staff."
)


def write_gradescope_zip(
    path: str | Path,
    seed: int,
    lesson: int | None = None,
    limits: dict[str, float] | None = None,
    require_isolation: bool = False,
) -> Path:
    """Write the zip that Gradescope asks for under Configure Autograder.

    Args:
        path: where to, ending in .zip.
        seed: of the hidden run; it lies in the zip, which learners never see.
        lesson: what submissions are graded as; None lets each say it.
        limits: of every submission, as data.
        require_isolation: grade nothing where a layer of the jail is missing.

    Raises:
        ValueError: another ending, another course, or one not installed from its repository.
        OSError: the file cannot be written.
    """
    path = Path(path)
    if path.suffix.lower() != ".zip":
        raise ValueError(f"--gradescope-zip is {str(path)!r}; expected a name that ends in .zip.")
    settings = {
        "seed": seed,
        "lesson": lesson,
        "limits": limits or {},
        "require_isolation": require_isolation,
    }
    fallback = json.dumps(gradescope_failure(STOPPED))
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, "setup.sh", SETUP.encode(), 0o755)
        _add(archive, "run_autograder", RUN.replace("@FALLBACK@", fallback).encode(), 0o755)
        _add(archive, SETTINGS, json.dumps(settings).encode(), 0o600)
        for name, content in _course():
            _add(archive, f"course/{name}", content, 0o644)
    path.parent.mkdir(parents=True, exist_ok=True)
    save_private(path, buffer.getvalue())
    return path


def _add(archive: zipfile.ZipFile, name: str, content: bytes, mode: int) -> None:
    info = zipfile.ZipInfo(name, DATE)
    info.create_system = 3  # Unix: the mode counts.
    info.external_attr = (0o100000 | mode) << 16
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, content)


def _course() -> list[tuple[str, bytes]]:
    """The files that an install of the course needs, in order."""
    if registry.course_package() != registry.OWN_COURSE:
        raise ValueError(
            f"{registry.VARIABLE} is {registry.course_package()!r}; the zip for Gradescope can "
            "hold only the course of this distribution."
        )
    root = registry.package_folder(registry.ENGINE).parent
    missing = [name for name in BESIDE if not (root / name).is_file()]
    if missing:
        raise ValueError(
            f"There is no {missing[0]} next to the installed course. Build the zip from a clone "
            "of its repository (pip install -e .)."
        )
    packages = [
        path
        for package in registry.closed_packages()
        for path in sorted((root / package).rglob("*"))
        if path.suffix in ENDINGS and path.is_file()
    ]
    paths = [*(root / name for name in BESIDE), *packages]
    return [(path.relative_to(root).as_posix(), path.read_bytes()) for path in paths]
