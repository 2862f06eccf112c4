"""A notebook's cells run one by one in a namespace of their own."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from learner import IMPORTS, run_cells

from autograder.intake import CodeCell, Submission
from autograder.judging.running import run_submission
from autograder.notebook.face import suspended


@pytest.mark.parametrize(
    "source",
    [
        "%matplotlib inline\nx = 1",
        "!pip install nothing\nx = 1",
        "%%time\nx = 1",
        "?print\nx = 1",
        "if True:\n    !ls\nx = 1",
    ],
)
def test_magics_and_shell_lines_are_left_out(source):
    namespace, failures = run_cells(source)
    assert namespace["x"] == 1 and not failures


def test_a_line_that_only_looks_like_a_magic_stays():
    namespace, failures = run_cells('text = """\n% of the pixels\n"""\nx = (7\n    % 4)')
    assert not failures
    assert namespace["text"] == "\n% of the pixels\n" and namespace["x"] == 3


@pytest.mark.parametrize(
    ("broken", "error"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("def f(:", "SyntaxError"),
        ("import sys; sys.exit(0)", "SystemExit: 0"),
        ("raise NotImplementedError()", "NotImplementedError"),
        ("raise BaseException('odd')", "BaseException: odd"),
    ],
)
def test_a_cell_that_stops_does_not_stop_the_rest(broken, error):
    namespace, failures = run_cells("x = 1", broken, "y = x + 1")
    assert namespace["y"] == 2
    assert [number for number, _ in failures] == [2] and failures[0][1].startswith(error)


def test_what_a_cell_defined_before_it_stopped_stays():
    namespace, _ = run_cells("x = 1\n1 / 0\nx = 2")
    assert namespace["x"] == 1


def test_an_interrupt_ends_the_run():
    with pytest.raises(KeyboardInterrupt):
        run_cells("raise KeyboardInterrupt")


def test_cells_that_only_demonstrate_are_skipped():
    cells = (CodeCell(1, "x = 1", True), CodeCell(2, "y = 1", False))
    namespace, _ = run_submission(Submission(Path("a.ipynb"), 1, cells))
    assert "x" not in namespace and namespace["y"] == 1


def test_what_cells_print_is_dropped(capsys):
    run_cells("import sys\nprint('out')\nprint('err', file=sys.stderr)")
    assert capsys.readouterr() == ("", "")


def test_checks_inside_the_notebook_judge_nothing(monkeypatch):
    monkeypatch.setattr("autograder.notebook.face.judge", lambda *_: 1 / 0)
    cell = CodeCell(1, "from autograder import check\nresult = check('1.1')", False)
    namespace, failures = run_submission(Submission(Path("a.ipynb"), 1, (cell,)), suspended())
    assert not failures and float(namespace["result"]) == 0.0


def test_autograph_reads_the_cells_source():
    namespace, failures = run_cells(
        IMPORTS,
        "@tf.function\ndef count(n):\n    total = tf.constant(0)\n"
        "    while total < n:\n        total += 1\n    return total\n",
        "same_name_elsewhere = 1",
    )
    assert not failures
    assert int(namespace["count"](namespace["tf"].constant(5))) == 5


def test_main_is_the_notebook_while_a_cell_runs_and_the_programs_own_afterwards():
    before = sys.modules["__main__"]
    namespace, failures = run_cells(
        "import sys\nassert sys.modules['__main__'].__dict__ is globals()\n"
        "from dataclasses import dataclass\n@dataclass\nclass Point:\n    x: 'int' = 1",
        "assert __name__ == '__main__'; 1 / 0",
    )
    assert [error for _, error in failures] == ["ZeroDivisionError: division by zero"]
    assert namespace["Point"]().x == 1
    assert sys.modules["__main__"] is before
