"""The demonstration's page from small made-up inputs: nothing is trained, nothing is graded."""

import io
import re
import sys
from pathlib import Path
from types import SimpleNamespace

import matplotlib.image
import numpy as np
import pytest
from coursework import ROOT

sys.path.insert(0, str(ROOT / "bench"))
import demo_page


def png(width: int, height: int) -> bytes:
    buffer = io.BytesIO()
    matplotlib.image.imsave(buffer, np.zeros((height, width, 3)), format="png")
    return buffer.getvalue()


def figure(alt: str, width: int = 8, height: int = 8) -> SimpleNamespace:
    return SimpleNamespace(alt=alt, caption=f"Caption of {alt}", png=png(width, height))


def report(student: str, points: dict, total: float, folder: Path) -> SimpleNamespace:
    return SimpleNamespace(
        student=student,
        about=f"About {student}.",
        points=points,
        total=total,
        max_total=5.0,
        panels=(f"<div>Verdict for {student}</div>",),
        feedback=folder / "course" / "feedback" / student / "lesson_1.html",
    )


ITEMS = [demo_page.Item("1.1", "Draw", 2.0), demo_page.Item("1.2", "Layer <b>", 3.0)]


@pytest.fixture
def made(tmp_path):
    figures = {
        "losses": figure("square chart"),
        "traversals": figure('wide "rows"', 40),
        "morphing_result": figure("ma to tsu", 40),
    }
    gallery = SimpleNamespace(
        title="Brush strokes",
        facts="β = 4 & more",
        figures=figures,
        explorer=tmp_path / "strokes" / "explorer.html",
    )
    reports = [
        report("complete", {"1.1": 2.0, "1.2": 3.0}, 5.0, tmp_path),
        report("half-right", {"1.1": 2.0, "1.2": 0.5}, 2.5, tmp_path),
        report("untouched", {"1.1": 0.0}, 0.0, tmp_path),
    ]
    return demo_page.page([gallery], ITEMS, reports, tmp_path, 61.7)


def test_every_figure_has_its_alt_text_and_caption(made):
    alts = re.findall(r'<img alt="([^"]*)"', made)
    assert alts == ["ma to tsu", "wide &quot;rows&quot;", "square chart"]
    assert made.count("<figcaption>Caption of ") == 3


def test_the_morph_comes_first_and_only_wide_figures_take_a_row(made):
    assert made.index("ma to tsu") < made.index("wide &quot;rows&quot;")
    assert made.count('<figure class="broad">') == 2


def test_the_page_asks_for_nothing_from_elsewhere(made):
    addresses = re.findall(r'(?:src|href)="([^"]*)"', made)
    assert addresses
    own = ("data:image/png;base64,", "#", "course/", "strokes/")
    assert all(address.startswith(own) for address in addresses)
    assert "@import" not in made and "url(" not in made


def test_each_state_of_points_has_a_sign_and_words_beside_its_colour(made):
    assert '<td class="passed"><span role="img" aria-label="all points">✔</span> 3 ' in made
    assert '<td class="part"><span role="img" aria-label="some points">◐</span> 0.5 ' in made
    assert '<td class="failed"><span role="img" aria-label="no points">✘</span> 0 ' in made


def test_an_exercise_missing_from_the_gradebook_is_not_shown_as_zero(made):
    assert made.count("no grade") == 1


def test_totals_are_those_given_and_are_not_added_up_anew(tmp_path):
    odd = report("odd", {"1.1": 2.0, "1.2": 3.0}, 4.25, tmp_path)
    assert "<td>4.25 <small>of 5</small></td>" in demo_page.grade_table(ITEMS, [odd])


def test_titles_are_escaped_and_verdicts_are_kept(made):
    assert "Layer &lt;b&gt;" in made and "β = 4 &amp; more" in made
    assert "<div>Verdict for half-right</div>" in made


def test_feedback_is_linked_relative_to_the_page(made):
    assert 'href="course/feedback/half-right/lesson_1.html"' in made


def test_the_model_to_play_with_is_linked_relative_to_the_page(made):
    assert '<a href="strokes/explorer.html">Play with this model</a>' in made


def test_only_the_mixed_result_stands_open(made):
    assert made.count("<details open>") == 1
    assert made.index("About half-right") < made.index("<details open>")


def test_writing_again_replaces_the_page_and_leaves_no_partial_file(tmp_path):
    target = tmp_path / "deep" / "index.html"
    demo_page.write_page("old", target)
    demo_page.write_page("new β", target)
    assert target.read_text(encoding="utf-8") == "new β"
    assert list(target.parent.iterdir()) == [target]
