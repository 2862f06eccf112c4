"""Run the showcase notebook from top to bottom, and beside it what it is compared with.

    python bench/showcase.py                     KMNIST and strokes; eleven minutes on two cores
    python bench/showcase.py --data strokes
    python bench/showcase.py --out out/showcase  keep the executed notebooks and their figures

KMNIST is its 10,000 test images (`BVAE_DATA_DIR`, or `../shared/kmnist`): the first 8,000 stand for
the training images, the others are held out. Beside it the original notebook's networks are trained
in the original's way (see `bench/training.py`) on as many images of the same data.
Progress goes to stderr; the last line on stdout is one JSON object.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import re
import sys
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import nbformat
from run_all import SHOWCASE as NOTEBOOK
from run_all import RunAll, run_all

ROOT = Path(__file__).resolve().parent.parent
DATA = ("kmnist", "strokes")
ROWS, EPOCHS = 8000, 25
# The cell that imports the course, and the line of its output that is evaluated at the end.
SETUP, MARK = "sc-01", "measured:"
MEASURED = f"""
import json as _json
_measured = {{name: values[-1] for name, values in flat.history.history.items()}}
_measured |= {{"fit_seconds": seconds, "processor_seconds": time.process_time()}}
print("{MARK}" + _json.dumps(_measured))
"""
# `test[:n]` for `train[:n]`, up to 8,000, and what follows for `test[:n]`.
TEST_SPLIT = """
from bvae_ref import data as _data
_load = _data.load
def _from_the_test_split(name="auto", split="train", **options):
    first = 0 if split.startswith("train") else 8000
    count = int(split.partition("[:")[2].rstrip("]"))
    return _load("kmnist", split=f"test[{first}:{first + count}]", data_dir=FOLDER, **options)
_data.load = _from_the_test_split
"""
FIGURE = re.compile(r'<img [^>]*src="data:image/png;base64,([^"]+)"')


def kmnist_folder() -> Path:
    """Where the official files are, or would be."""
    return Path(os.environ.get("BVAE_DATA_DIR", ROOT.parent / "shared" / "kmnist")).resolve()


def executed(data: str, after: str = MEASURED, folder: Path | None = None) -> RunAll:
    """The notebook run on "kmnist" or "strokes", with one more cell at its end.

    Args:
        data: which of `DATA`.
        after: code of the last cell; `measured` reads what the usual one prints.
        folder: KMNIST's official files; `kmnist_folder()`, unless given.
    """
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    if data == "kmnist":
        (setup,) = (cell for cell in notebook["cells"] if cell["id"] == SETUP)
        patch = f"\nFOLDER = {str(folder or kmnist_folder())!r}\n{TEST_SPLIT}"
        setup["source"] = "".join(setup["source"]) + patch
    last = {"cell_type": "code", "id": "measured", "metadata": {}, "source": after}
    notebook["cells"].append({**last, "outputs": [], "execution_count": None})
    return run_all(notebook)


def measured(seen: RunAll) -> dict[str, float]:
    """What the last cell printed: losses of the last epoch, in nats, and seconds.

    Raises:
        RuntimeError: a cell stopped.
    """
    if seen.stops:
        raise RuntimeError(f"the showcase stopped: {seen.stops}")
    said = "".join(output.get("text", "") for output in seen.notebook.cells[-1].outputs)
    return json.loads(said.partition(MARK)[2])


def figures(seen: RunAll) -> dict[str, bytes]:
    """The pictures that the cells show, as PNG: cell id and number → bytes."""
    found = {}
    for cell in seen.notebook.cells:
        shown = "".join(o.get("data", {}).get("text/html", "") for o in cell.get("outputs", ()))
        for number, code in enumerate(FIGURE.findall(shown)):
            found[f"{cell.id}-{number}"] = base64.b64decode(code)
    return found


def one(data: str, out: Path | None) -> dict[str, float]:
    """The figures of one data set: the showcase's, and the original's way beside it."""
    from training import Task, run

    before = time.perf_counter()
    seen = executed(data)
    whole = time.perf_counter() - before
    found = measured(seen)
    if out:
        out.mkdir(parents=True, exist_ok=True)
        nbformat.write(seen.notebook, out / f"{data}.ipynb")
        for name, png in figures(seen).items():
            (out / f"{data}-{name}.png").write_bytes(png)
    print(f"{data}: the showcase took {whole:.0f} s", file=sys.stderr, flush=True)
    os.environ["BVAE_DATA_DIR"] = str(kmnist_folder())
    original = run(Task("usual", data, 0, ROWS, EPOCHS))
    return {
        "notebook_seconds": round(whole, 1),
        "processor_seconds": round(found["processor_seconds"], 1),
        "fit_seconds": round(found["fit_seconds"], 1),
        "held_out_loss": round(found["val_loss"], 1),
        "training_loss": round(found["loss"], 1),
        "original_seconds": round(original["seconds"], 1),
        "original_held_out_loss": round(original["loss"], 1),
        "lines_on_stderr": sum(seen.noise.values()),
    }


def main(arguments: list[str] | None = None) -> int:
    """Measure; print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", action="append", choices=DATA, help="may be repeated")
    parser.add_argument("--out", type=Path, help="folder for the executed notebooks and figures")
    asked = parser.parse_args(arguments)
    told = {}
    for data in asked.data or DATA:
        if data == "kmnist" and not kmnist_folder().is_dir():
            print(f"kmnist is left out: there is no {kmnist_folder()}", file=sys.stderr)
            continue
        told[data] = one(data, asked.out)
    print(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
