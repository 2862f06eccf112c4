"""The course's map has words for every reader, no fixed colours, and marks what it is asked to."""

import re
from xml.etree import ElementTree

import pytest

from bvae_ref.diagram import ALL, PARTS, pipeline_diagram

SVG = "{http://www.w3.org/2000/svg}"


def drawing(highlight: str = "") -> ElementTree.Element:
    return ElementTree.fromstring(pipeline_diagram(highlight).svg)


def words(highlight: str = "") -> list[tuple[str, bool]]:
    """Each label, and whether it is bold."""
    found = drawing(highlight).iter(f"{SVG}text")
    return [("".join(text.itertext()), text.get("font-weight") == "bold") for text in found]


def bold(highlight: str) -> set[str]:
    return {label for label, is_bold in words(highlight) if is_bold}


def test_it_is_an_image_with_a_title_that_says_the_same():
    root = drawing("draw")
    assert root.get("role") == "img"
    title = root.findtext(f"{SVG}title")
    for word in ("encoder", "μ", "σ", "ε", "decoder", "KL", "loss"):
        assert word in title
    assert title.endswith("Marked: the draw z = μ + σ·ε.")


def test_the_labels_follow_the_way_from_image_to_image():
    labels = [label for label, _ in words()]
    way = ("image x", "encoder", "μ, σ", "z", "decoder", "image again")
    places = [labels.index(label) for label in way]
    assert places == sorted(places)


def test_it_has_no_ground_and_only_colours_that_suit_every_theme():
    svg = pipeline_diagram(ALL).svg
    colours = set(re.findall(r'(?:fill|stroke)="([^"]*)"', svg))
    assert colours <= {"currentColor", "#888", "none"}


@pytest.mark.parametrize(
    ("highlight", "labels"),
    [
        ("", set()),
        ("encoder", {"encoder"}),
        ("decoder", {"decoder"}),
        ("encoder decoder", {"encoder", "decoder"}),
        ("draw", {"z", "z = μ + σ·ε", "noise ε"}),
        ("z", {"z"}),
        ("kl", {"μ, σ", "KL"}),
        ("loss", {"KL", "loss = reconstruction + β·KL"}),
    ],
)
def test_a_part_is_marked_and_nothing_else(highlight, labels):
    assert bold(highlight) == labels


def test_all_marks_every_part():
    every = set().union(*(bold(part) for part in PARTS))
    assert bold(ALL) == every


def test_an_unknown_part_is_named_with_those_there_are():
    with pytest.raises(ValueError, match=r"'prior'.*encoder, kl, draw, z, decoder, loss"):
        pipeline_diagram("encoder prior")


def test_a_notebook_gets_html_svg_and_words():
    shown = pipeline_diagram("kl")
    assert shown._repr_svg_() == shown.svg
    assert shown.svg in shown._repr_html_()
    assert f"<figcaption>{shown.caption}" in shown._repr_html_()
    assert "This lesson is about the KL term at μ and σ." in repr(shown)
    assert shown.title in repr(shown)
