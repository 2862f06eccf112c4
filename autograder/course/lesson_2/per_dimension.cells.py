# %% 2.1 variant: with keras.ops
def kl_per_dimension(mean, log_var):
    variance = keras.ops.exp(log_var)
    return (keras.ops.square(mean) + variance - log_var - 1) / 2


# %% 2.1 variant: the minus in front
# As in most published programs.
def kl_per_dimension(mean, log_var):
    return -0.5 * (1 + log_var - tf.square(mean) - tf.exp(log_var))


# %% 2.1 variant: NumPy, in double precision
# No gradient is needed here, so arrays will do.
def kl_per_dimension(mean, log_var):
    mu = np.asarray(mean, dtype=np.float64)
    log_sigma2 = np.asarray(log_var, dtype=np.float64)
    return np.float32((mu * mu + np.exp(log_sigma2) - (1 + log_sigma2)) / 2)


# %% 2.1 variant: two prices, each a function
# The price of moving the cloud and the price of its width, as the text reads the formula.
def price_of_moving(mean):
    return mean**2 / 2


def price_of_width(log_var):
    return (tf.math.expm1(log_var) - log_var) / 2


def kl_per_dimension(mean, log_var):
    return price_of_moving(mean) + price_of_width(log_var)


# %% 2.1 variant: by way of the standard deviation
# −½ log σ² is −log σ.
def kl_per_dimension(mean, log_var):
    std = tf.sqrt(tf.exp(log_var))
    second_moment = tf.square(mean) + tf.square(std)
    return 0.5 * second_moment - 0.5 - tf.math.log(std)


# %% 2.1 variant: entry by entry in Python
# Slow, but every number can be printed.
def kl_per_dimension(mean, log_var):
    import math

    batch, latent = mean.shape
    table = [[0.0] * latent for _ in range(batch)]
    for i in range(batch):
        for j in range(latent):
            mu, ell = float(mean[i, j]), float(log_var[i][j])
            table[i][j] = 0.5 * (mu**2 + math.exp(ell) - 1.0 - ell)
    return tf.constant(table)


# %% 2.1 variant: the definition, averaged over three well-placed values of z
# Gauss–Hermite nodes −√3, 0, √3 with weights 1/6, 2/3, 1/6 are exact for squares.
def kl_per_dimension(mean, log_var):
    total = 0.0
    for eps, weight in ((-(3**0.5), 1 / 6), (0.0, 2 / 3), (3**0.5, 1 / 6)):
        z = mean + tf.exp(log_var / 2) * eps
        log_q = -0.5 * log_var - 0.5 * eps**2
        log_p = -0.5 * z**2
        total = total + weight * (log_q - log_p)
    return total


# %% 2.1 variant: with every sign changed, image by image
# tf.map_fn passes one row of both at a time.
def kl_per_dimension(mean, log_var):
    return tf.map_fn(
        lambda pair: -0.5 * (1 + pair[1] - pair[0] ** 2 - tf.exp(pair[1])),
        (mean, log_var),
        fn_output_signature=tf.float32,
    )


# %% 2.1 variant: compiled, with the 1 inside the logarithm
# 1 + log σ² = log(e σ²).
@tf.function
def kl_per_dimension(mean, log_var):
    variance = tf.exp(log_var)
    return tf.scalar_mul(0.5, mean * mean + variance - tf.math.log(np.e * variance))


# %% 2.1 rewrite: ½ missing
def kl_per_dimension(mean, log_var):
    cost = tf.square(mean)
    cost += tf.exp(log_var)
    cost -= 1.0 + log_var
    return cost


# %% 2.1 rewrite: ½ only for the mean
def kl_per_dimension(mean, log_var):
    variance = tf.exp(log_var)
    return 1 / 2 * tf.square(mean) + variance - 1.0 - log_var


# %% 2.1 rewrite: sign flipped
# The published form, with the minus in front lost on the way.
def kl_per_dimension(mean, log_var):
    return 0.5 * (1 + log_var - tf.square(mean) - tf.exp(log_var))


# %% 2.1 rewrite: log σ taken for log σ²
def kl_per_dimension(mean, log_std):
    std = keras.ops.exp(log_std)
    return 0.5 * (mean * mean + std * std - 1) - keras.ops.log(std)


# %% 2.1 rewrite: the variance squared
def kl_per_dimension(mean, log_var):
    sigma = tf.exp(log_var)
    return -0.5 * (1.0 + log_var - tf.square(mean) - tf.square(sigma))


# %% 2.1 rewrite: σ in place of σ²
def kl_per_dimension(mean, log_var):
    sigma = keras.ops.sqrt(keras.ops.exp(log_var))
    terms = [keras.ops.square(mean), sigma, -keras.ops.ones_like(mean), -log_var]
    return sum(terms) / 2


# %% 2.1 rewrite: log_var taken for the variance
def kl_per_dimension(mean, variance):
    return 0.5 * (tf.square(mean) + variance - 1.0 - tf.math.log(variance))


# %% 2.1 rewrite: sign of μ² turned
def kl_per_dimension(mean, log_var):
    inside = 1.0 + log_var + tf.pow(mean, 2.0) - tf.exp(log_var)
    return -tf.divide(inside, 2.0)


# %% 2.1 rewrite: the reverse KL
def kl_per_dimension(mean, log_var):
    precision = 1.0 / tf.exp(log_var)
    return 0.5 * (precision + tf.square(mean) * precision - 1.0 - tf.math.log(precision))


# %% 2.1 rewrite: already summed
def kl_per_dimension(mean, log_var):
    table = 0.5 * (tf.square(mean) + tf.exp(log_var) - 1.0 - log_var)
    return tf.einsum("bl->b", table)
