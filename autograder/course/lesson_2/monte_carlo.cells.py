# %% 2.3 variant: two densities written out
# One function for both densities, evaluated at the same z; divisor n.
def log_normal(z, mu, sigma):
    return -0.5 * tf.math.log(2 * np.pi * sigma**2) - 0.5 * ((z - mu) / sigma) ** 2


def kl_monte_carlo(mean, log_var, eps):
    std = tf.exp(0.5 * log_var)
    z = mean + std * eps
    r = tf.reduce_sum(log_normal(z, mean, std) - log_normal(z, 0.0, tf.ones_like(std)), axis=2)
    n = tf.cast(tf.shape(eps)[0], tf.float32)
    return tf.reduce_mean(r, axis=0), tf.math.reduce_std(r, axis=0) / tf.sqrt(n)


# %% 2.3 variant: the difference worked out on paper
# r = ½ Σ ((σ² − 1) ε² + 2μσε + μ² − log σ²); moments gives mean and variance at once.
def kl_monte_carlo(mean, log_var, eps):
    sigma = tf.exp(log_var / 2)
    r = 0.5 * (
        tf.einsum("sbl,bl->sb", eps**2, sigma**2 - 1)
        + 2 * tf.einsum("sbl,bl->sb", eps, mean * sigma)
        + tf.reduce_sum(mean**2 - log_var, axis=-1)
    )
    average, variance = tf.nn.moments(r, axes=[0])
    return average, tf.sqrt(variance / (eps.shape[0] - 1))


# %% 2.3 variant: NumPy, all draws at once
def kl_monte_carlo(mean, log_var, eps):
    mean, log_var, eps = [np.asarray(x, dtype=np.float64) for x in (mean, log_var, eps)]
    z = mean + np.sqrt(np.exp(log_var)) * eps
    log_q = -0.5 * (np.log(2 * np.pi) + log_var + (z - mean) ** 2 / np.exp(log_var))
    log_p = -0.5 * (np.log(2 * np.pi) + z**2)
    ratios = np.sum(log_q - log_p, axis=-1)
    return ratios.mean(0), ratios.std(0, ddof=1) / len(ratios) ** 0.5


# %% 2.3 variant: keras.ops, and a named pair
def kl_monte_carlo(mean, log_var, eps):
    from collections import namedtuple

    Estimate = namedtuple("Estimate", "value error")
    ops = keras.ops
    z = mean + ops.exp(0.5 * log_var) * eps
    log_q = ops.sum(-0.5 * (np.log(2 * np.pi) + log_var + ops.square(eps)), axis=-1)
    log_p = ops.sum(-0.5 * (np.log(2 * np.pi) + ops.square(z)), axis=-1)
    r = log_q - log_p
    return Estimate(value=ops.mean(r, axis=0), error=ops.std(r, axis=0) / eps.shape[0] ** 0.5)


# %% 2.3 variant: mean of squares minus square of mean
# In double precision, since two large numbers are subtracted; returned as a list.
def kl_monte_carlo(mean, log_var, eps):
    mean, log_var, eps = (tf.cast(x, tf.float64) for x in (mean, log_var, eps))
    n = len(eps)
    z = mean + tf.exp(0.5 * log_var) * eps
    r = 0.5 * tf.reduce_sum(tf.square(z) - tf.square(eps) - log_var, axis=-1)
    first, second = tf.reduce_mean(r, axis=0), tf.reduce_mean(tf.square(r), axis=0)
    return [first, tf.sqrt((second - tf.square(first)) / (n - 1))]


# %% 2.3 variant: one image at a time, stacked
# The error from leaving out one draw after another (jackknife), which for a mean is s/√n.
def kl_monte_carlo(mean, log_var, eps):
    results = []
    for i, noise in enumerate(tf.unstack(eps, axis=1)):
        mu, ell = mean[i], log_var[i]
        z = mu + tf.exp(0.5 * ell) * noise
        r = tf.reduce_sum(-0.5 * (ell + noise**2) + 0.5 * z**2, axis=1)
        n = r.shape[0]
        left_out = (tf.reduce_sum(r) - r) / (n - 1)
        error = tf.sqrt((n - 1) * tf.math.reduce_variance(left_out))
        results.append(tf.stack([tf.reduce_mean(r), error]))
    return tf.stack(results, axis=1)


# %% 2.3 variant: draw after draw, with running sums
# Welford's recurrence: needs neither all draws nor large sums.
def kl_monte_carlo(mean, log_var, eps):
    mean, log_var, eps = (np.asarray(x, dtype="float64") for x in (mean, log_var, eps))
    std = np.exp(log_var / 2)
    average, squares = 0.0, 0.0
    for count, noise in enumerate(eps, start=1):
        r = 0.5 * ((mean + std * noise) ** 2 - noise**2 - log_var).sum(axis=1)
        step = r - average
        average = average + step / count
        squares = squares + step * (r - average)
    return average, np.sqrt(squares / (count - 1) / count)


# %% 2.3 variant: the ratio of densities, entry by entry
# Densities are divided one dimension at a time, so that none of them rounds to 0.
def density(z, mu, sigma):
    return tf.exp(-0.5 * ((z - mu) / sigma) ** 2) / (sigma * np.sqrt(2 * np.pi))


def kl_monte_carlo(mean, log_var, eps):
    sigma = tf.sqrt(tf.exp(log_var))
    z = mean + sigma * eps
    r = tf.reduce_sum(tf.math.log(density(z, mean, sigma) / density(z, 0.0, 1.0)), axis=-1)
    return tf.reduce_mean(r, 0), tf.math.reduce_std(r, 0) / np.sqrt(eps.shape[0])


# %% 2.3 rewrite: standard deviation for standard error
def kl_monte_carlo(mean, log_var, eps):
    z = mean + tf.sqrt(tf.exp(log_var)) * eps
    r = 0.5 * tf.reduce_sum(tf.square(z) - tf.square(eps) - log_var, axis=-1)
    average, variance = tf.nn.moments(r, axes=[0])
    return average, tf.sqrt(variance)


# %% 2.3 rewrite: variance for standard error
def kl_monte_carlo(mean, log_var, eps):
    n = eps.shape[0]
    z = mean + tf.exp(0.5 * log_var) * eps
    r = keras.ops.sum(0.5 * (z**2 - eps**2 - log_var), axis=2)
    estimate = keras.ops.mean(r, axis=0)
    return estimate, keras.ops.sum((r - estimate) ** 2, axis=0) / (n * (n - 1))


# %% 2.3 rewrite: divided by n
def kl_monte_carlo(mean, log_var, eps):
    n = eps.shape[0]
    z = mean + tf.exp(0.5 * log_var) * eps
    log_q = -0.5 * (np.log(2 * np.pi) + log_var + tf.square(eps))
    log_p = -0.5 * (np.log(2 * np.pi) + tf.square(z))
    r = tf.reduce_sum(log_q - log_p, axis=-1)
    return tf.reduce_mean(r, axis=0), tf.math.reduce_std(r, axis=0) / n


# %% 2.3 rewrite: standard errors of the dimensions added
def kl_monte_carlo(mean, log_var, eps):
    estimate, error = 0.0, 0.0
    for j in range(mean.shape[1]):
        z = mean[:, j] + tf.exp(0.5 * log_var[:, j]) * eps[:, :, j]
        r = -0.5 * (log_var[:, j] + eps[:, :, j] ** 2) + 0.5 * z**2
        estimate += tf.reduce_mean(r, axis=0)
        error += tf.math.reduce_std(r, axis=0) / eps.shape[0] ** 0.5
    return estimate, error


# %% 2.3 rewrite: averaged over the latent dimensions
def kl_monte_carlo(mean, log_var, eps):
    z = mean + tf.exp(log_var / 2) * eps
    r = tf.einsum("sbl->sb", z**2 - eps**2 - log_var) / (2 * mean.shape[-1])
    return tf.reduce_mean(r, axis=0), tf.math.reduce_std(r, axis=0) / eps.shape[0] ** 0.5


# %% 2.3 rewrite: variance used as standard deviation
def kl_monte_carlo(mean, log_var, eps):
    sigma = keras.ops.exp(log_var)
    z = mean + sigma * eps
    log_q = -0.5 * keras.ops.sum(np.log(2 * np.pi) + log_var + eps**2, axis=-1)
    log_p = -0.5 * keras.ops.sum(np.log(2 * np.pi) + z**2, axis=-1)
    r = log_q - log_p
    return keras.ops.mean(r, 0), keras.ops.std(r, 0) / np.sqrt(len(eps))


# %% 2.3 rewrite: draws wider than their density
def log_normal(z, mu, variance):
    return -0.5 * (tf.math.log(2 * np.pi * variance) + (z - mu) ** 2 / variance)


def kl_monte_carlo(mean, log_var, eps):
    variance = tf.exp(log_var)
    z = mean + variance * eps
    r = tf.reduce_sum(log_normal(z, mean, variance) - log_normal(z, 0.0, 1.0), axis=-1)
    return tf.reduce_mean(r, axis=0), tf.math.reduce_std(r, axis=0) / np.sqrt(eps.shape[0])


# %% 2.3 rewrite: normalising term doubled
# Takes log_var for the logarithm of σ in one place.
def kl_monte_carlo(mean, log_var, eps):
    std = tf.exp(0.5 * log_var)
    z = mean + std * eps
    log_q = -0.5 * np.log(2 * np.pi) - log_var - 0.5 * ((z - mean) / std) ** 2
    log_p = -0.5 * np.log(2 * np.pi) - 0.5 * z**2
    r = tf.reduce_sum(log_q, axis=-1) - tf.reduce_sum(log_p, axis=-1)
    return tf.reduce_mean(r, axis=0), tf.math.reduce_std(r, axis=0) / eps.shape[0] ** 0.5


# %% 2.3 rewrite: the noise used as the draw
def log_normal(z, mu, sigma):
    return -0.5 * tf.math.log(2 * np.pi * sigma**2) - 0.5 * ((z - mu) / sigma) ** 2


def kl_monte_carlo(mean, log_var, eps):
    sigma = tf.exp(0.5 * log_var)
    r = tf.reduce_sum(log_normal(eps, mean, sigma) - log_normal(eps, 0.0, 1.0), axis=-1)
    return tf.reduce_mean(r, axis=0), tf.math.reduce_std(r, axis=0) / eps.shape[0] ** 0.5


# %% 2.3 rewrite: estimate and error changed places
def kl_monte_carlo(mean, log_var, eps):
    z = mean + tf.exp(0.5 * log_var) * eps
    r = tf.reduce_sum(-0.5 * (log_var + eps**2) + 0.5 * z**2, axis=-1)
    error = tf.math.reduce_std(r, axis=0) / tf.sqrt(float(r.shape[0]))
    return error, tf.reduce_mean(r, axis=0)
