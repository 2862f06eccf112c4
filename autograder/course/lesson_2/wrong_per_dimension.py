"""Named wrong answers to 2.1, the KL of every dimension, with the words that name them."""

from __future__ import annotations

from functools import partial

import numpy as np

from autograder.course.lesson_2.kl_sketch import entries, kl_of, of_image
from autograder.exercise.declaration import mistakes

PER_DIMENSION = mistakes(
    "kl_per_dimension",
    (
        "½ missing",
        "Every value is twice what it should be: the ½ in front of the bracket is missing.",
        "What should a mean of 1 and a variance of 1 cost?",
        {"half": 1.0},
    ),
    (
        "½ only for the mean",
        "The ½ halves μ² and nothing else: there is no bracket around what it belongs to.",
        "Take μ = 0 and σ² = 4 and follow your line by hand. Which terms does the ½ reach?",
        {"half": 1.0, "moved": lambda mean, log_var: 0.5 * mean**2},
    ),
    (
        "sign flipped",
        "Every value has the wrong sign: a negative KL would reward leaving the prior.",
        "Compare the signs inside your bracket, one by one, with the sign in front of it.",
        {"sign": -1.0},
    ),
    (
        "log σ taken for log σ²",
        "`log_var` is taken for log σ and doubled; it already is the logarithm of the variance.",
        "For a variance of 4, what is `log_var`? And what does your code take σ² to be?",
        {
            "variance": lambda log_var: np.exp(2 * log_var),
            "log_variance": lambda log_var: 2 * log_var,
        },
    ),
    (
        "the variance squared",
        "exp(2·log_var) is σ⁴. The exponential of `log_var` is already the variance, without any "
        "factor.",
        "For a variance of 4, print the value of your exponential.",
        {"variance": lambda log_var: np.exp(2 * log_var)},
    ),
    (
        "σ in place of σ²",
        "exp(½·log_var) is the standard deviation; this bracket asks for the variance.",
        "Drawing z needs σ. Which of the two does E[z²] contain?",
        {"variance": lambda log_var: np.exp(0.5 * log_var)},
    ),
    (
        "exp missing",
        "`log_var` stands where σ² should be, so the two cancel and the spread costs nothing.",
        "Which term of the bracket is a variance, and which a logarithm of one?",
        {"variance": np.positive},
    ),
    (
        "log_var taken for the variance",
        "`log_var` is used as σ² itself and its logarithm is taken; a negative number has no "
        "logarithm, so the result there is NaN.",
        "Can a variance be −1? Can `log_var`?",
        {"variance": np.positive, "log_variance": np.log},
    ),
    (
        "log σ² dropped",
        "The term − log σ² is missing: nothing stops the posterior from shrinking to a point.",
        "Which term grows without bound as σ goes to 0?",
        {"log_variance": np.zeros_like},
    ),
    (
        "sign of log σ² turned",
        "log σ² is added where it should be subtracted.",
        "A narrow posterior (log σ² far below 0) should cost more, not less.",
        {"log_variance": np.negative},
    ),
    (
        "mean not squared",
        "The mean is not squared, so a negative mean lowers the cost.",
        "Compare the cost of μ = 2 with that of μ = −2.",
        {"moved": lambda mean, log_var: mean},
    ),
    (
        "sign of μ² turned",
        "μ² is subtracted where it should be added: the farther from the prior, the cheaper.",
        "Compare the cost of μ = 0 with that of μ = 2, at a variance of 1.",
        {"moved": lambda mean, log_var: -(mean**2)},
    ),
    (
        "the 1 forgotten",
        "Every value is ½ too large: the − 1 in the bracket is missing.",
        "What should it cost when the posterior is the prior itself?",
        {"one": 0.0},
    ),
    (
        "the 1 added",
        "The 1 is added, so even the prior itself costs something.",
        "Take μ = 0 and σ² = 1: which four numbers are in your bracket, and do they cancel?",
        {"one": -1.0},
    ),
    (
        "the reverse KL",
        "This is KL(p‖q): the two distributions have changed places.",
        "Which of the two is the average taken over? Remember which one z is drawn from.",
        {
            "moved": lambda mean, log_var: mean**2 * np.exp(-log_var),
            "variance": lambda log_var: np.exp(-log_var),
            "log_variance": np.negative,
        },
    ),
    (
        "already summed",
        "The values are right but summed over the latent dimensions; each is wanted separately.",
        "Compare the shape you get with the shape in the docstring. The sum comes in 2.2.",
        {"reduce": of_image},
    ),
    (
        "already averaged",
        "The result is one number, the average over everything; each entry is wanted separately.",
        "Compare the shape you get with the shape in the docstring.",
        {"reduce": np.mean},
    ),
    sketch=partial(kl_of, reduce=entries),
)
