# %% 2.1 variant: with keras.ops
def kl_per_dimension(mean, log_var):
    variance = keras.ops.exp(log_var)
    return (keras.ops.square(mean) + variance - log_var - 1) / 2


# %% 2.1 rewrite: ½ missing
def kl_per_dimension(mean, log_var):
    cost = tf.square(mean)
    cost += tf.exp(log_var)
    cost -= 1.0 + log_var
    return cost
