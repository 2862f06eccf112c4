# %% 3.6 variant: TensorFlow's own log-sum-exp
# It pulls the largest weight out by itself; the K is divided by afterwards.
def importance_weighted_bound(recon, log_ratio):
    log_weights = -recon - log_ratio
    draws = tf.cast(tf.shape(log_weights)[0], log_weights.dtype)
    return tf.reduce_logsumexp(log_weights, axis=0) - tf.math.log(draws)


# %% 3.6 variant: NumPy, pair after pair
# logaddexp adds two weights without leaving the logarithms.
def importance_weighted_bound(recon, log_ratio):
    log_w = -(np.asarray(recon, "float64") + np.asarray(log_ratio, "float64"))
    return np.logaddexp.reduce(log_w) - np.log(len(log_w))


# %% 3.6 variant: 1/K inside the sum
# Each weight is divided by K before they are added.
def importance_weighted_bound(recon, log_ratio):
    k = recon.shape[0]
    return keras.ops.logsumexp(-recon - log_ratio - np.log(k), axis=0)


# %% 3.6 variant: the cheapest draw first
# Costs instead of log-weights: the smallest cost is pulled out, and the sign changed at the end.
def importance_weighted_bound(recon, log_ratio):
    cost = tf.add(recon, log_ratio)
    least = tf.reduce_min(cost, axis=0, keepdims=True)
    share = tf.reduce_mean(tf.exp(least - cost), axis=0)
    return tf.math.log(share) - tf.squeeze(least, axis=0)


# %% 3.6 variant: image by image, in Python numbers
def importance_weighted_bound(recon, log_ratio):
    import math

    bounds = []
    for costs, ratios in zip(np.transpose(recon).tolist(), np.transpose(log_ratio).tolist()):
        logs = [-cost - ratio for cost, ratio in zip(costs, ratios)]
        top = max(logs)
        bounds.append(
            top + math.log(math.fsum(math.exp(value - top) for value in logs) / len(logs))
        )
    return bounds


# %% 3.6 variant: draw after draw, with a running mean
# Keeps the log of the mean of the draws so far; memory does not grow with K.
def importance_weighted_bound(recon, log_ratio):
    bound = -recon[0] - log_ratio[0]
    for seen in range(1, recon.shape[0]):
        log_w = -recon[seen] - log_ratio[seen]
        bound = np.logaddexp(bound + np.log(seen), log_w) - np.log(seen + 1)
    return bound


# %% 3.6 variant: the normaliser of a softmax
# log softmax is log w minus the log of the sum; any draw gives the sum back.
def importance_weighted_bound(recon, log_ratio):
    log_w = tf.transpose(-recon - log_ratio)
    log_sum = (log_w - tf.nn.log_softmax(log_w, axis=-1))[:, 0]
    return log_sum - tf.math.log(float(log_w.shape[-1]))


# %% 3.6 rewrite: the logarithms averaged
def importance_weighted_bound(recon, log_ratio):
    elbo_of_draws = tf.negative(recon) - log_ratio
    return tf.reduce_mean(elbo_of_draws, axis=0)


# %% 3.6 rewrite: summed over the draws, not averaged
def importance_weighted_bound(recon, log_ratio):
    log_w = -recon - log_ratio
    top = tf.reduce_max(log_w, axis=0)
    return top + tf.math.log(tf.reduce_sum(tf.exp(log_w - top), axis=0))


# %% 3.6 rewrite: K divides the logarithm
def importance_weighted_bound(recon, log_ratio):
    return 1 / len(recon) * tf.reduce_logsumexp(-recon - log_ratio, axis=0)


# %% 3.6 rewrite: averaged over draws and images
def importance_weighted_bound(recon, log_ratio):
    log_w = -recon - log_ratio
    top = keras.ops.max(log_w)
    return top + keras.ops.log(keras.ops.mean(keras.ops.exp(log_w - top)))


# %% 3.6 rewrite: averaged over the images as well
def importance_weighted_bound(recon, log_ratio):
    log_w = -recon - log_ratio
    bounds = tf.reduce_logsumexp(log_w, 0) - np.log(log_w.shape[0])
    return tf.reduce_mean(bounds)


# %% 3.6 rewrite: the best draw alone
def importance_weighted_bound(recon, log_ratio):
    return -np.min(np.add(recon, log_ratio), axis=0)


# %% 3.6 rewrite: the largest weight not put back
def importance_weighted_bound(recon, log_ratio):
    log_w = -recon - log_ratio
    log_w = log_w - tf.reduce_max(log_w, axis=0, keepdims=True)
    return tf.math.log(tf.reduce_mean(tf.exp(log_w), axis=0))


# %% 3.6 rewrite: one largest weight for all images
# In single precision.
def importance_weighted_bound(recon, log_ratio):
    log_w = -recon - log_ratio
    top = tf.reduce_max(log_w)
    return top + tf.math.log(tf.reduce_mean(tf.exp(log_w - top), axis=0))


# %% 3.6 rewrite: weights that round to zero
# In single precision.
def importance_weighted_bound(recon, log_ratio):
    weights = tf.exp(-recon) / tf.exp(log_ratio)
    return tf.math.log(tf.reduce_mean(weights, axis=0))


# %% 3.6 rewrite: the weights as shares of their logarithms
def importance_weighted_bound(recon, log_ratio):
    log_w = -recon - log_ratio
    shares = tf.nn.softmax(log_w, axis=0)
    return tf.einsum("kb,kb->b", shares, log_w)


# %% 3.6 rewrite: the bound with its sign flipped
def importance_weighted_bound(recon, log_ratio):
    k = tf.cast(tf.shape(recon)[0], tf.float32)
    return tf.math.log(k) - tf.reduce_logsumexp(-(recon + log_ratio), axis=0)


# %% 3.6 rewrite: the ratio with its sign flipped
def importance_weighted_bound(recon, log_ratio):
    log_w = log_ratio - recon
    return np.logaddexp.reduce(np.asarray(log_w), axis=0) - np.log(len(log_w))


# %% 3.6 rewrite: log_ratio left out
def importance_weighted_bound(recon, log_ratio):
    log_w = -recon
    top = tf.reduce_max(log_w, axis=0)
    return tf.math.log(tf.reduce_mean(tf.exp(log_w - top), axis=0)) + top


# %% 3.6 rewrite: the ratio averaged beforehand
def importance_weighted_bound(recon, log_ratio):
    kl = tf.reduce_mean(log_ratio, axis=0)
    return tf.reduce_logsumexp(-recon, axis=0) - tf.math.log(float(recon.shape[0])) - kl
