"""Named wrong answers to exercise 1.4: gradients through a draw."""

from __future__ import annotations

import numpy as np

from autograder.exercise.declaration import mistakes


def _gradients(
    z_of=lambda mean, std, eps: mean + std * eps,
    outer=lambda z: 2 * z,
    inner=lambda std, eps: 0.5 * std * eps,
    weight=lambda shape: 1.0,
    order=lambda of_mean, of_log_var: (of_mean, of_log_var),
):
    """An answer to 1.4 by the chain rule: `outer` is ∂/∂z, `inner` is ∂z/∂log σ²."""

    def pathwise_gradients(mean, log_var, eps):
        mean, log_var, eps = (np.asarray(item, "float64") for item in (mean, log_var, eps))
        std = np.exp(0.5 * log_var)
        of_z = weight(mean.shape) * outer(z_of(mean, std, eps))
        return order(of_z, of_z * inner(std, eps))

    return pathwise_gradients


def _through_the_variance(mean, log_var, eps):
    noise = np.exp(log_var) * np.asarray(eps)
    z = np.asarray(mean) + noise
    return 2 * z, 2 * z * noise


PATHWISE_GRADIENTS = mistakes(
    "pathwise_gradients",
    (
        "gradients in the wrong order",
        "The two gradients are right but come back in the other order.",
        "The docstring asks for the gradient of mean first.",
        {"order": lambda of_mean, of_log_var: (of_log_var, of_mean)},
    ),
    (
        "nothing watched",
        "The tape followed neither input, so both gradients are None.",
        "The inputs are plain tensors. What does a tape need in order to follow those?",
        {"order": lambda of_mean, of_log_var: (None, None)},
    ),
    (
        "only the mean watched",
        "The tape followed the mean but not `log_var`, so the second gradient is None.",
        "Which tensors does the tape watch?",
        {"order": lambda of_mean, of_log_var: (of_mean, None)},
    ),
    (
        "only log_var watched",
        "The tape followed `log_var` but not the mean, so the first gradient is None.",
        "Which tensors does the tape watch?",
        {"order": lambda of_mean, of_log_var: (None, of_log_var)},
    ),
    (
        "the mean of z² in place of the sum",
        "The gradients are those of the mean of z²: too small by the number of entries.",
        "Which reduction does the loss use?",
        {"weight": lambda shape: 1 / np.prod(shape)},
    ),
    (
        "averaged over the batch",
        "z² was summed over the latents but averaged over the batch, so the gradients are too "
        "small by the number of images.",
        "Which reduction does the loss use, and over which axes?",
        {"weight": lambda shape: 1 / shape[0]},
    ),
    (
        "z in place of z²",
        "The gradients are those of the sum of z, without the square: the first is 1 everywhere.",
        "By hand, what is the derivative of z², and what is that of z?",
        {"outer": np.ones_like},
    ),
    (
        "½z² in place of z²",
        "Both gradients are half as large as they should be, as if the loss were ½z².",
        "By hand, what is the derivative of z² at z = 3?",
        {"outer": lambda z: z},
    ),
    (
        "the gradient of log σ in place of log σ²",
        "The second gradient is twice as large as it should be: it was taken with respect to log "
        "σ, without the ½.",
        "How does σ depend on log σ²? Differentiate that once more.",
        {"inner": lambda std, eps: std * eps},
    ),
    (
        "the gradient of σ in place of log σ²",
        "The second gradient was taken with respect to σ itself; `log_var` is further along the "
        "chain.",
        "Which steps lead from log σ² to z? Each brings a factor.",
        {"inner": lambda std, eps: eps},
    ),
    (
        "the gradient of σ² in place of log σ²",
        "The second gradient was taken with respect to the variance, not its logarithm.",
        "Which steps lead from log σ² to z? Each brings a factor.",
        {"inner": lambda std, eps: 0.5 * eps / std},
    ),
    (
        "ε missing from the second gradient",
        "The noise is missing from the derivative of z with respect to log σ², although it "
        "multiplies σ.",
        "Feed in ε = 0: can `log_var` then have any effect on z?",
        {"inner": lambda std, eps: 0.5 * std * np.ones_like(eps)},
    ),
    (
        "the noise left out of z",
        "z was taken to be the mean: the gradients are those at the mean, not at the draw.",
        "Change `eps`: does the first gradient change?",
        {"z_of": lambda mean, std, eps: mean},
    ),
    (
        "the variance used as the spread of z",
        "z was computed with σ² in place of σ, and both gradients are those of that z.",
        "Feed in a variance of 4 and noise of 1: how far from the mean is z?",
        _through_the_variance,
    ),
    sketch=_gradients,
)
