"""Named wrong answers to exercise 7.3: saved and loaded models."""

from __future__ import annotations

import tempfile
from functools import cache

from autograder.course.lesson_7 import right_model as right
from autograder.exercise.declaration import Misconception, mistakes


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
    """The model with one part kept and the other part new."""

    def kept(model):
        fresh = right.build_model(model.latent_dim, model.beta, model.seed)
        getattr(fresh, part).set_weights(getattr(model, part).get_weights())
        return fresh

    return kept


@cache
def _one_place() -> str:
    return tempfile.mkdtemp()


def _save_settings_alone(model, folder):
    right.save_model(model, folder)
    right.save_model(model, _one_place())


def _load_settings_alone(folder):
    model = right.load_model(folder)
    model.set_weights(right.load_model(_one_place()).get_weights())
    return model


FILES = [
    *mistakes(
        "save_model",
        (
            "only the encoder is kept",
            "After loading, images still give the same codes, but codes no longer give the same "
            "images.",
            "Which of the two networks is in your file?",
            {"kept": _keeping("encoder")},
        ),
        (
            "only the decoder is kept",
            "After loading, codes still give the same images, but images no longer give the same "
            "codes.",
            "Which of the two networks is in your file?",
            {"kept": _keeping("decoder")},
        ),
        sketch=_saving,
    ),
    *mistakes(
        "load_model",
        (
            "the weights are never loaded",
            "A new model of the right form comes back, but it has learnt nothing.",
            "Which line of `load_model` reads the weights?",
            {"weights": False},
        ),
        (
            "β comes back as 4",
            "The loaded model has β = 4, whatever it was trained with.",
            "Where is β stored while the model is a file?",
            {"beta": lambda beta: 4.0},
        ),
        (
            "β comes back as 1",
            "The loaded model has β = 1, whatever it was trained with.",
            "Where is β stored while the model is a file?",
            {"beta": lambda beta: 1.0},
        ),
        (
            "β comes back as a whole number",
            "The loaded model has its β rounded.",
            "In which format do you store β?",
            {"beta": lambda beta: float(round(beta))},
        ),
        (
            "β comes back with one decimal",
            "The loaded model has its β rounded.",
            "In which format do you store β?",
            {"beta": lambda beta: float(f"{beta:.1f}")},
        ),
        sketch=_loading,
    ),
    Misconception(
        "one place for all models",
        "The folder that was passed in stays empty, and every folder gives back the model that "
        "was saved last.",
        "Save two models into two folders. What is in each?",
        {
            "save_model": lambda model, folder: right.save_model(model, _one_place()),
            "load_model": lambda folder: right.load_model(_one_place()),
        },
    ),
    Misconception(
        "weights outside the folder",
        "The settings are in the folder, but the weights lie elsewhere, always in the same place: "
        "every model comes back with the weights that were saved last.",
        "Save two models into two folders. Where are the weights of the first?",
        {"save_model": _save_settings_alone, "load_model": _load_settings_alone},
    ),
]
