"""Named wrong answers to exercise 4.4: rates of a linear β-VAE."""

from __future__ import annotations

import numpy as np

from autograder.exercise.declaration import mistakes


def _alive(eigenvalues, level) -> np.ndarray:
    return eigenvalues > level


def _everything(eigenvalues, level) -> np.ndarray:
    return np.ones_like(eigenvalues, bool)


def _below(eigenvalues, level) -> np.ndarray:
    return eigenvalues < level


def _rates(
    *,
    half: float = 0.5,
    log=np.log,
    noise=lambda variance: variance,
    price=lambda beta: (beta, beta),
    keep=_alive,
    added: float = 0.0,
    end=lambda rates: rates,
):
    """`price` gives the β of the logarithm and that of the threshold; `keep` says who survives."""

    def collapse_rates(eigenvalues, noise_variance, beta):
        values = np.asarray(eigenvalues, np.float64)
        in_rate, in_threshold = (part * noise(noise_variance) for part in price(beta))
        with np.errstate(all="ignore"):
            rates = half * log(values / in_rate + added)
        return end(np.where(keep(values, in_threshold), rates, 0.0))

    return collapse_rates


RATES = mistakes(
    "collapse_rates",
    (
        "negative rates",
        "Collapsed directions get a negative rate, and a KL is never negative.",
        "How much does a latent transmit when its direction lies under water?",
        {"keep": _everything},
    ),
    (
        "the ½ is missing",
        "Every rate is twice what it should be.",
        "The rate is the logarithm of a ratio of standard deviations, not of variances.",
        {"half": 1.0},
    ),
    (
        "the ratio upside down",
        "Water level and eigenvalue have changed places: drowned directions get the rates, and "
        "those above the water get nothing.",
        "Which directions are worth transmitting, the strong ones or the weak ones?",
        {"half": -0.5, "keep": _below},
    ),
    (
        "β forgotten",
        "The rates are those for β = 1: the price of the KL has no effect.",
        "What noise does the decoder seem to have once the objective is divided by β?",
        {"price": lambda beta: (1.0, 1.0)},
    ),
    (
        "β only in the threshold",
        "β decides which directions survive, but not how much they transmit.",
        "At the threshold itself the rate should fall to 0 without a jump. Does yours?",
        {"price": lambda beta: (1.0, beta)},
    ),
    (
        "β left out of the threshold",
        "The rates depend on β, but σ² alone still decides which directions survive, so some that "
        "should be silent come out negative.",
        "Which number do you compare λ with, and which do you divide it by?",
        {"price": lambda beta: (beta, 1.0)},
    ),
    (
        "variance taken for a standard deviation",
        "`noise_variance` is squared along the way, as if it were σ.",
        "In which unit must βσ² be, to be compared with λ?",
        {"noise": np.square},
    ),
    (
        "a square root of the noise",
        "λ is a variance and is compared with β times a standard deviation: `noise_variance` lost "
        "its square along the way.",
        "The argument already is σ². Does the formula ask for σ anywhere?",
        {"noise": np.sqrt},
    ),
    (
        "bits in place of nats",
        "The rates are in bits: the logarithm has base 2.",
        "Which logarithm gives nats?",
        {"log": np.log2},
    ),
    (
        "one added inside the logarithm",
        "The rates are ½ log(1 + λ/βσ²), the capacity of a channel whose signal has variance λ on "
        "top of the noise. Here λ is the variance of the data, noise included.",
        "Does any direction ever collapse with your formula?",
        {"added": 1.0, "keep": _everything},
    ),
    (
        "the noise taken off first",
        "The logarithm gets (λ − βσ²)/βσ², the decoder's own part w² alone. The rate compares "
        "all of λ with the water level.",
        "At which λ does your rate reach 0, and at which should it?",
        {"added": -1.0},
    ),
    (
        "summed over directions",
        "The rates are added up; each direction's rate is asked for separately.",
        "What shape does the docstring promise?",
        {"end": np.sum},
    ),
    (
        "drowned directions left out",
        "Only the surviving directions come back. The others have a rate too.",
        "How many eigenvalues go in, and how many rates come out?",
        {"end": lambda rates: rates[rates > 0]},
    ),
    (
        "sorted by size",
        "The rates come back from the largest to the smallest, not in the order of the "
        "eigenvalues.",
        "Which eigenvalue does the first rate you return belong to?",
        {"end": lambda rates: np.sort(rates)[::-1]},
    ),
    sketch=_rates,
)
