"""A term on a JupyterHub of this machine: fetched, validated, submitted, graded, fed back.

    make hub                     python bench/hub.py        root of a Linux machine only

docs/jupyterhub.md's recipe is put in place, with an instructor and four students whose homes
nobody else can read. They go through three lessons, by command and by page, in headless Chromium.
A table says step (with the number of a public report on nbgrader), user, way, and what was seen;
the last line is one JSON object. Nothing of it is left, but for the environment in out/hub.
"""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from submissions import REPOSITORY

sys.path.insert(0, str(REPOSITORY / "tests"))

import hub_machine
from browser import CHROMIUM, Browser
from coursework import grade_id, notebook, with_answers
from hub_machine import COURSE, CannotRun, as_user

from autograder.exercise import registry

INSTRUCTOR, STUDENTS = "instructor", ("student1", "student2", "student3", "student4")
LESSONS = (0, 1, 2)
HOME = Path("/home", INSTRUCTOR, COURSE)
LOG = Path("/srv/hub.log")
# Looks for what is not its own, from inside a right answer.
HOSTILE = """
import glob, os, tensorflow as tf
loot = []
for place in ("/home/instructor", "/home/student1", "/srv/nbgrader/exchange", "."):
    for path in (place, *glob.glob(place + "/**", recursive=True)):
        try:
            os.chmod(path, 0o777)
            loot.append(path)
            open(os.path.join(path, "hostile-was-here"), "w").close()
        except OSError:
            pass
def reparameterize(mean, log_var, eps):
    return mean + tf.exp(0.5 * log_var) * eps
"""
POST = """
fetch({url}, {{method: {method}, credentials: 'same-origin',
  body: {method} == 'GET' ? undefined : {body},
  headers: {{'Content-Type': 'application/json',
             'X-XSRFToken': (document.cookie.match(/_xsrf=([^;]+)/) || [])[1] || ''}}}})
  .then(answer => answer.text())
"""
MENU = "[...document.querySelectorAll('.lm-MenuBar-item')].find(e => e.innerText == 'Nbgrader')"
ITEMS = "[...document.querySelectorAll('.lm-Menu-item')]"
VALIDATE = (
    "[...document.querySelectorAll('.jp-NotebookPanel-toolbar button, "
    ".jp-NotebookPanel-toolbar jp-button')].find(e => e.innerText.includes('Validate'))"
)
DIALOG = "document.querySelector('.jp-Dialog-content')"
# JupyterLab asks before it is left with a notebook that was touched.
LEAVE = "addEventListener('beforeunload', event => event.stopImmediatePropagation(), true)"
FRAME = "document.querySelector('.jp-MainAreaWidget iframe')"


@dataclass
class Table:
    """What was done, by whom, how, and what was seen."""

    rows: list[tuple[str, str, str, str]] = field(default_factory=list)
    failed: int = 0

    def step(self, what: str, who: str, how: str, look: Callable[[], str]) -> None:
        """Take a step; `look` returns what was seen, or raises."""
        try:
            seen = look()
        except Exception as error:  # whatever goes wrong, the term goes on
            self.failed += 1
            seen = f"FAILED: {' '.join(str(error).split())[:600] or type(error).__name__}"
        self.rows.append((what, who, how, seen))
        print(f"{what} | {who} | {how} | {seen}", flush=True)


def expect(holds: object, words: object) -> None:
    """Raise with what was seen instead."""
    if not holds:
        raise AssertionError(str(words)[-600:])


def command(name: str, *words: str, role: str = "learners", folder: str = "") -> str:
    """Standard output of a command that has to succeed."""
    done = as_user(name, role, *words, folder=folder)
    expect(done.returncode == 0, f"{' '.join(words)}: {done.stdout + done.stderr}")
    return done.stdout + done.stderr


def grading(*words: str) -> str:
    """Output of a command of the instructor's in the course's folder."""
    return command(INSTRUCTOR, *words, role="instructors", folder=COURSE)


class Page:
    """One user's browser, logged in."""

    def __init__(self, hub: str, name: str):
        self.name, self.base = name, f"{hub}/user/{name}"
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.browser = Browser(Path(self._folder.name))
        self.browser.watch()
        self.browser.open(f"{hub}/hub/login?next=/hub/spawn")
        fields = {"username_input": name, "password_input": hub_machine.PASSWORD}
        for field_id, value in fields.items():
            self.browser.run(f"document.getElementById('{field_id}').value = '{value}'")
        self.browser.run("document.querySelector('form').submit()")
        try:
            self.browser.wait(f"location.pathname.startsWith('/user/{name}/lab')", 240)
            self.browser.wait(MENU, 120)
        except TimeoutError:
            shown = self.browser.run("location.href + ' shows ' + document.body.innerText")
            raise TimeoutError(f"{name} never came to JupyterLab: {shown[:600]}") from None

    def __enter__(self) -> Page:
        return self

    def __exit__(self, *_) -> None:
        self.browser.__exit__()
        self._folder.cleanup()

    def send(self, path: str, body: object = None, method: str = "POST") -> str:
        """The answer to what one of nbgrader's pages would send."""
        words = {"url": f"{self.base}/{path}", "method": method, "body": json.dumps(body)}
        return self.browser.run(POST.format(**{k: json.dumps(v) for k, v in words.items()}))

    def menu(self) -> list[str]:
        """What stands in the menu Nbgrader."""
        for _ in range(20):  # while JupyterLab starts, it draws its menus anew
            self.browser.run(f"{MENU}.id = 'nbgrader-menu'; true")
            self.browser.click("#nbgrader-menu")
            with suppress(TimeoutError):
                self.browser.wait(f"{ITEMS}.length", 3)
                return self.browser.run(f"{ITEMS}.map(e => e.innerText.trim()).filter(Boolean)")
        raise TimeoutError("the menu Nbgrader does not open")

    def choose(self, item: str) -> None:
        """Take an item of the open menu."""
        script = f"{ITEMS}.find(e => e.innerText.trim() == '{item}').id = 'chosen'; true"
        self.browser.run(script)
        self.browser.click("#chosen")

    def errors(self) -> list[str]:
        """Errors in the console that name the course, but for what Chromium says of its own."""
        ours = re.compile(r"bvae|autograder|beyond-pixels", re.IGNORECASE)
        found = (text for text in self.browser.errors() if ours.search(text))
        return [text for text in found if '"source": "intervention"' not in text]


def answered(student: str, lesson: int, again: bool = False) -> dict:
    """What a student hands in."""
    every = [exercise.id for exercise in registry.of_lesson(lesson)]
    if student == "student2" and not again:
        return with_answers(lesson, *every[: len(every) // 2])
    if student == "student3" or (student == "student4" and lesson == 2):
        return notebook("lessons", lesson)
    if student == "student4" and lesson == 1:
        return with_answers(lesson, *every, replace={"1.1": HOSTILE})
    data = with_answers(lesson, *every)
    for cell in data["cells"]:
        if student == "student1" and grade_id(cell) == f"written-{lesson}":
            cell["source"] = "Because the decoder pays for every nat that the encoder spends."
    return data


def write(student: str, lesson: int, data: dict) -> None:
    """Save a notebook as the student, over the fetched one."""
    path = Path("/home", student, COURSE, f"lesson_{lesson}", f"lesson_{lesson}.ipynb")
    expect(path.exists(), f"{path} was not fetched")
    path.write_text(json.dumps(data), encoding="utf-8")


def fetch(student: str, lesson: int) -> None:
    command(student, "nbgrader", "fetch_assignment", f"lesson_{lesson}")


def submit(student: str, lesson: int, again: bool = False) -> None:
    write(student, lesson, answered(student, lesson, again))
    command(student, "nbgrader", "submit", f"lesson_{lesson}")


def take_part(student: str) -> None:
    """Fetch and hand in every lesson; the first student has fetched them by page."""
    for lesson in LESSONS:
        if student != STUDENTS[0]:
            fetch(student, lesson)
        submit(student, lesson)


def all_submitted() -> str:
    with ThreadPoolExecutor(len(STUDENTS)) as at_once:
        list(at_once.map(take_part, STUDENTS))
    submit("student2", 1, again=True)
    return "12 submissions by four at once, and one that was handed in again"


def scores() -> dict[tuple[str, str], str]:
    """(student, lesson) → score in nbgrader's export."""
    grading("nbgrader", "export")
    with (HOME / "grades.csv").open(encoding="utf-8") as file:
        return {(r["student_id"], r["assignment"]): r["score"] for r in csv.DictReader(file)}


def released() -> str:
    for lesson in LESSONS:
        name = f"lesson_{lesson}"
        grading("nbgrader", "generate_assignment", name, "--force")
        grading("nbgrader", "release_assignment", name)
    grading("nbgrader", "db", "assignment", "add", "lesson_2", "--duedate=2020-01-01 00:00 UTC")
    return "3 lessons released; lesson 2 was due in 2020"


def fetched_by_page(page: Page) -> str:
    """nbgrader's #1856: the list could not be fetched where learners cannot reach the exchange."""
    for lesson in LESSONS:
        body = {"course_id": COURSE, "assignment_id": f"lesson_{lesson}"}
        answer = json.loads(page.send("assignments/fetch", body))
        expect(answer["success"], answer)
    listed = {item["assignment_id"]: item["status"] for item in answer["value"]}
    expect(set(listed.values()) == {"fetched"} and len(listed) == 3, listed)
    return f"fetched {', '.join(sorted(listed))} of the course {COURSE!r}, as the hub calls it"


def linked(page: Page) -> str:
    """nbgrader's #1076: the list of assignments led to pages that are not there."""
    listed = json.loads(page.send(f"assignments?course_id={COURSE}", None, "GET"))["value"]
    paths = [book["path"] for item in listed for book in item["notebooks"]]
    for path in paths:
        found = json.loads(page.send(f"api/contents/{quote(path)}?content=0", None, "GET"))
        expect(found.get("type") == "notebook", found)
    expect(len(paths) == len(LESSONS), paths)
    return f"{len(paths)} notebooks where the list says"


def kept_at_home(page: Page) -> str:
    """nbgrader's #1978: Validate took paths that lead out of the server's folder."""
    theirs = f"../{INSTRUCTOR}/{COURSE}/solutions/lesson_1/lesson_1.ipynb"
    found = page.send("assignments/validate", {"path": theirs})
    expect('"success": true' not in found, found)
    return "a path to the instructor's solution is not validated"


def validated(page: Page) -> str:
    path = f"{COURSE}/lesson_1/lesson_1.ipynb"
    found = json.loads(page.send("assignments/validate", {"path": path}))
    expect(found["success"], found)
    told = [item["raw_error"] for item in found["value"]["failed"]]
    expect(len(told) == 4 and all("not attempted" in words for words in told), told)
    write(page.name, 1, answered(page.name, 1))
    found = json.loads(page.send("assignments/validate", {"path": path}))
    expect(found["success"] and found["value"] == {}, found)
    return "untouched: 4 × “not attempted”; solved: nothing failed"


def validated_by_button(page: Page) -> str:
    """nbgrader's #1866: the button in a notebook's toolbar said "Cannot check version"."""
    page.browser.open(f"{page.base}/lab/tree/{COURSE}/lesson_0/lesson_0.ipynb")
    page.browser.wait(VALIDATE, 60)
    page.browser.run(f"{VALIDATE}.click()")
    page.browser.wait(f"{DIALOG} && /not attempted/.test({DIALOG}.innerText)", 120)
    words = " ".join(page.browser.run(f"{DIALOG}.innerText").split())
    page.browser.run(LEAVE)
    expect("Cannot" not in words and "undefined" not in words, words)
    expect(words.count("not attempted") == len(registry.of_lesson(0)), words)
    return f"the button's dialog: “{words[:60]} …”"


def menus(page: Page, formgrader: bool) -> str:
    items = page.menu()
    shown = {"Formgrader" in items, any("Create" in item for item in items)}
    expect(shown == {formgrader}, items)
    return ", ".join(items)


def formgrader_in_lab(page: Page) -> str:
    """nbgrader's #1870: a hub forbids the frame."""
    page.choose("Formgrader")
    text = f"{FRAME}.contentDocument.body.innerText"
    listed = " && ".join(f"{text}.includes('lesson_{lesson}')" for lesson in LESSONS)
    page.browser.wait(f"{FRAME} && {listed}", 60)
    return "the frame shows Manage Assignments with the lessons"


def graded_by_page(page: Page, lesson: int) -> str:
    page.browser.open(f"{page.base}/formgrader/manage_submissions/lesson_{lesson}")
    for number in range(1, len(STUDENTS) + 1):
        page.browser.wait(f"document.querySelectorAll('.autograde a').length == {len(STUDENTS)}")
        page.browser.run(f"[...document.querySelectorAll('.autograde a')][{number - 1}].click()")
        page.browser.wait("document.querySelector('.modal.in, .modal.show')", 180)
        title = page.browser.run("document.querySelector('.modal .modal-title').innerText")
        expect(title.strip() == "Success", page.browser.run("document.body.innerText"))
        page.browser.open(f"{page.base}/formgrader/manage_submissions/lesson_{lesson}")
    text = page.browser.run("document.body.innerText")
    expect("needs autograding" not in text, text)
    return "4 × Success, as an ordinary user"


def marked_by_hand(page: Page) -> str:
    page.browser.open(f"{page.base}/formgrader/gradebook")
    ids = json.loads(page.send("formgrader/api/submitted_notebooks/lesson_2/lesson_2", None, "GET"))
    mine = next(item for item in ids if item["student"] == "student1")
    grades = json.loads(page.send(f"formgrader/api/grades?submission_id={mine['id']}", None, "GET"))
    written = next(item for item in grades if item["auto_score"] is None)
    page.send(f"formgrader/api/grade/{written['id']}", {"manual_score": 1.5}, "PUT")
    before = float(scores()["student1", "lesson_2"])
    grading("nbgrader", "autograde", "lesson_2", "--student", "student1", "--force")
    after = float(scores()["student1", "lesson_2"])
    expect(before == after, (before, after))
    return f"1.5 points stay after grading again ({after:g} in all)"


def points_are_right() -> str:
    found = scores()
    for lesson in LESSONS:
        most = sum(exercise.points for exercise in registry.of_lesson(lesson))
        name = f"lesson_{lesson}"
        right = float(found["student1", name]) - (1.5 if lesson == 2 else 0.0)
        expect(right == most, (name, found))
        expect(float(found["student3", name]) == 0.0, (name, found))
        half = float(found["student2", name])
        expect(half == most if lesson == 1 else 0 < half < most, (name, found))
    expect(float(found["student4", "lesson_1"]) == float(found["student1", "lesson_1"]), found)
    return "right: all; half: in between; empty: 0; resubmitted: all; hostile: what it answered"


def nothing_is_open() -> str:
    grading("bvae", "doctor", "--course", ".")
    marks = list(Path("/home").rglob("hostile-was-here"))
    expect(not marks, marks)
    done = as_user("student2", "learners", "python", "-c", f"import os; os.listdir({str(HOME)!r})")
    expect(done.returncode and "PermissionError" in done.stderr, done)
    exchange = Path("/srv/nbgrader/exchange", COURSE, "inbound")
    done = as_user(
        "student2", "learners", "python", "-c", f"import os; os.listdir({str(exchange)!r})"
    )
    expect(done.returncode, "one student lists what others have handed in")
    return "`bvae doctor --course .` finds nothing open; no trace of the hostile notebook"


def fed_back(page: Page) -> str:
    for lesson in LESSONS:
        grading("nbgrader", "generate_feedback", f"lesson_{lesson}")
        grading("nbgrader", "release_feedback", f"lesson_{lesson}")
    body = {"course_id": COURSE, "assignment_id": "lesson_1"}
    answer = json.loads(page.send("assignments/fetch_feedback", body))
    expect(answer["success"], answer)
    found = sorted(Path("/home", page.name, COURSE, "lesson_1", "feedback").rglob("*.html"))
    expect(found, "no feedback came")
    place = found[0].relative_to(Path("/home", page.name))
    page.browser.open(f"{page.base}/files/{quote(str(place))}")
    text = page.browser.run("document.body.innerText")
    expect("8 of 8 points" in text, text[:600])
    return "the page opens in the browser and shows 8 of 8 points"


def second_course() -> str:
    command(INSTRUCTOR, "nbgrader", "quickstart", "other", role="instructors")
    done = as_user(INSTRUCTOR, "instructors", "bvae", "doctor", "--course", "other")
    expect(done.returncode == 1 and "your rights" in done.stdout, done.stdout + done.stderr)
    return "`bvae doctor --course other` says that nbgrader runs learners' code there"


def term(hub: str, table: Table) -> list[str]:
    """The whole term; returns errors in the console that are ours."""
    step, by_page = table.step, "page"
    step("release", INSTRUCTOR, "command", released)
    with Page(hub, "student1") as first:
        step("menu", "student1", by_page, lambda: menus(first, formgrader=False))
        step("fetch (#1856)", "student1", by_page, lambda: fetched_by_page(first))
        step("links (#1076)", "student1", by_page, lambda: linked(first))
        step("validate", "student1", by_page, lambda: validated(first))

        step("validate (#1866)", "student1", "button", lambda: validated_by_button(first))
        step("validate (#1978)", "student1", by_page, lambda: kept_at_home(first))
        step("submit", "students", "command", all_submitted)
        with Page(hub, INSTRUCTOR) as teacher:
            step("menu", INSTRUCTOR, by_page, lambda: menus(teacher, formgrader=True))
            step("formgrader (#1870)", INSTRUCTOR, by_page, lambda: formgrader_in_lab(teacher))

            def collected() -> str:
                for lesson in LESSONS:
                    grading("nbgrader", "collect", f"lesson_{lesson}")
                count = len(list((HOME / "submitted").glob("*/*/*.ipynb")))
                expect(count == 12, count)
                return "12 submissions"

            step("collect", INSTRUCTOR, "command", collected)

            def graded() -> str:
                for lesson in LESSONS[:2]:
                    grading("nbgrader", "autograde", f"lesson_{lesson}")
                return "8 submissions, as an ordinary user"

            step("grade", INSTRUCTOR, "command", graded)
            step("grade", INSTRUCTOR, by_page, lambda: graded_by_page(teacher, 2))
            step("mark by hand", INSTRUCTOR, by_page, lambda: marked_by_hand(teacher))
            step("points", INSTRUCTOR, "command", points_are_right)
            step("what is open", "everybody", "command", nothing_is_open)
            step("feedback", "student1", by_page, lambda: fed_back(first))
            step("second course", INSTRUCTOR, "command", second_course)
            return first.errors() + teacher.errors()


def play() -> int:
    """Inside: make the machine, go through the term, print what was seen."""
    begun, table = time.monotonic(), Table()
    hub_machine.make_machine()
    hub_machine.install()
    hub_machine.add_users(INSTRUCTOR, *STUDENTS)
    hub_machine.put_files(INSTRUCTOR)
    print(f"installed after {time.monotonic() - begun:.0f} s", flush=True)
    try:
        with hub_machine.running_hub(LOG) as hub:
            errors = term(hub, table)
    finally:
        shutil.copy(LOG, REPOSITORY / "out" / "hub.log")
    for words in errors:
        print(f"console: {words[:300]}")
    seconds = round(time.monotonic() - begun)
    found = {"steps": len(table.rows), "failed": table.failed, "console_errors": len(errors)}
    print(json.dumps({**found, "seconds": seconds}))
    return 1 if table.failed or errors else 0


def main() -> int:
    """Play in namespaces of its own, or say what is missing."""
    if "--inside" in sys.argv:
        try:
            return play()
        except CannotRun as error:
            print(f"hub: {error}", file=sys.stderr)
            return 2
    needed = ("unshare", "useradd", "mount", "uv", "node", "npm")
    missing = [name for name in needed if not shutil.which(name)]
    if sys.platform != "linux" or os.geteuid() != 0:
        missing.append("root of a Linux machine, who alone can make users")
    if CHROMIUM is None:
        missing.append("Chromium")
    if missing:
        print(f"hub: this machine lacks {', '.join(missing)}.", file=sys.stderr)
        return 2
    return subprocess.run([*hub_machine.INSIDE, sys.executable, __file__, "--inside"]).returncode


if __name__ == "__main__":
    sys.exit(main())
