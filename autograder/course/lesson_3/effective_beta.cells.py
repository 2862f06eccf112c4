# %% 3.4 variant: one case after another
# The case that changes nothing comes last.
def effective_beta(beta, pixels, latents, recon_reduction, kl_reduction):
    if recon_reduction == "mean" and kl_reduction == "mean":
        return beta * pixels / latents
    if recon_reduction == "mean":
        return beta * pixels
    if kl_reduction == "mean":
        return beta / latents
    return beta


# %% 3.4 variant: a scale for each term
# Each term gets its scale, and one is divided by the other.
def effective_beta(beta, pixels, latents, recon_reduction, kl_reduction):
    recon_scale = {"sum": 1.0, "mean": 1.0 / pixels}[recon_reduction]
    kl_scale = {"sum": 1.0, "mean": 1.0 / latents}[kl_reduction]
    return beta * kl_scale / recon_scale


# %% 3.4 variant: a table of the four cases
# All four cases side by side.
def effective_beta(beta, pixels, latents, recon_reduction, kl_reduction):
    table = {
        ("sum", "sum"): beta,
        ("mean", "sum"): beta * pixels,
        ("sum", "mean"): beta / latents,
        ("mean", "mean"): beta * pixels / latents,
    }
    return table[recon_reduction, kl_reduction]


# %% 3.4 variant: match
# The four cases as patterns.
def effective_beta(beta, pixels, latents, recon_reduction, kl_reduction):
    match recon_reduction, kl_reduction:
        case "mean", "mean":
            return beta * pixels / latents
        case "mean", _:
            return beta * pixels
        case _, "mean":
            return beta / latents
    return beta


# %% 3.4 variant: conditional expressions in one line
# Numerator and denominator, each with its condition.
effective_beta = lambda beta, pixels, latents, recon_reduction, kl_reduction: (
    beta * (pixels if recon_reduction == "mean" else 1) / (latents if kl_reduction == "mean" else 1)
)


# %% 3.4 variant: truth values as exponents
# A count to the power of 1 or 0.
def effective_beta(beta, pixels, latents, recon_reduction, kl_reduction):
    up, down = float(recon_reduction == "mean"), float(kl_reduction == "mean")
    return beta * np.power(pixels, up) * np.power(latents, -down)


# %% 3.4 variant: a TensorFlow scalar through logarithms
# A product is a sum of logarithms.
def effective_beta(beta, pixels, latents, recon_reduction, kl_reduction):
    log_beta = tf.math.log(tf.constant(beta, tf.float64))
    if recon_reduction != "sum":
        log_beta += tf.math.log(tf.cast(pixels, tf.float64))
    if kl_reduction != "sum":
        log_beta -= tf.math.log(tf.cast(latents, tf.float64))
    return tf.exp(log_beta)


# %% 3.4 rewrite: multiplied where it should be divided
def effective_beta(beta, pixels, latents, recon_reduction, kl_reduction):
    recon_scale = pixels if recon_reduction == "mean" else 1
    kl_scale = latents if kl_reduction == "mean" else 1
    return beta * kl_scale / recon_scale


# %% 3.4 rewrite: pixels and latents swapped
def effective_beta(beta, pixels, latents, recon_reduction, kl_reduction):
    factors = {"recon": {"sum": 1, "mean": latents}, "kl": {"sum": 1, "mean": 1 / pixels}}
    return beta * factors["recon"][recon_reduction] * factors["kl"][kl_reduction]


# %% 3.4 rewrite: only the reconstruction considered
def effective_beta(beta, pixels, latents, recon_reduction, kl_reduction):
    if recon_reduction == "sum":
        return beta
    return pixels * beta


# %% 3.4 rewrite: only the KL term considered
def effective_beta(beta, pixels, latents, recon_reduction, kl_reduction):
    return np.where(kl_reduction == "mean", beta / latents, beta)


# %% 3.4 rewrite: both multiplied
def effective_beta(beta, pixels, latents, recon_reduction, kl_reduction):
    for count, reduction in ((pixels, recon_reduction), (latents, kl_reduction)):
        if reduction == "mean":
            beta = beta * count
    return beta


# %% 3.4 rewrite: both divided
def effective_beta(beta, pixels, latents, recon_reduction, kl_reduction):
    terms = 1
    if recon_reduction == "mean":
        terms *= pixels
    if kl_reduction == "mean":
        terms *= latents
    return beta / terms


# %% 3.4 rewrite: only one of two means converted
def effective_beta(beta, pixels, latents, recon_reduction, kl_reduction):
    if recon_reduction == "mean":
        return beta * pixels
    elif kl_reduction == "mean":
        return beta / latents
    else:
        return beta


# %% 3.4 rewrite: sums converted in place of means
def effective_beta(beta, pixels, latents, recon_reduction, kl_reduction):
    recon_scale = {"sum": pixels, "mean": 1}[recon_reduction]
    kl_scale = {"sum": latents, "mean": 1}[kl_reduction]
    return beta * recon_scale / kl_scale


# %% 3.4 rewrite: β itself is missing
def effective_beta(beta, pixels, latents, recon_reduction, kl_reduction):
    recon_factor = pixels if recon_reduction == "mean" else 1
    kl_factor = latents if kl_reduction == "mean" else 1
    return recon_factor / kl_factor


# %% 3.4 rewrite: the normalised weight returned
def effective_beta(beta, pixels, latents, recon_reduction, kl_reduction):
    ratio = np.divide(latents, pixels)
    return np.float32(beta * ratio)
