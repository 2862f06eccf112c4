"""What is found out about wrong answers that no name explains, and where nothing is said."""

from __future__ import annotations

import time

import pytest
from learner import STUB_1_1, run_cells

from autograder.exercise import registry
from autograder.exercise.live_student import LiveStudent
from autograder.intake.course_texts import solutions
from autograder.intake.released import release
from autograder.judging import bank
from autograder.judging.bank import Written
from autograder.judging.cells_in_words import bound_in
from autograder.judging.judge import judge
from autograder.judging.mutations import BRACKETS, edits
from autograder.judging.text_facts import facts
from autograder.judging.verdict import Outcome, Relation
from autograder.proof.jailed import jailed_verdict

# A function and three numbers, of which no two ways of joining them give the same.
VALUES = (lambda x, axis=0: x**3 + axis, 2.0, 5.0, 11.0)


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """Looking for a cause ends after a while; on a busy machine that would be too soon."""
    monkeypatch.setattr(LiveStudent, "seconds_to_explain", 60.0)


def verdict(exercise_id: str, source: str, seed: int = 1):
    exercise = registry.get(exercise_id)
    space = bank.namespace(Written(exercise_id, "case", "from outside", source))
    return judge(exercise.id, LiveStudent(space, registry.owners(exercise.lesson)), seed)


@pytest.mark.parametrize(
    ("exercise_id", "source", "relation", "words"),
    [
        (
            "1.1",
            "def reparameterize(mean, log_var, eps):\n"
            "    return mean + tf.nn.softplus(mean * 0 + 1.0) * eps + 0.1\n",
            Relation.COMPUTES,
            "`log_var` makes no difference",
        ),
        (
            "1.1",
            "def reparameterize(mean, log_var, eps):\n"
            "    return mean + tf.exp(0.5 * log_var) * tf.random.normal(tf.shape(eps))\n",
            Relation.COMPUTES,
            "The noise is given, as `eps`",
        ),
        (
            "1.1",
            "def reparameterize(mean, log_var, eps):\n"
            "    return mean + tf.exp(0.5 * log_var) * eps[0]\n",
            Relation.COMPUTES,
            "Only the first row of `eps`",
        ),
        (
            "1.1",
            "def reparameterize(mean, log_var, eps):\n"
            "    std = tf.exp(0.25 * log_var)\n"
            "    return mean + std * eps\n",
            Relation.MENDS,
            "`0.25` in line 2",
        ),
        (
            "1.1",
            "def reparameterize(mean, log_var, eps):\n"
            "    return mean + tf.exp(0.5 * log_var * eps)\n",
            Relation.MENDS,
            "`tf.exp(0.5 * log_var * eps)` in line 2",
        ),
        (
            "1.1",
            "def reparameterize(mean, log_var, eps):\n"
            "    return mean + tf.exp(0.5) * log_var * eps\n",
            Relation.MENDS,
            "in line 2",
        ),
        (
            "2.2",
            "def kl_divergence(mean, log_var):\n"
            "    costs = kl_per_dimension(mean, log_var)\n"
            "    return tf.reduce_max(costs, axis=1)\n",
            Relation.MENDS,
            "`tf.reduce_max` in line 3",
        ),
        (
            "2.2",
            "def kl_divergence(mean, log_var):\n"
            "    total = 0.0\n"
            "    for column in tf.unstack(kl_per_dimension(mean, log_var), axis=1):\n"
            "        total = total + column\n"
            "        return total * 1.5 - total ** 2\n",
            Relation.SHOWS,
            "The `return` of `kl_divergence` is inside the loop",
        ),
    ],
)
def test_each_reader_says_what_it_found(exercise_id, source, relation, words):
    for seed in (1, 2):
        found = verdict(exercise_id, source, seed).diagnosis
        assert found is not None and found.relation is relation, found
        assert words in found.mistakes[0].sentence


def test_a_right_answer_is_not_read_and_what_nobody_understands_gets_no_name():
    assert verdict("2.2", bank.variants("2.2")[0].source).diagnosis is None
    strange = (
        "def kl_divergence(mean, log_var):\n    return tf.reduce_sum(mean - log_var ** 3, 1)\n"
    )
    assert verdict("2.2", strange).diagnosis is None


def test_a_name_that_would_have_failed_a_test_that_was_passed_is_not_given():
    source = (
        "def reparameterize(mean, log_var, eps):\n    return mean + np.exp(0.5 * log_var) * eps\n"
    )
    found = verdict("1.1", source)
    assert [test.points for test in found.tests] == [0.5, 0.5, 0.5, 0]
    assert found.diagnosis.name == "the gradient stops at the spread"


def test_what_mends_an_answer_is_not_told():
    source = (
        "def reparameterize(mean, log_var, eps):\n    std = tf.exp(0.25 * log_var)\n"
        "    return mean + std * eps\n"
    )
    (mistake,) = verdict("1.1", source).diagnosis.mistakes
    assert "0.5" not in mistake.sentence + mistake.look + mistake.name


def test_trying_changes_leaves_the_learners_own_answer():
    exercise = registry.get("1.1")
    source = (
        "def reparameterize(mean, log_var, eps):\n    return mean + tf.exp(log_var / 4) * eps\n"
    )
    space = bank.namespace(Written("1.1", "case", "kept", source))
    own = space["reparameterize"]
    judge(exercise.id, LiveStudent(space, registry.owners(1)), 1)
    assert space["reparameterize"] is own


def test_a_change_that_makes_a_loop_endless_is_left_and_nothing_is_printed(capsys, monkeypatch):
    monkeypatch.setattr(LiveStudent, "seconds_to_explain", 2.0)
    source = (
        "def reparameterize(mean, log_var, eps):\n    k = 0\n    print('a line', k)\n"
        "    while k < 3:\n        k += 1\n    return mean + 0.9 * tf.exp(log_var) * eps\n"
    )
    verdict("1.1", source)
    assert len(capsys.readouterr().out.splitlines()) < 100


def test_edits_are_whole_cells_that_differ_and_none_comes_twice():
    source = (
        "import math\n\ndef f(a, b):\n    for x in a:\n        y = x + 2 * b\n        return y\n"
    )
    found = list(edits(source, ("f",)))
    texts = [edit.source for edit in found]
    assert len(texts) == len(set(texts)) > 20
    assert all("import math" in text and compile(text, "<edit>", "exec") for text in texts)
    kinds = {edit.spots[0].kind for edit in found}
    assert {"operator", "number", "name", "part too many", "place of the `return`"} <= kinds
    assert {edit.spots[0].line for edit in found} == {4, 5, 6}
    assert list(edits("def f(:", ("f",))) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("f(x * y)", "f(x) * y"),
        ("f(x * y)", "f(y) * x"),
        ("f(x + y, axis=1)", "f(x, axis=1) + y"),
        ("f(x / y)", "f(x) / y"),
        ("f(2 * x * y)", "f(2 * y) * x"),
        ("f(x - y + z)", "f(x + z) - y"),
    ],
)
def test_a_part_is_moved_into_and_out_of_the_brackets_of_a_call(one, other):
    for start, end in ((one, other), (other, one)):
        found = list(edits(f"def f(x, y, z):\n    return {start}\n", ("f",)))
        moved = [
            edit.source.split("return ")[1] for edit in found if edit.spots[0].kind == BRACKETS
        ]
        alike = {eval(f"lambda f, x, y, z: {text}")(*VALUES) for text in moved}
        assert eval(f"lambda f, x, y, z: {end}")(*VALUES) in alike


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("for x in a:\n        s = x\n        return s", "return inside the loop"),
        ("b = a * 2", "no return"),
        ("b = 3\n    return a + b", "b is overwritten"),
        ("return a", "b is never read"),
        ('return a if b == "x" or "y" else b', "a condition that always holds"),
        ("tf.exp(a)\n    return a + b", "a result that is not kept"),
        ("return a ^ b", "^ for a power"),
        ("return a // b", "// cuts off"),
    ],
)
def test_a_fact_of_the_text_is_told(body, name):
    assert name in [item.name for item in facts(f"def f(a, b):\n    {body}\n", ("f",))]


@pytest.mark.parametrize(
    "body",
    [
        "for x in a:\n        if x > b:\n            return x\n    return None",
        "a = a + b\n    return a",
        'return a if b == "x" or b == "y" else b',
        "tf.debugging.assert_equal(a, b)\n    return a + b",
        "print(a)\n    return a * b",
        "raise NotImplementedError(a, b)",
    ],
)
def test_where_the_text_is_in_order_nothing_is_said(body):
    assert list(facts(f"def f(a, b):\n    {body}\n", ("f",))) == []


def test_hardly_any_solution_shows_anything():
    shown = {
        exercise.id: [item.name for item in facts(solutions()[exercise.id], exercise.answers)]
        for exercise in registry.every()
    }
    # One function saves a model, and returns nothing.
    assert {key: names for key, names in shown.items() if names} == {"7.3": ["no return"]}


@pytest.mark.parametrize("kind", ["live", "jailed"])
def test_a_cell_that_is_not_python_is_told_as_that_in_its_exercise(kind):
    source = "def reparameterize(mean, log_var, eps):\n    return mean + (eps\n"
    if kind == "live":
        space, failures = run_cells(source)
        assert failures
        found = judge("1.1", LiveStudent(space, registry.owners(1)), 1)
    else:
        found = jailed_verdict("1.1", source)
    assert found.outcome is Outcome.DOES_NOT_RUN and found.points == 0
    for test in found.tests:
        assert "SyntaxError in the line `return mean + (eps`" in test.actual
        assert "The brackets do not match" in test.cause


def test_what_was_never_written_is_not_told_as_broken():
    space, _ = run_cells(STUB_1_1)
    assert judge("1.1", LiveStudent(space, registry.owners(1)), 1).outcome is Outcome.NOT_ATTEMPTED
    space, _ = run_cells("def other(:\n")
    assert judge("1.1", LiveStudent(space, registry.owners(1)), 1).outcome is Outcome.NOT_ATTEMPTED


USES_TRAIN = (
    "def reconstruction_loss(images, logits):\n"
    "    scale = 1.0 + 0.0 * len(train)\n"
    "    bce = tf.nn.sigmoid_cross_entropy_with_logits(labels=images, logits=logits)\n"
    "    return scale * tf.reduce_sum(bce, axis=(1, 2, 3))\n"
)


def test_what_only_a_cell_of_figures_gives_is_told_live_and_graded():
    figures = next(
        cell.source
        for cell in release(3).cells
        if cell.role == "demo" and "train" in bound_in(cell.source)
    )
    for kind in ("live", "jailed"):
        if kind == "live":
            space = bank.namespace(Written("3.1", "case", "from outside", USES_TRAIN))
            space |= {"train": [1, 2], "In": ["", figures, USES_TRAIN]}
            found = judge("3.1", LiveStudent(space, registry.owners(3)), 1)
        else:
            found = jailed_verdict("3.1", USES_TRAIN)
        assert found.points == 0 and found.outcome is Outcome.CRASHED
        assert all("cell of the lesson that only shows" in test.cause for test in found.tests)


def test_what_a_cell_of_the_learners_own_gives_may_be_used():
    space = bank.namespace(Written("3.1", "case", "from outside", USES_TRAIN))
    space |= {"train": [1, 2], "In": ["", "train = [1, 2]", USES_TRAIN]}
    assert judge("3.1", LiveStudent(space, registry.owners(3)), 1).passed


def test_a_cell_of_any_length_or_depth_keeps_nobody_busy(monkeypatch):
    monkeypatch.setattr(LiveStudent, "seconds_to_explain", 1.0)
    start = "def reparameterize(mean, log_var, eps):\n"
    many = start + "    a = 1\n" * 990 + "    return mean\n"
    deep = start + "    return mean" + " + eps" * 500 + "\n"
    for source in (many, deep, many * 3):
        begun = time.process_time()
        assert verdict("1.1", source).points < 2
        assert time.process_time() - begun < 60
