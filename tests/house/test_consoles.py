"""Any console: every command and every call of a learner's, whatever characters it lacks."""

from __future__ import annotations

import ast
import io
import json
import re
import sys

import pytest
from coursework import LESSONS, ROOT, path_of, run
from learner import VARIANCE_AS_SPREAD, namespace

from autograder.notebook import face
from autograder.notebook.record import Progress
from bvae_ref import console
from bvae_ref.cli import main

# Windows in the West, its older terminals, Windows in Japan, old Linux locales, LANG=C.
ENCODINGS = ("cp1252", "cp437", "cp932", "iso8859-1", "ascii")
# What ASCII can take, all can; the others say the same of more of the same kind.
ASCII_AND_NIGHTLY = [
    pytest.param(name, marks=() if name == "ascii" else pytest.mark.nightly) for name in ENCODINGS
]
SOURCES = [
    path
    for package in ("autograder", "bvae_ref")
    for path in sorted((ROOT / package).rglob("*.py"))
    if not path.name.endswith(".cells.py")
]
SMALL = [
    *("--data", "strokes", "--split", "train[:300]", "--held-out", "test[:100]"),
    *("--epochs", "1", "--hidden", "8", "--no-xla"),
]


class Console:
    """Standard output and error that refuse what their encoding lacks."""

    def __init__(self, encoding: str, monkeypatch):
        self.encoding = encoding
        for name in ("stdout", "stderr"):
            stream = io.TextIOWrapper(io.BytesIO(), encoding, "strict", write_through=True)
            setattr(self, name, stream)
            monkeypatch.setattr(sys, name, stream)

    def shown(self, name: str = "stdout") -> str:
        """What a person reads there."""
        return getattr(self, name).buffer.getvalue().decode(self.encoding)


@pytest.fixture
def console_of(monkeypatch):
    """Give this process a console of an encoding."""
    return lambda encoding: Console(encoding, monkeypatch)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_character_of_the_course_can_be_said(encoding, console_of):
    pages = [*SOURCES, *(path_of("lessons", n) for n in LESSONS), ROOT / "docs" / "reference.md"]
    texts = "".join(path.read_text(encoding="utf-8") for path in pages)
    signs = sorted(set(texts) | set("é日ま😀\ud800\udcff"))
    shown = console_of(encoding)
    for sign in signs:
        console.say(f"<{sign}>")
    assert shown.shown().count("<") >= len(signs)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("β = 4, log σ² ≥ −½", "beta = 4, log sigma^2 >= -1/2"),
        ("✔ Passed: z = μ + σ·ε", "[+] Passed: z = mu + sigma*epsilon"),
        ("‖z₂‖ → 0 …", "||z_2|| -> 0 ..."),
        ("José/日.ipynb", r"Jos\xe9/\u65e5.ipynb"),
        ("a file\udcff", r"a file\xff"),
    ],
)
def test_what_is_lacking_is_written_out_and_names_are_escaped(text, written, console_of):
    shown = console_of("ascii")
    console.say(text)
    assert shown.shown() == f"{written}\n"


def test_what_a_console_has_it_shows(console_of):
    shown = console_of("cp932")
    console.say("β日")
    assert shown.shown() == "β日\n"


def test_without_standard_output_nothing_is_said(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    console.say("β")
    console.forgive()


def test_nothing_prints_past_the_one_writer():
    for path in SOURCES:
        if path.name == "console.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = isinstance(node, ast.Name) and node.id
            assert name != "print", f"{path}:{node.lineno}: use bvae_ref.console.say"
            written = ast.unparse(node) if isinstance(node, ast.Attribute) else ""
            assert not re.fullmatch(r"sys\.(__)?std(out|err)(__)?\.write(lines)?", written), (
                f"{path}:{node.lineno}: use bvae_ref.console.say"
            )


def encoding_is_named(call: ast.Call) -> bool:
    """Whether a call that opens a file or a pipe as text says how it is encoded."""
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    if "encoding" in named or None in named:
        return True
    if name == "open" and isinstance(call.func, ast.Name):
        mode = call.args[1] if len(call.args) > 1 else named.get("mode")
        return isinstance(mode, ast.Constant) and "b" in mode.value
    if name in ("run", "Popen", "check_output"):
        return not named.keys() & {"text", "universal_newlines"}
    return len(call.args) >= {"read_text": 1, "write_text": 2, "TextIOWrapper": 2}.get(name, 0)


@pytest.mark.parametrize("folder", ["autograder", "bvae_ref", "bench", "site", ".ci", "tests"])
def test_files_and_pipes_are_opened_with_an_encoding(folder):
    for path in sorted((ROOT / folder).rglob("*.py")):
        if path.name.endswith(".cells.py"):  # written as learners write
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                assert encoding_is_named(node), f"{path}:{node.lineno}: name the encoding"


def test_python_sees_no_file_opened_in_the_locales_encoding(tmp_path):
    """Python's own warning, which also sees what the syntax does not show."""
    check = ["-m", "bvae_ref.cli", "check", str(path_of("solutions", 1))]
    done = run(sys.executable, "-X", "warn_default_encoding", *check, cwd=tmp_path)
    ours = [line for line in done.stderr.splitlines() if "EncodingWarning" in line]
    ours = [line for line in ours if re.search(r"/(autograder|bvae_ref)/[^:]*:\d+", line)]
    assert done.returncode == 0 and ours == []


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["--version"],
        *([name, "--help"] for name in ("train", "morph", "figures", "study", "check", "grade")),
        *([name, "--help"] for name in ("doctor", "start", "new", "address", "proof")),
    ],
    ids=" ".join,
)
def test_help_can_be_read(words, encoding, console_of):
    """pallets/click#3778: output into a file or pipe dies of a character that cp1252 lacks."""
    shown = console_of(encoding)
    with pytest.raises(SystemExit) as stop:
        main(words)
    assert stop.value.code == 0
    assert ("bvae" in shown.shown()) and shown.shown("stderr") == ""


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize(
    "words",
    [
        ["train", "--beta", "βeta"],
        ["train", "--data", "日本"],
        ["morph", "--from", "βx"],
        ["figures", "--model", "nirgends-é-日"],
        ["check", "日.ipynb"],
        ["check", "β.ipynb", "--seed", "-1"],
        ["grade", "nirgends-é-日", "-o", "out"],
        ["grade", "--lesson", "99"],
        ["start", "--lesson", "99"],
        ["new", "exercise", "β"],
        ["address", "β"],
        ["study", "--only", "β"],
        ["proof", "--only", "β"],
    ],
    ids=lambda words: "-".join(words[:2]).replace("β", "b").replace("日", "j"),
)
def test_a_refusal_can_be_read(words, encoding, console_of, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shown = console_of(encoding)
    try:
        code = main(words)
    except SystemExit as stop:  # argparse
        code = stop.code
    assert code == 2 and f"bvae {words[0]}" in shown.shown("stderr")


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_start_check_and_its_json_can_be_read(encoding, console_of, tmp_path):
    shown = console_of(encoding)
    assert main(["start", str(tmp_path / "Übung β"), "--copy-only"]) == 0
    assert main(["check", str(path_of("lessons", 1))]) == 1
    assert "Not attempted" in shown.shown()
    shown = console_of(encoding)
    assert main(["check", str(path_of("solutions", 1)), "--json"]) == 0
    assert shown.shown().isascii()
    assert json.loads(shown.shown())["exercises"][0]["title"] == "z = μ + σ·ε"


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_what_a_learner_calls_can_be_read_in_a_script(encoding, console_of, monkeypatch):
    monkeypatch.setattr(face, "_progress", Progress(None))
    found = namespace("from autograder import *", VARIANCE_AS_SPREAD)
    shown = console_of(encoding)
    for call in (
        'check("1.1")',
        'check("1.2")',
        'hint("1.1")',
        'solution("1.1")',
        'solution("1.1", give_up=True)',
        'predict("β?", "größer")',
        'reveal("β?", "größer")',
        "progress()",
        "attempt(lambda: undefined_β)",
        'from bvae_ref import data; data.load("strokes", "train[:10]"); data.why()',
    ):
        exec(call, found)
    for words in ("Likely mistake", "Not yet", "Hint 1 of 3", "You said", "exercises passed"):
        assert words in shown.shown()


@pytest.mark.parametrize("encoding", ("cp932", "ascii"))
def test_a_scripts_own_print_goes_on_after_the_set_up_cell(encoding, tmp_path):
    script = tmp_path / "lesson.py"
    script.write_text("from autograder import check\nprint('β = 4')\n", encoding="utf-8")
    done = run(sys.executable, str(script), cwd=tmp_path, PYTHONIOENCODING=encoding)
    assert (done.returncode, done.stderr) == (0, "") and "= 4" in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ASCII_AND_NIGHTLY)
def test_a_model_is_trained_drawn_and_morphed(encoding, console_of, tmp_path):
    shown, model = console_of(encoding), str(tmp_path / "β")
    assert main(["train", *SMALL, "--out", model]) == 0
    assert "Epoch 1/1" in shown.shown()
    options = ["--model", model, "--data", "strokes", "--split", "train[:300]"]
    assert main(["morph", *options, "--out", str(tmp_path / "β.png")]) == 0
    assert main(["figures", *options, "--out", str(tmp_path / "β figures")]) == 0
    assert "Alt texts" in shown.shown() and shown.shown("stderr") == ""


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ASCII_AND_NIGHTLY)
def test_a_class_is_graded_and_the_machine_examined(encoding, console_of, tmp_path):
    shown = console_of(encoding)
    folder = tmp_path / "größer β"
    folder.mkdir()
    (folder / "José.ipynb").write_bytes(path_of("solutions", 1).read_bytes())
    assert main(["grade", str(folder), "-o", str(tmp_path / "β"), "--workers", "1"]) == 0
    assert "1 submissions" in shown.shown()
    assert main(["doctor"]) in (0, 1) and "Isolation is" in shown.shown()
    assert main(["proof", "--only", "1.1", "--short", "--minutes", "0"]) in (0, 1)
