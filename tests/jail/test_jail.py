"""The jail: what a submission's process can do, and what becomes of it."""

import ast
import os
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import machines
import numpy as np
import pytest
import tensorflow as tf
from coursework import ROOT
from learner import GRADIENTS_OVER_1_1, IMPORTS, RIGHT_1_1, STUB_1_1

from autograder.exercise import registry
from autograder.exercise.student import BadValue, Blocked, Crashed, NotWritten, TimedOut
from autograder.intake.course_texts import solutions
from autograder.jail import reach, seal, wire
from autograder.jail.limits import Limits
from autograder.jail.parents import Child, FreshStarts, JailError, WarmProcess
from autograder.jail.student import MOST_PATIENCE, JailedStudent, Work, patience
from autograder.jail.warm import demand_fresh
from autograder.judging.judge import judge
from autograder.judging.verdict import Outcome

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="the warm parent is Linux's"),
]
LIMITS = Limits(call_seconds=10, cell_seconds=10, submission_seconds=60, memory_gb=4)
QUICK = Limits(call_seconds=1.5, cell_seconds=1.5, submission_seconds=60, memory_gb=4)


def work(*sources: str, **more) -> Work:
    """The cells of a submission of lesson 1, after the lesson's imports."""
    cells = [(f"<cell {number}>", code) for number, code in enumerate((IMPORTS, *sources), 1)]
    more.setdefault("modules", registry.probe_modules(1))
    return Work(cells, owners=registry.owners(1), preamble=IMPORTS, **more)


def student(warm, *sources: str, limits: Limits = LIMITS, **more) -> JailedStudent:
    """A jailed student over the cells."""
    return JailedStudent(warm, work(*sources, **more), limits)


def answer(warm, source: str, name: str = "f", *args, limits: Limits = LIMITS):
    """What one function answers."""
    with student(warm, source, limits=limits) as jailed:
        return jailed.call(name, *args)


class Counting:
    """A parent that counts the processes it makes."""

    def __init__(self, parent):
        self.parent, self.made = parent, 0

    def fork(self, limits, modules):
        self.made += 1
        return self.parent.fork(limits, modules)

    def end(self, child):
        return self.parent.end(child)


def alive(pid: int) -> bool:
    """Whether a process exists and is no zombie."""
    with suppress(OSError):
        return (
            Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
            != "Z"
        )
    return False


def test_values_calls_and_tensors_come_back_plain(warm):
    cells = "x = 7\ndef f(a, *, b):\n    return {'sum': a + b, 'kind': type(a).__name__}"
    with student(warm, cells) as jailed:
        assert jailed.value("x") == 7
        found = jailed.call("f", np.ones((2, 3), "float32"), b=2)
        assert type(found["sum"]) is np.ndarray and found["sum"].dtype == np.float32
        assert np.array_equal(found["sum"], np.full((2, 3), 3)) and "Tensor" in found["kind"]
        assert jailed.call("f", np.ones(2), b=1, tensors=False)["kind"] == "ndarray"


def test_errors_keep_their_kind_and_the_learners_line(warm):
    cells = "def f(x):\n    return x + undefined\ndef g(x):\n    return object()"
    with student(warm, cells, STUB_1_1, GRADIENTS_OVER_1_1) as jailed:
        with pytest.raises(Crashed, match="NameError in the line `return x \\+ undefined`"):
            jailed.call("f", 1)
        with pytest.raises(BadValue, match="object"):
            jailed.call("g", 1)
        with pytest.raises(NotWritten):
            jailed.call("nowhere")
        arrays = [np.zeros((2, 2), "float32")] * 3
        with pytest.raises(NotWritten):
            jailed.call("reparameterize", *arrays)
        with pytest.raises(Blocked, match=r"exercise 1\.1"):
            jailed.call("pathwise_gradients", *arrays)


def test_a_cell_that_fails_is_reported_and_the_next_one_runs(warm):
    with student(warm, "1 / 0", "def f():\n    return 5") as jailed:
        assert jailed.call("f") == 5
        assert jailed.failures == {"<cell 2>": "ZeroDivisionError: division by zero"}


def test_a_cell_that_ends_or_hangs_the_process_is_left_out_of_the_next(warm):
    cells = ["import os\nos._exit(4)", "while True:\n    pass", "def f():\n    return 5"]
    with student(warm, *cells, limits=QUICK) as jailed:
        assert jailed.call("f") == 5
        assert "exit 4" in jailed.failures["<cell 2>"]
        assert "did not finish" in jailed.failures["<cell 3>"]


def test_a_probe_that_hangs_is_blamed_on_the_answer_since_no_learner_knows_its_name(warm):
    hangs = "def reparameterize(mean, log_var, eps):\n    while True:\n        pass"
    ones = np.ones((2, 2), "float32")
    with (
        student(warm, hangs, limits=QUICK) as jailed,
        pytest.raises(TimedOut, match=r"^Your answer did not finish within 2 s"),
    ):
        jailed.probe("lesson_1.reparameterize_gradients", ones, ones, ones, ones)


def test_a_crash_or_a_time_out_leaves_the_other_answers(warm):
    cells = (
        "import os\ndef f():\n    os._exit(0)\ndef g():\n    return 1\n"
        "def h():\n    while True: pass"
    )
    with student(Counting(warm), cells, limits=QUICK) as jailed:
        with pytest.raises(Crashed, match="ended the process"):
            jailed.call("f")
        assert jailed.call("g") == 1
        with pytest.raises(TimedOut, match="within 2 s"):
            jailed.call("h")
        made = jailed._parent.made
        with pytest.raises(TimedOut):
            jailed.call("h")
        assert jailed._parent.made == made, "the same question was put again"
        assert jailed.call("g") == 1


def test_the_time_of_a_submission_is_bounded_over_all_restarts(warm):
    limits = Limits(call_seconds=1, cell_seconds=1, submission_seconds=2.5, memory_gb=4)
    hang = "\n".join(f"def f{i}():\n    while True: pass" for i in range(20))
    with student(Counting(warm), hang, limits=limits) as jailed:
        for number in range(20):
            with pytest.raises(TimedOut):
                jailed.call(f"f{number}")
    assert jailed._parent.made <= 4, "each hanging question takes a process and a second"


def test_a_limit_that_is_no_positive_number_is_refused():
    for value in (0, -1, "5", None, True, float("nan")):
        with pytest.raises(ValueError, match="memory_gb"):
            Limits(memory_gb=value)


def test_memory_is_bounded(warm):
    with pytest.raises(Crashed, match="MemoryError"):
        answer(warm, "def f():\n    return len(bytearray(5 << 30))")


def test_files_users_environment_and_network_are_out_of_reach(warm):
    if set(warm.missing) - {"user"}:
        pytest.skip(f"layers are missing here: {warm.missing}")
    look = """
import os, socket
def f(path):
    found = {"cwd": os.listdir("."), "uid": os.getuid(), "pid": os.getpid()}
    found["environment"] = sorted(os.environ)
    for name, step in {
        "read": lambda: open(path).read(),
        "readable": lambda: [n for n in ("/home", "/var", "/usr/bin", "/sys") if os.path.exists(n)],
        "fork": lambda: os.fork(),
        "socket": lambda: socket.socket(),
    }.items():
        try:
            found[name] = str(step())
        except OSError as error:
            found[name] = type(error).__name__
    open("note", "w").write("x")
    return found
"""
    os.environ["BVAE_SECRET"] = "x"
    found = answer(warm, look, "f", __file__)
    assert found["cwd"] == [] and found["pid"] == 1
    assert found["uid"] >= seal.FIRST_UID or not warm.layers["user"]
    assert not any("BVAE" in name or "SECRET" in name for name in found["environment"])
    assert found["read"] == "FileNotFoundError" and found["readable"] == "[]"
    assert {found[name] for name in ("fork", "socket")} == {"PermissionError"}


def test_temporary_files_and_saved_models_go_to_the_scratch_folder(warm):
    look = """
import os, tempfile, keras
def f():
    with tempfile.TemporaryDirectory() as folder:
        keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)]).save(f"{folder}/a.keras")
        return os.path.dirname(folder) == os.getcwd(), os.listdir(folder)
"""
    assert answer(warm, look, "f") == (True, ["a.keras"])


def test_given_modules_are_there_and_the_rest_of_the_course_is_not(warm):
    source = """
from bvae_ref.kl import kl_divergence
from bvae_ref.plots import contact_sheet
from autograder import check
from autograder.course.lesson_1 import reparameterize
import autograder.judging.judge
check("1.1")
def f(mean):
    return kl_divergence(mean, mean)
def g(mean):
    return contact_sheet(mean)
"""
    zeros = np.zeros((2, 2), "float32")
    with student(warm, source, modules=("bvae_ref.kl",)) as jailed:
        assert jailed.call("f", zeros).tolist() == [0, 0]
        with pytest.raises(
            Crashed, match="contact_sheet is not available where answers are graded"
        ):
            jailed.call("g", zeros)
        assert jailed.failures == {}


def test_stand_ins_come_and_go_again(warm):
    sources = {"reparameterize": (solutions()["1.1"],)}
    cells = (STUB_1_1, GRADIENTS_OVER_1_1)
    arrays = [np.ones((2, 2), "float32")] * 3
    with student(warm, *cells, stand_ins=sources) as jailed:
        with jailed.standing_in({"reparameterize": None}):
            assert len(jailed.call("pathwise_gradients", *arrays)) == 2
        with pytest.raises(NotWritten):
            jailed.call("reparameterize", *arrays)
        verdict = judge("1.4", jailed, seed=5)
        assert verdict.passed and "reference in place of `reparameterize`" in verdict.notes[0]


def test_a_stand_in_outlives_the_death_of_a_process(warm):
    sources = {"reparameterize": (solutions()["1.1"],)}
    arrays = [np.ones((2, 2), "float32")] * 3
    cells = (STUB_1_1, GRADIENTS_OVER_1_1, "import os\ndef die():\n    os._exit(0)")
    with (
        student(warm, *cells, stand_ins=sources) as jailed,
        jailed.standing_in({"reparameterize": None}),
    ):
        with pytest.raises(Crashed):
            jailed.call("die")
        assert len(jailed.call("pathwise_gradients", *arrays)) == 2


def test_what_stands_in_is_out_of_reach_of_every_other_answer(warm):
    sources = {"reparameterize": (solutions()["1.1"],)}
    cells = (STUB_1_1, "kept = []\ndef keep():\n    kept.append(reparameterize)\n    return 1")
    with student(warm, *cells, "def count():\n    return len(kept)", stand_ins=sources) as jailed:
        assert jailed.call("count") == 0
        with jailed.standing_in({"reparameterize": None}):
            assert jailed.call("keep") == 1 and jailed.call("count") == 1
        assert jailed.call("count") == 0


def test_an_error_beside_a_stand_in_carries_nothing_of_it(warm):
    sources = {"reparameterize": (solutions()["1.1"],)}
    tells = """
def pathwise_gradients(mean, log_var, eps):
    import inspect
    try:
        text = inspect.getsource(reparameterize)
    except (OSError, TypeError):
        text = "no text"
    raise RuntimeError(f"LOOT {reparameterize.__code__.co_names} {text}")
"""
    only_here = tells.replace("raise", "if 'no text' in text: raise")
    arrays = [np.zeros((2, 2), "float32")] * 3
    for cell in (tells, only_here):
        with (
            student(warm, STUB_1_1, cell, stand_ins=sources) as jailed,
            jailed.standing_in({"reparameterize": None}),
            pytest.raises(Crashed) as caught,
        ):
            jailed.call("pathwise_gradients", *arrays)
        assert "exp" not in str(caught.value), "a name of the reference"
    assert "with the reference in place" in str(caught.value) and "LOOT" not in str(caught.value)


@pytest.mark.parametrize("step", ["os._exit(3)", "time.sleep(60)"])
def test_a_process_that_does_not_take_a_stand_in_is_not_tried_for_ever(warm, step):
    sources = {"reparameterize": (solutions()["1.1"],)}
    patch = (
        "import os, sys, time\n"
        f"sys.modules['autograder.jail.child']._Driver.do_stand_in = lambda *a: {step}\n"
        "def f():\n    return 5"
    )
    with student(warm, patch, stand_ins=sources, limits=QUICK) as jailed:
        with jailed.standing_in({"reparameterize": None}):
            for _ in range(3):
                with pytest.raises((Crashed, TimedOut), match="given the reference"):
                    jailed.call("f")
        assert jailed.call("f") == 5


def test_a_stand_in_after_the_time_is_over_is_an_outcome_and_no_fault(warm):
    sources = {"reparameterize": (solutions()["1.1"],)}
    with student(warm, STUB_1_1, GRADIENTS_OVER_1_1, stand_ins=sources) as jailed:
        jailed.run_cells()
        jailed._over = time.monotonic()  # as when an answer arrives just before the end
        assert judge("1.4", jailed).outcome is Outcome.TIMED_OUT


def test_a_process_asked_afresh_knows_nothing_of_earlier_questions(warm):
    cells = "seen = []\ndef f(x):\n    seen.append(x)\n    return len(seen)"
    with student(warm, cells, "def h():\n    while True: pass", limits=QUICK) as jailed:
        assert [jailed.call("f", 1), jailed.call("f", 2)] == [1, 2]
        with pytest.raises(TimedOut):
            jailed.call("h")
        jailed.afresh()
        assert jailed.call("f", 3) == 1
        with pytest.raises(TimedOut):
            jailed.call("h")


def test_an_answer_that_claims_to_be_unwritten_cannot_say_anything_by_it(warm):
    patch = (
        "import sys\ndriver = sys.modules['autograder.jail.child']._Driver\n"
        "driver.do_ask = None\ndriver.answer = lambda self, request: (\n"
        "    {'error': ['Blocked', 'a number that was drawn']})"
    )
    with student(warm, patch) as jailed, pytest.raises(Blocked) as refused:
        jailed.call("reparameterize", 1)
    assert str(refused.value) == "`reparameterize` is not written yet."


def test_a_part_that_ends_the_process_is_left_out_and_not_its_whole_cell(warm):
    ends = "import os\nos._exit(3)"
    cells = [("<cell 1>", IMPORTS), ("<cell 2>", "def f():\n    return 5"), ("<cell 2>", ends)]
    with JailedStudent(warm, Work(cells), LIMITS) as jailed:
        assert jailed.call("f") == 5
        assert "exit 3" in jailed.failures["<cell 2>"]


@pytest.mark.parametrize("reply", ["np.zeros(4)", "{}", "7"])
def test_a_cell_that_is_answered_with_something_else_does_not_stop_the_next(warm, reply):
    patch = (
        f"import sys\nsys.modules['autograder.jail.child']._Driver.do_cell = lambda s, r: {reply}"
    )
    with student(warm, RIGHT_1_1, patch, "x = 7") as jailed:
        assert judge("1.1", jailed).passed
        assert "<cell 4>" in jailed.failures


def test_a_time_out_is_an_outcome_of_its_own(warm):
    with student(
        warm, RIGHT_1_1.replace("return", "while True: pass\n    return"), limits=QUICK
    ) as s:
        verdict = judge("1.1", s)
    assert verdict.outcome is Outcome.TIMED_OUT and verdict.points == 0


def test_nothing_is_left_when_a_submission_is_done(warm):
    with student(warm, "open('x', 'w').write('y')\ndef f():\n    return 1") as jailed:
        assert jailed.call("f") == 1
        assert list(warm.folder.iterdir())
    assert list(warm.folder.iterdir()) == []


class SaysHello:
    """A parent whose process says something and no more."""

    def __init__(self, hello: bytes):
        self.hello = hello

    def fork(self, limits, modules):
        ours, theirs = socket.socketpair()
        theirs.sendall(self.hello)
        theirs.close()
        return Child(ours, 1)

    def end(self, child):
        child.channel.close()
        return "none"


@pytest.mark.parametrize(
    "hello",
    [
        wire.encode({"held": [], "missing": {"files": "no Landlock"}}),
        wire.encode({"refused": "PermissionError"}),
        b"garbage",
        b"",
    ],
)
def test_nothing_runs_where_the_jail_does_not_close(hello):
    with pytest.raises(JailError, match="nothing was run"):
        JailedStudent(SaysHello(hello), work("x = 1"), LIMITS).value("x")


def test_a_fault_of_the_grader_is_never_charged_to_the_learner():
    jailed = JailedStudent(SaysHello(b""), work(RIGHT_1_1), LIMITS)
    with pytest.raises(JailError):
        judge("1.1", jailed)


def test_the_warm_parent_refuses_to_fork_once_tensorflow_has_run():
    tf.constant(1.0) + 1.0
    with pytest.raises(RuntimeError, match="TensorFlow has run an operation"):
        demand_fresh()


@pytest.mark.parametrize("who", ["the grader", "the warm parent"])
def test_a_killed_grader_takes_everything_with_it(who, tmp_path):
    code = """
from autograder.jail.limits import Limits
from autograder.jail.parents import WarmProcess
from autograder.jail.student import JailedStudent, Work
warm = WarmProcess()
hangs = Work([("<cell 1>", "def f():\\n    while True: pass")])
with JailedStudent(warm, hangs, Limits(call_seconds=100)) as jailed:
    jailed.run_cells()
    print(warm.process_id, warm.folder, flush=True)
    jailed.call("f")
"""
    grader = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    number, folder = grader.stdout.readline().split()
    warm_pid = int(number)
    below = [warm_pid, *_descendants(warm_pid)]
    assert len(below) >= 3, "a warm parent, a keeper and a child were expected"
    os.kill(grader.pid if who == "the grader" else warm_pid, signal.SIGKILL)
    grader.kill()
    grader.wait()
    deadline = time.monotonic() + 60
    while any(map(alive, below)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not any(map(alive, below))
    # Whichever of the two is left removes the scratch folders. When both were killed, the next
    # grader does.
    if who == "the warm parent":
        FreshStarts().close()
    assert not Path(folder).exists()


THREADS = """
import threading, time
def start(count):
    started = 0
    for _ in range(count):
        try:
            threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
        except RuntimeError:
            break
        started += 1
    return started
"""
TWO_SUBMISSIONS = f"""
from autograder.jail.limits import Limits
from autograder.jail.parents import WarmProcess
from autograder.jail.student import JailedStudent, Work
warm, limits = WarmProcess(), Limits(call_seconds=60)
work = Work([("<cell 1>", {THREADS!r})])
with JailedStudent(warm, work, limits) as one, JailedStudent(warm, work, limits) as other:
    one.run_cells(), other.run_cells()
    print(one.call("start", 1000), other.call("start", 60))
warm.close()
"""


BELOW_TMP = """
from autograder.jail.parents import WarmProcess
from autograder.jail.limits import Limits
from autograder.jail.student import JailedStudent, Work
warm = WarmProcess()
cell = '''
import os, tempfile
import lies_below_tmp
def f():
    with tempfile.NamedTemporaryFile() as file:
        return [lies_below_tmp.ANSWER, os.getcwd(), os.path.dirname(file.name)]
'''
with JailedStudent(warm, Work([("<cell 1>", cell)]), Limits()) as student:
    student.run_cells()
    print(warm.layers, student.call("f"), sep="\\n")
warm.close()
"""


def test_a_package_below_tmp_is_not_hidden_by_the_scratch_folder(warm):
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        packages = Path(folder, "lib", "site-packages")
        packages.mkdir(parents=True)
        (packages / "lies_below_tmp.py").write_text("ANSWER = 42\n", encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-c", BELOW_TMP],
            env=os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{packages}"},
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
    assert done.returncode == 0, done.stderr[-2000:]
    layers, answered = map(ast.literal_eval, done.stdout.splitlines())
    assert layers == warm.layers, "none is missing for it"
    if layers["private root"]:
        assert answered == [42, "/scratch", "/scratch"]


@pytest.mark.skipif(not machines.can_be_made(), reason="other users are made by root of Linux")
@pytest.mark.parametrize("user", ["root", "ordinary", "root of a user namespace"])
def test_threads_of_one_submission_count_for_none_beside_it(user, tmp_path):
    tmp_path.chmod(0o755)
    home = tmp_path / "home"
    home.mkdir()
    prefix = [] if user == "root" else machines.ordinary_user(home)
    if user == "root of a user namespace":
        prefix += machines.root_of_a_user_namespace()
    done = subprocess.run(
        [*prefix, sys.executable, "-c", TWO_SUBMISSIONS],
        cwd=home,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr[-2000:]
    bomb, neighbour = map(int, done.stdout.split())
    assert 60 < bomb < Limits().processes, "its own number is limited"
    assert neighbour == 60


def _descendants(pid: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (
                int((path / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
                == pid
            ):
                found += [int(path.name), *_descendants(int(path.name))]
    return found


def test_where_nothing_can_be_forked_processes_start_anew():
    parent = FreshStarts()
    cells = "x = 7\ndef loop():\n    while True: pass"
    limits = Limits(call_seconds=2, memory_gb=4)
    with student(parent, cells, RIGHT_1_1, limits=limits) as jailed:
        assert jailed.value("x") == 7
        assert judge("1.1", jailed, seed=3).passed
        with pytest.raises(TimedOut):
            jailed.call("loop")
        # Asked again, it is another process.
        assert jailed.value("x") == 7
    parent.close()
    assert not parent.folder.exists()


def test_the_processes_of_a_submission_have_one_memory_together(warm):
    source = (
        "import numpy as np, time\n"
        "def f():\n    global kept\n    kept = np.ones(250_000_000)\n    return kept.size\n"
        "def g():\n    time.sleep(2)\n    return kept.size"
    )
    limits = replace(LIMITS, memory_gb=3.5)
    with (
        student(warm, source, limits=limits) as one,
        student(warm, source, limits=limits) as other,
    ):
        assert one.call("f") == 250_000_000  # 2 GB: as much as one of them may have
        assert one.call("g") == 250_000_000
        with pytest.raises(Crashed, match="as happens when memory"):
            other.call("f")
            one.call("g")
            other.call("g")


def test_layers_hold_whatever_the_graders_umask(warm):
    before = os.umask(0o077)
    try:
        with closing(WarmProcess()) as strict:
            assert strict.layers == warm.layers
    finally:
        os.umask(before)


def test_changes_are_tried_in_a_process_of_their_own(warm):
    with student(warm, "def f(x):\n    return x + 1\n") as jailed:
        assert jailed.call("f", 1) == 2
        assert jailed.source_of("f") == "def f(x):\n    return x + 1\n"
        assert jailed.source_of("g") == ""
        with jailed.workshop() as bench:
            bench.define("def f(x):\n    return x + 10\n")
            assert bench.call("f", 1) == 11
            with pytest.raises(Crashed, match="NameError"):
                bench.define("nobody")
            bench.define("def f(x):\n    import os; os._exit(3)\n")
            with pytest.raises(Crashed):
                bench.call("f", 1)
            # The next version gets a new process.
            bench.define("def f(x):\n    return x + 100\n")
            assert bench.call("f", 1) == 101
        assert jailed.call("f", 1) == 2


@pytest.mark.parametrize(
    ("load", "times"), [(0.0, 1.0), (2.0, 1.0), (4.0, 2.0), (100.0, MOST_PATIENCE)]
)
def test_a_busy_machine_gets_more_time(monkeypatch, load, times):
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    monkeypatch.setattr("os.getloadavg", lambda: (load, 0.0, 0.0), raising=False)
    assert patience() == times
    monkeypatch.delattr("os.getloadavg")
    assert patience() == 1.0


def test_a_python_that_was_moved_names_folders_that_are_not_there_and_nothing_minds(monkeypatch):
    known = sysconfig.get_config_var
    there = reach.python_tree.__wrapped__()
    monkeypatch.setattr(
        sysconfig,
        "get_config_var",
        lambda name: "/where/it/was/built/lib-dynload" if name == "DESTSHARED" else known(name),
    )
    moved = reach.python_tree.__wrapped__()
    assert there.shown and all(map(os.path.exists, moved.shown))
