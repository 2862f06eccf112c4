"""What a notebook calls: check, hint, solution, progress, predict, reveal, attempt."""

from __future__ import annotations

import re
import subprocess
import sys
import time

import pytest
from learner import GRADIENTS_OVER_1_1, RIGHT_1_1, STUB_1_1, namespace

from autograder.exercise import registry
from autograder.exercise.registry import UnknownExercise
from autograder.intake.course_texts import solutions
from autograder.judging import bank
from autograder.judging.bank import Written
from autograder.notebook import face
from autograder.notebook.face import attempt, hint, progress, solution
from autograder.notebook.meanwhile import meanwhile
from autograder.notebook.record import Progress
from autograder.views.certificate import duration

IDS = [exercise.id for exercise in registry.every()]
RIGHT_1_1_IN_TWO_LINES = """
def reparameterize(mean, log_var, eps):
    spread = tf.exp(log_var) ** 0.5
    return spread * eps + mean
"""
HOSTILE = "def reparameterize(mean, log_var, eps):\n    raise ValueError('<script>x</script>')\n"


@pytest.fixture(autouse=True)
def fresh_progress(monkeypatch):
    """No test sees what another one passed, and none writes a file."""
    record = Progress(None)
    monkeypatch.setattr(face, "_progress", record)
    return record


def checked(exercise_id: str, *sources: str):
    """What `check` gives when called from a notebook with these cells."""
    found = namespace("from autograder import check", *sources)
    exec(f"result = check({exercise_id!r})", found)
    return found["result"]


def test_the_result_of_check_is_its_points_as_a_plain_float():
    result = checked("1.1", RIGHT_1_1)
    assert repr(result) == "2.0" == result._repr_mimebundle_()["text/plain"]
    assert float(result) == 2.0
    assert repr(checked("1.1", STUB_1_1)) == "0.0"


@pytest.mark.parametrize("sources", [(), (STUB_1_1,), (HOSTILE,), (RIGHT_1_1,)])
def test_every_outcome_reads_as_a_plain_number_and_as_a_sentence(sources):
    result = checked("1.1", *sources)
    assert re.fullmatch(r"\d+\.\d+", repr(result))
    assert "1.1 z = μ + σ·ε" in str(result)
    assert "1.1" in result._repr_mimebundle_()["text/html"]


def test_html_escapes_the_learners_text():
    page = checked("1.1", HOSTILE)._repr_mimebundle_()["text/html"]
    assert "<script" not in page and "&lt;script&gt;" in page


def test_nothing_goes_to_stderr_when_an_answer_warns(capfd, recwarn):
    warning = RIGHT_1_1.replace(
        "    return",
        "    warnings.warn('careful')\n    np.log(np.zeros(2)), np.sqrt(-1.0)\n    return",
    )
    assert checked("1.1", warning).verdict.passed
    out, err = capfd.readouterr()
    assert err == "" and not recwarn.list and "Passed: 1.1" in out


def test_check_judges_the_notebook_that_calls_it():
    assert checked("1.4", GRADIENTS_OVER_1_1).verdict.notes
    assert not checked("1.4", RIGHT_1_1, GRADIENTS_OVER_1_1).verdict.notes


def test_the_instructors_seed_reaches_the_checks(monkeypatch):
    monkeypatch.setenv("BVAE_CHECK_SEED", "12")
    assert face.check_seed() == 12
    monkeypatch.setenv("BVAE_CHECK_SEED", "-1")
    with pytest.raises(ValueError, match="BVAE_CHECK_SEED is '-1'; expected a whole number"):
        face.check_seed()


@pytest.mark.parametrize("ask", [checked, hint, solution])
def test_an_unknown_id_lists_the_ids_there_are(ask):
    with pytest.raises(UnknownExercise, match=r"no exercise '1\.9'. Lesson 1 has 1\.1, 1\.2"):
        ask("1.9")
    with pytest.raises(UnknownExercise, match=r"no exercise '9\.1'.*0\.1.*5\.1"):
        ask("9.1")


def test_hints_go_one_step_further_each_time_and_stay_at_the_last():
    words = [str(hint("1.1")) for _ in range(4)]
    assert [text.split(" for")[0] for text in words] == [
        "Hint 1 of 3",
        "Hint 2 of 3",
        "Hint 3 of 3",
        "Hint 3 of 3",
    ]
    assert "again gives the next one" in words[0] and "That is the last." in words[3]
    assert registry.get("1.1").hints[1] in words[1]


def test_a_hint_can_be_asked_for_by_number_without_being_counted(fresh_progress):
    assert "Hint 2 of 3" in str(hint("1.1", 2))
    assert fresh_progress.entry("1.1")["hints"] == 0
    for step in (0, 4, "2"):
        with pytest.raises(ValueError, match=r"exercise 1\.1 has hints 1 to 3"):
            hint("1.1", step)


def test_the_solution_opens_after_a_pass_or_by_giving_up():
    assert "tf.exp" not in str(solution("1.1"))
    checked("1.1", STUB_1_1)
    assert "opens once" in str(solution("1.1"))
    assert "tf.exp(0.5 * log_var)" in str(solution("1.1", give_up=True))
    assert "opens once" in str(solution("1.1")), "giving up opens it for this time only"
    checked("1.1", RIGHT_1_1)
    assert "tf.exp(0.5 * log_var)" in str(solution("1.1"))


BANK = (
    Written("1.1", "variant", "in two lines", RIGHT_1_1_IN_TWO_LINES),
    Written("1.1", "variant", "with a power", RIGHT_1_1.replace("tf.exp", "np.e ** ")),
)


def solution_after(*sources: str) -> str:
    """What `solution("1.1")` shows in a notebook with these cells, after their check."""
    found = namespace("from autograder import check, solution", *sources)
    exec("check('1.1')\nresult = solution('1.1')", found)
    return str(found["result"])


def test_the_solution_shows_the_variant_most_like_ones_own(monkeypatch):
    monkeypatch.setattr(bank, "variants", lambda exercise_id: BANK)
    own = RIGHT_1_1_IN_TWO_LINES.replace("spread", "width").replace("0.5", "(1 / 2)")
    shown = solution_after(own)
    assert "Closest to yours: in two lines" in shown and "spread" in shown
    assert shown.index("One solution") < shown.index("Closest") < shown.index("A common alt")
    assert "with a power" not in shown
    # Also where the pass lies back and the answer is taken from the notebook as it is now.
    assert "Closest to yours: with a power" in solution_after(
        RIGHT_1_1.replace("tf.exp", "np.float32(2.718281828) ** ")
    )


def test_an_answer_like_one_of_ours_is_told_so_and_shown_another(monkeypatch):
    monkeypatch.setattr(bank, "variants", lambda exercise_id: BANK)
    shown = solution_after(RIGHT_1_1_IN_TWO_LINES.replace("spread", "width"))
    assert "Yours is written in the same way as one of ours. Closest to it: with a power" in shown
    assert "in two lines" not in shown


def test_nothing_is_said_of_closeness_where_there_is_nothing_to_compare(monkeypatch):
    monkeypatch.setattr(bank, "variants", lambda exercise_id: BANK)
    assert "Closest" not in str(solution("1.1", give_up=True)), "not before a pass"
    checked("1.1", RIGHT_1_1)
    assert "Closest" not in str(solution("1.1")), "no answer in the calling notebook"
    monkeypatch.setattr(bank, "variants", lambda exercise_id: ())
    assert "Closest" not in solution_after(RIGHT_1_1_IN_TWO_LINES)


@pytest.mark.parametrize("exercise_id", IDS)
def test_every_exercise_has_a_solution_without_marks(exercise_id):
    text = str(solution(exercise_id, give_up=True))
    assert "SOLUTION" not in text and "NotImplementedError" not in text
    assert all(name in text for name in registry.get(exercise_id).answers)
    assert ("A common alternative" in text) == bool(registry.get(exercise_id).alternative)


def test_progress_counts_passes_points_and_hints():
    checked("1.1", RIGHT_1_1)
    hint("1.2")
    shown = str(progress())
    most = sum(exercise.points for exercise in registry.every())
    assert shown.startswith(f"1 of {len(IDS)} exercises passed, 2 of {most:g} points, ")
    *table, note, code = shown.splitlines()[1:]
    assert "pauses over 15 minutes are left out" in note
    assert "On another machine, progress(" in code
    lines = {line.split()[0]: line for line in table}
    assert list(lines) == IDS
    assert "✔ Passed" in lines["1.1"] and "2 / 2" in lines["1.1"]
    assert "1 of 3 hints" in lines["1.2"] and "Not attempted" in lines["1.2"]
    page = progress()._repr_mimebundle_()["text/html"]
    assert page.count("<tr ") == len(IDS) + len(registry.course().lessons)
    assert "certificate" not in shown.lower() + page.lower()


def test_progress_shows_the_time_against_the_estimate(fresh_progress):
    fresh_progress.entry("1.1")["seconds"] = 730.0
    fresh_progress.entry("1.2")["seconds"] = 12.0
    lines = {line.split()[0]: line for line in str(progress()).splitlines()}
    assert lines["1.1"].endswith(f"about 12 min, estimate {registry.get('1.1').minutes} min")
    assert "under 1 min" in lines["1.2"]
    assert lines["1.3"].endswith(f"estimate {registry.get('1.3').minutes} min")


def test_check_hint_and_solution_count_time(monkeypatch):
    now = [0.0]
    record = Progress(None, clock=lambda: now[0])
    monkeypatch.setattr(face, "_progress", record)
    calls = (
        lambda: hint("1.1"),
        lambda: hint("1.1", 2),
        lambda: solution("1.1"),
        lambda: checked("1.1", RIGHT_1_1),
        lambda: solution("1.1"),
    )
    for call in calls:
        now[0] += 60
        call()
    assert record.entry("1.1")["seconds"] == 4 * 60, "the last one came after the pass"


def test_the_clock_starts_with_the_set_up_cell(monkeypatch):
    monkeypatch.setattr(face, "_progress", None)
    monkeypatch.setattr(face, "_begun", face.time.monotonic() - 300)
    hint("1.1")
    assert face._progress.entry("1.1")["seconds"] == pytest.approx(300, abs=30)


def test_a_pass_of_earlier_on_is_not_forgotten():
    checked("1.1", RIGHT_1_1)
    checked("1.1", STUB_1_1)
    assert "✔ Passed earlier, now not attempted" in str(progress())


@pytest.fixture
def graduate(tmp_path, monkeypatch):
    """A record in which every exercise has passed, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    record = Progress(tmp_path / ".bvae" / "progress.json")
    for exercise in registry.every():
        record.entry(exercise.id).update(
            outcome="passed", points=exercise.points, passed=True, seconds=600.0, hints=1
        )
    record.entry("5.5")["passed_on"] = "2031-05-03"
    monkeypatch.setattr(face, "_progress", record)
    return record


def test_after_the_last_pass_progress_writes_a_certificate(graduate, tmp_path):
    shown = progress(name="  Ada <b>\nLovelace ")
    page = (tmp_path / "certificate.html").read_text(encoding="utf-8")
    assert "Ada &lt;b&gt; Lovelace" in page and "3 May 2031" in page
    assert "certificate.html" in str(shown) and f"has passed all {len(IDS)} exercises" in str(shown)
    assert "<svg" in shown._repr_mimebundle_()["text/html"]
    assert duration(600.0 * len(IDS)) in page and "own machine" in page
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [".bvae", "certificate.html"], "no leftovers"
    # The name is remembered.
    assert "Ada <b> Lovelace has passed" in str(progress())


def test_without_a_name_progress_says_how_to_give_one(graduate):
    assert 'progress(name="…") puts your name on it' in str(progress())


def test_a_certificate_that_cannot_be_written_is_shown_all_the_same(graduate, tmp_path):
    (tmp_path / "certificate.html").mkdir()
    shown = progress()
    assert "could not be saved next to the notebook" in str(shown)
    assert "<svg" in shown._repr_mimebundle_()["text/html"]
    assert not any((tmp_path / "certificate.html").iterdir())


def test_while_grading_no_certificate_is_written(graduate, tmp_path):
    graduate.path = None
    assert "the certificate is only shown" in str(progress())
    assert list(tmp_path.iterdir()) == []


def test_one_exercise_short_there_is_no_certificate(graduate, tmp_path):
    graduate.entry("3.3")["passed"] = False
    assert "certificate" not in str(progress()).lower()
    assert not (tmp_path / "certificate.html").exists()


def test_every_helper_of_the_set_up_cell_can_be_called():
    code = (
        "from autograder import attempt, check, hint, predict, progress, reveal, solution\n"
        "assert all(map(callable, (attempt, check, hint, predict, progress, reveal, solution)))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_check_on_another_backend_is_worth_nothing_and_says_what_to_do(monkeypatch, capsys):
    monkeypatch.setattr(face, "other_backend", lambda: "jax")
    result = checked("1.1", RIGHT_1_1)
    assert repr(result) == "0.0" and "Keras runs on jax" in str(result)
    assert "restart" in capsys.readouterr().out
    assert "Keras runs on jax" in result._repr_mimebundle_()["text/html"]


STRANGE = (
    "def reparameterize(mean, log_var, eps):\n"
    "    return tf.exp(0.5 * log_var) * eps + 3.0 * tf.tanh(mean) * eps**2\n"
)


class Displayed:
    """Stands for IPython's display: keeps what was shown, in order."""

    def __init__(self, monkeypatch, execution: str = ""):
        self.events: list[str] = []
        monkeypatch.setattr("autograder.notebook.meanwhile.shows_html", lambda: True)
        monkeypatch.setattr("IPython.display.display", self.display)
        monkeypatch.setenv("NBGRADER_EXECUTION", execution)

    def display(self, data, raw, display_id=True):
        self.update(data, raw)
        return self

    def update(self, data, raw):
        self.events.append(data["text/plain"] or "cleared")


@pytest.mark.parametrize(("execution", "said"), [("", 1), ("autograde", 0)])
def test_who_waits_for_a_cause_is_told_and_the_words_go_again(monkeypatch, execution, said):
    monkeypatch.setattr("autograder.judging.mending.A_MOMENT", 0.0)
    shown = Displayed(monkeypatch, execution)
    space = namespace(STRANGE) | {"check": face.check}
    exec("verdict = check('1.1')", space)
    assert [words.rstrip(" 0123456789s") for words in shown.events] == said * [
        "Looking for the cause …",
        "cleared",
    ]


def test_a_long_check_says_what_it_is_at_and_what_is_decided(monkeypatch):
    monkeypatch.setattr(face, "PATIENCE", 0.0)
    shown = Displayed(monkeypatch)
    exec("verdict = check('1.1')", namespace(RIGHT_1_1) | {"check": face.check})
    tests = registry.get("1.1").tests
    *steps, last = (words for words in shown.events if not words.endswith("… 1 s"))
    assert last == "cleared" and len(steps) == len(tests)
    assert steps[0].startswith(f"Checking 1 of {len(tests)}: {tests[0].title} …")
    assert steps[-1].startswith(f"✔ {tests[0].title}\n✔ {tests[1].title}")


def test_waiting_shows_the_seconds_go_by(monkeypatch):
    monkeypatch.setattr("autograder.notebook.meanwhile.TICK", 0.01)
    shown = Displayed(monkeypatch)
    with meanwhile() as words:
        words.say("Working …")
        time.sleep(0.2)
    assert shown.events[:3] == ["Working … 0 s"] * 3 and shown.events[-1] == "cleared"


def test_a_pass_says_what_comes_next():
    assert "Next exercise: 1.2, The Sampling layer." in str(checked("1.1", RIGHT_1_1))
    assert "Next exercise" not in str(checked("1.1", STUB_1_1))
    last = checked("1.4", RIGHT_1_1, solutions()["1.4"])
    assert "last exercise; `progress()` shows" in str(last)


def test_a_lessons_first_pass_says_that_the_graded_run_draws_other_numbers():
    assert face.OTHER_NUMBERS not in str(checked("1.1", STUB_1_1))
    assert face.OTHER_NUMBERS in str(checked("1.1", RIGHT_1_1))
    assert face.OTHER_NUMBERS not in str(checked("1.1", RIGHT_1_1))
    assert face.OTHER_NUMBERS not in str(checked("1.4", RIGHT_1_1, solutions()["1.4"]))
    assert face.OTHER_NUMBERS in str(checked("2.1", solutions()["2.1"]))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("raise NotImplementedError()", "is not written yet. Go on below."),
        ("missing()", "is not written yet (name 'missing' is not defined). Go on below."),
        ("{}[1.0, 1]", "stopped with KeyError in the line `{}[1.0, 1]`: (1.0, 1). If a cell"),
        ("return 3", "3"),
    ],
)
def test_attempt_never_stops_a_notebook(source, expected):
    names = namespace(f"def tried():\n    {source}")
    assert expected in str(attempt(names["tried"]))


def test_a_learner_reads_once_that_progress_cannot_be_saved(tmp_path, monkeypatch):
    (tmp_path / "new").write_text("a file where the folder should be", encoding="utf-8")
    monkeypatch.setattr(face, "_progress", Progress(tmp_path / "new" / "progress.json"))
    result = checked("1.1", RIGHT_1_1)
    assert repr(result) == "2.0" and "cannot be saved in" in str(result)
    assert "cannot be saved in" in result._repr_mimebundle_()["text/html"]
    for shown in (hint("1.1"), solution("1.1"), progress()):
        assert "cannot be saved" not in str(shown)
    monkeypatch.setattr(face, "_progress", Progress(tmp_path / "new" / "progress.json"))
    assert "cannot be saved in" in str(hint("1.1"))
