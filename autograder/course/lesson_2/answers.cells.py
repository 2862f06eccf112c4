# %% 2.1 variant: with keras.ops
def kl_per_dimension(mean, log_var):
    variance = keras.ops.exp(log_var)
    return (keras.ops.square(mean) + variance - log_var - 1) / 2


# %% 2.1 variant: NumPy, in double precision
# No gradient is asked for here, so arrays will do.
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


# %% 2.1 variant: with every sign turned over, image by image
# tf.map_fn hands over one row of both at a time.
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


# %% 2.1 rewrite: ½ for the mean alone
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


# %% 2.1 rewrite: σ in the place of σ²
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


# %% 2.2 variant: NumPy
def kl_divergence(mean, log_var):
    return np.asarray(kl_per_dimension(mean, log_var)).sum(1)


# %% 2.2 variant: from scratch, with every sign turned over
# Needs nothing of 2.1.
def kl_divergence(mean, log_var):
    bracket = 1 + log_var - tf.square(mean) - tf.exp(log_var)
    return tf.reduce_sum(bracket, axis=1) * -0.5


# %% 2.2 variant: traces and determinants
# The formula of textbooks: ½ (tr Σ + μᵀμ − k − log det Σ).
def kl_divergence(mean, log_var):
    trace = tf.reduce_sum(tf.exp(log_var), -1)
    length = tf.einsum("bl,bl->b", mean, mean)
    log_det = tf.math.log(tf.reduce_prod(tf.exp(log_var), -1))
    k = float(mean.shape[-1])
    return (trace + length - k - log_det) / 2


# %% 2.2 variant: column after column
# One dimension at a time is added to what every image costs so far.
def kl_divergence(mean, log_var):
    costs = kl_per_dimension(mean, log_var)
    total = tf.zeros(tf.shape(costs)[0])
    for j in range(costs.shape[1]):
        total += costs[:, j]
    return total


# %% 2.2 variant: a product with a vector of ones
def kl_divergence(mean, log_var):
    costs = tf.convert_to_tensor(kl_per_dimension(mean, log_var))
    return tf.linalg.matvec(costs, tf.ones(tf.shape(costs)[-1]))


# %% 2.2 variant: image after image
# One number for each row, stacked.
def kl_divergence(mean, log_var):
    costs = kl_per_dimension(mean, log_var)
    return tf.stack([tf.reduce_sum(one_image) for one_image in tf.unstack(costs)])


# %% 2.2 variant: all dimensions unstacked and added
def kl_divergence(mean, log_var):
    return tf.add_n(tf.unstack(kl_per_dimension(mean, log_var), axis=-1))


# %% 2.2 rewrite: averaged over the latent dimensions
def kl_divergence(mean, log_var):
    costs = kl_per_dimension(mean, log_var)
    return tf.reduce_sum(costs, axis=-1) / costs.shape[-1]


# %% 2.2 rewrite: summed over the batch too
def kl_divergence(mean, log_var):
    total = 0.0
    for row in tf.unstack(kl_per_dimension(mean, log_var)):
        total += tf.reduce_sum(row)
    return total


# %% 2.2 rewrite: averaged over the batch already
def kl_divergence(mean, log_var):
    costs = keras.ops.sum(kl_per_dimension(mean, log_var), axis=1)
    return keras.ops.sum(costs) / mean.shape[0]


# %% 2.2 rewrite: summed over the images
def kl_divergence(mean, log_var):
    return tf.add_n(tf.unstack(kl_per_dimension(mean, log_var), axis=0))


# %% 2.2 rewrite: an axis of length 1 left
def kl_divergence(mean, log_var):
    costs = tf.convert_to_tensor(kl_per_dimension(mean, log_var))
    return tf.matmul(costs, tf.ones((costs.shape[1], 1)))


# %% 2.2 rewrite: the 1 counted once an image
def kl_divergence(mean, log_var):
    return -0.5 * (1 + tf.reduce_sum(log_var - tf.square(mean) - tf.exp(log_var), axis=-1))


# %% 2.2 rewrite: ½ missing
def kl_divergence(mean, log_var):
    trace = tf.reduce_sum(tf.exp(log_var), axis=1)
    length = tf.reduce_sum(mean * mean, axis=1)
    return trace + length - mean.shape[1] - tf.reduce_sum(log_var, axis=1)


# %% 2.3 variant: two densities written out
# One function for both densities, asked about the same z; divisor n.
def log_normal(z, mu, sigma):
    return -0.5 * tf.math.log(2 * np.pi * sigma**2) - 0.5 * ((z - mu) / sigma) ** 2


def kl_monte_carlo(mean, log_var, eps):
    std = tf.exp(0.5 * log_var)
    z = mean + std * eps
    r = tf.reduce_sum(log_normal(z, mean, std) - log_normal(z, 0.0, tf.ones_like(std)), axis=2)
    n = tf.cast(tf.shape(eps)[0], tf.float32)
    return tf.reduce_mean(r, axis=0), tf.math.reduce_std(r, axis=0) / tf.sqrt(n)


# %% 2.3 variant: the difference worked out on paper
# r = ½ Σ ((σ² − 1) ε² + 2μσε + μ² − log σ²); moments gives mean and variance in one go.
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


# %% 2.3 variant: mean of squares less square of mean
# In double precision, since two large numbers are subtracted; returned as a list.
def kl_monte_carlo(mean, log_var, eps):
    mean, log_var, eps = (tf.cast(x, tf.float64) for x in (mean, log_var, eps))
    n = len(eps)
    z = mean + tf.exp(0.5 * log_var) * eps
    r = 0.5 * tf.reduce_sum(tf.square(z) - tf.square(eps) - log_var, axis=-1)
    first, second = tf.reduce_mean(r, axis=0), tf.reduce_mean(tf.square(r), axis=0)
    return [first, tf.sqrt((second - tf.square(first)) / (n - 1))]


# %% 2.3 variant: one image at a time, stacked
# The error by leaving out one draw after the other (jackknife), which for a mean is s/√n.
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
# Welford's recurrence: neither all draws nor large sums are kept.
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
# Densities are divided for one dimension at a time, where none of them rounds to 0.
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


# %% 2.4 variant: NumPy
def active_dimensions(mean, threshold):
    return np.var(mean, axis=0) > threshold


# %% 2.4 variant: mean of squares less square of mean
def active_dimensions(mean, threshold):
    average = tf.reduce_mean(mean, axis=0)
    average_square = tf.reduce_mean(mean**2, axis=0)
    return tf.greater(average_square - average**2, threshold)


# %% 2.4 variant: moments in double precision
def active_dimensions(mean, threshold):
    _, variance = tf.nn.moments(tf.cast(mean, tf.float64), axes=[0])
    return variance.numpy() > threshold


# %% 2.4 variant: column by column with divisor n − 1
# A plain list of True and False.
def active_dimensions(mean, threshold):
    import statistics

    columns = np.asarray(mean, dtype=float).T.tolist()
    return [statistics.variance(column) > threshold for column in columns]


# %% 2.4 variant: standard deviations, against the root of the threshold
def active_dimensions(mean, threshold):
    return keras.ops.std(mean, axis=0) > threshold**0.5


# %% 2.4 variant: the diagonal of the covariance
def active_dimensions(mean, threshold):
    covariance = np.cov(np.asarray(mean), rowvar=False)
    return np.diag(covariance) > threshold


# %% 2.4 variant: half the mean square distance of two images
# Var[x] = ½ E[(x − x′)²] for x and x′ drawn alike.
def active_dimensions(mean, threshold):
    differences = mean[:, None, :] - mean[None, :, :]
    return 0.5 * tf.reduce_mean(tf.square(differences), axis=[0, 1]) > threshold


# %% 2.4 variant: transposed, and a mask written down
def active_dimensions(mean, threshold):
    variances = tf.math.reduce_variance(tf.transpose(mean), axis=1)
    return tf.where(variances <= threshold, False, True)


# %% 2.4 rewrite: standard deviation compared
def active_dimensions(mean, threshold):
    centred = mean - tf.reduce_mean(mean, axis=0)
    return tf.sqrt(tf.reduce_mean(centred**2, axis=0)) > threshold


# %% 2.4 rewrite: range compared
def active_dimensions(mean, threshold):
    span = tf.reduce_max(mean, axis=0) - tf.reduce_min(mean, axis=0)
    return span > threshold


# %% 2.4 rewrite: size in the place of variation
def active_dimensions(mean, threshold):
    count = mean.shape[0]
    return tf.einsum("il,il->l", mean, mean) / count > threshold


# %% 2.4 rewrite: the other way round
def active_dimensions(mean, threshold):
    _, variance = tf.nn.moments(mean, axes=[0])
    return tf.logical_not(variance > threshold)


# %% 2.4 rewrite: variance over the latent dimensions
def active_dimensions(mean, threshold):
    return tf.stack([tf.math.reduce_variance(row) > threshold for row in mean])


# %% 2.4 rewrite: a count in the place of a mask
def active_dimensions(mean, threshold):
    return tf.math.count_nonzero(tf.math.reduce_variance(mean, axis=0) > threshold)


# %% 2.4 rewrite: numbers in the place of truth values
def active_dimensions(mean, threshold):
    return tf.cast(tf.math.reduce_variance(mean, axis=0) > threshold, tf.int32)


# %% 2.5 variant: the listing, with line 5 in two steps
def kl_term(mean, log_var):
    square = tf.square(mean)
    variance = tf.exp(log_var)
    bracket = 1.0 + log_var - square - variance
    of_image = tf.reduce_sum(bracket, axis=1)
    average = tf.reduce_mean(of_image, axis=0)
    return -0.5 * average


faulty_line_2_5 = 5

# %% 2.5 variant: the average over images first
# Sums and means over different axes may change places in time.
faulty_line_2_5 = 5


def kl_term(mean, log_var):
    costs = keras.ops.mean(kl_per_dimension(mean, log_var), axis=0)
    return keras.ops.sum(costs)


# %% 2.5 variant: everything summed, divided by the images
def kl_term(mean, log_var):
    images = tf.cast(tf.shape(mean)[0], mean.dtype)
    return tf.reduce_sum(kl_divergence(mean, log_var)) / images


faulty_line_2_5 = 5


# %% 2.5 variant: the listing, multiplied back
# The average over both axes is too small by the number of dimensions.
def kl_term(mean, log_var):
    bracket = 1.0 + log_var - mean * mean - tf.exp(log_var)
    return -0.5 * mean.shape[-1] * tf.reduce_mean(bracket)


faulty_line_2_5 = 5


# %% 2.5 variant: image by image in NumPy
# A plain float comes back.
faulty_line_2_5 = 5


def kl_of_image(mu, ell):
    return 0.5 * np.sum(mu**2 + np.exp(ell) - 1 - ell)


def kl_term(mean, log_var):
    mean, log_var = np.asarray(mean), np.asarray(log_var)
    images = range(len(mean))
    return float(sum(kl_of_image(mean[i], log_var[i]) for i in images) / len(images))


# %% 2.5 variant: products and tensordot, in double precision
FAULTY = 5
faulty_line_2_5 = FAULTY


def kl_term(mean, log_var):
    mean, log_var = tf.cast(mean, tf.float64), tf.cast(log_var, tf.float64)
    moved = tf.tensordot(mean, mean, axes=2)
    width = tf.reduce_sum(tf.math.expm1(log_var) - log_var)
    return tf.cast((moved + width) / (2 * len(mean)), tf.float32)


# %% 2.5 rewrite: still averaged over latents
def kl_term(mean, log_var):
    costs = kl_per_dimension(mean, log_var)
    return tf.reduce_sum(costs) / tf.cast(tf.size(costs), tf.float32)


faulty_line_2_5 = 5


# %% 2.5 rewrite: summed over the batch
def kl_term(mean, log_var):
    total = 0.0
    for cost in kl_divergence(mean, log_var):
        total += cost
    return total


faulty_line_2_5 = 5


# %% 2.5 rewrite: sum and mean changed places
def kl_term(mean, log_var):
    bracket = 1.0 + log_var - tf.square(mean) - tf.exp(log_var)
    return -0.5 * tf.reduce_mean(tf.reduce_sum(bracket, axis=0))


faulty_line_2_5 = 5


# %% 2.5 rewrite: the 1 counted once an image
def kl_term(mean, log_var):
    terms = log_var - tf.square(mean) - tf.exp(log_var)
    return tf.reduce_mean(-0.5 * (1.0 + tf.reduce_sum(terms, axis=-1)))


faulty_line_2_5 = 5


# %% 2.5 rewrite: sign flipped
def kl_term(mean, log_var):
    bracket = 1.0 + log_var - keras.ops.square(mean) - keras.ops.exp(log_var)
    return keras.ops.mean(0.5 * keras.ops.sum(bracket, axis=-1))


faulty_line_2_5 = 5

# %% 2.5 rewrite: the factor blamed
# The repair is right; the place named is not.
faulty_line_2_5 = 6


def kl_term(mean, log_var):
    return tf.reduce_mean(kl_divergence(mean, log_var))
