"""Marking written answers on a page: saved at once, by several at once, and for nobody else."""

from __future__ import annotations

import json
import os
import re
import signal
import stat
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from browser import CHROMIUM, Browser
from class_records import record

from autograder.batch import marking
from autograder.batch.marking import MarkingTable
from autograder.batch.marking_server import MarkingServer
from autograder.batch.written import WRITTEN, WrittenMarks, read_marks
from autograder.intake.course_texts import rubrics

HOSTILE = "<img src=x onerror=\"document.title='taken over'\">"
ANSWERS = {"ann": f"Because.\n{HOSTILE}", "bo": "The prior pulls.", "cy": "KL, of course"}


@pytest.fixture
def folder(tmp_path) -> Path:
    """An output folder with three answers to each of two questions."""
    records = [
        record(name, written={"written-2": text, "written-4": text.upper()})
        for name, text in ANSWERS.items()
    ]
    table = WrittenMarks(rubrics(), {}).table(records)
    (tmp_path / WRITTEN).write_text(table, encoding="utf-8")
    return tmp_path


def points(folder: Path, name: str, question: str = "written-2") -> list[float | None]:
    found = read_marks(folder / WRITTEN, rubrics())
    return [found[f"{name}.lesson_1", question, item].points for item in range(1, 5)]


def comment(folder: Path, name: str) -> str:
    return read_marks(folder / WRITTEN, rubrics())[f"{name}.lesson_1", "written-2", 1].comment


@pytest.fixture
def server(folder):
    with MarkingServer(MarkingTable(folder, rubrics())) as made:
        thread = threading.Thread(target=made.serve_forever)
        thread.start()
        yield made
        made.shutdown()
        thread.join()


def asked(address: str, data: dict | None = None, **headers: str) -> tuple[int, str]:
    """Status and text of a request; a POST when there are data."""
    body = None if data is None else json.dumps(data).encode()
    kind = {} if data is None else {"Content-Type": "application/json"}
    request = urllib.request.Request(address, body, {**kind, **headers})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_a_mark_is_in_the_table_at_once_and_nothing_else_changes(folder):
    before = (folder / WRITTEN).read_text(encoding="utf-8").splitlines()
    table = MarkingTable(folder, rubrics())
    table.mark("bo.lesson_1", "written-2", 3, 0.5)
    table.comment("bo.lesson_1", "written-2", "=Good,\n but why?")
    after = (folder / WRITTEN).read_text(encoding="utf-8").splitlines()
    assert points(folder, "bo") == [None, None, 0.5, None]
    assert comment(folder, "bo") == "'=Good, but why?", "harmless in a spreadsheet"
    assert sum(a != b for a, b in zip(before, after, strict=True)) == 2
    assert stat.S_IMODE((folder / WRITTEN).stat().st_mode) & 0o077 == 0
    table.mark("bo.lesson_1", "written-2", 3, None)
    assert points(folder, "bo") == [None] * 4


def test_an_answer_is_shown_with_its_formulas_and_nothing_of_it_is_active(tmp_path):
    pytest.importorskip("latex2mathml", reason="of the extra `instructor`")
    text = "<img src=x onerror=alert(1)> costs $\\mu^2$ nats"
    table = WrittenMarks(rubrics(), {}).table([record("ann", written={"written-2": text})])
    (tmp_path / WRITTEN).write_text(table, encoding="utf-8")
    [answer] = MarkingTable(tmp_path, rubrics()).overview()["answers"]
    assert (
        "<img" not in answer["answer"] and "&lt;img src=x onerror=alert(1)&gt;" in answer["answer"]
    )
    assert "<math" in answer["answer"] and answer["answer"].endswith(" nats")


def test_several_mark_at_once_and_no_mark_is_lost(folder):
    table = MarkingTable(folder, rubrics())
    places = [(name, question, item) for name in ANSWERS for question in ("written-2", "written-4")
              for item in range(1, 5)]  # fmt: skip
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda p: table.mark(f"{p[0]}.lesson_1", *p[1:], 1.0), places))
    for name, question, _ in places:
        assert points(folder, name, question) == [1.0] * 4


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"item": 1, "points": 1.5}, "a number from 0 to 1"),
        ({"item": 1, "points": "many"}, "could not convert"),
        ({"item": 9, "points": 1}, "no such item"),
        ({"item": 1, "points": 1, "key": "eve.lesson_1"}, "no such answer"),
        ({"item": 1, "points": 0, "question": "written-9"}, "no such answer"),
        ({"comment": "x" * 2001}, "at most 2000"),
        ({}, "points"),
    ],
)
def test_what_cannot_be_is_refused_and_the_table_stays(server, folder, change, words):
    before = (folder / WRITTEN).read_bytes()
    data = {"key": "ann.lesson_1", "question": "written-2", **change}
    status, text = asked(f"{server.address}answers", data)
    assert status == 400 and words in text
    assert (folder / WRITTEN).read_bytes() == before


def test_a_full_disk_is_told_and_costs_no_earlier_mark(server, folder, monkeypatch):
    data = {"key": "ann.lesson_1", "question": "written-2", "item": 1, "points": 1}
    assert asked(f"{server.address}answers", data)[0] == 200

    def full(path, content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(marking, "save_private", full)
    status, text = asked(f"{server.address}answers", data | {"item": 2})
    assert status == 500 and "No space left" in text
    assert points(folder, "ann") == [1.0, None, None, None]
    assert json.loads(asked(f"{server.address}answers")[1])["answers"][0]["points"][1] is None


def test_only_who_knows_the_address_on_this_machine_gets_anything(server):
    port, data = server.server_port, {"key": "ann.lesson_1", "question": "written-2", "item": 1}
    for address in (f"http://127.0.0.1:{port}/", f"http://127.0.0.1:{port}/{'x' * 32}/answers"):
        assert asked(address)[0] == 404
        assert asked(address, data | {"points": 1})[0] == 404
    assert asked(f"{server.address}answers", Host="evil.example")[0] == 404
    assert asked(f"{server.address}answers", data, **{"Content-Type": "text/plain"})[0] == 404
    assert asked(f"{server.address}../../etc/passwd")[0] == 404
    assert server.server_address[0] == "127.0.0.1"
    assert len(server.token) >= 32


def test_without_a_table_the_command_says_what_to_give(tmp_path):
    command = [sys.executable, "-m", "bvae_ref.cli", "mark", str(tmp_path), "--no-browser"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120)
    assert done.returncode == 2 and "give the folder that `bvae grade" in done.stderr


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="ends it as Ctrl-C does")
def test_the_command_serves_until_it_is_interrupted_and_holds_the_folder(folder):
    command = [sys.executable, "-m", "bvae_ref.cli", "mark", str(folder), "--no-browser"]
    # Whoever runs tests in the background of a shell has SIGINT ignored, and children inherit that.
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as running:
        try:
            address = re.search(r"http://\S+", running.stdout.readline())[0]
            data = {"key": "cy.lesson_1", "question": "written-2", "item": 4, "points": 0.5}
            assert asked(f"{address}answers", data)[0] == 200
            second = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120)
            assert second.returncode == 2 and "is marking in it" in second.stderr
            running.send_signal(signal.SIGINT)
            assert running.wait(60) == 0
        finally:
            running.kill()
    assert points(folder, "cy") == [None, None, None, 0.5]


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine's PATH")
def test_in_a_browser_a_class_is_marked_by_the_keyboard_alone(server, folder, tmp_path):
    with Browser(tmp_path / "profile") as browser:
        browser.watch()
        browser.open(server.address)
        browser.wait("document.querySelectorAll('#items li').length === 4")
        assert browser.run("document.querySelector('#answer').textContent") == ANSWERS["ann"]
        assert browser.run("document.querySelectorAll('#answer img').length") == 0
        assert "ann" not in browser.run("document.querySelector('#who').textContent")
        for key in "1234":
            press(browser, key)
            browser.wait(f"document.querySelectorAll('[aria-pressed=true]').length === {key}")
        browser.wait("document.querySelector('#progress').textContent === '1 of 3 marked'")
        press(browser, "2")  # a half
        browser.wait("document.querySelector('#sum').textContent === '3.5 of 4 points'")
        press(browser, "c")
        browser.ask("Input.insertText", text="Say why.")
        press(browser, "Escape")
        browser.wait("document.querySelector('#status').textContent === 'Saved.'")
        press(browser, "u")
        browser.wait("document.querySelector('#who').textContent.startsWith('Answer 2')")
        assert browser.run("document.querySelector('#comment').value") == ""
        browser.click("#used button")
        browser.wait("document.querySelector('#comment').value === 'Say why.'")
        # Another question: what stands in the field belongs to the answer it was written for.
        browser.run("document.querySelector('#question').value = 'written-4'")
        browser.run("document.querySelector('#question').dispatchEvent(new Event('change'))")
        other = json.dumps(ANSWERS["ann"].upper())
        browser.wait(f"document.querySelector('#answer').textContent === {other}")
        browser.wait("document.querySelector('#comment').value === ''")
        assert browser.run("document.title") == "Written answers"
        assert browser.requested_elsewhere(f"127.0.0.1:{server.server_port}") == set()
        assert [words for words in browser.errors() if "favicon" not in words] == []
    assert points(folder, "ann") == [1.0, 0.5, 1.0, 1.0]
    assert (comment(folder, "ann"), comment(folder, "bo")) == ("Say why.", "Say why.")
    found = read_marks(folder / WRITTEN, rubrics())
    assert not any(mark.comment for place, mark in found.items() if place[1] == "written-4")


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine's PATH")
def test_two_tabs_at_once_lose_nothing_of_each_other(server, folder, tmp_path):
    with Browser(tmp_path / "one") as one, Browser(tmp_path / "other") as other:
        for tab in (one, other):
            tab.open(server.address)
            tab.wait("document.querySelectorAll('#items li').length === 4")
        # Both have the same answer before them, as it was when they were opened.
        press(one, "1")
        one.wait("document.querySelector('#status').textContent === 'Saved.'")
        press(one, "c")
        one.ask("Input.insertText", text="Say why.")
        press(one, "Escape")
        one.wait("document.querySelector('#comment').value === 'Say why.'")
        wait_until(lambda: comment(folder, "ann") == "Say why.")
        press(other, "2")
        press(other, "c")
        press(other, "Escape")  # looks at the comment, and writes none
        # With its own mark the second sees those of the first.
        other.wait("document.querySelectorAll('[aria-pressed=true]').length === 2")
        other.wait("document.querySelector('#comment').value === 'Say why.'")
        press(other, "n")
        press(other, "4")
        other.wait("document.querySelectorAll('[aria-pressed=true]').length === 1")
        press(one, "3")
        one.wait("document.querySelectorAll('[aria-pressed=true]').length === 3")
    assert points(folder, "ann") == [1.0, 1.0, 1.0, None]
    assert points(folder, "bo") == [None, None, None, 1.0]
    assert (comment(folder, "ann"), comment(folder, "bo")) == ("Say why.", "")


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine's PATH")
def test_a_comment_that_could_not_be_saved_stays_and_is_saved_later(
    server, folder, tmp_path, monkeypatch
):
    def full(path, content):
        raise OSError(28, "No space left on device")

    with Browser(tmp_path / "profile") as browser:
        browser.open(server.address)
        browser.wait("document.querySelectorAll('#items li').length === 4")
        with monkeypatch.context() as disk:
            disk.setattr(marking, "save_private", full)
            press(browser, "c")
            browser.ask("Input.insertText", text="Say why.")
            press(browser, "Escape")
            browser.wait("document.querySelector('#status').textContent.includes('No space left')")
        press(browser, "1")
        browser.wait("document.querySelector('#status').textContent === 'Saved.'")
        assert browser.run("document.querySelector('#comment').value") == "Say why."
        press(browser, "n")
        browser.wait("document.querySelector('#who').textContent.startsWith('Answer 2')")
        browser.wait("document.querySelector('#comment').value === ''")
        wait_until(lambda: comment(folder, "ann") == "Say why.")
    assert points(folder, "ann") == [1.0, None, None, None]
    assert comment(folder, "bo") == ""


def wait_until(done) -> None:
    end = time.monotonic() + 20
    while not done():
        assert time.monotonic() < end
        time.sleep(0.05)


MARKS_AND_DIES = """
import os, signal, sys
from pathlib import Path
from autograder.batch.marking import MarkingTable
from autograder.intake.course_texts import rubrics
table = MarkingTable(Path(sys.argv[1]), rubrics())
table.mark("ann.lesson_1", "written-2", 1, 1.0)
setattr(os, sys.argv[2], lambda *_: os.kill(os.getpid(), signal.SIGKILL))
table.mark("ann.lesson_1", "written-2", 2, 1.0)
"""


@pytest.mark.skipif(os.name != "posix", reason="ends it as `kill -9` does")
@pytest.mark.parametrize("at", ["fsync", "replace"])
def test_killed_while_it_saves_the_table_is_as_before_and_marking_goes_on(at, folder):
    before = (folder / WRITTEN).read_text(encoding="utf-8").splitlines()
    command = [sys.executable, "-c", MARKS_AND_DIES, str(folder), at]
    assert subprocess.run(command, timeout=120).returncode == -signal.SIGKILL
    after = (folder / WRITTEN).read_text(encoding="utf-8").splitlines()
    assert len(after) == len(before)
    assert points(folder, "ann") == [1.0, None, None, None]
    MarkingTable(folder, rubrics()).mark("ann.lesson_1", "written-2", 2, 0.5)
    assert points(folder, "ann") == [1.0, 0.5, None, None]
    assert [path.name for path in folder.iterdir()] == [WRITTEN]


def press(browser: Browser, key: str) -> None:
    for kind in ("keyDown", "keyUp"):
        text = {"text": key} if len(key) == 1 and kind == "keyDown" else {}
        browser.ask("Input.dispatchKeyEvent", type=kind, key=key, **text)
