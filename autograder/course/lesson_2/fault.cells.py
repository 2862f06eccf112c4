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
# Sums and means over different axes can be taken in either order.
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


# %% 2.5 rewrite: the 1 counted once per image
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
