"""Try each lower bound of pyproject.toml in an environment of its own.

python bench/floors.py                     every bound; each takes a few minutes and a gigabyte
python bench/floors.py keras numpy         these alone
python bench/floors.py --python python3.10

In each environment one package has exactly the version of its bound, all others are as new as they
may be, and what the course does with that package is done once. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
TINY = "--data strokes --split train[:600] --held-out 0.1 --epochs 2 --hidden 8"
TRAIN = f"bvae train {TINY} --out run"
SOLVED = [f"bvae check {REPOSITORY}/solutions/lesson_{n}/lesson_{n}.ipynb" for n in (1, 2, 3)]
TESTS = f"python -m pytest -q -p no:cacheprovider {REPOSITORY}/tests"
# What the course does with a package; extras beside `local` that it needs.
TRIALS: dict[str, tuple[list[str], str]] = {
    "numpy": ([TRAIN, *SOLVED, "bvae figures --data strokes --model run --out figures"], "local"),
    "keras": ([TRAIN, f"{TRAIN}2 --no-xla", *SOLVED], "local"),
    "tensorflow": ([TRAIN, f"{TRAIN}2 --no-xla", *SOLVED], "local"),
    "tensorflow-cpu": ([TRAIN, f"{TRAIN}2 --no-xla", *SOLVED], "local"),
    "matplotlib": ([TRAIN, "bvae figures --data strokes --model run --out figures"], "local"),
    "pytest": (
        [
            f"python -m pytest -q {REPOSITORY}/autograder --submission "
            f"{REPOSITORY}/solutions/lesson_1/lesson_1.ipynb"
        ],
        "local",
    ),
    "tensorflow-datasets": (["python -c 'import tensorflow_datasets'"], "local"),
    "importlib_resources": (["python -c 'import tensorflow_datasets'"], "local"),
    "tensorflow-metadata": (["python -c 'import tensorflow_datasets'"], "local"),
    "jupyter": ([f"jupyter execute {REPOSITORY}/solutions/lesson_1/lesson_1.ipynb"], "local"),
    "nbgrader": (["nbgrader generate_assignment lesson_1 --force"], "local,instructor"),
    "latex2mathml": ([f"{TESTS}/views/test_mathml.py"], "local,instructor,dev"),
    "pyseccomp": (["bvae doctor"], "local,instructor"),
    "dask": ([f"{TESTS}/batch/test_cluster.py"], "local,instructor,dev"),
    "scikit-learn": ([f"{TESTS}/reference/test_metrics_prediction.py"], "local,dev"),
    "tensorboard": ([f"{TRAIN} --tensorboard"], "local,tensorboard"),
}

# Longer than a slow connection takes for the largest package.
STEP_SECONDS = 1200


def bounds() -> dict[str, str]:
    """Package → the version that a requirement of learners, instructors or an extra begins at."""
    text = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
    declared = text[text.index("dependencies = [") : text.index("\ndev = [")]
    found = re.findall(r'"([\w-]+)(?:\[[\w,]+\])?>=([\d.]+)', declared)
    return dict(found)


def applies(package: str) -> bool:
    """Whether this machine installs the package: TensorFlow has two names."""
    light = sys.platform in ("linux", "win32")
    return package != ("tensorflow" if light else "tensorflow-cpu")


def tried(package: str, version: str, python: str) -> dict:
    """Install the package at its bound, do what the course does with it; what came of it."""
    commands, extras = TRIALS[package]
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        scripts = folder / "venv" / ("Scripts" if sys.platform == "win32" else "bin")
        make, pip = f"{python} -m venv venv", f"{scripts / 'python'} -m pip install -q"
        if shutil.which("uv"):  # shares what it downloaded between environments
            make = f"uv venv -q --python {python} venv"
            pip = f"uv pip install -q --python {scripts / 'python'}"
        steps = [
            make,
            f"{pip} '{package}=={version}' '{REPOSITORY}[{extras}]'",
            f"cp -r {REPOSITORY}/solutions {REPOSITORY}/nbgrader_config.py .",
            *commands,
        ]
        for step in steps:
            try:
                done = subprocess.run(
                    f'PATH="{scripts}:$PATH" {step}',
                    shell=True,
                    cwd=folder,
                    capture_output=True,
                    text=True,
                    timeout=STEP_SECONDS,
                    encoding="utf-8",
                )
            except subprocess.TimeoutExpired:
                return {"holds": False, "step": step, "said": f"no end in {STEP_SECONDS} s"}
            if done.returncode:
                words = (done.stdout + done.stderr).strip().splitlines()[-1:]
                return {"holds": False, "step": step, "said": " ".join(words)[:300]}
    return {"holds": True, "seconds": round(time.monotonic() - start)}


def main() -> int:
    """Try what was asked for; 0 when every bound holds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("packages", nargs="*", help="(default: all)")
    parser.add_argument("--python", default=sys.executable)
    options = parser.parse_args()
    known = bounds()
    unknown = sorted(set(options.packages) - known.keys())
    if unknown:
        parser.error(f"no bound for {unknown[0]}; there are {', '.join(known)}")
    outcome = {}
    for package, version in known.items():
        if options.packages and package not in options.packages:
            continue
        if not applies(package):
            continue
        print(f"{package} {version} …", flush=True)
        outcome[package] = {"version": version, **tried(package, version, options.python)}
        print(f"  {outcome[package]}", flush=True)
    print(json.dumps(outcome))
    return 0 if all(item["holds"] for item in outcome.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
