# %% 1.1 variant: by way of the variance
# Undo the logarithm first, take the root afterwards.
def reparameterize(mean, log_var, eps):
    variance = tf.exp(log_var)
    return tf.add(mean, tf.multiply(tf.sqrt(variance), eps))


# %% 1.1 variant: a power of e in keras.ops
# σ = e^(log σ² / 2), with e as a number.
def reparameterize(mean, log_var, eps):
    std = keras.ops.power(np.e, log_var / 2)
    return keras.ops.add(mean, std * eps)


# %% 1.1 variant: a list of rows
# Separate rows, not stacked: a list of tensors also counts as an array.
def reparameterize(mean, log_var, eps):
    rows = zip(tf.unstack(mean), tf.unstack(log_var), tf.unstack(eps))
    return [m + tf.exp(v / 2.0) * e for m, v, e in rows]


# %% 1.1 variant: entry by entry with a helper
# One number at a time, through map_fn over the rows.
def one_row(row):
    mean, log_var, eps = row
    return mean + tf.math.exp(log_var * 0.5) * eps


def reparameterize(mean, log_var, eps):
    return tf.map_fn(one_row, (mean, log_var, eps), fn_output_signature=tf.float32)


# %% 1.1 variant: one exponential for both
# In logarithms: the size of the noise and its sign are treated separately.
def reparameterize(mean, log_var, eps):
    size = tf.exp(0.5 * log_var + tf.math.log(tf.abs(eps)))
    return mean + tf.sign(eps) * size


# %% 1.1 variant: compiled, with the fourth root squared
# exp(¼·log σ²)² is σ too.
@tf.function(input_signature=[tf.TensorSpec([None, None], tf.float32)] * 3)
def reparameterize(mean, log_var, eps):
    quarter = tf.exp(log_var / 4.0)
    return mean + tf.square(quarter) * eps


# %% 1.1 rewrite: variance used as standard deviation
def reparameterize(mean, log_var, eps):
    sigma = tf.math.exp(log_var)
    noise = tf.multiply(sigma, eps)
    return tf.add_n([mean, noise])


# %% 1.1 rewrite: log σ² used as σ
def reparameterize(mean, log_var, eps):
    return keras.layers.Add()([mean, keras.layers.Multiply()([log_var, eps])])


# %% 1.1 rewrite: the ½ is inside out
def reparameterize(mean, log_var, eps):
    sigma = tf.exp(log_var) / 2.0
    return tf.stack([m + s * e for m, s, e in zip(mean, sigma, eps, strict=True)])


# %% 1.1 rewrite: sign flipped
def reparameterize(mean, log_var, eps):
    z = mean
    z -= tf.sqrt(tf.exp(log_var)) * eps
    return z


# %% 1.1 rewrite: the root of the logarithm
def reparameterize(mean, log_var, eps):
    std = keras.ops.sqrt(log_var)
    return keras.ops.add(keras.ops.multiply(eps, std), mean)


# %% 1.1 rewrite: mean and noise both stretched
def reparameterize(mean, log_var, eps):
    z = mean + eps
    z *= keras.ops.exp(log_var / 2)
    return z


# %% 1.1 rewrite: no noise at all
def reparameterize(mean, log_var, eps):
    spread = tf.exp(0.5 * log_var)
    return mean + spread * tf.zeros_like(eps)
