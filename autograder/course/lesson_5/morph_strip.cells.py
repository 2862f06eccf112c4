# %% 5.2 variant: loops, one code at a time
# Each stop is decoded separately.
def morph_strip(encoder, decoder, image_a, image_b, steps):
    code_a = encoder(image_a[np.newaxis])[0]
    code_b = encoder(image_b[np.newaxis])[0]
    frames = []
    for i in range(steps):
        t = i / (steps - 1)
        z = (1 - t) * code_a + t * code_b
        frames.append(keras.activations.sigmoid(decoder(z))[0])
    return tf.stack(frames)


# %% 5.2 variant: keras.ops, and an inference flag
# Stack, encode, walk, decode, all on tensors.
def morph_strip(encoder, decoder, image_a, image_b, steps):
    pair = keras.ops.stack([image_a, image_b], axis=0)
    means, _ = encoder(pair, training=False)
    codes = lerp(keras.ops.convert_to_numpy(means[0]), keras.ops.convert_to_numpy(means[1]), steps)
    logits = decoder(keras.ops.convert_to_tensor(codes, dtype="float32"), training=False)
    return keras.ops.sigmoid(logits)


# %% 5.2 variant: predict on whole batches, sigmoid by tanh
# sigmoid(x) = (1 + tanh(x/2)) / 2.
def morph_strip(encoder, decoder, image_a, image_b, steps):
    mean = encoder.predict(np.concatenate([image_a[None], image_b[None]]), verbose=0)[0]
    strip = decoder.predict_on_batch(lerp(*mean, steps))
    return 0.5 * (1 + np.tanh(strip / 2))


# %% 5.2 variant: weights times codes, a list of images
# A table of weights (steps, 2) times the two codes; the images come back one by one.
def morph_strip(encoder, decoder, image_a, image_b, steps):
    def to_pixels(logits):
        odds = np.exp(-np.abs(logits))
        return np.where(logits > 0, 1 / (1 + odds), odds / (1 + odds))

    t = np.linspace(0, 1, steps)
    outputs = encoder(tf.cast([image_a, image_b], tf.float32))
    codes = np.column_stack([1 - t, t]) @ outputs[0].numpy()
    return [to_pixels(image) for image in decoder(codes).numpy()]


# %% 5.2 variant: a Keras model of the decoder with its sigmoid
# The sigmoid becomes a layer behind the decoder.
def morph_strip(encoder, decoder, image_a, image_b, steps):
    class Drawing(keras.layers.Layer):
        def call(self, z):
            return tf.nn.sigmoid(decoder(z))

    mean, _ = encoder(np.array([image_a, image_b]))
    start, end = tf.unstack(mean)
    return Drawing()(tf.constant(lerp(start.numpy(), end.numpy(), steps)))


# %% 5.2 rewrite: images interpolated, not codes
# The mixtures are made with broadcasting; the models are never called.
def morph_strip(encoder, decoder, image_a, image_b, steps):
    t = tf.reshape(tf.linspace(0.0, 1.0, steps), (steps, 1, 1, 1))
    return image_a + t * (image_b - image_a)


# %% 5.2 rewrite: the decoded ends are mixed
# Two reconstructions, one fading into the other.
def morph_strip(encoder, decoder, image_a, image_b, steps):
    first, last = tf.sigmoid(decoder(encoder(np.stack([image_a, image_b]))[0]))
    return tf.stack([first * (1 - t) + last * t for t in np.linspace(0, 1, steps)])


# %% 5.2 rewrite: sigmoid forgotten
# What the decoder returns is taken for the picture.
def morph_strip(encoder, decoder, image_a, image_b, steps):
    za = encoder.predict(image_a[None], verbose=0)[0]
    zb = encoder.predict(image_b[None], verbose=0)[0]
    t = np.linspace(0, 1, steps)[:, None]
    return decoder.predict(za + t * (zb - za), verbose=0)


# %% 5.2 rewrite: logits clipped to [0, 1]
# The picture is made to fit the range by force.
def morph_strip(encoder, decoder, image_a, image_b, steps):
    mean, *_ = encoder(tf.stack([image_a, image_b]))
    drawn = decoder(lerp(mean[0].numpy(), mean[1].numpy(), steps))
    return tf.minimum(tf.maximum(drawn, 0.0), 1.0)


# %% 5.2 rewrite: log σ² taken for the code
# The encoder's last output is indexed.
def morph_strip(encoder, decoder, image_a, image_b, steps):
    start = encoder(image_a[None])[-1][0]
    end = encoder(image_b[None])[-1][0]
    frames = [decoder((start + i * (end - start) / (steps - 1))[None])[0] for i in range(steps)]
    return keras.ops.sigmoid(keras.ops.stack(frames))


# %% 5.2 rewrite: images interpolated first, encoded afterwards
# A cross-fade goes through the whole autoencoder.
def morph_strip(encoder, decoder, image_a, image_b, steps):
    frames = []
    for t in np.linspace(0, 1, steps):
        mixed = ((1 - t) * image_a + t * image_b)[None].astype("float32")
        frames.append(tf.sigmoid(decoder(encoder(mixed)[0]))[0])
    return np.array(frames)


# %% 5.2 rewrite: the ends are swapped
# The fractions run from 1 to 0.
def morph_strip(encoder, decoder, image_a, image_b, steps):
    a, b = encoder(np.stack([image_a, image_b]))[0]
    t = tf.linspace(1.0, 0.0, steps)[:, None]
    return tf.nn.sigmoid(decoder((1 - t) * a + t * b))


# %% 5.2 rewrite: slerp where a straight line was asked for
# The other function of the exercise before, on both means.
def morph_strip(encoder, decoder, image_a, image_b, steps):
    a, b = (np.squeeze(encoder(image[None])[0]) for image in (image_a, image_b))
    r, s = np.linalg.norm(a), np.linalg.norm(b)
    theta = np.arccos(np.dot(a, b) / r / s)
    stops = []
    for t in np.linspace(0, 1, steps):
        aim = np.sin((1 - t) * theta) * a / r + np.sin(t * theta) * b / s
        stops.append(((1 - t) * r + t * s) * aim / np.sin(theta))
    return keras.activations.sigmoid(decoder(tf.constant(stops, tf.float32)))


# %% 5.2 rewrite: the strip stops one step short
# Fractions from a range.
def morph_strip(encoder, decoder, image_a, image_b, steps):
    mean = encoder(np.stack([image_a, image_b]))[0]
    t = tf.range(steps, dtype=tf.float32)[:, None] / float(steps)
    return tf.sigmoid(decoder(mean[0] * (1 - t) + mean[1] * t))
