"""Run the solved lessons on a stand-in for Google Colab: its Python and its packages' versions.

python bench/colab.py                        every lesson and the showcase; makes the stand-in first
python bench/colab.py --notebooks 3 showcase these alone
python bench/colab.py --python python3.12    with another Python than Colab's

Colab's versions are read from its published `pip freeze`: the folder named by BVAE_TEST_COLAB, or
`../shared/colab` beside the repository. Where there is no python3.13, root gets a small Debian
system that has it, made by debootstrap. Each lesson lies beside a wheel of the course, as in a
learner's Drive, and its own set-up cell installs that wheel. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
SHOWCASE = "showcase"
# Name of a notebook → the file that is run.
NOTEBOOKS = {
    **{str(n): REPOSITORY / f"solutions/lesson_{n}/lesson_{n}.ipynb" for n in range(8)},
    SHOWCASE: REPOSITORY / "lessons" / SHOWCASE / "Disentangled_VAE_KMNIST.ipynb",
}
FREEZES = Path(os.environ.get("BVAE_TEST_COLAB") or REPOSITORY.parent / "shared" / "colab")
COLAB_PYTHON = "3.13"
DEBIAN = "trixie"  # the release that has it
# What the lessons touch of the hundreds of packages there.
PACKAGES = (
    *("tensorflow", "keras", "numpy", "matplotlib", "scipy", "pandas", "pillow", "h5py"),
    *("protobuf", "pytest", "ipykernel", "ipython", "ipywidgets", "nbclient", "nbconvert"),
    *("jupyter-client", "pyzmq", "tornado", "tensorflow-datasets"),
)
# A kernel looks into /proc and /dev; mounted for one command alone, so that nothing stays.
INTO_ROOT = """
mount -t proc proc "$0/proc"
mount --rbind /dev "$0/dev"
exec chroot "$0" "$@"
"""
VERSIONS = (
    "import json, importlib.metadata as m;"
    "print(json.dumps({d.metadata['Name'].lower().replace('_', '-'): d.version"
    " for d in m.distributions()}))"
)
CONTENT = "content"  # the folder in which Colab opens a notebook


def shipped(runtime: str) -> dict[str, str]:
    """Package name → version in Colab's `cpu` or `gpu` runtime."""
    text = (FREEZES / f"pip-freeze-{runtime}.txt").read_text(encoding="utf-8")
    pins = re.findall(r"^([A-Za-z0-9_.-]+)==([^\s;]+)", text, re.MULTILINE)
    return {name.lower().replace("_", "-"): version for name, version in pins}


class StandIn:
    """A machine with Colab's packages, in a folder: an environment, or a whole Debian system.

    Args:
        folder: what is made here is used again the next time.
        python: the interpreter to make an environment from; None for a Debian system with
            Colab's Python, which only root can make.
    """

    def __init__(self, folder: Path, python: str | None):
        self.root = None if python else folder / "debian"
        self.folder = self.root or folder / "environment"
        environment = Path("/environment") if self.root else self.folder
        self.python = str(environment / "bin" / "python")
        ready = self.folder / "packages-installed"
        if not ready.is_file():
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            if self.root:
                self._make_debian()
            else:
                _run([*_environment_maker(str(python)), str(self.folder)])
            self._install_packages()
            ready.touch()
        shutil.rmtree(self.folder / CONTENT, ignore_errors=True)
        (self.folder / CONTENT).mkdir()

    def _make_debian(self) -> None:
        tool = shutil.which("debootstrap")
        if os.geteuid() or not tool:
            sys.exit(
                f"There is no python{COLAB_PYTHON} here, and a Debian system that has it can only "
                "be made by root with debootstrap. Name a Python with --python."
            )
        include = "--include=python3,python3-venv,python3-pip,ca-certificates"
        _run([tool, "--variant=minbase", include, DEBIAN, str(self.folder)])
        _run(["chroot", str(self.folder), "/usr/bin/python3", "-m", "venv", "/environment"])

    def _install_packages(self) -> None:
        pins = self.folder / "colab-pins.txt"
        pins.write_text("".join(f"{n}=={v}\n" for n, v in shipped("cpu").items()), encoding="utf-8")
        if self.root:  # what the machine around it uses to reach the package registry
            for name in ("etc/resolv.conf", "etc/ssl/certs/ca-certificates.crt"):
                shutil.copy(Path("/") / name, self.root / name)
            pins = Path("/") / pins.name
        install = [*self.command, "-m", "pip", "install", "-q"]
        _run([*install, "-c", str(pins), *PACKAGES])

    @property
    def command(self) -> list[str]:
        """How this machine's Python is called."""
        unshare = ["unshare", "--mount", "--propagation", "private"]
        enter = [*unshare, "sh", "-ec", INTO_ROOT, str(self.root)] if self.root else []
        return [*enter, self.python]

    def inside(self, name: str) -> str:
        """The path of a file of the notebook's folder, as the machine sees it."""
        return f"/{CONTENT}/{name}" if self.root else str(self.folder / CONTENT / name)

    def answer(self, code: str) -> str:
        """What a line of Python prints there."""
        return _run([*self.command, "-c", code], cwd=self.folder)

    def versions(self) -> dict[str, str]:
        """Package name → version of what is installed there."""
        return json.loads(self.answer(VERSIONS))

    def executed(self, notebook: Path) -> list[dict]:
        """The cells of a notebook after they were run there, in a kernel of its own."""
        copy = Path(shutil.copy(notebook, self.folder / CONTENT))
        _run(
            [
                *(*self.command, "-m", "nbconvert", "--to", "notebook", "--execute", "--inplace"),
                *("--allow-errors", "--ExecutePreprocessor.timeout=1800", self.inside(copy.name)),
            ],
            cwd=self.folder,
        )
        return json.loads(copy.read_text(encoding="utf-8"))["cells"]


def _environment_maker(python: str) -> list[str]:
    """The command that makes an environment, without its folder."""
    if shutil.which("uv"):
        return ["uv", "venv", "-q", "--seed", "--python", python]  # the lesson calls its pip
    return [python, "-m", "venv"]


def _run(command: list[str], cwd: Path | None = None) -> str:
    """What a command prints; it has to succeed. Nothing of this environment reaches it."""
    ours = ("PYTHONPATH", "VIRTUAL_ENV", "JUPYTER_PATH", "MPLBACKEND", "TF_CPP_MIN_LOG_LEVEL")
    environment = {name: value for name, value in os.environ.items() if name not in ours}
    environment |= {"BVAE_DATA": "strokes", "BVAE_STATE": "off"}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, encoding="utf-8")
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
    return done.stdout


def wheel_into(folder: Path) -> str:
    """Build the course's wheel there; its name."""
    if shutil.which("uv"):
        _run(["uv", "build", "-q", "--wheel", "--out-dir", str(folder), str(REPOSITORY)])
    else:
        wheel = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps"]
        _run([*wheel, "--wheel-dir", str(folder), str(REPOSITORY)])
    return next(folder.glob("beyond_pixels-*.whl")).name


def judged(cells: list[dict]) -> dict:
    """What a run lesson shows: points of points, cells that stopped, lines on stderr."""
    found: dict = {"points": 0.0, "of": 0.0, "stops": [], "stderr_lines": 0}
    for cell in cells:
        outputs = cell.get("outputs", [])
        for output in outputs:
            if output["output_type"] == "error":
                found["stops"].append(f"{cell['id']}: {output['ename']}: {output['evalue']}")
            elif output.get("name") == "stderr":
                found["stderr_lines"] += len("".join(output["text"]).splitlines())
        grading = cell["metadata"].get("nbgrader", {})
        if grading.get("grade_id", "").startswith("check-"):
            found["of"] += grading["points"]
            for output in outputs:
                if output["output_type"] == "execute_result":
                    found["points"] += float("".join(output["data"]["text/plain"]))
    return found


def changes(before: dict[str, str], after: dict[str, str]) -> dict[str, str]:
    """Package → "old → new" of every package that an install touched; "" for none."""
    names = sorted(before.keys() | after.keys())
    return {
        name: f"{before.get(name, '')} → {after.get(name, '')}"
        for name in names
        if before.get(name) != after.get(name)
    }


def python_of_colab() -> str | None:
    """A Python 3.13 on PATH that answers: a version manager's stand-in for none does not."""
    python = shutil.which(f"python{COLAB_PYTHON}")
    answers = python and not subprocess.run([python, "-V"], capture_output=True).returncode
    return python if answers else None


def course_runs(stand_in: StandIn, names: list[str]) -> Iterator[tuple[str, dict]]:
    """Run notebooks one after the other; each with what it showed and its seconds."""
    for name in names:
        start = time.monotonic()
        found = judged(stand_in.executed(NOTEBOOKS[name]))
        yield name, {**found, "seconds": round(time.monotonic() - start)}


def main() -> int:
    """Make the stand-in, run the lessons; 0 when all is as it has to be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--notebooks", nargs="+", choices=NOTEBOOKS, metavar="NAME", default=list(NOTEBOOKS)
    )
    parser.add_argument("--python", help="(default: python3.13, or a Debian system's)")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    parser.add_argument("--folder", type=Path, default=cache / "beyond-pixels" / "colab")
    options = parser.parse_args()
    if not FREEZES.is_dir():
        sys.exit(f"No lists of Colab's packages in {FREEZES}; name a folder in BVAE_TEST_COLAB.")
    python = options.python or python_of_colab()
    print(f"A machine like Colab in {options.folder} …", flush=True)
    stand_in = StandIn(options.folder.resolve(), python)
    before = stand_in.versions()
    before.pop("beyond-pixels", None)
    _run([*stand_in.command, "-m", "pip", "uninstall", "-q", "-y", "beyond-pixels"])
    wheel = wheel_into(stand_in.folder / CONTENT)
    version = stand_in.answer("import platform; print(platform.python_version())").strip()
    print(f"Python {version}, {len(before)} packages; {wheel}\n", flush=True)
    print(f"{'notebook':<10}{'points':>8}{'stops':>8}{'stderr':>8}{'seconds':>9}", flush=True)
    good, outcome = True, {}
    for name, found in course_runs(stand_in, options.notebooks):
        points = f"{found['points']:g}/{found['of']:g}"
        stops, lines, seconds = len(found["stops"]), found["stderr_lines"], found["seconds"]
        print(f"{name:<10}{points:>8}{stops:>8}{lines:>8}{seconds:>9}", flush=True)
        for stop in found["stops"]:
            print(f"  {stop}", flush=True)
        # The showcase has no checks.
        good &= found["points"] == found["of"] and (found["of"] == 0) == (name == SHOWCASE)
        good &= not stops and not lines
        outcome[name] = found
    touched = changes(before, stand_in.versions())
    added = {name for name, words in touched.items() if words.startswith(" →")}
    print(f"\nThe install changed: {', '.join(touched) or 'nothing'}")
    good &= set(touched) == added == {"beyond-pixels"}
    print(json.dumps({"python": version, "changed": touched, "notebooks": outcome}))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
