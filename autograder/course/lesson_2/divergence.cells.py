# %% 2.2 variant: NumPy
def kl_divergence(mean, log_var):
    return np.asarray(kl_per_dimension(mean, log_var)).sum(1)


# %% 2.2 variant: from scratch, with every sign changed
# Does not need 2.1.
def kl_divergence(mean, log_var):
    bracket = 1 + log_var - tf.square(mean) - tf.exp(log_var)
    return tf.reduce_sum(bracket, axis=1) * -0.5


# %% 2.2 variant: traces and determinants
# The textbook formula: ½ (tr Σ + μᵀμ − k − log det Σ).
def kl_divergence(mean, log_var):
    trace = tf.reduce_sum(tf.exp(log_var), -1)
    length = tf.einsum("bl,bl->b", mean, mean)
    log_det = tf.math.log(tf.reduce_prod(tf.exp(log_var), -1))
    k = float(mean.shape[-1])
    return (trace + length - k - log_det) / 2


# %% 2.2 variant: column after column
# One dimension at a time is added to the cost of every image so far.
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
# One number per row, stacked.
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


# %% 2.2 rewrite: the 1 counted once per image
def kl_divergence(mean, log_var):
    return -0.5 * (1 + tf.reduce_sum(log_var - tf.square(mean) - tf.exp(log_var), axis=-1))


# %% 2.2 rewrite: ½ missing
def kl_divergence(mean, log_var):
    trace = tf.reduce_sum(tf.exp(log_var), axis=1)
    length = tf.reduce_sum(mean * mean, axis=1)
    return trace + length - mean.shape[1] - tf.reduce_sum(log_var, axis=1)
