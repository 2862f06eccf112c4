# %% 4.6 variant: what is above the floor, on top of it
# np.interp stays level beyond its ends by itself.
def free_bits_kl(kl, free):
    above = tf.nn.relu(tf.reduce_mean(kl, axis=0) - free)
    return tf.reduce_sum(free + above)


def warmed_up_beta(epoch, epochs, start, end):
    return np.interp(epoch, [0, epochs], [start, end])


# %% 4.6 variant: keras.ops
# A choice between two cases.
def free_bits_kl(kl, free):
    mean = keras.ops.mean(kl, axis=0)
    return keras.ops.sum(keras.ops.where(mean > free, mean, free))


def warmed_up_beta(epoch, epochs, start, end):
    if epoch >= epochs:
        return end
    return start + epoch * (end - start) / epochs


# %% 4.6 variant: latent by latent
# The list of charges is added up at the end.
def free_bits_kl(kl, free):
    charges = []
    for j in range(kl.shape[1]):
        charges.append(tf.maximum(tf.reduce_mean(kl[:, j]), free))
    return tf.add_n(charges)


def warmed_up_beta(epoch, epochs, start, end):
    share = np.clip(epoch / epochs, 0.0, 1.0)
    return (1 - share) * start + share * end


# %% 4.6 variant: clipped from below
# The mean as total over count.
def free_bits_kl(kl, free):
    batch = tf.cast(tf.shape(kl)[0], tf.float32)
    by_latent = tf.reduce_sum(kl, 0) / batch
    return tf.reduce_sum(tf.clip_by_value(by_latent, free, np.inf))


def warmed_up_beta(epoch, epochs, start, end):
    steps = np.linspace(start, end, epochs + 1)
    return float(steps[min(epoch, epochs)])


# %% 4.6 variant: with a helper
# The step of an epoch, added again and again.
def at_least(value, floor):
    return floor + keras.activations.relu(value - floor)


def free_bits_kl(kl, free):
    return keras.ops.sum(at_least(keras.ops.mean(kl, axis=0), free))


def warmed_up_beta(epoch, epochs, start, end):
    beta = start
    for _ in range(min(epoch, epochs)):
        beta += (end - start) / epochs
    return beta


# %% 4.6 rewrite: free nats for every image
# The maximum of the table itself.
def free_bits_kl(kl, free):
    table = tf.math.maximum(kl, free)
    return tf.reduce_mean(tf.reduce_sum(table, axis=-1))


def warmed_up_beta(epoch, epochs, start, end):
    return start + (end - start) * min(epoch / epochs, 1.0)


# %% 4.6 rewrite: one floor for the whole code
# The usual KL, then the floor.
def free_bits_kl(kl, free):
    usual = tf.reduce_mean(tf.reduce_sum(kl, axis=1))
    return tf.maximum(usual, free)


def warmed_up_beta(epoch, epochs, start, end):
    return start + (end - start) * min(epoch / epochs, 1.0)


# %% 4.6 rewrite: the free nats taken off
# keras.ops.
def free_bits_kl(kl, free):
    return keras.ops.sum(keras.ops.maximum(keras.ops.mean(kl, 0) - free, 0.0))


def warmed_up_beta(epoch, epochs, start, end):
    return start + (end - start) * min(epoch / epochs, 1.0)


# %% 4.6 rewrite: no gradient passes
# NumPy in double precision.
def free_bits_kl(kl, free):
    of_latents = np.mean(np.asarray(kl, dtype=np.float64), axis=0)
    return np.sum(np.maximum(of_latents, free))


def warmed_up_beta(epoch, epochs, start, end):
    return start + (end - start) * min(epoch / epochs, 1.0)


# %% 4.6 rewrite: one epoch early
# The end of the epoch decides.
def free_bits_kl(kl, free):
    return tf.reduce_sum(tf.maximum(tf.reduce_mean(kl, axis=0), free))


def warmed_up_beta(epoch, epochs, start, end):
    over = epoch + 1
    return end if over >= epochs else start + (end - start) / epochs * over


# %% 4.6 rewrite: a jump in place of a rise
# Whole numbers.
def free_bits_kl(kl, free):
    return tf.reduce_sum(tf.maximum(tf.reduce_mean(kl, axis=0), free))


def warmed_up_beta(epoch, epochs, start, end):
    return start + min(epoch // epochs, 1) * (end - start)


# %% 4.6 rewrite: from 0
# A share of the full price.
def free_bits_kl(kl, free):
    return tf.reduce_sum(tf.maximum(tf.reduce_mean(kl, axis=0), free))


def warmed_up_beta(epoch, epochs, start, end):
    return min(end, end * epoch / epochs)
