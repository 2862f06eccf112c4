"""`bvae similar` over what a class handed in: who is listed, who is not, and who may read it."""

from __future__ import annotations

import copy
import json
import os
import re
import stat
import subprocess
import sys

import pytest
from batchwork import put
from bs4 import BeautifulSoup
from coursework import grade_id, notebook, with_answers

from autograder.intake.course_texts import solutions
from autograder.judging.bank import of_lesson
from bvae_ref.cli import main

# Not in the bank, each in its own words; none longer than a line.
ONE_LINERS = (
    "mean + eps * tf.math.exp(log_var / 2.0)",
    "tf.add_n([mean, eps * tf.exp(log_var * 0.5)])",
    "mean - (-eps) * tf.exp(log_var) ** 0.5",
    "tf.exp(log_var / 2) * eps - -mean",
    "eps * tf.math.sqrt(tf.math.exp(log_var)) + mean",
)
OWN = '''
def quartile_spread(centres, log_widths, draws=16):
    """Half the distance between the outer quartiles."""
    noise = np.random.default_rng(7).normal(size=(draws, *centres.shape))
    points = centres[None] + np.exp(log_widths / 2)[None] * noise
    ordered = np.sort(points, axis=0)
    return (ordered[3 * draws // 4] - ordered[draws // 4]) / 2
'''
RENAMED = re.sub(r'    """.*"""\n', "    # so much\n", OWN)
for old, new in {"quartile_spread": "q", "centres": "c", "log_widths": "lw", "draws": "n"}.items():
    RENAMED = RENAMED.replace(old, new)
for old, new in {"noise": "e", "points": "p", "ordered": "o"}.items():
    RENAMED = re.sub(rf"\b{old}\b", new, RENAMED)


def one_line(expression: str) -> dict:
    code = f"def reparameterize(mean, log_var, eps):\n    return {expression}\n"
    return with_answers(1, replace={"1.1": code})


def beside(data: dict, *sources: str, kind: str = "code") -> dict:
    """A notebook with further cells of a learner's own."""
    data = copy.deepcopy(data)
    for source in sources:
        data["cells"].append({"cell_type": kind, "metadata": {}, "source": source, "outputs": []})
    return data


def different(number: int) -> str:
    """Code that nobody else writes."""
    return "\n".join(f"r{n} = step_{number}.part_{n}(a, {number}, b=[{n}])" for n in range(9))


@pytest.fixture
def compared(tmp_path, capsys):
    """Compare a class: name → notebook or bytes; returns exit code, page's text, and stderr."""

    def run(learners: dict, *options: str) -> tuple[int, str, str]:
        for name, data in learners.items():
            content = data if isinstance(data, bytes) else json.dumps(data).encode()
            put(tmp_path / "in" / name / "lesson_1.ipynb", content)
        page = tmp_path / "similar.html"
        code = main(["similar", str(tmp_path / "in"), "-o", str(page), *options])
        return code, page.read_text(encoding="utf-8"), capsys.readouterr().err

    return run


def listed(page: str) -> list[str]:
    soup = BeautifulSoup(page, "html.parser")
    return [link.text for link in soup.select('table th[scope="row"] a')]


def test_copies_stand_at_the_top_and_honest_work_nowhere(compared):
    honest = {
        f"honest {n}": beside(one_line(ONE_LINERS[n % 5]), different(n), "# mine")
        for n in range(10)
    }
    solved = with_answers(1, "1.1", "1.2")
    copies = {"ann": beside(solved, OWN), "bo": beside(solved, OWN), "cy": beside(solved, RENAMED)}
    code, page, _ = compared({**honest, **copies})
    assert code == 0
    assert listed(page) == ["ann and bo", "ann and cy", "bo and cy"]
    assert "the same text" in page and "the same but for names, comments and layout" in page
    assert "evidence, not a verdict" in page
    soup = BeautifulSoup(page, "html.parser")
    first, second = soup.select_one("#lesson-1-pair-2").select("tbody td pre")[:2]
    assert "def quartile_spread" in first.text and "def q(c, lw" in second.text


@pytest.mark.parametrize("forms", [1, 2, 5])
def test_ten_independent_right_answers_to_a_one_line_exercise_are_not_listed(forms, compared):
    _, page, _ = compared({f"l{n}": one_line(ONE_LINERS[n % forms]) for n in range(10)})
    assert listed(page) == [] and "10 notebooks; no two of them share more" in page


def test_what_is_handed_out_and_what_the_bank_knows_is_common_ground(compared):
    variants = {w.exercise_id: w.source for w in of_lesson(1) if w.kind == "variant"}
    assert variants.keys() == {"1.1", "1.2", "1.3", "1.4"}
    same = {
        "released": notebook("lessons", 1),
        "again": notebook("lessons", 1),
        "solved": with_answers(1, *variants),
        "solved too": with_answers(1, *variants),
        "variants": with_answers(1, replace=variants),
        "variants too": with_answers(1, replace=variants),
        "from another lesson": beside(notebook("lessons", 1), *map(str, solutions_of(1))),
    }
    others = [c["source"] for c in notebook("lessons", 3)["cells"] if c["cell_type"] == "code"]
    same |= {name: beside(notebook("lessons", 1), *others) for name in ("three", "three too")}
    assert listed(compared(same)[1]) == []


def solutions_of(lesson: int) -> list[str]:
    return [text for key, text in solutions().items() if key.startswith(f"{lesson}.")]


def test_a_written_answer_that_two_handed_in_is_listed(compared):
    answer = (
        "Without the prior each posterior shrinks to a point of its own, so nothing that lies "
        "between two images was ever shown to the decoder, and draws from the normal distribution "
        "land where no picture was encoded; in my run the loss of such draws was twice as high."
    )
    lesson = notebook("lessons", 2)
    data = copy.deepcopy(lesson)
    (place,) = [n for n, cell in enumerate(data["cells"]) if grade_id(cell) == "written-2"]
    data["cells"][place]["source"] = answer
    _, page, _ = compared({"a": data, "b": data, "c": lesson, "d": lesson}, "--lesson", "2")
    assert listed(page) == ["a and b"]


def test_hostile_files_cost_themselves_alone_and_nothing_is_run(compared, tmp_path):
    touched = tmp_path / "touched"
    run = f"import pathlib\npathlib.Path({str(touched)!r}).touch()"
    nested = b'{"cells":' + b"[" * 100_000
    hostile = {
        "ann": beside(one_line("1"), run, "x = " + "(" * 9000, OWN),
        "bo": beside(one_line("2"), "def f(:\n" + RENAMED, "if x:\n" * 20_000),
        "nested": nested,
        "pdf": b"%PDF-1.7",
        "odd": json.dumps({"cells": [3, {"cell_type": "code", "source": {"a": 1}}]}).encode(),
    }
    code, page, said = compared(hostile, "--lesson", "1")
    assert code == 3 and not touched.exists()
    assert listed(page) == ["ann and bo"]
    assert "nested (lesson_1.ipynb) was not compared" in said
    assert "pdf (lesson_1.ipynb) was not compared: The file is a PDF" in said
    assert "Not compared" in page


def test_nothing_that_a_learner_wrote_becomes_markup(compared):
    evil = (
        OWN
        + "# </pre><script>alert(1)</script>\nx = '<img src=x onerror=alert(1)>' + a.b(c, d, e, f)"
    )
    data = beside(one_line("1"), evil)
    _, page, _ = compared({"<script>x": data, "b&b": data, "c": one_line("2")})
    soup = BeautifulSoup(page, "html.parser")
    assert soup.find_all(["script", "img"]) == []
    assert "b&b and <script>x" in listed(page)


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX's")
def test_only_the_instructor_can_read_the_page(compared, tmp_path):
    put(tmp_path / "similar.html", "older").chmod(0o644)
    before = os.umask(0o000)
    try:
        compared({"a": one_line("1")})
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "similar.html").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("out", "options", "words"),
    [
        ("in/similar.html", (), "inside the submissions"),
        ("similar.txt", (), "ends in .html"),
        ("missing/similar.html", (), "There is no folder"),
        ("similar.html", ("--lesson", "99"), "There is no lesson 99"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_read(out, options, words, tmp_path, capsys):
    put(tmp_path / "in" / "ann.ipynb", json.dumps(one_line("1")))
    assert main(["similar", str(tmp_path / "in"), "-o", str(tmp_path / out), *options]) == 2
    assert words in capsys.readouterr().err
    assert not (tmp_path / out).exists()


def test_no_tensorflow_is_needed_and_the_same_class_gives_the_same_page(tmp_path):
    others = ((f"other {n}", different(n)) for n in range(2, 7))
    for name, code in (("ann", OWN), ("bo", RENAMED), ("cy", f"{OWN}\n{different(1)}"), *others):
        data = beside(one_line("1"), code, "y = 1", code)
        put(tmp_path / "in" / f"{name}.ipynb", json.dumps(data))
    script = (
        "import sys; from bvae_ref.cli import main; main(sys.argv[1:]); "
        "assert 'tensorflow' not in sys.modules"
    )
    pages = []
    for seed in ("1", "2"):
        page = tmp_path / f"{seed}.html"
        words = ["similar", str(tmp_path / "in"), "-o", str(page)]
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", script, *words]
        subprocess.run(command, check=True, timeout=300, env=environment)
        pages.append(page.read_text(encoding="utf-8"))
    assert pages[0] == pages[1] and "the same but for names" in pages[0]
