"""A stand-in for a trained VAE whose codes and pictures are known by heart."""

import numpy as np

RNG = np.random.default_rng(0)


class FlatModel:
    """Stands in for a trained VAE: an image's code is its two top left pixels times ten.

    `decode` draws the template of the anchor nearest to the code, so what a place in
    latent space decodes to is known. `drawn` counts the decoder's calls.
    """

    latent_dim = 2

    def __init__(self, anchors):
        self.anchors = np.asarray(anchors, dtype="float32")
        self.templates = RNG.uniform(0, 1, (len(anchors), 28, 28, 1)).astype("float32")
        self.drawn = 0

    def encode(self, images):
        codes = 10 * np.asarray(images)[:, 0, :2, 0] - 5
        return codes, np.zeros_like(codes)

    def decode(self, z):
        self.drawn += 1
        z = np.asarray(z, dtype="float32")
        nearest = np.argmin(((z[:, None] - self.anchors) ** 2).sum(-1), axis=1)
        images = self.templates[nearest].copy()
        images[:, 0, :2, 0] = (z + 5) / 10
        return images


def split_class():
    """Class 0 lives at x = ±4 and class 1 between them, where the mean of class 0 falls."""
    model = FlatModel([[-4, 0], [0, 0], [4, 0]])
    place = np.repeat([0, 1, 2], 40)
    codes = model.anchors[place] + RNG.normal(0, 0.3, (120, 2))
    return model, model.decode(codes), np.array([0, 1, 0])[place]
