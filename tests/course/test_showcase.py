"""The one notebook to run first: complete, without exercises, and its morph can be read."""

from __future__ import annotations

import ast
import json
import re
import sys

import numpy as np
import pytest
from coursework import ROOT, grade_id, notebook
from real_kmnist import kmnist_folder

from autograder.exercise import registry

sys.path.insert(0, str(ROOT / "bench"))

from showcase import MEASURED, NOTEBOOK, executed, figures, measured

WHERE = "lessons/showcase/Disentangled_VAE_KMNIST.ipynb"
RELEASED = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
SOURCE = json.loads((ROOT / WHERE.replace("lessons", "solutions", 1)).read_text(encoding="utf-8"))
CODE = [cell for cell in RELEASED["cells"] if cell["cell_type"] == "code"]


def text(cell: dict) -> str:
    return "".join(cell["source"])


def test_the_release_is_the_source_with_the_courses_address_and_no_outputs():
    course = registry.course()
    colab = course.repository.replace(
        "https://github.com/", "https://colab.research.google.com/github/"
    )
    for made, written in zip(RELEASED["cells"], SOURCE["cells"], strict=True):
        wanted = text(written).replace("{{repository}}", course.repository)
        assert text(made) == wanted.replace("{{colab}}", f"{colab}/blob/{course.branch}"), (
            f"{made['id']} differs from what solutions/ gives; run `make lessons`"
        )
        assert not made.get("outputs") and not written.get("outputs"), "strip the outputs"
    assert f"]({colab}/blob/{course.branch}/{WHERE})" in text(RELEASED["cells"][0])


def test_there_is_nothing_to_fill_in_and_nothing_graded():
    everything = "\n".join(map(text, RELEASED["cells"]))
    for word in ("YOUR CODE", "NotImplementedError", "check(", "predict(", "SOLUTION"):
        assert word not in everything
    assert not any(map(grade_id, RELEASED["cells"]))


def test_it_installs_the_course_as_the_lessons_do():
    lesson = next(c for c in notebook("lessons", 0)["cells"] if grade_id(c) == "setup")
    install = text(lesson).split("import bvae_ref")[0]
    assert text(CODE[0]).startswith(install), "the set-up cells differ; make them alike"


def test_the_model_and_its_training_step_stand_in_the_notebook_itself():
    classes = {
        node.name: node
        for cell in CODE
        for node in ast.parse(text(cell)).body
        if isinstance(node, ast.ClassDef)
    }
    methods = {item.name: ast.unparse(item) for item in classes["DisentangledVAE"].body[1:]}
    assert "GradientTape" in methods["train_step"] and "self.beta * kl" in methods["train_step"]
    assert "bvae_ref.model" not in "\n".join(map(text, CODE))


def test_the_table_of_contents_leads_to_the_headings_and_the_end_to_lesson_0():
    everything = "\n".join(text(c) for c in RELEASED["cells"] if c["cell_type"] == "markdown")
    headings = re.findall(r"^## (.+)$", everything, re.MULTILINE)
    links = re.findall(r"\]\(#([^)]+)\)", everything)
    assert links == [heading.replace(" ", "-") for heading in headings]
    last = text(RELEASED["cells"][-1])
    for lesson in registry.course().lessons:
        assert f"/lessons/lesson_{lesson}/lesson_{lesson}.ipynb)" in last
    assert "start here" in last.split("lesson_0.ipynb")[1].splitlines()[0]


def test_its_badge_is_the_first_of_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    first = re.search(r"\[!\[Open [^]]+\]\[badge\]\]\[(\w+)\]", readme)
    (target,) = re.findall(rf"^\[{first[1]}\]: (\S+)$", readme, re.MULTILINE)
    assert target.endswith(f"/{WHERE}")


@pytest.mark.slow
def test_it_runs_to_its_end_on_strokes_and_shows_everything_it_promises():
    look = "print(*sorted(str(path) for path in pathlib.Path().iterdir()))"
    seen = executed("strokes", f"{look}\n{MEASURED}")
    assert seen.stops == [] and seen.noise == {}
    outputs = {cell.id: str(cell.get("outputs")) for cell in seen.notebook.cells}
    assert "explorer.html morphing_result.png" in outputs["measured"]
    assert outputs["sc-26"].count("<iframe") == 1
    shown = figures(seen)
    wanted = {f"sc-{n}-0" for n in ("03", "09", "10", "14", "16", "18", "20", "22", "24")}
    assert wanted <= shown.keys()
    assert all('alt="' in outputs[name[:5]] for name in wanted)
    found = measured(seen)
    assert found["val_loss"] == pytest.approx(found["val_recon"] + 4 * found["val_kl"], rel=1e-4)
    assert found["val_loss"] < 190
    assert "286.19 = 268.66 + 4 × 4.38" in outputs["sc-12"]


@pytest.mark.nightly
def test_on_kmnist_the_morph_reads_and_the_loss_beats_the_original_way(tmp_path):
    """The original's networks, in the original's way, end at 303.0 nats on the same images."""
    from legible_reader import reader_of, reads, sharpness

    folder = kmnist_folder()
    kept = tmp_path / "strip.npz"
    keep = f"np.savez({str(kept)!r}, strip=morph.strip, real=np.stack(morph.real))"
    seen = executed("kmnist", f"{keep}\n{MEASURED}", folder)
    assert seen.noise == {}
    assert measured(seen)["val_loss"] < 303
    from bvae_ref.data import load

    parts = (
        load("kmnist", split, data_dir=folder, quiet=True)
        for split in ("test[:8000]", "test[8000:]")
    )
    reader = reader_of(*parts)
    with np.load(kept) as saved:
        assert reads(reader, saved["strip"])
        assert sharpness(saved["strip"]).mean() > 0.75 * sharpness(saved["real"]).mean()
