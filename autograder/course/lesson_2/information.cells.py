# %% 2.6 variant: the share of its own cloud
# A softmax over the clouds; log N makes the sum a mean.
def information_and_mismatch(z, mean, log_var):
    def log_density(z, mean, log_var):
        return -0.5 * tf.reduce_sum(log_var + (z - mean) ** 2 / tf.exp(log_var), axis=-1)

    apart = log_density(z[:, None], mean, log_var)
    log_share = tf.linalg.diag_part(tf.nn.log_softmax(apart, axis=1))
    information = tf.reduce_mean(log_share) + np.log(len(z))
    mean_kl = tf.reduce_mean(tf.linalg.diag_part(apart) + 0.5 * tf.reduce_sum(z**2, axis=1))
    return information, mean_kl - information


# %% 2.6 variant: NumPy, the square multiplied out
# (z − μ)²/σ² = z²/σ² − 2zμ/σ² + μ²/σ²: matrix products, and no table with three axes.
def information_and_mismatch(z, mean, log_var):
    z, mean, log_var = (np.asarray(item, dtype="float64") for item in (z, mean, log_var))
    precision = np.exp(-log_var)
    apart = z**2 @ precision.T - 2 * z @ (mean * precision).T
    apart = -0.5 * (apart + (mean**2 * precision + log_var).sum(axis=1))
    together = np.logaddexp.reduce(apart, axis=1) - np.log(len(z))
    return np.mean(np.diag(apart) - together), np.mean(together + 0.5 * np.sum(z**2, axis=1))


# %% 2.6 variant: image by image, with plain densities
def information_and_mismatch(z, mean, log_var):
    z, mean, log_var = np.asarray(z, "float64"), np.asarray(mean), np.asarray(log_var)

    def density(point, mean, log_var):
        scaled = (point - mean) ** 2 / np.exp(log_var)
        return np.prod(np.exp(-0.5 * scaled) / np.sqrt(2 * np.pi * np.exp(log_var)), axis=-1)

    information = mismatch = 0.0
    for n, point in enumerate(z):
        own, all_clouds = density(point, mean[n], log_var[n]), density(point, mean, log_var).mean()
        information += np.log(own / all_clouds) / len(z)
        mismatch += np.log(all_clouds / density(point, 0.0, np.zeros(len(point)))) / len(z)
    return information, mismatch


# %% 2.6 variant: keras.ops, in one stacked result
def information_and_mismatch(z, mean, log_var):
    ops = keras.ops

    def log_density(distance, log_var):
        return -0.5 * ops.sum(
            np.log(2 * np.pi) + log_var + distance**2 * ops.exp(-log_var), axis=-1
        )

    q = ops.logsumexp(
        log_density(z[:, None, :] - mean[None], log_var[None]) - np.log(len(z)), axis=1
    )
    own, prior = log_density(z - mean, log_var), log_density(z, ops.zeros_like(z))
    return ops.stack([ops.mean(own - q), ops.mean(q - prior)])


# %% 2.6 variant: clouds first, draws second
# The table is laid out the other way round.
def information_and_mismatch(z, mean, log_var):
    std = tf.exp(0.5 * log_var)
    scaled = (z - mean[:, None]) / std[:, None]  # (clouds, draws, latents)
    apart = -tf.reduce_sum(0.5 * scaled**2 + tf.math.log(std)[:, None], axis=2)
    q = tf.reduce_logsumexp(apart, axis=0) - tf.math.log(float(apart.shape[0]))
    own = tf.linalg.diag_part(apart)
    return [tf.reduce_mean(own) - tf.reduce_mean(q), tf.reduce_mean(q + tf.reduce_sum(z**2, 1) / 2)]


# %% 2.6 variant: everything relative to the prior
# r = log q(z|x) − log p(z) for every pair; the mismatch is the log of its mean over clouds.
def information_and_mismatch(z, mean, log_var):
    r = 0.5 * tf.reduce_sum(
        z[:, None] ** 2 - (z[:, None] - mean) ** 2 / tf.exp(log_var) - log_var, axis=-1
    )
    of_all = tf.math.log(tf.reduce_mean(tf.exp(r), axis=1))
    mismatch = tf.reduce_mean(of_all)
    return tf.linalg.trace(r) / r.shape[0] - mismatch, mismatch


# %% 2.6 rewrite: the logarithms averaged
def information_and_mismatch(z, mean, log_var):
    apart = -0.5 * tf.reduce_sum(log_var + (z[:, None] - mean) ** 2 / tf.exp(log_var), axis=-1)
    q = tf.reduce_mean(apart, axis=1)
    own = tf.linalg.diag_part(apart)
    return tf.reduce_mean(own - q), tf.reduce_mean(q + 0.5 * tf.reduce_sum(z**2, axis=1))


# %% 2.6 rewrite: summed over the clouds, not averaged
def information_and_mismatch(z, mean, log_var):
    apart = -0.5 * tf.reduce_sum(log_var + (z[:, None] - mean) ** 2 / tf.exp(log_var), axis=-1)
    q = tf.reduce_logsumexp(apart, axis=1)
    own = tf.linalg.diag_part(apart)
    return tf.reduce_mean(own - q), tf.reduce_mean(q + 0.5 * tf.reduce_sum(z**2, axis=1))


# %% 2.6 rewrite: averaged over the draws
def information_and_mismatch(z, mean, log_var):
    z, mean, log_var = np.asarray(z), np.asarray(mean), np.asarray(log_var)
    apart = -0.5 * np.sum(log_var + (z[:, None] - mean) ** 2 / np.exp(log_var), axis=-1)
    q = np.log(np.mean(np.exp(apart), axis=0))
    return np.mean(np.diag(apart) - q), np.mean(q + 0.5 * np.sum(z**2, axis=1))


# %% 2.6 rewrite: each latent averaged by itself
def information_and_mismatch(z, mean, log_var):
    apart = -0.5 * (log_var + (z[:, None] - mean) ** 2 / tf.exp(log_var))
    q = tf.reduce_sum(tf.math.log(tf.reduce_mean(tf.exp(apart), axis=1)), axis=1)
    own = -0.5 * tf.reduce_sum(log_var + (z - mean) ** 2 / tf.exp(log_var), axis=1)
    return tf.reduce_mean(own - q), tf.reduce_mean(q + 0.5 * tf.reduce_sum(z**2, axis=1))


# %% 2.6 rewrite: normalising term missing
def information_and_mismatch(z, mean, log_var):
    def log_density(z, mean, std):
        return -0.5 * tf.reduce_sum(((z - mean) / std) ** 2, axis=-1)

    std = tf.exp(0.5 * log_var)
    q = tf.reduce_logsumexp(log_density(z[:, None], mean, std), axis=1) - np.log(len(z))
    own, prior = log_density(z, mean, std), log_density(z, 0.0, 1.0)
    return tf.reduce_mean(own - q), tf.reduce_mean(q - prior)


# %% 2.6 rewrite: the whole KL as mismatch
def information_and_mismatch(z, mean, log_var):
    apart = -0.5 * tf.reduce_sum(log_var + (z[:, None] - mean) ** 2 / tf.exp(log_var), axis=-1)
    own = tf.linalg.diag_part(apart)
    information = tf.reduce_mean(own - tf.reduce_logsumexp(apart, axis=1)) + np.log(len(z))
    return information, tf.reduce_mean(own + 0.5 * tf.reduce_sum(z**2, axis=1))


# %% 2.6 rewrite: sign of the mismatch flipped
def information_and_mismatch(z, mean, log_var):
    apart = -0.5 * tf.reduce_sum(log_var + (z[:, None] - mean) ** 2 / tf.exp(log_var), axis=-1)
    q = tf.reduce_logsumexp(apart, axis=1) - np.log(len(z))
    prior = -0.5 * tf.reduce_sum(z**2, axis=1)
    return tf.reduce_mean(tf.linalg.diag_part(apart) - q), tf.reduce_mean(prior - q)


# %% 2.6 rewrite: summed over the images
def information_and_mismatch(z, mean, log_var):
    apart = -0.5 * tf.reduce_sum(log_var + (z[:, None] - mean) ** 2 / tf.exp(log_var), axis=-1)
    q = tf.reduce_logsumexp(apart, axis=1) - np.log(len(z))
    own = tf.linalg.diag_part(apart)
    return tf.reduce_sum(own - q), tf.reduce_sum(q + 0.5 * tf.reduce_sum(z**2, axis=1))


# %% 2.6 rewrite: information and mismatch changed places
def information_and_mismatch(z, mean, log_var):
    apart = -0.5 * tf.reduce_sum(log_var + (z[:, None] - mean) ** 2 / tf.exp(log_var), axis=-1)
    q = tf.reduce_logsumexp(apart, axis=1) - np.log(len(z))
    own = tf.linalg.diag_part(apart)
    return tf.reduce_mean(q + 0.5 * tf.reduce_sum(z**2, axis=1)), tf.reduce_mean(own - q)
