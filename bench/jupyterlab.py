"""Run the notebooks in JupyterLab in headless Chromium, as a learner sees them, and look.

python bench/jupyterlab.py              the showcase, and every lesson untouched and solved
python bench/jupyterlab.py --notebooks lesson_4_solved showcase

Nothing outside this machine can be reached. For each notebook: cells that stopped, lines on stderr,
requests to elsewhere, errors in the console that name the course, and boxes wider than the page,
at 100% and at 200%. Pictures, in the light and the dark theme, go to out/jupyterlab. The last line
is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from functools import partial
from pathlib import Path

from run_all import SHOWCASE
from submissions import REPOSITORY

sys.path.insert(0, str(REPOSITORY / "tests"))

from browser import CHROMIUM, Browser
from coursework import LESSONS, notebook, with_answers

from autograder.exercise import registry

# The one picture from elsewhere: the badge that opens a lesson in Colab; offline it is its words.
BADGE = "https://colab.research.google.com/assets/colab-badge.svg"
RUN_SECONDS = 1800
# JupyterLab draws only the cells in view unless it is told otherwise.
SETTINGS = {
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false"},
}
NOTEBOOK = "[...jupyterapp.shell.widgets('main')][0]"
RUN_ALL = (
    f"window.ranAll = false; {NOTEBOOK}.sessionContext.ready"
    ".then(() => jupyterapp.commands.execute('notebook:run-all-cells'))"
    ".finally(() => { window.ranAll = true; }); true"
)
OUTPUTS = f"JSON.stringify({NOTEBOOK}.content.model.toJSON().cells)"
# A box of ours that is cut off or has to be scrolled sideways; long lines of code scroll alike.
WIDE = """
JSON.stringify([...document.querySelectorAll(
    '.jp-RenderedHTMLCommon, .jp-OutputArea-output, .jp-RenderedMarkdown')]
  .filter(e => e.scrollWidth > e.clientWidth + 2 && e.clientWidth > 0)
  .map(e => [e.closest('.jp-Cell')?.dataset.windowedListIndex ?? '?',
             e.innerText.trim().slice(0, 60), e.scrollWidth, e.clientWidth]))
"""
HEIGHT = f"{NOTEBOOK}.node.querySelector('.jp-WindowedPanel-outer').scrollHeight"
SCROLL = f"{NOTEBOOK}.node.querySelector('.jp-WindowedPanel-outer').scrollTo(0, %d)"
SIZE = (1280, 2400)


def _solved(lesson: int) -> dict:
    """The lesson with an answer to every exercise."""
    return with_answers(lesson, *(exercise.id for exercise in registry.of_lesson(lesson)))


def _showcase() -> dict:
    return json.loads(SHOWCASE.read_text(encoding="utf-8"))


# Title → what gives the notebook.
NOTEBOOKS = {
    **{f"lesson_{lesson}_untouched": partial(notebook, "lessons", lesson) for lesson in LESSONS},
    **{f"lesson_{lesson}_solved": partial(_solved, lesson) for lesson in LESSONS},
    "showcase": _showcase,
}


class Lab:
    """A JupyterLab server for one folder. A context manager.

    Args:
        folder: the notebooks' folder; settings and progress are kept beside it.
    """

    def __init__(self, folder: Path):
        self._folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    def __enter__(self) -> Lab:
        beside = self._folder.parent
        for name, value in SETTINGS.items():
            path = beside / "settings" / f"{name}.jupyterlab-settings"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(value), encoding="utf-8")
        environment = {**os.environ, "BVAE_DATA": "strokes", "HOME": str(beside)}
        environment |= {"JUPYTERLAB_SETTINGS_DIR": str(beside / "settings")}
        environment.pop("MPLBACKEND", None)
        self._log = (beside / "server.log").open("wb")
        self._server = subprocess.Popen(
            [
                *(sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root"),
                *("--expose-app-in-browser", "--ip=127.0.0.1", f"--port={self.port}"),
                *("--IdentityProvider.token=", "--ServerApp.password=", "--port-retries=0"),
                f"--ServerApp.root_dir={self._folder}",
            ],
            env=environment,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        end = time.monotonic() + 120
        while time.monotonic() < end:
            try:
                urllib.request.urlopen(self.address("api/status"), timeout=5).close()
                return self
            except OSError:
                time.sleep(0.3)
        self.__exit__()
        raise TimeoutError(
            f"JupyterLab did not start: {(beside / 'server.log').read_text(encoding='utf-8')}"
        )

    def __exit__(self, *_) -> None:
        self._server.terminate()
        self._server.wait(30)
        self._log.close()

    def address(self, path: str) -> str:
        """The address of a page of this server."""
        return f"http://127.0.0.1:{self.port}/{path}"


def seen_in_a_browser(lab: Lab, name: str, pictures: Path, scratch: Path) -> dict:
    """Open a notebook, run all its cells, look in both themes and at two sizes."""
    with Browser(scratch) as browser:
        browser.watch()
        _resize(browser, 1)
        browser.open(lab.address(f"doc/tree/{name}.ipynb"))
        browser.wait(f"window.jupyterapp && {NOTEBOOK}?.content?.model", 120)
        browser.run(f"jupyterapp.shell.activateById({NOTEBOOK}.id)")
        browser.click(".jp-Cell")
        start = time.monotonic()
        browser.run(RUN_ALL)
        browser.wait("window.ranAll", RUN_SECONDS)
        cells = json.loads(browser.run(OUTPUTS))
        found = {**_read(cells), "seconds": round(time.monotonic() - start)}
        found["wide"] = json.loads(browser.run(WIDE))
        for theme in ("Light", "Dark"):
            named = json.dumps({"theme": f"JupyterLab {theme}"})
            browser.run(f"jupyterapp.commands.execute('apputils:change-theme', {named})")
            time.sleep(1)
            _photograph(browser, pictures, f"{name}-{theme.lower()}")
        _resize(browser, 2)
        time.sleep(1)
        found["wide_at_200"] = json.loads(browser.run(WIDE))
        _photograph(browser, pictures, f"{name}-200", most=2)
        asked = browser.requested_elsewhere(f"127.0.0.1:{lab.port}")
        found["elsewhere"] = sorted(address for address in asked if address != BADGE)
        found["console"] = [w for w in browser.errors() if re.search("bvae|autograder", w)]
        return found


def _resize(browser: Browser, zoom: int) -> None:
    """A window whose page is shown `zoom` times as large, in the same number of screen pixels."""
    browser.ask(
        "Emulation.setDeviceMetricsOverride",
        width=SIZE[0] // zoom,
        height=SIZE[1] // zoom,
        deviceScaleFactor=1,
        mobile=False,
    )


def _photograph(browser: Browser, folder: Path, name: str, most: int = 40) -> None:
    """Pictures of the notebook from its top to its end, a window each."""
    height = browser.run(HEIGHT)
    step = browser.run("window.innerHeight") - 60
    for number, top in enumerate(range(0, height, step)):
        if number == most:
            break
        browser.run(SCROLL % top)
        time.sleep(0.3)
        browser.picture(folder / f"{name}-{number:02}.png", whole=False)


def _read(cells: list[dict]) -> dict:
    """Cells that stopped, and the lines on stderr."""
    outputs = [(cell["id"], output) for cell in cells for output in cell.get("outputs", [])]
    return {
        "stops": [
            f"{name}: {output['ename']}: {output['evalue']}"
            for name, output in outputs
            if output["output_type"] == "error"
        ],
        "stderr": [
            line
            for _, output in outputs
            if output.get("name") == "stderr"
            for line in "".join(output["text"]).splitlines()
        ],
    }


def main() -> int:
    """Run what was asked for; 0 when nothing stopped, was noisy or left this machine."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--notebooks", nargs="+", choices=NOTEBOOKS, metavar="NAME", default=list(NOTEBOOKS)
    )
    parser.add_argument("--out", type=Path, default=REPOSITORY / "out" / "jupyterlab")
    options = parser.parse_args()
    if CHROMIUM is None:
        sys.exit("There is no Chromium on PATH: install your system's package `chromium`.")
    shutil.rmtree(options.out, ignore_errors=True)
    options.out.mkdir(parents=True)
    outcome = {}
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        folder = scratch / "lessons"
        folder.mkdir()
        with Lab(folder) as lab:
            for title in options.notebooks:
                text = json.dumps(NOTEBOOKS[title]())
                (folder / f"{title}.ipynb").write_text(text, encoding="utf-8")
                found = seen_in_a_browser(lab, title, options.out, scratch / f"{title}_profile")
                outcome[title] = found
                print(title, json.dumps(found, ensure_ascii=False), flush=True)
    bad = {
        key: sum(len(found[key]) for found in outcome.values())
        for key in ("stops", "stderr", "wide", "wide_at_200", "elsewhere", "console")
    }
    print(json.dumps({"notebooks": len(outcome), **bad}))
    return 0 if not any(bad.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
