"""The learner's install on Google Colab adds the course and changes nothing else.

Colab's packages are read from its published `pip freeze`: the folder named by BVAE_TEST_COLAB,
or `../shared/colab` beside the repository. The packages that the lessons touch are installed
in those versions; this Python stands in for Colab's 3.12, and tensorflow-cpu, half the
download, for tensorflow.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from coursework import ROOT, grade_id, path_of
from packaging.requirements import Requirement

FREEZES = Path(os.environ.get("BVAE_TEST_COLAB") or ROOT.parent / "shared" / "colab")
PACKAGES = (
    *("keras", "numpy", "matplotlib", "scipy", "pandas", "pillow", "h5py", "protobuf", "pytest"),
    *("ipykernel", "ipython", "ipywidgets", "nbclient", "nbconvert", "tensorflow-datasets"),
)
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "out", "build", "*.egg-info", "__pycache__", ".*_cache", "tests", "docs"
)
VERSIONS = (
    "import json, importlib.metadata as m;"
    "print(json.dumps({d.metadata['Name'].lower(): d.version for d in m.distributions()}))"
)
COURSE = (
    "import json, importlib.metadata as m; d = m.distribution('beyond-pixels');"
    "print(json.dumps({'files': [f.as_posix() for f in d.files], 'requires': d.requires}))"
)

pytestmark = pytest.mark.skipif(
    not FREEZES.is_dir(), reason=f"no lists of Colab's packages in {FREEZES}; set BVAE_TEST_COLAB"
)


def shipped(runtime: str) -> dict[str, str]:
    """Package name → version in Colab's `cpu` or `gpu` runtime."""
    text = (FREEZES / f"pip-freeze-{runtime}.txt").read_text(encoding="utf-8")
    pins = re.findall(r"^([A-Za-z0-9_.-]+)==([^\s;]+)", text, re.MULTILINE)
    return {name.lower(): version for name, version in pins}


@pytest.mark.parametrize("runtime", ["cpu", "gpu"])
def test_colab_ships_everything_that_the_course_requires(runtime):
    section = re.search(
        r"^dependencies = \[(.*?)\]",
        (ROOT / "pyproject.toml").read_text(encoding="utf-8"),
        re.MULTILINE | re.DOTALL,
    )
    required = list(map(Requirement, re.findall(r'"(.+?)"', section.group(1))))
    colab = shipped(runtime)
    assert required and "tensorflow" in colab
    for requirement in required:
        assert colab[requirement.name] in requirement.specifier, requirement


class Colab:
    """An environment with Colab's packages, before and after the learner's install."""

    def __init__(self, folder: Path):
        self.python = folder / "env" / "bin" / "python"
        self.environment = {
            **{k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")},
            "BVAE_DATA": "strokes",
            "JUPYTER_DATA_DIR": str(folder / "jupyter"),
            "JUPYTER_PATH": "",
        }
        self.folder = folder
        pins = folder / "colab.txt"
        pins.write_text("".join(f"{n}=={v}\n" for n, v in shipped("cpu").items()), encoding="utf-8")
        self._make()
        self._install("-c", str(pins), f"tensorflow-cpu=={shipped('cpu')['tensorflow']}", *PACKAGES)
        self.before = self.answer(VERSIONS)
        shutil.copytree(ROOT, folder / "course", ignore=LEFT_OUT)
        self._install(str(folder / "course"))
        self.after = self.answer(VERSIONS)

    def _make(self) -> None:
        uv = shutil.which("uv")
        maker = (uv, "venv", "-q", "--python") if uv else ()
        self.run(*maker, sys.executable, *(() if uv else ("-m", "venv")), self.folder / "env")

    def _install(self, *what: str) -> None:
        uv = shutil.which("uv")
        if uv:
            self.run(uv, "pip", "install", "-q", "--python", self.python, *what)
        else:
            self.run(self.python, "-m", "pip", "install", "-q", *what)

    def run(self, *command) -> str:
        """What a command prints; it runs outside the repository and has to succeed."""
        done = subprocess.run(
            list(map(str, command)),
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=900,
            encoding="utf-8",
        )
        assert done.returncode == 0, f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
        return done.stdout

    def answer(self, code: str):
        """The JSON that a line of Python prints in this environment."""
        return json.loads(self.run(self.python, "-c", code))

    def executed(self, lesson: int) -> list[dict]:
        """The cells of a solved lesson, run by this environment's kernel in an empty folder."""
        folder = self.folder / f"content_{lesson}"
        folder.mkdir()
        shutil.copy(path_of("solutions", lesson), folder)
        self.run(
            *(self.python, "-m", "nbconvert", "--to", "notebook", "--execute", "--inplace"),
            *("--ExecutePreprocessor.timeout=300", folder / f"lesson_{lesson}.ipynb"),
        )
        text = (folder / f"lesson_{lesson}.ipynb").read_text(encoding="utf-8")
        return json.loads(text)["cells"]


@pytest.fixture(scope="module")
def colab(tmp_path_factory):
    folder = tmp_path_factory.mktemp("colab")
    yield Colab(folder)
    shutil.rmtree(folder, ignore_errors=True)  # two gigabytes that pytest would keep


@pytest.mark.nightly
def test_the_install_adds_the_course_and_changes_nothing_else(colab):
    pins = shipped("cpu")
    for name in PACKAGES:
        assert colab.before[name] == pins[name], "the stand-in has Colab's version"
    assert colab.after == {**colab.before, "beyond-pixels": colab.after["beyond-pixels"]}
    assert "beyond-pixels" not in colab.before


@pytest.mark.nightly
def test_the_installed_course_is_complete(colab):
    course = colab.answer(COURSE)
    modules = {
        path.relative_to(ROOT).as_posix()
        for package in ("autograder", "bvae_ref")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix in (".py", ".json", ".css")
    }
    assert "autograder/course/solutions.json" in modules
    assert "autograder/course/lesson_1/probes.py" in modules
    assert modules <= set(course["files"]), modules - set(course["files"])
    core = {Requirement(r).name for r in course["requires"] if "extra ==" not in r}
    assert core == {"numpy", "keras", "matplotlib", "pytest"}
    where = colab.answer("import json, autograder; print(json.dumps(autograder.__file__))")
    assert where.startswith(str(colab.folder / "env"))


@pytest.mark.nightly
def test_solved_lessons_earn_full_marks_there_without_a_word_on_stderr(colab):
    with ThreadPoolExecutor(2) as pool:
        notebooks = dict(zip((1, 2, 3), pool.map(colab.executed, (1, 2, 3)), strict=True))
    for lesson, cells in notebooks.items():
        checks = [cell for cell in cells if grade_id(cell).startswith("check-")]
        assert len(checks) >= 4, f"lesson {lesson}"
        for cell in checks:
            where = f"lesson {lesson}, {grade_id(cell)}: {cell['outputs']}"
            assert [out["output_type"] for out in cell["outputs"]] == ["execute_result"], where
            shown = "".join(cell["outputs"][0]["data"]["text/plain"])
            assert shown == repr(float(cell["metadata"]["nbgrader"]["points"])), where
