"""`--only`: one learner is graded again, and nobody else's result is touched."""

from __future__ import annotations

from pathlib import Path

import pytest
from batchwork import notebook_bytes, points_of, put, run_fake

from autograder.batch import reports
from autograder.batch.run import Batch

CLASS = ["doejane_11_901_lesson_1.ipynb", "doejohn_12_902_lesson_1.ipynb", "ek_13_903_x.ipynb"]


@pytest.fixture
def batch(tmp_path, monkeypatch) -> Batch:
    """A class that has been graded."""
    monkeypatch.setattr(reports, "_write_figures", lambda store, lessons: {})
    for name in CLASS:
        put(tmp_path / "in" / name, notebook_bytes(1, name))
    batch = Batch(tmp_path / "in", tmp_path / "out")
    run_fake(batch)
    return batch


@pytest.mark.parametrize("wanted", ["11", "doejane", "DOEJANE"])
def test_one_learner_is_asked_again_by_id_or_by_name(wanted, batch):
    before = points_of(batch)
    _, service = run_fake(batch, only=wanted)
    assert service.calls == ["doejane/lesson_1.ipynb"]
    assert points_of(batch) == before


def test_the_others_stand_though_their_notebooks_or_the_course_have_changed(batch, monkeypatch):
    before = points_of(batch)
    results = {path: path.read_bytes() for path in (Path(batch.out) / "results").iterdir()}
    for name in CLASS:
        put(Path(batch.submissions) / name, notebook_bytes(1, f"{name} changed"))
    monkeypatch.setattr("autograder.batch.store.course_version", lambda: "another")
    _, service = run_fake(batch, only="13")
    assert service.calls == ["ek/x.ipynb"]
    changed = {path.name for path, old in results.items() if path.read_bytes() != old}
    assert len(changed) == 1 and changed.pop().startswith("ek")
    after = points_of(batch)
    assert {key: after[key] for key in after if not key.startswith("ek")} == {
        key: before[key] for key in before if not key.startswith("ek")
    }


@pytest.mark.parametrize(
    ("wanted", "words"),
    [("jane doe", "Nobody here is called 'jane doe'"), ("doejame", "Did you mean doejane")],
)
def test_a_name_that_nobody_has_is_refused_with_near_ones(wanted, words, batch):
    with pytest.raises(ValueError, match=words):
        run_fake(batch, only=wanted)


def test_a_name_that_two_have_asks_for_the_id(tmp_path, batch):
    put(tmp_path / "in" / "doejane_14_904_lesson_1.ipynb", notebook_bytes(1, "other"))
    with pytest.raises(
        ValueError, match=r"fits more than one: doejane \(11\), doejane \(14\)\. Give the id"
    ):
        run_fake(batch, only="doejane")
    assert run_fake(batch, only="14")[1].calls == ["doejane (14)/lesson_1.ipynb"]
