"""Notebooks as they really arrive, by name: what happened to them, and what still counts."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass

from coursework import grade_id, notebook, with_answers

from autograder.exercise import registry


@dataclass(frozen=True)
class Damage:
    """One damaged notebook.

    Attributes:
        make: turns a solved release into the file that arrived.
        lesson: of which lesson.
        lost: exercises that earn nothing afterwards; all others earn full points.
        mentions: a pattern for each repair that must be listed; no others may be.
    """

    make: Callable[[dict], bytes]
    lesson: int
    lost: tuple[str, ...]
    mentions: tuple[str, ...]


DAMAGED: dict[str, Damage] = {}
WRONG_1_1 = "def reparameterize(mean, log_var, eps):\n    return -7.0\n"
STUB_1_1 = (
    "def reparameterize(mean, log_var, eps):\n    # YOUR CODE HERE\n"
    "    raise NotImplementedError()\n"
)


def damage(*mentions: str, lesson: int = 1, lost: tuple[str, ...] = ()):
    """Register a function (notebook dict → None to damage it in place, a new dict, or bytes)."""

    def register(change):
        def make(data: dict) -> bytes:
            result = change(data)
            result = data if result is None else result
            return result if isinstance(result, bytes) else as_bytes(result)

        DAMAGED[change.__name__.replace("_", " ")] = Damage(make, lesson, lost, mentions)
        return change

    return register


def solved(lesson: int) -> dict:
    """The released notebook with every exercise answered."""
    ids = [exercise.id for exercise in registry.of_lesson(lesson)]
    return copy.deepcopy(with_answers(lesson, *ids))


def arrived(name: str) -> bytes:
    """The damaged notebook with this name, as a file's bytes."""
    return DAMAGED[name].make(solved(DAMAGED[name].lesson))


def as_bytes(data: object) -> bytes:
    """A notebook as editors write it."""
    return json.dumps(data, ensure_ascii=False, indent=1).encode()


def position(data: dict, wanted: str) -> int:
    """Where the cell with this grade id is."""
    return next(i for i, cell in enumerate(data["cells"]) if grade_id(cell) == wanted)


def cell_of(data: dict, wanted: str) -> dict:
    """The cell with this grade id."""
    return data["cells"][position(data, wanted)]


def text(cell: dict) -> str:
    """A cell's source as one text."""
    return "".join(cell["source"])


def code(source: str, **metadata) -> dict:
    """A learner's own code cell."""
    return {
        "cell_type": "code",
        "source": source,
        "metadata": metadata,
        "outputs": [],
        "execution_count": None,
    }


def put_before(data: dict, wanted: str, *sources: str) -> None:
    """Insert code cells before the cell with this grade id."""
    at = position(data, wanted)
    data["cells"][at:at] = [code(source) for source in sources]


def put_after(data: dict, wanted: str, *sources: str) -> None:
    """Insert code cells after the cell with this grade id."""
    at = position(data, wanted) + 1
    data["cells"][at:at] = [code(source) for source in sources]


def without_metadata(data: dict) -> dict:
    """All metadata and ids gone, as some converters leave a notebook."""
    for cell in data["cells"]:
        cell["metadata"] = {}
        cell.pop("id", None)
    data["metadata"] = {}
    return data


# ── as editors save an undamaged notebook ────────────────────────────────────────────────────


@damage()
def saved_by_colab(data):
    for number, cell in enumerate(data["cells"]):
        cell["metadata"] |= {"id": cell.pop("id")}
        if cell["cell_type"] == "code":
            cell["metadata"] |= {
                "outputId": f"0c51d2a1-{number:04d}",
                "colab": {"base_uri": "https://localhost:8080/", "height": 299},
            }
            cell["execution_count"] = number
            cell["outputs"] = [
                {"output_type": "stream", "name": "stdout", "text": ["Noted\n"]},
                {
                    "output_type": "display_data",
                    "data": {"image/png": "iVBORw0KGgo" * 9000, "text/plain": ["<Figure>"]},
                    "metadata": {},
                },
            ]
    data["nbformat_minor"] = 0
    data["metadata"] |= {
        "colab": {"provenance": [], "toc_visible": True},
        "accelerator": "GPU",
        "kernelspec": {"name": "python3", "display_name": "Python 3"},
    }


@damage()
def saved_by_colab_with_new_ids(data):
    for number, cell in enumerate(data["cells"]):
        cell.pop("id")
        cell["metadata"] |= {"id": f"qRs{number}TuVw_-x"}
    data["nbformat_minor"] = 0


@damage()
def saved_by_vs_code(data):
    for number, cell in enumerate(data["cells"]):
        cell["id"] = f"{number:08x}"
        if cell["cell_type"] == "code":
            cell["metadata"] |= {"vscode": {"languageId": "python"}}
            cell["execution_count"] = None
    data["metadata"] = {
        "kernelspec": {"display_name": ".venv", "language": "python", "name": "python3"},
        "language_info": {"name": "python", "version": "3.11.7", "file_extension": ".py"},
    }


@damage()
def saved_by_jupyterlab(data):
    for number, cell in enumerate(data["cells"]):
        cell["source"] = text(cell).splitlines(keepends=True)
        cell["id"] = f"3f2a91b0-77aa-4c1d-9d3e-{number:012d}"
        if cell["cell_type"] == "code":
            cell["execution_count"] = number
            cell["metadata"] |= {
                "execution": {"iopub.status.busy": "2026-01-01T10:00:00Z"},
                "scrolled": True,
            }
            cell["outputs"] = [
                {"output_type": "error", "ename": "NameError", "evalue": "x", "traceback": ["…"]}
            ]
    data["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": {}}}


@damage()
def with_windows_line_ends(data):
    for cell in data["cells"]:
        cell["source"] = text(cell).replace("\n", "\r\n")
    return as_bytes(data).replace(b"\n", b"\r\n")


@damage()
def with_hundreds_of_megapixels_of_output(data):
    shown = {"output_type": "display_data", "data": {"image/png": "A" * 9_000_000}, "metadata": {}}
    data["cells"][3]["outputs"] = [shown]


@damage()
def with_a_wrong_try_below_the_last_check(data):
    put_after(data, "check-1-1", "reparameterize = 3", WRONG_1_1)
    data["cells"].append(code("np.exp = None\ntf = None"))


# ── metadata and ids ─────────────────────────────────────────────────────────────────────────


@damage("grading marks of 9 graded cells were missing")
def all_metadata_stripped(data):
    return without_metadata(data)


@damage("grading marks of 14 graded cells were", lesson=2)
def all_metadata_stripped_around_a_written_answer(data):
    cell_of(data, "written-2")["source"] = "It pulls every cloud towards the prior."
    return without_metadata(data)


@damage("grading marks of 9 graded cells were missing")
def nbgrader_keys_left_empty(data):
    for cell in data["cells"]:
        cell["metadata"]["nbgrader"] = {}


@damage("grading marks of the check of 1.1 had been changed", "grading marks of the cell of 1.2")
def points_and_locks_tampered_with(data):
    cell_of(data, "check-1-1")["metadata"]["nbgrader"] |= {"points": 200, "locked": False}
    cell_of(data, "solution-1-2")["metadata"]["nbgrader"] |= {"grade": True, "extra": "key"}


@damage(
    r"marks that do not belong to lesson 1 were removed \(cell 6\)",
    "grading marks of a graded cell were",
)
def marks_of_another_lesson(data):
    cell_of(data, "solution-1-1")["metadata"]["nbgrader"] = {}
    data["cells"][5]["metadata"]["nbgrader"] = {"grade_id": "solution-2-1", "solution": True}


@damage("answer to 1.1 was not .* in cell 21", "answer to 1.2 was not .* in cell 11")
def marks_of_two_answers_swapped(data):
    first, second = cell_of(data, "solution-1-1"), cell_of(data, "solution-1-2")
    first["source"], second["source"] = second["source"], first["source"]


@damage()
def ids_missing_illegal_and_repeated(data):
    for cell in data["cells"]:
        cell["id"] = "the same id, and not a legal one!"
    data["cells"][4]["id"] = 7
    data["cells"][5].pop("id")


@damage("Cells 1, 44 were left out")
def cells_and_metadata_of_odd_types(data):
    data["metadata"] = [1, 2]
    data["cells"] = ["not a cell", *data["cells"], None, {}, {"cell_type": "code"}]
    data["cells"] += [{"cell_type": 4, "source": 5, "metadata": "x"}, code(None), code(12)]
    data["cells"] += [code(["a = 1\n", None, 3, "b = 2"], tags=None), code({"a": 1})]
    data["cells"][3]["attachments"] = "none"
    data["cells"][3]["metadata"]["tags"] = "demo"


@damage()
def another_kernel_and_no_language(data):
    data["metadata"] = {"kernelspec": {"name": "ir", "display_name": "R", "language": "R"}}


@damage()
def no_metadata_key_anywhere(data):
    marks = [copy.deepcopy(cell["metadata"].get("nbgrader")) for cell in data["cells"]]
    for cell, mark in zip(data["cells"], marks, strict=True):
        cell.pop("metadata")
        if mark:
            cell["metadata"] = {"nbgrader": mark}
    data.pop("metadata")
    data.pop("nbformat")


# ── cells there twice, gone, moved, merged, emptied ──────────────────────────────────────────


@damage("cell of 1.1 was there twice; the last one that answers it was judged")
def answer_copied_and_corrected_in_the_copy(data):
    at = position(data, "solution-1-1")
    data["cells"].insert(at, {**copy.deepcopy(data["cells"][at]), "source": WRONG_1_1})


@damage("cell of 1.1 was there twice; the last one that answers it", lost=("1.1",))
def answer_copied_and_broken_in_the_copy(data):
    at = position(data, "solution-1-1")
    data["cells"].append({**copy.deepcopy(data["cells"][at]), "source": WRONG_1_1})


@damage("cell of 1.1 was there twice; the last one that answers it was judged")
def untouched_stub_pasted_below_the_answer(data):
    at = position(data, "solution-1-1")
    stub = notebook("lessons", 1)["cells"][at]
    data["cells"].insert(at + 1, copy.deepcopy(stub))


@damage()
def placeholder_of_ones_own_below_the_answer(data):
    put_after(data, "solution-1-1", "def reparameterize(*_):\n    pass", "reparameterize = ...")


@damage("Checks of 4 exercises were missing")
def checks_deleted_and_a_wrong_try_below(data):
    data["cells"] = [cell for cell in data["cells"] if not grade_id(cell).startswith("check")]
    put_after(data, "solution-1-4", WRONG_1_1)


@damage()
def import_that_fails_above_its_answer(data):
    cell = cell_of(data, "solution-1-1")
    cell["source"] = "import a_module_that_is_not_there as extra\n\n\n" + text(cell).replace(
        "std * eps", "(std * eps if extra_is_not_needed() else extra.f())"
    )
    cell["source"] += "\n\ndef extra_is_not_needed():\n    return True\n"


@damage("check of 1.1 was there 3 times", "set-up cell was there twice")
def locked_cells_there_several_times(data):
    check, setup = cell_of(data, "check-1-1"), cell_of(data, "setup")
    data["cells"] += [copy.deepcopy(cell) for cell in (check, check, setup)]


@damage("cell of 1.2 was missing or empty; it was put back without an answer", lost=("1.2",))
def answer_deleted(data):
    del data["cells"][position(data, "solution-1-2")]


@damage("check of 1.1 was missing", "check of 1.4 was missing", "set-up cell was missing")
def locked_cells_deleted(data):
    for wanted in ("setup", "check-1-1", "check-1-4"):
        del data["cells"][position(data, wanted)]


@damage("Checks of 4 exercises were missing", "set-up cell was missing")
def everything_deleted_but_the_answers(data):
    data["cells"] = [cell for cell in data["cells"] if grade_id(cell).startswith("solution")]


@damage("none of the lesson's graded cells", lost=("1.1", "1.2", "1.3", "1.4"))
def every_graded_cell_deleted(data):
    data["cells"] = [cell for cell in data["cells"] if not grade_id(cell)]
    data["cells"].append(code('check("1.7")\ncheck("1.8")'))


@damage("cell of 1.1 was missing or empty", "set-up cell had been changed", lost=("1.1",))
def cells_emptied(data):
    cell_of(data, "solution-1-1")["source"] = "  \n"
    cell_of(data, "setup")["source"] = []


@damage("graded cells were in another order")
def cells_in_reverse_order(data):
    data["cells"].reverse()


@damage("graded cells were in another order")
def setup_moved_to_the_end(data):
    data["cells"].append(data["cells"].pop(position(data, "setup")))


@damage("answer to 1.1 was not .* in cell 12", "check of 1.1 had been changed; .* a separate cell")
def answer_moved_into_the_check_cell(data):
    answer, check = cell_of(data, "solution-1-1"), cell_of(data, "check-1-1")
    check["source"] = text(answer) + "\n\n" + text(check)
    answer["source"] = STUB_1_1


@damage("answer to 1.1 was not .* in cell 43")
def answer_moved_to_a_scratch_cell_at_the_end(data):
    answer = cell_of(data, "solution-1-1")
    data["cells"].append(code(text(answer)))
    answer["source"] = STUB_1_1


@damage("Cell 11 contained more than one graded cell")
def answer_check_and_training_merged(data):
    at = position(data, "solution-1-1")
    check = data["cells"].pop(at + 1)
    training = "while True:\n    reparameterize(tf.zeros(1), tf.zeros(1), tf.zeros(1))"
    data["cells"][at]["source"] = "\n\n".join(
        [text(data["cells"][at]), text(check), "1 / 0", training, "raise SystemExit(3)"]
    )


@damage("Cell 1 contained more than one graded cell", "grading mark|3 checks|4 checks|set-up cell")
def all_code_cells_merged_into_one(data):
    sources = [text(cell) for cell in data["cells"] if cell["cell_type"] == "code"]
    data["cells"] = [code("\n\n".join(sources))]


@damage()
def answer_split_over_cells(data):
    put_before(
        data,
        "solution-1-1",
        "import math\nHALF = 1 / 2\n\ndef spread(log_var):\n"
        "    return tf.exp(HALF * log_var) * math.exp(0)\n",
    )
    cell_of(data, "solution-1-1")["source"] = (
        "def reparameterize(mean, log_var, eps):\n    return mean + spread(log_var) * eps\n"
    )
    put_after(data, "solution-1-1", "reparameterize = tf.function(reparameterize)")


@damage()
def helper_below_its_answer(data):
    cell_of(data, "solution-1-1")["source"] = (
        "def reparameterize(mean, log_var, eps, half=HALF):\n"
        "    return mean + spread(half * log_var) * eps\n"
    )
    data["cells"] += [code("spread = tf.exp"), code("HALF = 0.5")]


@damage()
def helper_name_used_again_further_down(data):
    cell_of(data, "solution-1-1")["source"] = (
        "def spread(log_var):\n    return tf.exp(0.5 * log_var)\n\n\n"
        "def reparameterize(mean, log_var, eps):\n    return mean + spread(log_var) * eps\n"
    )
    data["cells"].append(code("spread = 12"))


@damage(r"`faulty_line_1_3` of 1.3 was in cell 29")
def second_name_of_an_answer_in_another_cell(data):
    cell = cell_of(data, "solution-1-3")
    lines = text(cell).split("\n")
    *_, line = (line for line in lines if line.startswith("faulty_line"))
    cell["source"] = "\n".join(other for other in lines if other != line)
    at = position(data, "check-1-3") + 1
    data["cells"].insert(at, code(line))


# ── edits ────────────────────────────────────────────────────────────────────────────────────


@damage("check of 1.1 had been changed", "check of 1.2 had been changed", lost=("1.1",))
def checks_edited_to_give_points(data):
    cell_of(data, "solution-1-1")["source"] = WRONG_1_1
    cell_of(data, "check-1-1")["source"] = 'check("1.1"); 2.0'
    cell_of(data, "check-1-2")["source"] = "3.0"


@damage("set-up cell had been changed; .* a separate cell")
def setup_edited_with_an_import_that_an_answer_needs(data):
    setup = cell_of(data, "setup")
    setup["source"] = (
        text(setup) + "\nfrom math import exp as e_to\nimport a_module_that_is_not_there"
    )
    cell_of(data, "solution-1-1")["source"] = (
        "def reparameterize(mean, log_var, eps):\n"
        "    return mean + e_to(0) * tf.exp(0.5 * log_var) * eps\n"
    )


@damage("`reparameterize` of 1.1 was not found under its name; `reparametrise` in its cell")
def answer_under_another_name(data):
    cell = cell_of(data, "solution-1-1")
    cell["source"] = text(cell).replace("def reparameterize(", "def reparametrise(")


@damage("`reparameterize` of 1.1 was not found", "grading marks of a graded cell were missing")
def answer_under_another_name_in_a_cell_that_only_colabs_id_tells(data):
    for cell in data["cells"]:
        cell["metadata"]["id"] = cell.pop("id")
    cell = cell_of(data, "solution-1-1")
    cell["source"] = text(cell).replace("def reparameterize(", "def reparametrise(")
    cell["metadata"].pop("nbgrader")


@damage("grading marks of 9 graded cells were missing")
def metadata_stripped_and_checks_in_other_quotes(data):
    for cell in without_metadata(data)["cells"]:
        if text(cell).startswith("check("):
            cell["source"] = text(cell).replace('"', "'") + ";"


@damage(lost=("1.1",))
def two_functions_under_other_names(data):
    cell_of(data, "solution-1-1")["source"] = WRONG_1_1.replace("reparameterize", "a") + (
        "\n\ndef b(mean, log_var, eps):\n    return mean + tf.exp(0.5 * log_var) * eps\n"
    )


@damage(lost=("1.1",))
def syntax_error_in_one_answer(data):
    cell_of(data, "solution-1-1")["source"] = (
        "def reparameterize(mean, log_var, eps)\n    return 1\n"
    )


@damage(lost=("1.1",))
def python_2_in_one_answer(data):
    cell_of(data, "solution-1-1")["source"] = WRONG_1_1 + 'print "done"\n'


@damage("Cell 12 begins with %%bash", r"leaves out shell lines and magics \(cells 11, 13\)")
def magics_and_shell_lines(data):
    cell = cell_of(data, "solution-1-1")
    put_before(
        data,
        "solution-1-1",
        "%load_ext tensorboard\n!pip install nothing\n?print\nnp?",
        "%%bash\ndef reparameterize(): rm -rf",
    )
    cell["source"] = (
        "%%time\n%matplotlib inline\nfiles = !ls\n%time SPREAD = 0.5\n\n"
        "def reparameterize(mean, log_var, eps):\n"
        '    """Uses\n% of something\n! nothing\n    """\n'
        "    return (mean + tf.exp(SPREAD * log_var)\n        * eps)\n!ls -la ('\n"
    )
    cell_of(data, "solution-1-4")["source"] = "%%capture out --no-stderr\n" + text(
        cell_of(data, "solution-1-4")
    )
    data["cells"].append(code("%%javascript\nalert('hello')"))
    data["cells"].pop()


@damage("Cell 11 begins with %%writefile; a cell", lost=("1.1",))
def answer_under_writefile(data):
    cell = cell_of(data, "solution-1-1")
    cell["source"] = "%%writefile numpy.py\n" + text(cell)


@damage(
    "Cell 11 was a text cell but defines `reparameterize`",
    "Cell 21 was a text cell but defines `Sampling`",
)
def answers_turned_into_text(data):
    first, second = cell_of(data, "solution-1-1"), cell_of(data, "solution-1-2")
    first["cell_type"] = "markdown"
    second["cell_type"] = "raw"
    first["source"] = "```python\n" + text(first) + "\n```"


@damage("cell of 1.1 was missing or empty", lost=("1.1",))
def answer_turned_into_prose(data):
    cell = cell_of(data, "solution-1-1")
    cell["cell_type"] = "markdown"
    cell["source"] = "I would write " + text(cell)


@damage()
def prose_turned_into_code(data):
    for cell in data["cells"]:
        if cell["cell_type"] == "markdown":
            cell |= {"cell_type": "code", "outputs": [], "execution_count": None}


@damage()
def answers_hidden_behind_the_demo_tag(data):
    for cell in data["cells"]:
        cell["metadata"]["tags"] = ["demo"]


@damage()
def training_that_takes_an_hour(data):
    put_after(data, "check-1-1", "import time\nfor epoch in range(3600):\n    time.sleep(1)")
    cell = cell_of(data, "solution-1-2")
    cell["source"] = text(cell) + (
        "\nlayer = Sampling(seed=1)\nwhile True:\n    layer((tf.zeros((1, 1)), tf.zeros((1, 1))))\n"
    )
    put_before(data, "setup", "import a_module_that_is_not_there\nwhile True: pass")


@damage()
def helper_borrowed_from_a_demonstration(data):
    cell_of(data, "solution-2-3")["source"] = text(cell_of(data, "solution-2-3")) + (
        "\n\n_monte_carlo = kl_monte_carlo\n\n\n"
        "def kl_monte_carlo(*args, **kwargs):\n"
        "    assert log_normal(0.0, 0.0, 1.0) < 0\n    return _monte_carlo(*args, **kwargs)\n"
    )


DAMAGED["helper borrowed from a demonstration"] = Damage(
    DAMAGED["helper borrowed from a demonstration"].make, 2, (), ()
)


# ── files ────────────────────────────────────────────────────────────────────────────────────


@damage("old format 3")
def notebook_of_format_3(data):
    cells = []
    for cell in data["cells"]:
        old = {"cell_type": cell["cell_type"], "metadata": cell["metadata"]}
        if cell["cell_type"] == "code":
            old |= {"input": text(cell).splitlines(keepends=True), "language": "python"}
            old |= {"outputs": [], "prompt_number": 1, "collapsed": False}
        else:
            old |= {"source": text(cell)}
        cells.append(old)
    cells.insert(0, {"cell_type": "heading", "level": 1, "source": "A title", "metadata": {}})
    metadata = {"name": "", "signature": "sha256:0"}
    return {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": metadata,
        "worksheets": [{"cells": cells[:20]}, {"cells": cells[20:], "metadata": {}}],
    }


@damage("old format 2", "grading marks of 9 graded cells")
def notebook_of_format_2(data):
    cells = [
        {"cell_type": "code", "input": text(cell), "outputs": [], "language": "python"}
        if cell["cell_type"] == "code"
        else {"cell_type": "markdown", "source": text(cell)}
        for cell in data["cells"]
    ]
    return {"nbformat": 2, "metadata": {"name": "x"}, "worksheets": [{"cells": cells}]}


@damage("byte-order mark")
def utf_8_with_a_byte_order_mark(data):
    return b"\xef\xbb\xbf" + as_bytes(data)


@damage("saved in UTF-16")
def utf_16(data):
    return as_bytes(data).decode().encode("utf-16")


@damage("saved in UTF-16")
def utf_16_without_a_mark(data):
    return as_bytes(data).decode().encode("utf-16-le")


@damage("saved in an old Windows encoding")
def windows_1252(data):
    answer = cell_of(data, "solution-1-1")
    answer["source"] = "# écrit à la main\n" + text(answer)
    return as_bytes(data).decode().encode("cp1252", errors="replace")


@damage("NUL bytes")
def nul_bytes(data):
    answer = cell_of(data, "solution-1-1")
    answer["source"] = text(answer).replace("\n", "\x00\n") + "\ud800"
    return json.dumps(data).encode().replace(b"\n", b"\n\x00") + b"\x00" * 512


@damage(
    "seems to be for lesson 2",
    "cells of all answers",
    "Checks of 4",
    "were removed",
    lost=("1.1", "1.2", "1.3", "1.4"),
)
def another_lesson_than_was_asked_for(data):
    return as_bytes(solved(2))


@damage(r"marks that do not belong to lesson 1")
def two_lessons_in_one_notebook(data):
    other = notebook("lessons", 0)["cells"]
    data["cells"] += copy.deepcopy(other[2:])


@damage()
def lesson_0_with_everything_at_once(data):
    data["cells"].reverse()
    without_metadata(data)
    data["cells"] += [code("%%html\n<b>"), code("def prepare_images(:")]


DAMAGED["lesson 0 with everything at once"] = Damage(
    DAMAGED["lesson 0 with everything at once"].make,
    0,
    (),
    ("grading marks of 7 graded cells", "another order", "leaves out shell lines and magics"),
)


# ── what is no notebook ──────────────────────────────────────────────────────────────────────

DEEP = 200_000
UNREADABLE: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "file is empty.* Download it again"),
    "blanks and NULs": (b" \n\x00\x00 ", "file is empty"),
    "a web page": (b"<!DOCTYPE html><html><body>Sign in</body></html>", "is a web page"),
    "a page without a head": (b"  <html>Sign in</html>", "is a web page"),
    "a zip": (b"PK\x03\x04" + b"\x00" * 100, "is a zip archive .* Unpack it"),
    "a gzip": (b"\x1f\x8b\x08" + b"\x00" * 100, "is a gzip archive"),
    "a PDF": (b"%PDF-1.7\n%\xe2\xe3", "is a PDF"),
    "a picture": (b"\x89PNG\r\n\x1a\n", "is a picture"),
    "weights": (b"\x89HDF\r\n\x1a\n", "saved weights"),
    "Python": (b"import numpy as np\n\ndef lerp(a, b, t):\n    return a\n", "is Python code"),
    "words": ("Sorry, I forgot. — A".encode(), "not a notebook: it is not JSON"),
    "a cut-off download": (b'{"cells": [{"cell_type": "code", "sou', "cut off"),
    "an unresolved merge": (b'{"cells": [\n<<<<<<< HEAD\n{},\n=======\n]}', "marks of a Git merge"),
    "a pointer to a large file": (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS"),
    "a list": (b"[1, 2]", "JSON, but not a notebook: it has no list of cells"),
    "a number": (b"7", "no list of cells"),
    "an object": (b'{"nbformat": 4}', "no list of cells"),
    "cells that are no list": (b'{"cells": {"a": 1}}', "no list of cells"),
    "no worksheets": (b'{"worksheets": []}', "no list of cells"),
    "worksheets that are none": (b'{"worksheets": [1, "a"]}', "no list of cells"),
    "deep lists": (b"[" * DEEP + b"]" * DEEP, "nested too deeply"),
    "deep objects": (b'{"a":' * DEEP + b"1" + b"}" * DEEP, "nested too deeply"),
    "a number of many digits": (b'{"cells": [' + b"9" * 9000 + b"]}", "not JSON|not of any lesson"),
    "noise": (bytes(range(128, 256)) * 40, "not a notebook: it is not JSON"),
    "a byte-order mark alone": (b"\xff\xfe", "not JSON"),
    "no cells": (b'{"cells": []}', "not of any lesson"),
    "cells of no lesson": (as_bytes({"cells": [code("print(1)")]}), "not of any lesson: .*check"),
    "a lesson that is not there": (as_bytes({"cells": [code('check("9.1")')]}), "no lesson 9"),
    "too many cells": (b'{"cells": [' + b"{}," * 6000 + b"{}]}", "6001 cells, more than 5000"),
    "too many bytes": (b" " * 50_000_001, "50,000,001 bytes, more than 50 MB"),
}
