"""Any way of running Python: a person reads each verdict once, in text or rendered."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from types import SimpleNamespace

import nbformat
import pytest
from coursework import ROOT, run
from learner import RIGHT_1_1
from nbclient import NotebookClient

from autograder.notebook import shown as shown_module
from autograder.notebook.shown import Shown, show
from bvae_ref import front_end

BEGIN = "import bvae_ref\nimport tensorflow as tf\nfrom autograder import *\n"
SCRIPT = f'{BEGIN}{RIGHT_1_1}\ncheck("1.1")\nhint("1.1")\n'
HEAD, HINT = "Passed: 1.1", "Hint 1 of 3 for 1.1"


@pytest.fixture
def script(tmp_path):
    (tmp_path / "s.py").write_text(SCRIPT, encoding="utf-8")
    return tmp_path


def typed(*command: str, cwd, lines: str) -> str:
    """What a terminal shows when these lines are typed."""
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=cwd,
        input=lines,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=600,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
    )
    return done.stdout


@pytest.mark.nightly
@pytest.mark.parametrize("command", [[], ["-m", "IPython"]], ids=["python", "ipython"])
def test_a_script_prints_each_verdict_once(command, script):
    done = run(sys.executable, *command, "s.py", cwd=script, PYTHONPATH=str(ROOT))
    assert (done.stdout.count(HEAD), done.stdout.count(HINT)) == (1, 1), done.stderr


@pytest.mark.slow
def test_a_terminals_ipython_shows_the_verdict_and_not_just_a_number(script):
    lines = 'run s.py\ncheck("1.1")\nfor n in (1, 2): check("1.1")\n\nexit\n'
    out = typed("IPython", "--simple-prompt", "--no-banner", cwd=script, lines=lines)
    assert (out.count(HEAD), out.count(HINT)) == (4, 1), out
    assert "2.0" not in out


@pytest.mark.nightly
def test_pythons_own_prompt_shows_a_hint_once(script):
    lines = f'{BEGIN}hint("1.1")\n'
    done = subprocess.run(
        [sys.executable, "-i", "-q"],
        cwd=ROOT,
        input=lines,
        capture_output=True,
        encoding="utf-8",
        timeout=600,
    )
    assert done.stdout.count(HINT) == 1


@pytest.mark.slow
def test_jupyter_console_shows_the_verdict_in_text(script):
    lines = 'run s.py\ncheck("1.1")\nexit()\n'
    out = typed("jupyter_console", "--simple-prompt", cwd=script, lines=lines)
    assert out.count(HEAD) == 2, out


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """A notebook's cells with what each shows, in order."""
    folder = tmp_path_factory.mktemp("notebook")
    (folder / "s.py").write_text(SCRIPT, encoding="utf-8")
    cells = {
        "begin": f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{BEGIN}{RIGHT_1_1}",
        "one": 'check("1.1")',
        "two": 'print("mine")\ncheck("1.1")\ncheck("1.2")',
        "loop": 'for _ in range(2):\n    hint("1.1", 1)',
        "kept": 'verdict = check("1.1")',
        "printed": 'print(check("1.1"))',
        "hidden": 'check("1.1");',
        "run": "%run s.py",
    }
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source, id=name) for name, source in cells.items()]
    )
    NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(folder)}}).execute()
    return notebook


def read(output) -> tuple[str, str]:
    """How an output is shown, and the heading that a person reads there."""
    if output.output_type == "stream":
        return "text", output.text.splitlines()[0]
    page = re.sub(r"<[^>]+>", "", output.data["text/html"])
    return output.output_type, re.match(r"\W*(.*?\d\.\d)", page)[1].replace(" · ", ": ")


def joined(outputs) -> list:
    """The outputs as a page shows them: a kernel may send in two pieces what one `print` wrote."""
    shown = []
    for item in outputs:
        if shown and item.output_type == shown[-1].output_type == "stream":
            whole = shown.pop().text + item.text
            shown.append(nbformat.v4.new_output("stream", text=whole))
        else:
            shown.append(item)
    return shown


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cell", "outputs"),
    [
        ("one", [("execute_result", "Passed: 1.1")]),
        (
            "two",
            [
                ("text", "mine"),
                ("display_data", "Passed: 1.1"),
                ("execute_result", "Not attempted: 1.2"),
            ],
        ),
        ("loop", [("display_data", "Hint 1 of 3 for 1.1")] * 2),
        ("kept", [("display_data", "Passed: 1.1")]),
        ("printed", [("text", "✔ Passed: 1.1 z = μ + σ·ε (2 of 2 points)")]),
        ("hidden", []),
        ("run", [("display_data", "Passed: 1.1"), ("display_data", "Hint 1 of 3 for 1.1")]),
    ],
)
def test_a_notebook_renders_each_verdict_once_and_in_order(executed, cell, outputs):
    (found,) = (item for item in executed.cells if item.id == cell)
    # What a waiting person read before is taken away again.
    left = (item for item in found.outputs if item.get("data", {}).get("text/html") != "")
    shown = joined(left)
    assert [read(item) for item in shown] == outputs
    results = [item for item in shown if item.output_type == "execute_result"]
    assert all(re.fullmatch(r"\d\.\d", item.data["text/plain"]) for item in results)


@pytest.mark.slow
def test_a_pdf_has_the_verdict_in_letters_that_every_font_has(executed):
    from nbconvert import LatexExporter

    text, _ = LatexExporter().from_notebook_node(executed)
    inside = re.findall(r"\\begin{verbatim}\n(.*?)\\end{verbatim}", text, re.DOTALL)
    assert any("[+] Passed: 1.1 z = mu + sigma*epsilon" in part for part in inside)
    assert all(part.isascii() and len(line) <= 84 for part in inside for line in part.splitlines())


def shell_of(kind: str, monkeypatch):
    running = type(kind, (), {})()
    module = SimpleNamespace(get_ipython=lambda: running)
    monkeypatch.setitem(sys.modules, "IPython", module)


@pytest.mark.parametrize(
    ("kind", "client", "rendered"),
    [
        ("ZMQInteractiveShell", ["python", "/usr/bin/jupyter-lab"], True),
        ("ZMQInteractiveShell", ["python", "/usr/bin/jupyter-console"], False),
        ("ZMQInteractiveShell", ["python.exe", "-m", "jupyter_console"], False),
        ("ZMQInteractiveShell", ["C:/x/jupyter-qtconsole.exe"], False),
        ("TerminalInteractiveShell", ["bash"], False),
        ("XPythonShell", ["code"], True),
    ],
)
def test_where_html_is_rendered(kind, client, rendered, monkeypatch):
    import psutil

    shell_of(kind, monkeypatch)
    parent = SimpleNamespace(cmdline=lambda: client)
    monkeypatch.setattr(psutil, "Process", lambda: SimpleNamespace(parents=lambda: [parent]))
    front_end._started_by_a_text_client.cache_clear()
    assert front_end.shows_html() is rendered
    front_end._started_by_a_text_client.cache_clear()


def test_nothing_waits_while_nbgrader_runs_a_notebook(monkeypatch):
    monkeypatch.setattr(shown_module, "shows_html", lambda: True)
    monkeypatch.setattr(shown_module, "shell", lambda: pytest.fail("no hook is needed"))
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert repr(show("<b>x</b>", "x")) == "x"


def test_what_was_printed_is_not_displayed_again(monkeypatch):
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    shown = Shown("<b>x</b>", "x")
    with pytest.raises(NotImplementedError):
        shown._ipython_display_()
    shown.present()
    assert sys.stdout.getvalue() == "x\n" and shown._ipython_display_() is None
