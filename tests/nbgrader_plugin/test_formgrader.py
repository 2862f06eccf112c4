"""nbgrader's formgrader in a real browser: what an instructor sees, enters and finds again."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from browser import CHROMIUM, Browser
from coursework import grade_id, with_answers
from nbgrader_course import by_api, gradebook, new_course, submit

from autograder.exercise import registry
from autograder.intake.course_texts import rubrics

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine's PATH"),
]

STUDENT, LESSON = "ada", "lesson_2"
ANSWER = "It counts how far the code strays from the prior."
HOSTILE = "<script>document.title = 'taken over'</script><input class='score' id='check-2-1'>"
# What formgrader's pages send when a button is pressed.
PRESSED = """
fetch("/formgrader/api/%s", {
  method: "POST",
  headers: {"X-XSRFToken": document.cookie.match(/_xsrf=([^;]*)/)[1]},
}).then(answer => answer.json())
"""
# The standard deviation in place of the variance, a mistake that has a name.
WRONG_KL = """
def kl_per_dimension(mean, log_var):
    return 0.5 * (tf.square(mean) + tf.exp(0.5 * log_var) - 1.0 - log_var)
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory) -> Path:
    """A course with one graded submission of lesson 2: one exercise solved, one wrong."""
    folder = new_course(tmp_path_factory.mktemp("course"), 2)
    data = with_answers(2, "2.2", replace={"2.1": WRONG_KL})
    for cell in data["cells"]:
        if grade_id(cell) == "written-2":
            cell["source"] = f"{ANSWER}\n\n{HOSTILE}"
    submit(folder, STUDENT, 2, data)
    by_api(folder, f"generate_assignment:{LESSON}", f"autograde:{LESSON}:{STUDENT}")
    return folder


@pytest.fixture(scope="module")
def address(course, tmp_path_factory):
    """Address of a Jupyter server on the course's folder, with settings of its own."""
    settings = tmp_path_factory.mktemp("settings")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    places = {f"JUPYTER_{name}_DIR": str(settings / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    log = (settings / "log").open("w+")
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "jupyter", "server", "--no-browser", "--allow-root"),
            *("--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0"),
            *("--IdentityProvider.token=", f"--ServerApp.root_dir={course}"),
            "--ServerApp.jpserver_extensions={'nbgrader.server_extensions.formgrader': True}",
        ],
        cwd=course,
        env={**os.environ, **places},
        stdout=log,
        stderr=log,
    )
    here = f"http://127.0.0.1:{port}"
    try:
        assert answers(f"{here}/formgrader/api/status"), (settings / "log").read_text(
            encoding="utf-8"
        )[-3000:]
        yield here
    finally:
        server.terminate()
        server.wait(30)
        log.close()


@pytest.fixture(scope="module")
def page(address, tmp_path_factory):
    """A browser that has found the submission by way of the gradebook's list."""
    with Browser(tmp_path_factory.mktemp("browser")) as browser:
        browser.open(f"{address}/formgrader/gradebook/{LESSON}/{LESSON}")
        link = 'a[href*="/formgrader/submissions/"]'
        browser.wait(f"document.querySelector('{link}')")
        browser.click(link)
        browser.wait("location.href.includes('/formgrader/submissions/')")
        loaded(browser)
        yield browser


def answers(address: str, seconds: float = 60) -> bool:
    """Whether a server answers at the address in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return True
        except OSError:
            time.sleep(0.2)
    return False


def loaded(browser: Browser) -> None:
    """Wait until formgrader has filled in the grades."""
    browser.wait("document.readyState === 'complete'")
    browser.wait("document.querySelector('input#check-2-1')?.placeholder")


def test_the_automatic_points_stand_in_their_fields(page):
    shown = page.run("document.querySelector('input#check-2-2').placeholder")
    assert float(shown) == registry.get("2.2").points
    wrong = page.run("document.querySelector('input#check-2-1').placeholder")
    assert float(wrong) < registry.get("2.1").points


def test_the_verdict_stands_below_its_check(page):
    text = page.run("document.body.innerText")
    assert "Likely mistake: σ in place of σ²" in text
    assert "Passed" in text and "Not attempted" in text


def test_the_written_answer_is_shown_and_asks_for_a_grade(page):
    text = page.run("document.body.innerText")
    assert ANSWER in text
    assert page.run("document.querySelector('input#written-2').placeholder") == ""


def test_the_marking_guide_stands_below_the_answer_and_nowhere_in_the_notebook(page, course):
    text = page.run("document.body.innerText")
    guide = rubrics()["written-2"]["items"]
    assert text.index(ANSWER) < text.index("Marking guide") < text.index(guide[0][:40])
    assert text.count("Marking guide") == 1
    graded = course / "autograded" / STUDENT / LESSON / f"{LESSON}.ipynb"
    assert "Marking guide" not in graded.read_text(encoding="utf-8")


def test_a_script_in_a_learners_text_does_not_run(page):
    assert page.run("document.title") == LESSON
    assert page.run("document.querySelectorAll('#check-2-1').length") == 1
    assert HOSTILE in page.run("document.body.innerText")


def test_a_manual_grade_and_a_comment_are_kept(page, course, tmp_path):
    page.click("input#written-2")
    page.type("1.5")
    # Saving draws the form anew, which would take the focus from the next field.
    wait_for(course, lambda grade, comment: grade.manual_score == 1.5)
    page.wait("document.querySelector('input#written-2').value === '1.5'")
    for _ in range(5):  # on a busy machine the form may be drawn anew while somebody types
        page.click("textarea#written-2-comment")
        page.run("document.querySelector('textarea#written-2-comment').value = ''")
        page.type("Say why.")
        kept = wait_for(course, lambda grade, comment: comment.comment, seconds=8)
        if kept[2]:
            break
    assert kept == (1.5, False, "Say why.")
    page.ask("Page.reload")
    page.wait("document.querySelector('input#written-2')?.value === '1.5'")
    page.wait("document.querySelector('textarea#written-2-comment')?.value === 'Say why.'")
    picture = tmp_path / "formgrader.png"
    page.picture(picture)
    assert picture.stat().st_size > 10_000


def test_formgraders_own_buttons_grade_again_and_keep_the_manual_grade(page, course):
    """They run nbgrader, and with it the jail, inside the Jupyter server."""
    submit(course, STUDENT, 2, with_answers(2, "2.1", "2.2"))
    for button in "submission/%s/%s/autograde", "assignment/%s/%s/generate_feedback":
        done = page.run(PRESSED % (button % (LESSON, STUDENT)))
        assert done["success"], done
    with gradebook(course) as book:
        grade = book.find_grade("check-2-1", LESSON, LESSON, STUDENT)
        assert grade.auto_score == registry.get("2.1").points
    assert kept_grade(course)[0] == 1.5
    feedback = (course / "feedback" / STUDENT / LESSON / f"{LESSON}.html").read_text("utf-8")
    assert "Marking guide" not in feedback and "<math" in feedback
    assert "Say why." in feedback and "<script>document.title" not in feedback


def wait_for(course: Path, condition, seconds: float = 20) -> tuple:
    """What the gradebook keeps, once the condition on its grade and comment holds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and not kept_grade(course, condition):
        time.sleep(0.1)
    return kept_grade(course)


def kept_grade(course: Path, condition=None):
    """(manual score, still to be graded, comment) of the written answer, or the condition's."""
    with gradebook(course) as book:
        where = "written-2", LESSON, LESSON, STUDENT
        grade, comment = book.find_grade(*where), book.find_comment(*where)
        if condition:
            return condition(grade, comment)
        return grade.manual_score, grade.needs_manual_grade, comment.comment
