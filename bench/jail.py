"""Time what a submission's process costs, with all layers and without each of them.

python bench/jail.py [--rounds 30]

Each round starts one process in every way, in turn, and runs a cell in it. Where bubblewrap is
installed, a Python that it starts is timed beside them. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import time
from contextlib import ExitStack, closing

from autograder.jail.limits import Limits
from autograder.jail.parents import WarmProcess
from autograder.jail.student import JailedStudent, Work

LEFT_OFF = ((), ("private root",), ("files",), ("system calls",), ("private root", "files"))
WORK = Work([("<cell>", "def f():\n    return 1")])
BUBBLEWRAP = ["bwrap", "--ro-bind", "/", "/", "--unshare-all", "--proc", "/proc", "--dev", "/dev"]
BUBBLEWRAP += ["--tmpfs", "/tmp"]
FRAMEWORKS = "import tensorflow, keras"


def milliseconds(step) -> float:
    """How long a step takes."""
    start = time.perf_counter()
    step()
    return (time.perf_counter() - start) * 1000


def answered(parent: WarmProcess) -> None:
    """One process: made, closed in, asked, ended."""
    with JailedStudent(parent, WORK, Limits()) as student:
        assert student.call("f") == 1


def main() -> None:
    """Print a table of medians and one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=30)
    options = parser.parse_args()
    with ExitStack() as stack:
        parents = {
            " and ".join(names) or "nothing": stack.enter_context(closing(WarmProcess(names)))
            for names in LEFT_OFF
        }
        taken: dict[str, list[float]] = {name: [] for name in parents}
        for _ in range(options.rounds):
            for name, parent in parents.items():
                taken[name].append(milliseconds(lambda parent=parent: answered(parent)))
    medians = {name: statistics.median(times) for name, times in taken.items()}
    for name, median in medians.items():
        print(f"without {name:<24} {median:7.1f} ms")
    costs = {f"without {name} (ms)": round(median, 2) for name, median in medians.items()}
    costs["private root (ms)"] = round(medians["nothing"] - medians["private root"], 2)
    if shutil.which("bwrap"):
        python = [*BUBBLEWRAP, sys.executable, "-c"]
        for what, code in (("python", "pass"), ("frameworks", FRAMEWORKS)):
            times = [
                milliseconds(
                    lambda code=code: subprocess.run(
                        [*python, code], check=True, capture_output=True
                    )
                )
                for _ in range(3)
            ]
            costs[f"bubblewrap, {what} (ms)"] = round(statistics.median(times), 1)
            print(f"bubblewrap, {what:<23} {statistics.median(times):7.1f} ms")
    print(json.dumps(costs))


if __name__ == "__main__":
    main()
