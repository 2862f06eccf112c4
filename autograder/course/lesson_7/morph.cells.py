# %% 7.4 variant: image by image, in a loop
def morph(model, start_image, end_image, steps):
    a = np.asarray(encode(model, start_image[None])[0])[0]
    b = np.asarray(encode(model, end_image[None])[0])[0]
    frames = []
    for k in range(steps):
        code = a + (b - a) * k / (steps - 1)
        frames.append(np.asarray(decode(model, code[None].astype("float32")))[0])
    return np.stack(frames)


# %% 7.4 variant: with np.linspace between the codes
def morph(model, start_image, end_image, steps):
    mean, _ = encode(model, np.array([start_image, end_image]))
    return decode(model, np.linspace(mean[0], mean[1], steps, dtype="float32"))


# %% 7.4 variant: as a matrix of weights, in TensorFlow
def morph(model, start_image, end_image, steps):
    mean, _ = encode(model, tf.stack([start_image, end_image]))
    t = tf.linspace(0.0, 1.0, steps)
    return decode(model, tf.stack([1 - t, t], axis=1) @ tf.convert_to_tensor(mean))


# %% 7.4 variant: slow at the ends and quick in the middle
def morph(model, start_image, end_image, steps):
    mean, _ = encode(model, np.stack([start_image, end_image]))
    t = (1 - np.cos(np.linspace(0, np.pi, steps)))[:, None] / 2
    return decode(model, (mean[0] * (1 - t) + mean[1] * t).astype("float32"))


# %% 7.4 rewrite: a cross-fade of the two images
def morph(model, start_image, end_image, steps):
    return np.stack([(1 - t) * start_image + t * end_image for t in np.linspace(0, 1, steps)])


# %% 7.4 rewrite: the end is not reached
def morph(model, start_image, end_image, steps):
    mean, _ = encode(model, np.stack([start_image, end_image]))
    t = np.arange(steps)[:, None] / steps
    return decode(model, (mean[0] + t * (mean[1] - mean[0])).astype("float32"))


# %% 7.4 rewrite: draws in place of means
def morph(model, start_image, end_image, steps):
    mean, log_var = encode(model, np.stack([start_image, end_image]))
    z = mean + np.exp(0.5 * log_var) * np.random.normal(size=mean.shape)
    return decode(model, np.linspace(z[0], z[1], steps).astype("float32"))
