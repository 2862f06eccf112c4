"""What can be read, and the ends of a legible morph."""

import numpy as np
import pytest
from flat_model import split_class

from bvae_ref.legibility import grey_share, legibility, morph_ends

RNG = np.random.default_rng(0)


def test_a_smudge_is_greyer_than_a_stroke_and_reads_as_nothing():
    stroke, smudge = np.zeros((2, 28, 28, 1), "float32")
    stroke[4:24, 12:16], smudge[4:24, 4:24] = 1.0, 0.2
    assert grey_share(np.stack([stroke, smudge])).tolist() == pytest.approx([0.0, 3.2])
    images = np.repeat(stroke[None], 20, axis=0)
    reads = legibility(np.stack([stroke, smudge]), images, np.ones(20, int))
    assert reads[0].tolist() == [0.0, 1.0] and reads[1].max() < 0.01


def test_the_ends_of_a_morph_are_real_images_of_their_classes_that_survive_the_model():
    model, images, labels = split_class()
    images[:5] = RNG.uniform(0, 1, images[:5].shape)  # of class 0, and nothing like its decoding
    first, last = morph_ends(model, images, labels, 0, 1)
    assert (labels[first], labels[last]) == (0, 1) and first >= 5
    with pytest.raises(ValueError, match="class 7 has no images"):
        morph_ends(model, images, labels, 0, 7)
