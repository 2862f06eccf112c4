"""Run a notebook from top to bottom in a kernel of its own, as "Run All" does, and watch.

Unlike "Run All" it goes on after an error, so that every place that would have stopped is seen.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbclient import NotebookClient

SECONDS_A_CELL = 900
# The one notebook that is no lesson.
SHOWCASE = (
    Path(__file__).resolve().parent.parent
    / "lessons"
    / "showcase"
    / "Disentangled_VAE_KMNIST.ipynb"
)


@dataclass
class RunAll:
    """What was seen.

    Attributes:
        stops: cell and error of each cell that stopped.
        noise: lines on stderr, by cell.
        seconds: what each cell took.
        silences: the longest time that a cell showed nothing new, by cell.
        notebook: with its outputs.
    """

    stops: list[str] = field(default_factory=list)
    noise: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    silences: dict[str, float] = field(default_factory=dict)
    notebook: nbformat.NotebookNode | None = None


class _Watched(NotebookClient):
    """A client that remembers when something new was last shown."""

    def process_message(self, message, cell, cell_index):
        if message["msg_type"] in (
            "stream",
            "display_data",
            "execute_result",
            "update_display_data",
        ):
            self.heard()
        return super().process_message(message, cell, cell_index)

    def heard(self) -> None:
        """Something new is shown now."""
        now = time.perf_counter()
        self.silence = max(self.silence, now - self.last)
        self.last = now


def run_all(notebook: dict) -> RunAll:
    """Run every code cell, in an empty folder, with drawn data and nothing kept.

    Args:
        notebook: JSON data of format 4; it is left as it is.
    """
    found = RunAll()
    node = nbformat.reads(json.dumps(notebook), as_version=4)
    environment = {**os.environ, "BVAE_DATA": "strokes", "BVAE_STATE": "off"}
    environment.pop("MPLBACKEND", None)
    with tempfile.TemporaryDirectory() as folder:
        client = _Watched(
            node,
            timeout=SECONDS_A_CELL,
            allow_errors=True,
            resources={"metadata": {"path": folder}},
        )
        with client.setup_kernel(env=environment):
            for index, cell in enumerate(node.cells):
                if cell.cell_type != "code":
                    continue
                client.silence, start = 0.0, time.perf_counter()
                client.last = start
                client.execute_cell(cell, index)
                client.heard()
                name = cell.get("id", str(index))
                found.seconds[name] = round(time.perf_counter() - start, 2)
                found.silences[name] = round(client.silence, 2)
                _note(found, name, cell.outputs)
    found.notebook = node
    return found


def _note(found: RunAll, name: str, outputs: list) -> None:
    for output in outputs:
        if output.output_type == "error":
            found.stops.append(f"{name}: {output.ename}: {output.evalue}")
        elif output.output_type == "stream" and output.name == "stderr":
            found.noise[name] = found.noise.get(name, 0) + len(output.text.splitlines())
