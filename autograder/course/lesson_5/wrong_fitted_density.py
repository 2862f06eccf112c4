"""Named wrong answers to exercise 5.6, a density fitted to codes and draws from it."""

from __future__ import annotations

import numpy as np

from autograder.exercise.declaration import mistakes


def _between(mean):
    return np.atleast_2d(np.cov(mean, rowvar=False, bias=True))


def _within(log_var):
    return np.diag(np.exp(log_var).mean(axis=0))


def _fit(center=lambda mean: mean.mean(axis=0), between=_between, within=_within, sum=np.add):
    """One that is right unless an argument changes it."""

    def fitted_normal(mean, log_var):
        mean, log_var = np.asarray(mean, float), np.asarray(log_var, float)
        return center(mean), sum(between(mean), within(log_var))

    return fitted_normal


def _covariance_first(mean, log_var):
    return _fit()(mean, log_var)[::-1]


def _correlation(between, within):
    covariance = between + within
    spread = np.sqrt(np.diag(covariance))
    return covariance / np.outer(spread, spread)


FITS = mistakes(
    "fitted_normal",
    (
        "the width of the clouds left out",
        "The covariance is that of the means alone. Each code is also drawn from a cloud around "
        "its mean, which spreads it further.",
        "What would your covariance be if all images had the same mean?",
        {"within": lambda log_var: 0.0},
    ),
    (
        "the distance between the clouds left out",
        "The covariance is that of an average cloud. The clouds also have different centres, "
        "which spreads the codes further.",
        "What would your covariance be if no cloud had a width?",
        {"between": lambda mean: 0.0},
    ),
    (
        "correlations left out",
        "Only the diagonal is filled. Where two latents go together, the codes lie along a slope, "
        "and draws without it miss them.",
        "What does an entry off the diagonal of a covariance say?",
        {"between": lambda mean: np.diag(mean.var(axis=0))},
    ),
    (
        "the exponential of the mean log_var",
        "The mean is taken of log σ² and the exponential after it. Variances add up, their "
        "logarithms don't: this is the geometric mean, which is smaller.",
        "What is the mean of the variances 1 and 100, and what do you get?",
        {"within": lambda log_var: np.diag(np.exp(log_var.mean(axis=0)))},
    ),
    (
        "σ in place of σ²",
        "The mean of σ is added to the covariance, where that of σ² belongs.",
        "Which of the two adds up when two independent things spread a code?",
        {"within": lambda log_var: np.diag(np.exp(0.5 * log_var).mean(axis=0))},
    ),
    (
        "the square of the mean σ",
        "The mean of σ is squared. The mean of the squares is larger.",
        "What is the mean of the variances 1 and 9, and what do you get?",
        {"within": lambda log_var: np.diag(np.exp(0.5 * log_var).mean(axis=0) ** 2)},
    ),
    (
        "log_var taken for the variance",
        "The mean of log σ² itself is added, which may even be negative.",
        "What turns log σ² into σ²?",
        {"within": lambda log_var: np.diag(log_var.mean(axis=0))},
    ),
    (
        "the exponential of twice log_var",
        "exp(2·log σ²) is the square of the variance.",
        "What is the variance where log_var is 1?",
        {"within": lambda log_var: np.diag(np.exp(2 * log_var).mean(axis=0))},
    ),
    (
        "all variances added up",
        "The variances of all clouds are added up, not averaged: with more images the density "
        "would grow wider and wider.",
        "What should happen to your covariance when every image comes twice?",
        {"within": lambda log_var: np.diag(np.exp(log_var).sum(axis=0))},
    ),
    (
        "the clouds' width in every entry",
        "The mean variances are added to a whole row or column of the matrix. Inside a cloud the "
        "latents are independent, so that they belong on the diagonal.",
        "What do you get when you add a vector to a matrix, and where should its numbers go?",
        {"within": lambda log_var: np.exp(log_var).mean(axis=0)},
    ),
    (
        "the clouds' covariance as if widths went together",
        "The covariance of log_var is added. That is how widths vary from image to image, not how "
        "wide the clouds are.",
        "What would your matrix be if all clouds had the same width?",
        {"within": _between},
    ),
    (
        "around 0 in place of the centre",
        "The means are squared without their centre being taken off first.",
        "What would your covariance be if all clouds were the same, far away from 0?",
        {"between": lambda mean: mean.T @ mean / len(mean)},
    ),
    (
        "the images taken for the latents",
        "The covariance has a row for each image. `np.cov` takes rows for variables unless "
        "`rowvar=False` says otherwise.",
        "Print the shape of your covariance. How many latents are there?",
        {"between": lambda mean: np.cov(mean), "within": lambda log_var: 0.0},
    ),
    (
        "a sum that was not divided",
        "The products of deviations are added up, but not divided by the number of images.",
        "What should happen to your covariance when every image comes twice?",
        {"between": lambda mean: len(mean) * _between(mean)},
    ),
    (
        "the distance between the clouds counted twice",
        "The covariance of the means is in the result twice. Over all pairs of images, the mean "
        "square of a difference is twice the variance.",
        "What is the variance of −1 and 1, and the mean square of the differences of all pairs?",
        {"between": lambda mean: 2 * _between(mean)},
    ),
    (
        "correlations in place of covariances",
        "The matrix has a diagonal of 1: it says how latents go together, but no longer how far "
        "the codes reach.",
        "What is the variance of the first latent, and where in your matrix does it stand?",
        {"sum": _correlation},
    ),
    (
        "a root in place of the covariance",
        "The entries are square roots: standard deviations, not variances.",
        "In which units is a covariance, if codes were metres?",
        {"sum": lambda between, within: np.sqrt(np.abs(between + within))},
    ),
    (
        "the product of the clouds",
        "The precisions of the clouds are averaged. That is the narrow cloud which all have in "
        "common; a code comes from any *one* of them.",
        "Should the average of a narrow and a very wide cloud be narrow?",
        {"within": lambda log_var: np.diag(1 / np.exp(-log_var).mean(axis=0))},
    ),
    (
        "the prior again",
        "Center 0 and covariance I are the prior's. What is asked for follows the codes.",
        "What should change in the result when all means move by 1?",
        lambda mean, log_var: (np.zeros(mean.shape[1]), np.eye(mean.shape[1])),
    ),
    (
        "one center for all latents",
        "The mean is taken over images and latents at once, so that every latent gets the same "
        "number.",
        "Over which axis of `(images, d)` may the mean be taken?",
        {"center": lambda mean: np.full(mean.shape[1], mean.mean())},
    ),
    (
        "a median for the center",
        "The center is the middle code, not the mean one.",
        "Which of the two does a normal distribution have as its first parameter?",
        {"center": lambda mean: np.median(mean, axis=0)},
    ),
    (
        "covariance first",
        "The two come back in the other order.",
        "What does the docstring say comes first?",
        _covariance_first,
    ),
    sketch=_fit,
)


def _drawn(root=lambda covariance: np.linalg.cholesky(covariance).T, place=None):
    """Right unless an argument changes it: `root` is what rows of noise are multiplied by."""

    def draws_from(center, covariance, eps):
        covariance = np.asarray(covariance, float)
        if place is not None:
            return place(center, root(covariance), eps)
        return center + eps @ root(covariance)

    return draws_from


def _own_noise(center, covariance, eps):
    return np.random.default_rng().multivariate_normal(center, covariance, len(eps))


def _axes_scaled_only(covariance):
    return np.diag(np.sqrt(np.linalg.eigvalsh(covariance)))


def _in_place(center, root, eps):
    eps[:] = center + eps @ root
    return eps


DRAWS = mistakes(
    "draws_from",
    (
        "the covariance as its own root",
        "Noise is multiplied by the covariance itself, or along its eigenvectors by the "
        "eigenvalues: as with σ² in place of σ.",
        "What is the variance of 4·ε, and what of 2·ε?",
        {"root": lambda covariance: covariance},
    ),
    (
        "the root not transposed",
        "The codes have the covariance Lᵀ·L, not L·Lᵀ. A code is L times a *column* of noise; your "
        "noise comes in rows.",
        "Which of the two products is the code: L·ε, or ε·L?",
        {"root": np.linalg.cholesky},
    ),
    (
        "correlations ignored",
        "Each latent gets the right variance, but none goes together with another.",
        "Which entries of the covariance does your code never read?",
        {"root": lambda covariance: np.diag(np.sqrt(np.diag(covariance)))},
    ),
    (
        "variances for spreads, correlations ignored",
        "Noise is multiplied by the diagonal of the covariance: variances, not their roots.",
        "What is the variance of 4·ε?",
        {"root": lambda covariance: np.diag(np.diag(covariance))},
    ),
    (
        "the root of every entry",
        "A root of the entries is not a root of the matrix: its product with itself is another "
        "matrix.",
        "Multiply your root by its transpose, for a covariance of 2×2. What comes out?",
        {"root": lambda covariance: np.sqrt(np.abs(covariance))},
    ),
    (
        "the center forgotten",
        "The codes lie around 0.",
        "What should a row of zeros in eps become?",
        {"place": lambda center, root, eps: eps @ root},
    ),
    (
        "the center stretched too",
        "The center is added to the noise before the root is applied, so it is moved as well.",
        "What should a row of zeros in eps become?",
        {"place": lambda center, root, eps: (center + eps) @ root},
    ),
    (
        "the center taken off",
        "The center is subtracted.",
        "What should a row of zeros in eps become?",
        {"place": lambda center, root, eps: eps @ root - center},
    ),
    (
        "noise of its own",
        "`eps` is not used: the function draws other noise, and gives something else every time.",
        "Where does `eps` enter your result?",
        _own_noise,
    ),
    (
        "noise that is not stretched",
        "The codes have the covariance I, that of the noise. The eigenvectors of a covariance only "
        "turn it.",
        "Which numbers say how wide the codes are, and where do they enter your result?",
        {"root": lambda covariance: np.eye(len(covariance))},
    ),
    (
        "the noise overwritten",
        "The codes are right, but they are written into `eps`, which the caller may need again.",
        "What is in `eps` after the call?",
        {"place": _in_place},
    ),
    (
        "the root of the inverse",
        "The noise is narrow where the codes are wide. That undoes a covariance instead of making "
        "it.",
        "In which direction should draws spread most?",
        {"root": lambda covariance: np.linalg.cholesky(np.linalg.inv(covariance)).T},
    ),
    (
        "a stretch without a rotation",
        "The noise is stretched along the axes of the latents, not along the eigenvectors.",
        "In which direction of the plane should the largest eigenvalue stretch?",
        {"root": _axes_scaled_only},
    ),
    (
        "the identity added to the covariance",
        "The identity is added before the root is taken. A tiny multiple of it can help a Cholesky "
        "factor along; all of it makes every draw wider.",
        "Which covariance do your codes have where the one that is given is I?",
        {"root": lambda covariance: np.linalg.cholesky(covariance + np.eye(len(covariance))).T},
    ),
    sketch=_drawn,
)
