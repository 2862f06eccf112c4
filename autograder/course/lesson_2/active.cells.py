# %% 2.4 variant: NumPy
def active_dimensions(mean, threshold):
    return np.var(mean, axis=0) > threshold


# %% 2.4 variant: mean of squares minus square of mean
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
# Var[x] = ½ E[(x − x′)²] for x and x′ drawn independently from the same distribution.
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


# %% 2.4 rewrite: size in place of variation
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


# %% 2.4 rewrite: a count in place of a mask
def active_dimensions(mean, threshold):
    return tf.math.count_nonzero(tf.math.reduce_variance(mean, axis=0) > threshold)


# %% 2.4 rewrite: numbers in place of truth values
def active_dimensions(mean, threshold):
    return tf.cast(tf.math.reduce_variance(mean, axis=0) > threshold, tf.int32)
