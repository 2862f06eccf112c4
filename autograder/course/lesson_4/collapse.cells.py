# %% 4.4 variant: a choice between two cases in keras.ops
def collapse_rates(eigenvalues, noise_variance, beta):
    level = beta * noise_variance
    return keras.ops.where(
        eigenvalues > level,
        0.5 * keras.ops.log(eigenvalues / level),
        keras.ops.zeros_like(eigenvalues),
    )


# %% 4.4 variant: one direction after the other, as a list
def collapse_rates(eigenvalues, noise_variance, beta):
    # plain numbers, no arrays
    rates = []
    for variance in np.array(eigenvalues):
        rates.append(max(0.0, 0.5 * np.log(variance / (beta * noise_variance))))
    return rates


# %% 4.4 variant: logarithms of two standard deviations
def collapse_rates(eigenvalues, noise_variance, beta):
    # log of a ratio is a difference of logs, and the half goes into the root
    water = tf.math.log(tf.sqrt(beta * noise_variance))
    return tf.maximum(tf.math.log(tf.sqrt(eigenvalues)) - water, 0.0)


# %% 4.4 variant: the KL of the optimal posterior, before anything cancels
def collapse_rates(eigenvalues, noise_variance, beta):
    level = beta * noise_variance
    weight_squared = tf.nn.relu(eigenvalues - level)
    v = level / (weight_squared + level)
    mean_square = weight_squared / (weight_squared + level)
    return 0.5 * (mean_square + v - 1.0 - tf.math.log(v))


# %% 4.4 variant: only the survivors are filled in
def collapse_rates(eigenvalues, noise_variance, beta):
    lam = np.asarray(eigenvalues, dtype=np.float64)
    rates = np.zeros(lam.shape)
    alive = lam >= beta * noise_variance
    rates[alive] = np.log(lam[alive] / beta / noise_variance) / 2
    return rates


# %% 4.4 variant: mapped over the directions with a helper
def rate_of(variance, level):
    return tf.cond(variance > level, lambda: -0.5 * tf.math.log(level / variance), lambda: 0.0)


def collapse_rates(eigenvalues, noise_variance, beta):
    level = tf.constant(beta * noise_variance, tf.float32)
    return tf.map_fn(lambda variance: rate_of(variance, level), eigenvalues)


# %% 4.4 rewrite: negative rates
def collapse_rates(eigenvalues, noise_variance, beta):
    # difference of logs
    return (tf.math.log(eigenvalues) - tf.math.log(beta * noise_variance)) / 2.0


# %% 4.4 rewrite: the ½ is missing
def collapse_rates(eigenvalues, noise_variance, beta):
    ratio = eigenvalues / (beta * noise_variance)
    return tf.nn.relu(tf.math.log(ratio))


# %% 4.4 rewrite: β forgotten
def collapse_rates(eigenvalues, noise_variance, beta):
    rates = [
        np.log(e / noise_variance) / 2 if e > noise_variance else 0 for e in eigenvalues.numpy()
    ]
    return np.array(rates)


# %% 4.4 rewrite: β only in the threshold
def collapse_rates(eigenvalues, noise_variance, beta):
    survives = tf.cast(eigenvalues > beta * noise_variance, tf.float32)
    return survives * tf.math.log(tf.sqrt(eigenvalues / noise_variance))


# %% 4.4 rewrite: variance taken for a standard deviation
def collapse_rates(eigenvalues, noise_variance, beta):
    sigma = noise_variance
    water = beta * sigma**2
    return keras.ops.relu(keras.ops.log(eigenvalues / water) * 0.5)


# %% 4.4 rewrite: bits in place of nats
def collapse_rates(eigenvalues, noise_variance, beta):
    # "how many bits does the message need?"
    nats = tf.math.log(tf.maximum(eigenvalues, beta * noise_variance) / (beta * noise_variance)) / 2
    return nats / tf.math.log(2.0)


# %% 4.4 rewrite: one added inside the logarithm
def collapse_rates(eigenvalues, noise_variance, beta):
    signal_to_noise = eigenvalues / (beta * noise_variance)
    return tf.math.log1p(signal_to_noise) / 2


# %% 4.4 rewrite: drowned directions left out
def collapse_rates(eigenvalues, noise_variance, beta):
    alive = tf.boolean_mask(eigenvalues, eigenvalues > beta * noise_variance)
    return 0.5 * tf.math.log(alive / (beta * noise_variance))
