"""2,000 notebooks damaged at random: none is lost, none crashes, nothing appears or vanishes."""

from __future__ import annotations

import copy
import functools
import json
import random
import re

import pytest
from coursework import LESSONS
from damaged import code, solved

from autograder.commands.check import judge_submission
from autograder.exercise import registry
from autograder.intake import RUN, Submission, parse, read_content, repair
from autograder.intake.released import release
from autograder.intake.statements import code_of

COUNT = 2_000
JUDGED = 25
read = functools.lru_cache(maxsize=4096)(code_of)
WRONG = "\n    raise ValueError('wrong on purpose')\n"


def text(cell: dict) -> str:
    """A cell's source as one text, whatever stands there."""
    source = cell.get("source")
    return "".join(source) if isinstance(source, str | list) else ""


@functools.cache
def whole(lesson: int) -> str:
    """The solved notebook as JSON."""
    data = solved(lesson)
    for cell in data["cells"]:
        cell["source"] = text(cell)
    return json.dumps(data)


@functools.cache
def lines_of(source: str) -> frozenset[str]:
    """The stripped lines of a source, and the statements of lines that hold several."""
    lines = source.replace("\r", "").split("\n")
    return frozenset(part.strip() for line in lines for part in (line, *line.split(";")))


@functools.cache
def answer_texts(lesson: int) -> dict[str, str]:
    """Answer name → the statement that defines it in the solved notebook."""
    return {
        name: statement.text
        for cell in solved(lesson)["cells"]
        if cell["cell_type"] == "code"
        for statement in read(text(cell)).statements
        for name in statement.binds & release(lesson).owners.keys()
    }


class Notebook:
    """A notebook under damage, and which answers can no longer be expected."""

    def __init__(self, lesson: int, rng: random.Random):
        self.lesson, self.rng = lesson, rng
        self.data = json.loads(whole(lesson))
        self.lost: set[str] = set()

    @property
    def cells(self) -> list[dict]:
        return self.data["cells"]

    def role(self, cell: dict) -> str:
        """Role of the cell by its mark, "" without one."""
        marks = cell["metadata"].get("nbgrader") if isinstance(cell["metadata"], dict) else None
        return str(marks.get("grade_id", "")) if isinstance(marks, dict) else ""

    def some(self, start: str = "", kind: str | None = None) -> list[dict]:
        """Cells whose mark begins like this."""
        found = [c for c in self.cells if self.role(c).startswith(start)]
        return [c for c in found if kind in (None, c["cell_type"])]

    def pick(self, start: str = "", kind: str | None = None) -> dict:
        found = self.some(start, kind) or self.cells
        return self.rng.choice(found)

    def index(self, cell: dict) -> int:
        return next(i for i, other in enumerate(self.cells) if other is cell)

    def lose(self, cell: dict) -> None:
        """The answers in this cell cannot be expected any more."""
        source = text(cell)
        self.lost |= {n for n in release(self.lesson).owners if re.search(rf"\b{n}\b", source)}


def strip_marks(book):
    for cell in book.cells:
        if book.rng.random() < 0.7:
            cell["metadata"] = book.rng.choice([{}, {"nbgrader": {}}, {"tags": ["demo"]}])


def strip_ids(book):
    for cell in book.cells:
        cell.pop("id", None)


def spoil_ids(book):
    for cell in book.cells:
        cell["id"] = book.rng.choice(["", "a b", "same", 5, None, "x" * 90])


def save_as_colab(book):
    for cell in book.cells:
        cell["metadata"] = {**cell["metadata"], "id": cell.pop("id", "none"), "outputId": "x"}


def copy_a_cell(book):
    cell = copy.deepcopy(book.pick(book.rng.choice(["", "solution", "check", "setup"])))
    book.cells.insert(book.rng.randrange(len(book.cells) + 1), cell)


def paste_a_stub(book):
    wanted = book.rng.choice([c for c in release(book.lesson).cells if c.role == "solution"])
    mark = {"nbgrader": dict(wanted.metadata["nbgrader"])} if book.rng.random() < 0.5 else {}
    book.cells.insert(
        book.rng.randrange(len(book.cells) + 1), {**code(wanted.source), "metadata": mark}
    )


def delete_a_cell(book):
    cell = book.pick(book.rng.choice(["", "solution", "check", "setup", "written"]))
    book.lose(cell)
    book.cells.remove(cell)


def delete_all_checks_and_setup(book):
    for cell in [*book.some("check"), *book.some("setup")]:
        book.lose(cell)
        book.cells.remove(cell)


def move_a_cell(book):
    cell = book.pick(book.rng.choice(["", "solution", "check", "setup"]))
    book.cells.remove(cell)
    book.cells.insert(book.rng.randrange(len(book.cells) + 1), cell)


def shuffle_all(book):
    book.rng.shuffle(book.cells)


def reverse_all(book):
    book.cells.reverse()


def merge_neighbours(book):
    at = book.index(book.pick("solution", "code"))
    end = at + book.rng.randint(2, 4)
    group = [c for c in book.cells[at:end] if c["cell_type"] == "code"]
    joined = "\n\n".join(text(c) for c in group)
    if not read(joined).is_python:
        for cell in group:
            book.lose(cell)
    group[0]["source"] = joined
    book.data["cells"] = [c for c in book.cells if not any(c is other for other in group[1:])]


def split_off_a_helper(book):
    cell = book.pick("solution", "code")
    book.cells.insert(book.index(cell), code("def a_helper(x):\n    return x + A_NUMBER"))
    book.cells.append(code("A_NUMBER = 1"))
    cell["source"] = text(cell) + "\n\nA_LATER_VALUE = a_helper(2)\n"


def empty_a_cell(book):
    cell = book.pick(book.rng.choice(["solution", "check", "setup", ""]))
    book.lose(cell)
    cell["source"] = book.rng.choice(["", [], "   \n", None, 0, {"a": 1}])


def edit_a_locked_cell(book):
    cell = book.pick(book.rng.choice(["check", "setup"]))
    if book.role(cell).startswith(("check", "setup")):
        added = book.rng.choice(["; 2.0", "\nprint(1)", "\nMINE = 3", "\n1 / 0", "\n!ls"])
        cell["source"] = text(cell) + added


def swap_two_solutions(book):
    first, second = book.pick("solution"), book.pick("solution")
    first["source"], second["source"] = second["source"], first["source"]


def move_an_answer_elsewhere(book):
    cell = book.pick("solution", "code")
    other = book.pick("check") if book.rng.random() < 0.5 else None
    if other is None or not book.role(other).startswith("check"):
        book.cells.append(code(text(cell)))
    else:
        other["source"] = text(cell) + "\n\n" + text(other)
    cell["source"] = book.rng.choice(["", "# moved"])


def write_a_wrong_answer(book):
    cell = book.pick("solution", "code")
    book.lose(cell)
    names = [n for n in release(book.lesson).owners if f"def {n}(" in text(cell)]
    cell["source"] = "".join(f"def {name}(*_):{WRONG}" for name in names) or "1 / 0"


def break_the_syntax(book):
    cell = book.pick("solution", "code")
    book.lose(cell)
    cell["source"] = text(cell) + book.rng.choice(["\ndef f(:", '\nprint "x"', "\n)", "\n  x = 1"])


def add_scratch(book):
    sources = ["1 / 0", "while True: pass", "x = ", "%matplotlib inline", "!pip install x\ny = 1"]
    sources += [
        "%%bash\nls",
        'check("9.9")',
        "import not_there",
        "raise SystemExit",
        "%%time\nz = 1",
    ]
    for source in book.rng.sample(sources, 3):
        book.cells.insert(book.rng.randrange(len(book.cells) + 1), code(source))


def add_magics_to_answers(book):
    for cell in book.some("solution", "code"):
        head = book.rng.choice(["%%time\n", "%matplotlib inline\n", "!ls\n", "files = !ls\n", ""])
        cell["source"] = head + text(cell)


def turn_code_into_text(book):
    cell = book.pick("solution", "code")
    cell["cell_type"] = book.rng.choice(["markdown", "raw"])


def turn_text_into_code(book):
    cell = book.pick("", "markdown")
    if cell["cell_type"] == "markdown":
        cell["cell_type"] = "code"


def odd_types(book):
    book.cells.insert(book.rng.randrange(len(book.cells) + 1), {**code("a = 1"), "metadata": {}})
    book.data["metadata"] = book.rng.choice([None, [], "x", {"kernelspec": 3}])
    for cell in book.rng.sample(book.cells, 3):
        cell["attachments"] = cell["outputs"] = book.rng.choice([None, 3, "x", [1]])


def tamper_with_marks(book):
    for cell in book.some("check") + book.some("solution"):
        cell["metadata"]["nbgrader"] |= book.rng.choice(
            [{"points": 99}, {"locked": False}, {"grade": "x"}, {"schema_version": 1}, {}]
        )


def marks_of_another_lesson(book):
    for cell in book.some("solution"):
        if book.rng.random() < 0.3:
            cell["metadata"]["nbgrader"]["grade_id"] = book.rng.choice(["solution-9-9", 7, None])


def windows_line_ends(book):
    for cell in book.cells:
        cell["source"] = text(cell).replace("\r", "").replace("\n", "\r\n")


DAMAGES = [
    item
    for item in list(globals().values())
    if callable(item) and getattr(item, "__code__", None) and "book" in item.__code__.co_varnames
]


def damaged(number: int) -> tuple[Notebook, list[str]]:
    """The notebook with this number: one to four damages, always the same."""
    rng = random.Random(number)
    book = Notebook(number % len(LESSONS), rng)
    changes = rng.choices(DAMAGES, k=rng.randint(1, 4))
    for change in changes:
        change(book)
    return book, [change.__name__ for change in changes]


def intake_of(book: Notebook, number: int):
    """What intake makes of it; every fourth by way of a file's bytes."""
    if number % 4:
        return repair(json.loads(json.dumps(book.data)), book.lesson)
    encoding = ("utf-8", "utf-8-sig", "utf-16", "cp1252")[number // 4 % 4]
    data = json.dumps(book.data, ensure_ascii=encoding == "cp1252").encode(encoding)
    return repair(parse(data), book.lesson)


def check_notebook(repaired, lesson: int) -> None:
    """Every graded cell once, with the lesson's own marks, and locked ones with its source."""
    cells = repaired.notebook["cells"]
    wanted = release(lesson)
    graded = [c for c in cells if "nbgrader" in c["metadata"]]
    assert [c["metadata"]["nbgrader"] for c in graded] == [
        c.metadata["nbgrader"] for c in wanted.graded
    ]
    for cell, released in zip(graded, wanted.graded, strict=True):
        assert cell["cell_type"] == released.kind
        assert cell["source"] == released.source or released.role in ("solution", "written")
    ids = [c["id"] for c in cells]
    assert len(set(ids)) == len(ids) and all(re.fullmatch(r"[\w-]{1,64}", i) for i in ids)
    for cell in cells:
        keys = {"cell_type", "id", "metadata", "source"}
        keys |= {"outputs", "execution_count"} if cell["cell_type"] == "code" else set()
        assert set(cell) - {"attachments"} == keys and isinstance(cell["source"], str)


def check_answers(book: Notebook, repaired) -> None:
    """Every answer that is still there is what the run ends with; nothing else was made up."""
    run = [cell for cell in repaired.cells if cell.role in RUN]
    ends_with = {}
    for cell in run:
        for statement in read(cell.source).statements:
            for name in statement.binds:
                ends_with[name] = statement.text
    wanted = {n: t for n, t in answer_texts(book.lesson).items() if n not in book.lost}
    assert {name: ends_with.get(name) for name in wanted} == wanted
    sources = [*(cell.source for cell in release(book.lesson).cells), *map(text, book.cells)]
    there = set().union({"", "pass", "files = None"}, *map(lines_of, sources))
    made = set().union(*(lines_of(cell.source) for cell in run)) - there
    assert not [line for line in made if not re.fullmatch(r"\w+ = \w+", line)]
    assert all(re.match(r"[A-Z`].*\.$", line) for line in repaired.repairs)


def some_every_time(tenth: int):
    """A tenth of the notebooks; the first three are tried every time, the others every night."""
    return pytest.param(tenth, marks=pytest.mark.slow if tenth < 3 else pytest.mark.nightly)


@pytest.mark.parametrize("tenth", map(some_every_time, range(10)))
def test_no_mutation_loses_or_invents_anything(tenth):
    for number in range(tenth * COUNT // 10, (tenth + 1) * COUNT // 10):
        book, changes = damaged(number)
        try:
            repaired = intake_of(book, number)
            check_notebook(repaired, book.lesson)
            check_answers(book, repaired)
        except Exception as error:
            where = f"notebook {number} of lesson {book.lesson}: {', '.join(changes)}"
            raise AssertionError(where) from error


@pytest.mark.slow
def test_every_damage_occurs_often():
    seen = [change for number in range(COUNT) for change in damaged(number)[1]]
    assert len(DAMAGES) >= 25
    assert min(seen.count(change.__name__) for change in DAMAGES) > 50


def to_be_judged() -> list[int]:
    """Notebooks to judge too; of a lesson whose tests train networks, one."""
    rng, slow, numbers = random.Random(0), {3, 4, 7}, []
    while len(numbers) < JUDGED:
        number = rng.randrange(COUNT)
        lesson = number % len(LESSONS)
        if lesson not in (3, 4, 7) or lesson in slow:
            slow -= {lesson}
            numbers.append(number)
    return numbers


def where_it_takes_seconds(number: int):
    """A notebook; lessons that train networks are judged every night."""
    trains = number % len(LESSONS) in (3, 4, 7)
    return pytest.param(number, marks=pytest.mark.nightly if trains else pytest.mark.slow)


@pytest.mark.parametrize("number", map(where_it_takes_seconds, to_be_judged()))
def test_a_judged_mutation_earns_what_is_intact(number):
    book, changes = damaged(number)
    content = json.dumps(book.data).encode()
    submission: Submission = read_content(content, "mine.ipynb", book.lesson)
    verdicts, _ = judge_submission(submission)
    for verdict in verdicts:
        exercise = registry.get(verdict.exercise_id)
        if not book.lost & set(exercise.answers):
            assert verdict.points == exercise.points, (number, changes, verdict)
