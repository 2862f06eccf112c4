# %% 1.3 variant: only broadcasting
# The first axis of eps is enough: the others are aligned from the right.
def posterior_draws(mean, log_var, eps):
    return mean + tf.sqrt(tf.exp(log_var)) * eps


faulty_line_1_3 = 3


# %% 1.3 variant: one sample after another
# A loop over the samples, stacked on a new first axis.
def posterior_draws(mean, log_var, eps):
    std = keras.ops.exp(log_var / 2)
    return tf.stack([mean + std * sample for sample in tf.unstack(eps)])


faulty_line_1_3 = 3


# %% 1.3 variant: repeated by hand
# Mean and spread are tiled to the shape of the noise.
faulty_line_1_3 = 3


def posterior_draws(mean, log_var, eps):
    samples = eps.shape[0]
    centre = tf.tile(mean[tf.newaxis], [samples, 1, 1])
    std = tf.repeat(tf.exp(0.5 * log_var)[tf.newaxis], samples, axis=0)
    return centre + std * eps


# %% 1.3 variant: einsum
# Samples s, images b and latents l by name.
def posterior_draws(mean, log_var, eps):
    std = tf.math.pow(tf.exp(log_var), 0.5)
    return tf.einsum("bl,sbl->sbl", std, eps) + tf.expand_dims(mean, 0)


faulty_line_1_3 = 3


# %% 1.3 variant: NumPy in double precision
# No gradient is needed, so NumPy can collect the samples.
def posterior_draws(mean, log_var, eps):
    sigma = np.exp(np.asarray(log_var, np.float64) / 2)
    return np.array([np.asarray(mean) + sigma * sample for sample in np.asarray(eps)])


faulty_line_1_3 = int("3")


# %% 1.3 rewrite: still the variance
def posterior_draws(mean, log_var, eps):
    variance = keras.ops.exp(log_var)
    return keras.ops.stack([mean + variance * sample for sample in keras.ops.unstack(eps)])


faulty_line_1_3 = 3


# %% 1.3 rewrite: half the variance
def posterior_draws(mean, log_var, eps):
    std = tf.multiply(0.5, tf.exp(log_var))
    return tf.einsum("bl,sbl->sbl", std, eps) + mean


faulty_line_1_3 = 3


# %% 1.3 rewrite: averaged over the samples
def posterior_draws(mean, log_var, eps):
    std = tf.sqrt(tf.exp(log_var))
    return mean + std * tf.reduce_mean(eps, axis=0)


faulty_line_1_3 = 3


# %% 1.3 rewrite: the logarithm as the spread
def posterior_draws(mean, log_var, eps):
    return tf.map_fn(lambda sample: tf.add(mean, tf.multiply(log_var, sample)), eps)


faulty_line_1_3 = 3


# %% 1.3 rewrite: line 4 taken for the fault
def posterior_draws(mean, log_var, eps):
    std = tf.exp(log_var)
    std = tf.sqrt(std)
    return eps * std + mean


faulty_line_1_3 = 4
