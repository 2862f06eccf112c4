"""Named wrong answers to exercise 4.5: other lines blamed, and repairs that miss something."""

from __future__ import annotations

import numpy as np

from autograder.exercise.declaration import mistakes


def sigmoid(logits) -> np.ndarray:
    """1 / (1 + e^−logits), stable for large logits."""
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(logits)))


def cross_entropy(labels, logits) -> np.ndarray:
    """Binary cross-entropy of every pixel in nats, from logits."""
    return np.logaddexp(0.0, logits) - labels * logits


def _twice(logits) -> np.ndarray:
    return sigmoid(sigmoid(logits))


def _relu(logits) -> np.ndarray:
    return np.maximum(logits, 0.0)


def _repaired(
    *,
    bias_weight: float = 1.0,
    scored=lambda logits: logits,
    drawn=sigmoid,
    entropy=cross_entropy,
    reduced=lambda bce: bce.sum(axis=(1, 2, 3)),
    returned=lambda recon, pixels: (recon, pixels),
):
    """`scored` is what the loss gets in place of the logits, `drawn` what the picture is."""

    def score_and_draw(features, kernel, bias, images):
        features, kernel, bias, x = (
            np.asarray(item, np.float64) for item in (features, kernel, bias, images)
        )
        logits = (features @ kernel + bias_weight * bias).reshape(x.shape)
        return returned(reduced(entropy(x, scored(logits))), drawn(logits))

    return score_and_draw


score_and_draw = _repaired()

REPAIRS = mistakes(
    "score_and_draw",
    (
        "still twice in both",
        "The loss and the picture both still get probabilities instead of logits.",
        "What is the smallest value a pixel can take in your version?",
        {"scored": sigmoid, "drawn": _twice},
    ),
    (
        "still twice in the picture",
        "The loss is right, but the picture has been through the sigmoid twice.",
        "What is the sigmoid of 0, and of 1?",
        {"drawn": _twice},
    ),
    (
        "still twice in the loss",
        "The picture is right, but the loss takes probabilities for logits.",
        "What does `logits=` in line 5 expect?",
        {"scored": sigmoid},
    ),
    (
        "no sigmoid left",
        "The picture is made of logits, which are not shades of grey: one sigmoid has to stay.",
        "In which range should pixels lie?",
        {"drawn": lambda logits: logits},
    ),
    (
        "relu in place of the sigmoid",
        "The last layer now ends in a relu. No logit is negative any more, so no pixel is lighter "
        "than mid-grey.",
        "Which shade does −20 become in your version?",
        {"scored": _relu, "drawn": lambda logits: sigmoid(_relu(logits))},
    ),
    (
        "the loss averaged over pixels",
        "Each image's loss is a mean over its 784 pixels; nats per image are a sum.",
        "What did line 6 of the listing do with the pixels?",
        {"reduced": lambda bce: bce.mean(axis=(1, 2, 3))},
    ),
    (
        "one loss for the whole batch",
        "The losses of all images are added up into one number; each image should have its own.",
        "Which shape does the docstring give the loss?",
        {"reduced": np.sum},
    ),
    (
        "labels and logits have changed places",
        "The images are scored as if they were logits, and the logits as if they were the truth.",
        "Which argument of the cross-entropy is the true picture?",
        {"entropy": lambda images, logits: cross_entropy(logits, images)},
    ),
    (
        "the bias lost in the repair",
        "The last layer multiplies by its kernel and adds nothing.",
        "Which of the four arguments does your version never use?",
        {"bias_weight": 0.0},
    ),
    (
        "the picture first",
        "The two results are right but come back in the other order.",
        "Which of the two does the docstring name first?",
        {"returned": lambda recon, pixels: (pixels, recon)},
    ),
    sketch=_repaired,
)

LINES = mistakes(
    "faulty_line_4_5",
    (
        "line 2 blamed",
        "Line 2 is a dense layer without an activation: its output may be any number.",
        "Which of the two symptoms would a wrong kernel or bias explain?",
        2,
    ),
    (
        "line 4 blamed",
        "Line 4 arranges 784 numbers as a picture without changing any of them.",
        "Would the shades of grey change if the shape stayed flat?",
        4,
    ),
    (
        "line 5 blamed",
        "Line 5 is where the loss goes wrong, but it does what its name says. A change there "
        "would leave the fog in the pictures.",
        "What does line 5 get, and what does it expect?",
        5,
    ),
    (
        "line 7 blamed",
        "Line 7 is where the picture goes wrong, but it does what its comment says. Without it "
        "the loss would still stop falling early.",
        "What does line 7 get, and which other line gets the same?",
        7,
    ),
)
