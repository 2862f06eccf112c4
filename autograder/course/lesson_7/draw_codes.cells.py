# %% 7.2 variant: in TensorFlow, with the spread as a root
def draw_codes(model, images):
    mean, log_var = (tf.convert_to_tensor(part) for part in encode(model, images))
    eps = keras.random.normal(tuple(mean.shape), seed=model.sampling.seed_generator)
    return mean + tf.sqrt(tf.exp(log_var)) * eps


# %% 7.2 variant: the layer of the model does it
def draw_codes(model, images):
    return model.sampling(model.encoder(images))


# %% 7.2 variant: keras.random.normal with the moments as arguments
def draw_codes(model, images):
    mean, log_var = (np.asarray(part) for part in encode(model, images))
    rows = keras.random.normal(mean.T.shape, seed=model.sampling.seed_generator)
    return np.exp(0.5 * log_var) * np.asarray(rows).T + mean


# %% 7.2 variant: a NumPy generator kept for each model, seeded with the model's seed
def draw_codes(model, images):
    if not hasattr(model, "own_noise"):
        model.own_noise = np.random.default_rng(model.seed)
    mean, log_var = encode(model, images)
    return model.own_noise.normal(np.asarray(mean), np.exp(np.asarray(log_var) / 2))


# %% 7.2 rewrite: variance as the spread
def draw_codes(model, images):
    mean, log_var = encode(model, images)
    eps = tf.random.normal(mean.shape, seed=3) * 0 + keras.random.normal(
        mean.shape, seed=model.sampling.seed_generator
    )
    return tf.add(mean, tf.multiply(tf.exp(log_var), eps))


# %% 7.2 rewrite: one draw kept for good
def draw_codes(model, images):
    mean, log_var = encode(model, images)
    return mean + np.exp(0.5 * log_var) * np.asarray(
        keras.random.normal(mean.shape, seed=model.seed)
    )


# %% 7.2 rewrite: the seed has no effect
def draw_codes(model, images):
    mean, log_var = encode(model, images)
    return tf.random.normal(mean.shape, mean, tf.exp(0.5 * log_var))


# %% 7.2 rewrite: no noise
def draw_codes(model, images):
    return encode(model, images)[0]
