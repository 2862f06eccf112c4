"""Named wrong answers of exercises 7.2 to 7.4: draws, saved models, and morphs."""

from __future__ import annotations

import tempfile
from functools import cache

import keras
import numpy as np

from autograder.course.lesson_7 import right_model as right
from autograder.course.lesson_7.small_vae import sigmoid
from autograder.exercise.declaration import Misconception, mistakes
from bvae_ref.interpolation import lerp


def _drawing(
    *,
    noise=lambda model, shape: keras.random.normal(shape, seed=model.sampling.seed_generator),
    spread=lambda log_var: np.exp(0.5 * log_var),
    kept=False,
):
    """`kept`: the first noise of a model serves for all its draws."""

    def draw_codes(model, images):
        mean, log_var = model.encode(images)
        if kept:
            noise_of = _first_noise(model, mean.shape, noise)
        else:
            noise_of = np.asarray(noise(model, mean.shape))
        return mean + spread(log_var) * noise_of

    return draw_codes


@cache
def _first_noise(model, shape, noise):
    return np.asarray(noise(model, shape))


def _spread_out(shape_of_noise):
    """Noise of a smaller shape, repeated."""

    def noise(model, shape):
        small = shape_of_noise(shape)
        drawn = keras.random.normal(small, seed=model.sampling.seed_generator)
        return np.broadcast_to(np.asarray(drawn), shape)

    return noise


def _uniform(model, shape):
    return keras.random.uniform(
        shape, -np.sqrt(3.0), np.sqrt(3.0), seed=model.sampling.seed_generator
    )


DRAWS = mistakes(
    "draw_codes",
    (
        "no noise",
        "The mean comes back. Every draw of an image is the same, and log_var plays no part.",
        "Draw twice for one image and subtract.",
        {"noise": lambda model, shape: np.zeros(shape)},
    ),
    (
        "one draw kept for good",
        "The noise is drawn once, and every later call gets the same.",
        "Draw twice for one image and subtract.",
        {"kept": True},
    ),
    (
        "the seed has no effect",
        "Two models with the same seed draw different noise.",
        "Which generator is `seed` given to, and which one draws?",
        {"noise": lambda model, shape: np.random.default_rng().standard_normal(shape)},
    ),
    (
        "variance as the spread",
        "The noise is multiplied by exp(log_var), which is σ².",
        "By how much is a posterior with σ = 0.1 scattered? Measure it on many draws.",
        {"spread": np.exp},
    ),
    (
        "noise that is not scaled",
        "Every posterior gets noise of standard deviation 1, whatever its log_var.",
        "Which line of your draw uses log_var?",
        {"spread": np.ones_like},
    ),
    (
        "one noise for all images",
        "Every image of the batch is moved by the same noise.",
        "What shape has the noise that you draw?",
        {"noise": _spread_out(lambda shape: (1, shape[1]))},
    ),
    (
        "one number for all latents",
        "Every latent of an image is moved by the same number of standard deviations.",
        "What shape has the noise that you draw?",
        {"noise": _spread_out(lambda shape: (shape[0], 1))},
    ),
    (
        "uniform noise",
        "The noise has mean 0 and variance 1, but never goes beyond ±1.7: it is not normal.",
        "Draw a histogram of your noise.",
        {"noise": _uniform},
    ),
    sketch=_drawing,
)


def _saving(kept=lambda model: model):
    def save_model(model, folder):
        right.save_model(kept(model), folder)

    return save_model


def _loading(beta=lambda beta: beta, weights=True):
    def load_model(folder):
        found = right.load_model(folder)
        model = right.build_model(found.latent_dim, beta(found.beta), found.seed)
        if weights:
            model.set_weights(found.get_weights())
        return model

    return load_model


def _keeping(part: str):
    """The model with one part of it, and another part that is new."""

    def kept(model):
        fresh = right.build_model(model.latent_dim, model.beta, model.seed)
        getattr(fresh, part).set_weights(getattr(model, part).get_weights())
        return fresh

    return kept


@cache
def _one_place() -> str:
    return tempfile.mkdtemp()


FILES = [
    *mistakes(
        "save_model",
        (
            "the encoder alone is kept",
            "After loading, images have their codes, and codes no longer have their images.",
            "Which of the two networks is in your file?",
            {"kept": _keeping("encoder")},
        ),
        (
            "the decoder alone is kept",
            "After loading, codes have their images, and images no longer have their codes.",
            "Which of the two networks is in your file?",
            {"kept": _keeping("decoder")},
        ),
        sketch=_saving,
    ),
    *mistakes(
        "load_model",
        (
            "the weights are never loaded",
            "What comes back is a new model of the right form that has learnt nothing.",
            "Which line of `load_model` reads the weights?",
            {"weights": False},
        ),
        (
            "β comes back as 4",
            "The loaded model has β = 4 whatever it was trained with.",
            "Where is β while the model is a file?",
            {"beta": lambda beta: 4.0},
        ),
        (
            "β comes back as 1",
            "The loaded model has β = 1 whatever it was trained with.",
            "Where is β while the model is a file?",
            {"beta": lambda beta: 1.0},
        ),
        (
            "β comes back as a whole number",
            "The loaded model has its β rounded.",
            "In which format do you write β down?",
            {"beta": lambda beta: float(round(beta))},
        ),
        sketch=_loading,
    ),
    Misconception(
        "one place for all models",
        "The folder that is asked for stays empty, and the model saved last is what every folder "
        "gives back.",
        "Save two models into two folders. What is in each?",
        {
            "save_model": lambda model, folder: right.save_model(model, _one_place()),
            "load_model": lambda folder: right.load_model(_one_place()),
        },
    ),
]


def _codes(way):
    """A strip that decodes a way between the mean codes."""

    def strip(model, start, end, steps):
        mean, _ = right.encode(model, np.stack([start, end]))
        return right.decode(model, way(*mean, steps))

    return strip


STRAIGHT = _codes(lerp)


def _fade(model, start, end, steps):
    return lerp(start.ravel(), end.ravel(), steps).reshape(-1, 28, 28, 1).astype("float32")


def _fade_rebuilt(model, start, end, steps):
    mean, _ = right.encode(model, np.stack([start, end]))
    return _fade(model, *right.decode(model, mean), steps)


def _drawn(model, start, end, steps):
    draws = np.asarray(right.draw_codes(model, np.stack([start, end])))
    return right.decode(model, lerp(*draws, steps))


def _pasted(model, start, end, steps):
    strip = np.array(STRAIGHT(model, start, end, steps))
    strip[0], strip[-1] = start, end
    return strip


def _morphing(
    *, strip=STRAIGHT, after=lambda images: images, count=lambda steps: steps, backwards=False
):
    def morph(model, start_image, end_image, steps):
        ends = (end_image, start_image) if backwards else (start_image, end_image)
        return after(np.asarray(strip(model, *ends, count(steps))))

    return morph


def _open_ended(start, end, steps):
    return lerp(start, end, steps + 1)[:-1]


def _without_ends(start, end, steps):
    return lerp(start, end, steps + 2)[1:-1]


def _at_once(start, end, steps):
    return np.stack([start] * (steps // 2) + [end] * (steps - steps // 2))


MORPHS = mistakes(
    "morph",
    (
        "a cross-fade of the two images",
        "The pixels of the two images are mixed. No code is walked, and nothing is decoded.",
        "Look half-way: has a stroke moved, or do two pages lie on each other?",
        {"strip": _fade},
    ),
    (
        "a cross-fade of the rebuilt images",
        "The ends are decoded, and the pixels between them are mixed.",
        "What does your decoder see of the codes between the ends?",
        {"strip": _fade_rebuilt},
    ),
    (
        "draws in the place of means",
        "The ends are draws from the posteriors, so the morph comes out differently each time.",
        "Make the same morph twice and compare.",
        {"strip": _drawn},
    ),
    (
        "the end is not reached",
        "The morph stops one step before the end.",
        "Print the fractions that you walk. Is 1 among them?",
        {"strip": _codes(_open_ended)},
    ),
    (
        "both ends left out",
        "Only images between the two ends come out.",
        "Print the fractions that you walk. Are 0 and 1 among them?",
        {"strip": _codes(_without_ends)},
    ),
    (
        "the images themselves at the ends",
        "The first and the last image are the data, not what the model makes of their codes.",
        "Which of the images in your strip has the decoder drawn?",
        {"strip": _pasted},
    ),
    (
        "no way between the ends",
        "The first half is the start and the second half the end.",
        "How many different codes do you decode?",
        {"strip": _codes(_at_once)},
    ),
    (
        "from the end to the start",
        "The morph goes backwards.",
        "Which image should the strip begin with?",
        {"backwards": True},
    ),
    (
        "one image too many",
        "The strip has a step more than was asked for.",
        "Does `steps` count images, or the gaps between them?",
        {"count": lambda steps: steps + 1},
    ),
    (
        "a second sigmoid",
        "A sigmoid is applied to pixels, and nothing is lighter than one half.",
        "What does `decode` return: logits or pixels?",
        {"after": sigmoid},
    ),
    sketch=_morphing,
)
