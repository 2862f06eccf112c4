# %% 3.2 variant: two means
# A mean is linear, so each term can have its own.
def beta_vae_loss(images, logits, mean, log_var, beta):
    recon = tf.reduce_mean(reconstruction_loss(images, logits))
    kl = tf.reduce_mean(kl_divergence(mean, log_var))
    return recon + beta * kl


# %% 3.2 variant: with keras.ops
# The batch comes in through a dot product with 1/B.
def beta_vae_loss(images, logits, mean, log_var, beta):
    per_image = keras.ops.add(
        reconstruction_loss(images, logits),
        keras.ops.multiply(beta, kl_divergence(mean, log_var)),
    )
    batch = per_image.shape[0]
    return keras.ops.dot(per_image, keras.ops.ones((batch,)) / batch)


# %% 3.2 variant: everything written out
# Calls neither helper: both formulas are written out, the KL in terms of the variance.
def beta_vae_loss(images, logits, mean, log_var, beta):
    pixels = tf.reduce_sum(tf.nn.softplus(logits) - images * logits, axis=(1, 2, 3))
    variance = tf.exp(log_var)
    latents = -0.5 * tf.reduce_sum(1.0 + log_var - mean**2 - variance, axis=1)
    return tf.reduce_mean(pixels + beta * latents)


# %% 3.2 variant: a plain number in NumPy
# No gradient is needed here: NumPy in double precision, and a float.
def beta_vae_loss(images, logits, mean, log_var, beta):
    recon = np.asarray(reconstruction_loss(images, logits), dtype=np.float64)
    kl = np.asarray(kl_divergence(mean, log_var), dtype=np.float64)
    return float(np.mean(recon + beta * kl))


# %% 3.2 variant: a sum divided by the size of the batch
# The mean as total over count; β as a tensor.
def beta_vae_loss(images, logits, mean, log_var, beta):
    beta = tf.convert_to_tensor(beta, dtype=tf.float32)
    total = tf.add_n(
        [
            tf.reduce_sum(reconstruction_loss(images, logits)),
            beta * tf.reduce_sum(kl_divergence(mean, log_var)),
        ]
    )
    return total / tf.cast(tf.shape(images)[0], tf.float32)


# %% 3.2 variant: a Mean metric
# The metric averages the vector for us.
def beta_vae_loss(images, logits, mean, log_var, beta):
    average = keras.metrics.Mean()
    average.update_state(reconstruction_loss(images, logits) + beta * kl_divergence(mean, log_var))
    return average.result()


# %% 3.2 variant: one image at a time
# The losses of single images, collected in a list.
def beta_vae_loss(images, logits, mean, log_var, beta):
    def of_one(i):
        one = slice(i, i + 1)
        recon = reconstruction_loss(images[one], logits[one])[0]
        return recon + beta * kl_divergence(mean[one], log_var[one])[0]

    return tf.reduce_mean(tf.stack([of_one(i) for i in range(len(images))]))


# %% 3.2 rewrite: β forgotten
def beta_vae_loss(images, logits, mean, log_var, beta):
    parts = [reconstruction_loss(images, logits), kl_divergence(mean, log_var)]
    return tf.reduce_mean(tf.add_n(parts))


# %% 3.2 rewrite: β on the reconstruction
def beta_vae_loss(images, logits, mean, log_var, beta):
    kl = 0.5 * tf.reduce_sum(mean**2 + tf.exp(log_var) - 1 - log_var, axis=1)
    bce = tf.nn.sigmoid_cross_entropy_with_logits(images, logits)
    return tf.reduce_mean(kl) + beta * tf.reduce_mean(tf.reduce_sum(bce, axis=(1, 2, 3)))


# %% 3.2 rewrite: β on both terms
def beta_vae_loss(images, logits, mean, log_var, beta):
    loss = keras.ops.mean(reconstruction_loss(images, logits))
    loss += keras.ops.mean(kl_divergence(mean, log_var))
    loss *= beta
    return loss


# %% 3.2 rewrite: KL subtracted
def beta_vae_loss(images, logits, mean, log_var, beta):
    kl = 0.5 * keras.ops.sum(1 + log_var - keras.ops.square(mean) - keras.ops.exp(log_var), axis=-1)
    return keras.ops.mean(reconstruction_loss(images, logits) + beta * kl)


# %% 3.2 rewrite: the objective that should become large
def beta_vae_loss(images, logits, mean, log_var, beta):
    log_p = images * tf.math.log_sigmoid(logits) + (1 - images) * tf.math.log_sigmoid(-logits)
    elbo = tf.reduce_sum(log_p, axis=[1, 2, 3]) - beta * kl_divergence(mean, log_var)
    return tf.reduce_mean(elbo)


# %% 3.2 rewrite: summed over the batch
def beta_vae_loss(images, logits, mean, log_var, beta):
    total = 0.0
    recons, kls = reconstruction_loss(images, logits), kl_divergence(mean, log_var)
    for recon, kl in zip(recons, kls, strict=True):
        total = total + recon + beta * kl
    return total


# %% 3.2 rewrite: not reduced over the batch
def beta_vae_loss(images, logits, mean, log_var, beta):
    weighted = keras.ops.multiply(kl_divergence(mean, log_var), beta)
    return keras.ops.add(weighted, reconstruction_loss(images, logits))


# %% 3.2 rewrite: KL averaged over latents
def beta_vae_loss(images, logits, mean, log_var, beta):
    kl = -0.5 * tf.reduce_mean(1 + log_var - tf.square(mean) - tf.exp(log_var), axis=1)
    return tf.reduce_mean(reconstruction_loss(images, logits)) + beta * tf.reduce_mean(kl)


# %% 3.2 rewrite: pixels averaged, KL summed
def beta_vae_loss(images, logits, mean, log_var, beta):
    recon = keras.losses.BinaryCrossentropy(from_logits=True)(images, logits)
    return recon + beta * tf.reduce_mean(kl_divergence(mean, log_var))


# %% 3.2 rewrite: β squared
def beta_vae_loss(images, logits, mean, log_var, beta):
    kl = beta * kl_divergence(mean, log_var)
    recon = reconstruction_loss(images, logits)
    return tf.reduce_mean(recon) + beta * tf.reduce_mean(kl)


# %% 3.2 rewrite: weights that add up to 1
def beta_vae_loss(images, logits, mean, log_var, beta):
    recon, kl = reconstruction_loss(images, logits), kl_divergence(mean, log_var)
    return tf.reduce_mean(recon + beta * (kl - recon))


# %% 3.2 rewrite: KL halved once more
def beta_vae_loss(images, logits, mean, log_var, beta):
    recon = reconstruction_loss(images, logits)
    kl = 0.25 * tf.reduce_sum(tf.square(mean) + tf.exp(log_var) - log_var - 1.0, axis=-1)
    return tf.reduce_mean(recon) + beta * tf.reduce_mean(kl)


# %% 3.2 rewrite: mean and log_var swapped
def beta_vae_loss(images, logits, mean, log_var, beta):
    kl = 0.5 * tf.reduce_sum(log_var**2 + tf.exp(mean) - 1 - mean, axis=1)
    return tf.reduce_mean(reconstruction_loss(images, logits) + beta * kl)


# %% 3.2 rewrite: images and logits swapped
def beta_vae_loss(images, logits, mean, log_var, beta):
    bce = tf.nn.sigmoid_cross_entropy_with_logits(labels=logits, logits=images)
    recon = tf.reduce_sum(bce, axis=[1, 2, 3])
    return tf.reduce_mean(recon) + beta * tf.reduce_mean(kl_divergence(mean, log_var))
