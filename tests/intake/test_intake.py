"""What arrives is read, repaired and cut to what answers need; what cannot be read says why."""

from __future__ import annotations

import copy
import json
from collections import Counter

import pytest
from coursework import LESSONS, ROOT, notebook, path_of
from damaged import arrived, as_bytes, cell_of, code, put_after, solved

from autograder import intake
from autograder.authoring.deriving import derive, released_lessons
from autograder.intake import (
    RUN,
    UnreadableNotebook,
    read_content,
    read_submission,
    shadowing,
)
from autograder.intake.cells import cells_of
from autograder.intake.magics import plain_python
from autograder.intake.released import release
from autograder.intake.statements import code_of

SPARED = 'text = """\n%time\n! \n"""\nx = (7\n% 4)\n'


def read(content, name: str = "mine.ipynb", lesson: int | None = None):
    """A submission from bytes, or from data that becomes JSON."""
    return read_content(content if isinstance(content, bytes) else as_bytes(content), name, lesson)


def run_sources(submission) -> str:
    """All code of a graded run."""
    return "\n".join(cell.source for cell in submission.cells if cell.role in RUN)


# ── the released lessons ─────────────────────────────────────────────────────────────────────


def test_what_the_package_knows_of_the_lessons_is_up_to_date(tmp_path):
    derive(ROOT / "solutions", ROOT / "lessons", tmp_path)
    for made in ("solutions.json", "releases.json"):
        kept = ROOT / "autograder" / "course" / made
        assert (tmp_path / made).read_text(encoding="utf-8") == kept.read_text(encoding="utf-8"), (
            "run `make lessons`"
        )


def test_a_missing_lesson_stops_the_generator(tmp_path):
    with pytest.raises(FileNotFoundError, match="every lesson needs a notebook there"):
        released_lessons(tmp_path)


@pytest.mark.parametrize("lesson", LESSONS)
def test_no_released_cell_but_the_solutions_defines_an_answer(lesson):
    wanted = release(lesson)
    assert wanted.stubs.keys() | {n for n in wanted.owners if n.startswith("faulty_line")} == (
        wanted.owners.keys()
    )
    for cell in wanted.cells:
        if cell.kind == "code" and cell.role != "solution":
            for statement in code_of(cell.source).statements:
                assert not statement.binds & wanted.owners.keys(), (cell.id, statement.binds)


@pytest.mark.parametrize("folder", ["lessons", "solutions"])
@pytest.mark.parametrize("lesson", LESSONS)
def test_an_undamaged_notebook_needs_no_repair_and_runs_its_answers_whole(folder, lesson):
    submission = read_submission(path_of(folder, lesson))
    assert submission.lesson == lesson and submission.repairs == ()
    run = [cell for cell in submission.cells if cell.role in RUN]
    solutions = [cell for cell in run if cell.role == "solution"]
    assert run[0].role == "setup"
    # Code behind the last answer of a cell becomes a part of its own (7.1's classes), and so does
    # what comes behind the dots that stand for a faulty line.
    assert len({cell.number for cell in solutions}) == len(release(lesson).answers)
    if folder == "solutions":
        own = {"".join(cell["source"]) for cell in notebook(folder, lesson)["cells"]}
        parts = Counter(cell.number for cell in solutions)
        whole = {cell.source for cell in solutions if parts[cell.number] == 1}
        assert len(whole) >= len(release(lesson).answers) - 1
        assert whole <= own


@pytest.mark.parametrize("lesson", LESSONS)
def test_repairing_a_repaired_notebook_changes_nothing(lesson):
    once = read(solved(lesson))
    twice = read(once.notebook)
    assert twice.notebook == once.notebook and twice.repairs == ()
    assert once.notebook["cells"] == [
        {**cell, "source": "".join(cell["source"])} for cell in solved(lesson)["cells"]
    ]


def test_a_notebook_without_cells_becomes_the_release():
    repaired = intake.repair({"cells": [], "metadata": {}}, 2)
    sources = [cell["source"] for cell in repaired.notebook["cells"]]
    assert sources == ["".join(cell["source"]) for cell in notebook("lessons", 2)["cells"]]
    assert repaired.repairs == (
        "The notebook contained no cells; the released one took its place.",
    )


# ── files ────────────────────────────────────────────────────────────────────────────────────


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(UnreadableNotebook, match=r"There is no file .*none\.ipynb; give the path"):
        read_submission(tmp_path / "none.ipynb")
    with pytest.raises(UnreadableNotebook, match="cannot be read"):
        read_submission(tmp_path)


def test_a_refusal_names_the_file(tmp_path):
    (tmp_path / "mine.ipynb").write_bytes(b"<html>")
    with pytest.raises(UnreadableNotebook, match=r"mine\.ipynb: The file is a web page"):
        read_submission(tmp_path / "mine.ipynb")


def test_files_that_would_shadow_modules_are_named():
    names = ["numpy.py", "sub/keras/__init__.py", "lesson_1.ipynb", "notes.py", "data.csv"]
    names += ["conftest.py", "tensorflow.so", "autograder.zip"]
    lines = shadowing(names)
    assert [line.split(" ")[0] for line in lines] == [
        "numpy.py", "sub/keras/__init__.py", "conftest.py", "tensorflow.so",
    ]  # fmt: skip
    assert all("was not used" in line for line in lines)


# ── which lesson ─────────────────────────────────────────────────────────────────────────────


def test_checks_decide_the_lesson_then_marks_then_names_then_the_files_name():
    calls = [code('check("2.1")'), code("check( '2.3' )"), code('check("1.1")')]
    marks = [code("x = 1", nbgrader={"grade_id": "check-3-1"})]
    names = [code("def slerp(a, b, t):\n    return a")]
    assert read({"cells": calls + marks + names}, "lesson_4.ipynb").lesson == 2
    assert read({"cells": marks + names}, "lesson_4.ipynb").lesson == 3
    assert read({"cells": names}, "lesson_4.ipynb").lesson == 5
    assert read({"cells": [code("x = 1")]}, "lesson_4 (1).ipynb").lesson == 4
    assert read({"cells": calls}, "lesson_4.ipynb", 0).lesson == 0


def test_prose_that_mentions_checks_decides_nothing():
    prose = {"cell_type": "markdown", "source": 'check("0.1"), check("0.2")', "metadata": {}}
    assert read({"cells": [prose, code('check("1.1")')]}).lesson == 1


@pytest.mark.parametrize("lesson", [9, -1])
def test_a_lesson_that_is_not_there_is_refused(lesson):
    with pytest.raises(UnreadableNotebook, match=f"no lesson {lesson}; the lessons are 0, 1, 2"):
        read(solved(1), lesson=lesson)


# ── cells and what runs ──────────────────────────────────────────────────────────────────────


def test_cells_are_numbered_as_in_the_learners_own_notebook():
    data = solved(1)
    del data["cells"][0:2]
    data["cells"].insert(0, "not a cell")
    run = [c for c in read(data).cells if c.role in RUN]
    assert run[0].number == 0 and run[0].role == "setup"
    assert run[1].number == 1 + data["cells"].index(cell_of_source(data, run[1].source))


def cell_of_source(data: dict, source: str) -> dict:
    cells = [cell for cell in data["cells"] if isinstance(cell, dict)]
    return next(cell for cell in cells if "".join(cell["source"]) == source)


def test_only_what_an_answer_needs_is_run_and_demonstrations_never():
    submission = read(solved(1))
    roles = {cell.role for cell in submission.cells}
    assert roles == {"setup", "solution", "check", "demo", "aside"}
    assert all(cell.demo == (cell.role not in RUN) for cell in submission.cells)
    assert "CaptionedFigure" not in run_sources(submission)
    assert 'check("1.1")' not in run_sources(submission)


def test_a_part_of_a_cell_keeps_its_lines_and_has_a_name_of_its_own():
    data = solved(1)
    source = (
        "import scipy_is_not_here\nraise ValueError\n\n@decorated\ndef helper():\n    return 1\n"
        "x = 5; y = helper(); print(y)\n\n\n"
        "def reparameterize(a, b, eps):\n    return x + helper()\ndef decorated(f): return f"
    )
    cell_of(data, "solution-1-1")["source"] = source
    place = 1 + data["cells"].index(cell_of(data, "solution-1-1"))
    parts = [c for c in read(data).cells if c.role in RUN and c.number == place]
    assert len({cell.name for cell in parts}) == len(parts) > 1
    lines = source.split("\n")
    for part in parts:
        for given, own in zip(part.source.split("\n"), lines, strict=False):
            assert given == "" or given in own
    together = "".join(part.source for part in parts)
    assert "x = 5" in together and "print" not in together and "scipy" not in together
    assert together.index("def decorated") < together.index("@decorated")


def test_effects_on_what_an_answer_uses_are_run_and_others_are_not():
    data = solved(1)
    put_after(data, "solution-1-1", "keras.utils.set_random_seed(1)\nplt.figure()\nprint(1)")
    put_after(data, "solution-1-1", "def seed():\n    global START\n    START = 3", "seed()")
    put_after(data, "solution-1-1", "table = {}\ntable['a'] = 1\nspare = {}\nspare['a'] = 1")
    put_after(data, "solution-1-1", "exec('hidden = 1')")
    answer = cell_of(data, "solution-1-1")
    answer["source"] = "".join(answer["source"]) + "\nUSED = lambda: (START, table, keras)\n"
    answer["source"] = answer["source"].replace("std * eps", "std * eps if USED else 0")
    run = run_sources(read(data))
    for wanted in ("set_random_seed", "START = 3", "\nseed()", "table['a']", "exec("):
        assert wanted in run or wanted.strip() in run, wanted
    for unwanted in ("plt.figure", "print(1)", "spare"):
        assert unwanted not in run


def test_what_comes_after_the_last_check_of_an_answer_cannot_change_it():
    data = solved(1)
    late = ["tf.exp = 99", "def reparameterize(*_): return 99", "tf = 99", "exec('tf = 99')"]
    put_after(data, "check-1-4", *late)
    assert "99" not in run_sources(read(data))


def test_a_broken_answer_stays_and_says_so_itself():
    data = solved(1)
    place = 1 + data["cells"].index(cell_of(data, "solution-1-1"))
    submission = read(arrived("syntax error in one answer"))
    broken = next(cell for cell in submission.cells if cell.number == place)
    assert broken.role == "solution"
    with pytest.raises(SyntaxError):
        compile(broken.source, "x", "exec")


@pytest.mark.parametrize(
    ("given", "python"),
    [
        ("x = 1\n", "x = 1\n"),
        ("%matplotlib inline\nx = 1", "pass\nx = 1"),
        ("!pip install 'a", "pass"),
        ("if True:\n    !ls (\n    ?x", "if True:\n    pass\n    pass"),
        ("x??\nnp.exp?", "pass\npass"),
        ("x = !ls\ny = %timeit -o f()", "x = None\ny = None"),
        ("%time x = f()", "x = f()"),
        ("%%time\nx = 1", "\nx = 1"),
        ("\n%%capture out\n%%time\nx = 1", "\n\n\nx = 1"),
        ("%%bash\nrm -rf x\n", "\n\n"),
        ("%%writefile numpy.py\nx = 1", "\n"),
        ("%%!\nls", "\n"),
        (SPARED + "%cd", SPARED + "pass"),
        ("def f(:", "def f(:"),
        ('print "x"', 'print "x"'),
    ],
)  # fmt: skip
def test_magics_are_taken_out_line_for_line(given, python):
    assert plain_python(given) == python


@pytest.mark.slow
@pytest.mark.parametrize(
    "source",
    [
        "x = " + "(" * 5000 + ")" * 5000,
        "x = " + "-" * 20_000 + "1",
        "x = " + "a." * 20_000 + "b",
        "x = " + "+".join("1" * 20_000),
        "if a:\n" * 1 + "".join("  " * n + "if a:\n" for n in range(1, 150)) + "  " * 150 + "x",
        "return 1\nnonlocal y\nx = yield",
        "x" * 300_000,
        "%a\n" * 3000,
        "".join(f"a{n} = a{n + 1}\n" for n in range(3000)) + "reparameterize = a0",
        "".join(f"def f{n}():\n    global g\n    g = {n}\n\nf{n}()\n" for n in range(2000))
        + "x = g",
        "\x0c\x1c = 1\n\ufeffx = '\ud800'",
    ],
    ids=range(11),
)
def test_code_made_to_hurt_a_reader_is_read_or_left_alone(source):
    data = solved(1)
    cell_of(data, "solution-1-1")["source"] = source
    data["cells"].append(code(source))
    submission = read(json.dumps(data).encode())
    assert submission.lesson == 1 and "class Sampling" in run_sources(submission)


@pytest.mark.parametrize(
    ("level", "sign"), [(3, "###"), (7, "#"), (2.0, "#"), ("2", "#"), ([2], "#"), (None, "#")]
)
def test_a_heading_of_an_old_format_becomes_markdown_whatever_its_level(level, sign):
    heading = {"cell_type": "heading", "level": level, "source": "Codes"}
    (cell,) = cells_of({"cells": [heading]}, [])
    assert (cell.kind, cell.source) == ("markdown", f"{sign} Codes")


# ── the repaired notebook ────────────────────────────────────────────────────────────────────


@pytest.mark.slow
def test_a_repaired_notebook_passes_the_formats_own_validator():
    nbformat = pytest.importorskip("nbformat")
    for name in ("cells and metadata of odd types", "ids missing illegal and repeated"):
        repaired = read(arrived(name)).notebook
        nbformat.validate(nbformat.from_dict(repaired))


def test_repairing_leaves_what_it_was_given_as_it_was():
    given = json.loads(arrived("all code cells merged into one"))
    before = copy.deepcopy(given)
    intake.repair(given, 1)
    assert given == before


def test_superseded_copies_stay_readable_without_marks():
    repaired = read(arrived("answer copied and corrected in the copy")).notebook
    kept = [cell for cell in repaired["cells"] if "return -7.0" in cell["source"]]
    assert len(kept) == 1 and "nbgrader" not in kept[0]["metadata"]


def test_a_merged_cell_is_taken_apart_with_helpers_beside_their_answer():
    data = solved(1)
    answer, other = cell_of(data, "solution-1-1"), cell_of(data, "solution-1-4")
    before, after = "import math\n# two\nTWO = 2\n", '\ncheck("1.1")\nprint(TWO)\nHALF = 0.5\n'
    answer["source"] = "".join([before, *answer["source"], after, *other["source"]])
    other["source"] = ""
    repaired = read(data).notebook
    first, second = cell_of(repaired, "solution-1-1"), cell_of(repaired, "solution-1-4")
    assert first["source"].startswith("import math\n# two\nTWO = 2\ndef reparameterize")
    assert second["source"].startswith("HALF = 0.5\ndef pathwise_gradients")
    assert "print(TWO)" in [cell["source"] for cell in repaired["cells"]]


def test_written_answers_are_found_by_id_or_by_their_place():
    data = solved(2)
    cell_of(data, "written-2")["source"] = "  Each cloud is pulled to the origin. "
    wanted = {"written-2": "Each cloud is pulled to the origin."}
    assert read(data).written == wanted
    copied = copy.deepcopy(data)
    copied["cells"].append({**cell_of(data, "written-2"), "source": "YOUR ANSWER HERE"})
    assert read(copied).written == wanted
    for cell in data["cells"]:
        cell["metadata"] = {}
        cell.pop("id")
    assert read(data).written == wanted
    assert read(notebook("lessons", 2)).written == {"written-2": ""}
    assert read(notebook("lessons", 1)).written == {}
