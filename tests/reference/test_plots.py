"""Every figure is a PNG with words; pictures put each image where its words say."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from bvae_ref import plots
from bvae_ref.captions import CaptionedFigure
from bvae_ref.data import Dataset
from bvae_ref.label_places import apart
from bvae_ref.mosaics import mosaic, page

RNG = np.random.default_rng(0)


def _images(*shape):
    return RNG.uniform(0, 1, (*shape, 28, 28, 1)).astype("float32")


HISTORY = {
    key: [9.0, 5.0, 4.0] for key in ("loss", "recon", "kl", "val_loss", "val_recon", "val_kl")
}
FIGURES = {
    "contact_sheet": lambda: plots.contact_sheet(
        Dataset("strokes", _images(40), np.arange(40) % 10, "drawn"), columns=6
    ),
    "strip": lambda: plots.strip_figure(_images(5), "tsu", "ya"),
    "strip between real images": lambda: plots.strip_figure(
        _images(5), "tsu", "ya", real=(_images(), _images())
    ),
    "grid": lambda: plots.grid_figure(_images(3, 3), extent=2.0),
    "traversal": lambda: plots.traversal_figure(_images(2, 4), [-1.0, 0.0, 0.5, 1.0]),
    "loss": lambda: plots.loss_figure(HISTORY),
    "reconstruction": lambda: plots.reconstruction_figure(_images(4), _images(4)),
    "scatter": lambda: plots.latent_scatter(RNG.normal(size=(50, 3)), np.arange(50) % 10),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_a_png_with_alt_text_and_caption_and_leaves_none_open(name):
    figure = FIGURES[name]()
    assert isinstance(figure, CaptionedFigure)
    assert figure.png.startswith(b"\x89PNG")
    assert len(figure.alt) > 30 and figure.alt.endswith((".", "%"))
    assert len(figure.caption) > 30 and figure.caption.endswith(".")
    assert plt.get_fignums() == []


def test_a_strip_names_both_ends_in_words():
    figure = plots.strip_figure(_images(5), "tsu", "ya")
    assert "tsu" in figure.alt and "ya" in figure.alt and "5" in figure.alt


def test_a_strip_says_which_of_its_images_are_real():
    figure = plots.strip_figure(_images(5), "tsu", "ya", real=(_images(), _images()))
    assert "The outer two images are real" in figure.caption


def test_a_png_has_twice_the_dots_that_it_is_shown_with():
    figure = plots.strip_figure(_images(5), "tsu", "ya")
    width = int.from_bytes(figure.png[16:20], "big")
    assert f'<img width="{width // 2}"' in figure.html()


def test_gutters_lie_between_images_and_nowhere_else():
    images = np.ones((1, 3, 28, 28, 1), "float32")
    _, axes = page(images, cell=0.5)
    mosaic(axes, images, gutter=2)
    picture = np.asarray(axes.images[0].get_array())
    assert picture.shape == (28, 88)
    assert picture[:, [27, 30, 57, 60]].all() and not picture[:, [28, 29, 58, 59]].any()


def test_a_mosaic_keeps_every_image_upright_and_in_its_place():
    images = _images(2, 3)
    _, axes = page(images, cell=0.5)
    mosaic(axes, images)
    picture = np.asarray(axes.images[0].get_array())
    assert picture.shape == (56, 84)
    np.testing.assert_array_equal(picture[28:, 56:], images[1, 2, :, :, 0])
    assert axes.images[0].get_cmap().name == "gray_r", "ink is dark, paper light"
    assert axes.images[0].get_clim() == (0, 1)


@pytest.mark.slow
def test_losses_are_drawn_without_held_out_figures_too():
    figure = plots.loss_figure({"loss": [3.0, 2.0], "recon": [2.0, 1.5], "kl": [1.0, 0.5]})
    assert "loss = recon + β·KL 3.0 to 2.0" in figure.alt


@pytest.mark.slow
def test_classes_differ_by_marker_and_name_not_by_colour_alone():
    assert len(set(plots.MARKERS)) == len(set(plots.COLOURS)) == 10
    assert "tsu" in FIGURES["scatter"]().alt


def test_colours_of_images_of_any_shape_are_shown_as_they_are():
    images = RNG.uniform(size=(1, 2, 5, 9, 3))
    figure, axes = page(images, cell=0.9)
    assert figure.get_size_inches() == pytest.approx([1.8, 0.5])
    mosaic(axes, images, gutter=1)
    picture = np.asarray(axes.images[0].get_array())
    assert picture.shape == (5, 19, 3)
    np.testing.assert_array_equal(picture[:, 10:], images[0, 1])
    assert (picture[:, 9] == 1).all(), "paper is white"


def test_names_near_each_other_are_moved_apart_and_no_further_than_needed():
    points = np.array([[0, 0], [0.1, 0], [0.1, 0.1], [0, 0], [9, 9]])
    sizes = np.tile([2.0, 1.0], (5, 1))
    places = apart(points, sizes)
    for i in range(5):
        for j in range(i):
            assert (np.abs(places[i] - places[j]) >= 0.999).any(), (i, j)
            assert (np.abs(places[i] - places[j]) >= 0.999 * sizes[0]).any(), (i, j)
    assert np.array_equal(places[4], [9, 9])
    assert np.abs(places[:4]).max() < 3


def test_a_scatter_needs_two_latents():
    with pytest.raises(ValueError, match="latent ≥ 2"):
        plots.latent_scatter(np.zeros((5, 1)), np.zeros(5, int))
