# %% 5.1 variant: TensorFlow throughout
# Norms, angles and weights as tensors; a plain `if` where there is nothing to turn.
def lerp(start, end, steps):
    t = tf.linspace(0.0, 1.0, steps)[:, None]
    return (1.0 - t) * start + t * end


def slerp(start, end, steps):
    a, b = tf.norm(start), tf.norm(end)
    if a * b == 0:
        return lerp(start, end, steps)
    cosine = tf.reduce_sum((start / a) * (end / b))
    if cosine > 0.99999:
        return lerp(start, end, steps)
    theta = tf.acos(cosine)
    t = tf.linspace(0.0, 1.0, steps)[:, None]
    first, second = tf.sin((1.0 - t) * theta), tf.sin(t * theta)
    turned = (first * start / a + second * end / b) / tf.sin(theta)
    return ((1.0 - t) * a + t * b) * turned


# %% 5.1 variant: loops and lists, the difference walked from start
# One code at a time, in a list.
def lerp(start, end, steps):
    gap = (end - start) / (steps - 1)
    return [start + i * gap for i in range(steps)]


def slerp(start, end, steps):
    import math

    a = math.sqrt(sum(float(x) ** 2 for x in start))
    b = math.sqrt(sum(float(x) ** 2 for x in end))
    if a == 0 or b == 0:
        return lerp(start, end, steps)
    cosine = sum(float(start[k]) * float(end[k]) for k in range(len(start))) / (a * b)
    theta = math.acos(max(-1.0, min(1.0, cosine)))
    if math.sin(theta) < 1e-6:
        return lerp(start, end, steps)
    codes = []
    for i in range(steps):
        t = i / (steps - 1)
        first = math.sin((1 - t) * theta) / math.sin(theta) / a
        second = math.sin(t * theta) / math.sin(theta) / b
        length = (1 - t) * a + t * b
        code = []
        for k in range(len(start)):
            code.append(length * (first * start[k] + second * end[k]))
        codes.append(code)
    return codes


# %% 5.1 variant: keras.ops and a helper for the weights
# Both paths are a table of weights (steps, 2) times the two ends.
def blend(weights, start, end):
    return keras.ops.matmul(weights, keras.ops.stack([start, end]))


def lerp(start, end, steps):
    t = keras.ops.linspace(0.0, 1.0, steps)
    return blend(keras.ops.stack([1 - t, t], axis=1), start, end)


def slerp(start, end, steps):
    a, b = keras.ops.norm(start), keras.ops.norm(end)
    if float(a) == 0 or float(b) == 0:
        return lerp(start, end, steps)
    cosine = keras.ops.clip(keras.ops.dot(start / a, end / b), -1.0, 1.0)
    theta = keras.ops.arccos(cosine)
    if float(keras.ops.sin(theta)) < 1e-5:
        return lerp(start, end, steps)
    t = keras.ops.linspace(0.0, 1.0, steps)
    weights = keras.ops.stack([keras.ops.sin((1 - t) * theta), keras.ops.sin(t * theta)], axis=1)
    direction = blend(weights / keras.ops.sin(theta), start / a, end / b)
    return direction * ((1 - t) * a + t * b)[:, None]


# %% 5.1 variant: float64, outer products and an early return on close directions
# The weights stand on the codes, with the lengths divided out of them.
def lerp(start, end, steps):
    start, end = np.float64(start), np.float64(end)
    return start + np.outer(np.linspace(0, 1, steps), end - start)


def slerp(start, end, steps):
    start, end = np.asarray(start, np.float64), np.asarray(end, np.float64)
    product = np.linalg.norm(start) * np.linalg.norm(end)
    if product == 0 or np.isclose(start @ end, product):
        return lerp(start, end, steps)
    theta = np.arccos(start @ end / product)
    t = np.linspace(0, 1, steps)
    a, b = np.sqrt(start @ start), np.sqrt(end @ end)
    path = np.outer(np.sin(theta - t * theta) / a, start) + np.outer(np.sin(t * theta) / b, end)
    return path / np.sin(theta) * (a + t * (b - a)).reshape(-1, 1)


# %% 5.1 variant: complex numbers turn the direction inside its plane
# In the plane of the two codes a turn is a multiplication by exp(iθt).
def lerp(start, end, steps):
    return np.stack(list(map(lambda a, b: np.linspace(a, b, steps), start, end)), axis=-1)


def slerp(start, end, steps):
    (a, b), plane = np.linalg.norm([start, end], axis=1), None
    if a > 0 and b > 0:
        across = end - (end @ start) / (start @ start) * start
        plane = np.linalg.norm(across)
    if not plane or plane < 1e-5 * b:
        return lerp(start, end, steps)
    angle = np.angle(complex(end @ start / a, plane))
    turned = np.exp(1j * np.linspace(0, angle, steps)) * np.linspace(a, b, steps)
    return np.outer(turned.real, start / a) + np.outer(turned.imag, across / plane)


# %% 5.1 rewrite: the end is missing
# The fraction is counted up in a loop.
def lerp(start, end, steps):
    path, t = [], 0.0
    while len(path) < steps:
        path.append(start + t * (end - start))
        t += 1 / steps
    return np.array(path)


def slerp(start, end, steps):
    straight = np.linspace(start, end, steps)
    a, b = np.linalg.norm(start), np.linalg.norm(end)
    if a == 0 or b == 0:
        return straight
    theta = np.arccos(np.clip(np.dot(start, end) / a / b, -1, 1))
    if theta < 1e-3:
        return straight
    t = np.linspace(0, 1, steps).reshape(-1, 1)
    u, v = start / a, end / b
    direction = (np.sin((1 - t) * theta) * u + np.sin(t * theta) * v) / np.sin(theta)
    return ((1 - t) * a + t * b) * direction


# %% 5.1 rewrite: the path runs backwards
# The two weights have changed places.
def lerp(start, end, steps):
    weight = tf.cast(tf.range(steps), tf.float32) / (steps - 1)
    return tf.einsum("s,l->sl", weight, start) + tf.einsum("s,l->sl", 1 - weight, end)


def slerp(start, end, steps):
    t = np.linspace(0, 1, steps)[:, np.newaxis]
    lengths = [float(tf.norm(start)), float(tf.norm(end))]
    if 0 in lengths:
        return start + t * (end - start)
    u, v = start / lengths[0], end / lengths[1]
    theta = np.arccos(np.clip(np.vdot(u, v), -1, 1))
    if np.sin(theta) < 1e-5:
        return start + t * (end - start)
    turned = (np.sin(theta - t * theta) * u + np.sin(t * theta) * v) / np.sin(theta)
    return turned * (lengths[0] + t * (lengths[1] - lengths[0]))


# %% 5.1 rewrite: one row for each latent
# Each latent is interpolated for itself, and the results are stacked as rows.
def lerp(start, end, steps):
    rows = []
    for i in range(len(start)):
        rows.append(tf.linspace(start[i], end[i], steps))
    return tf.stack(rows)


def slerp(start, end, steps):
    t = np.linspace(0, 1, steps)[:, None]
    a, b = np.sqrt(np.sum(start**2)), np.sqrt(np.sum(end**2))
    if a * b < 1e-12:
        return t * end + (1 - t) * start
    theta = np.arccos(np.clip(np.sum(start / a * end / b), -1, 1))
    if np.sin(theta) < 1e-6:
        return t * end + (1 - t) * start
    direction = np.sin((1 - t) * theta) * start / a + np.sin(t * theta) * end / b
    return direction / np.sin(theta) * (t * b + (1 - t) * a)


# %% 5.1 rewrite: slerp is lerp
# The weights "should add up to 1", so they were divided by their sum and then simplified.
def lerp(start, end, steps):
    return np.linspace(start, end, num=steps)


def slerp(start, end, steps):
    codes = tf.TensorArray(tf.float32, steps)
    for i in range(steps):
        share = i / (steps - 1)
        codes = codes.write(i, start * (1 - share) + end * share)
    return codes.stack()


# %% 5.1 rewrite: the length is normalised away
# Keras normalises, and nobody puts the lengths back.
def lerp(start, end, steps):
    return np.linspace(start, end, num=steps)


def slerp(start, end, steps):
    if not np.any(start) or not np.any(end):
        return lerp(start, end, steps)
    u, v = keras.ops.normalize(start, axis=-1), keras.ops.normalize(end, axis=-1)
    cosine = float(keras.ops.sum(u * v))
    if cosine > 0.999999:
        return lerp(start, end, steps)
    angle = np.arccos(cosine)
    rows = []
    for t in np.linspace(0, 1, steps):
        rows.append((np.sin(angle - t * angle) * u + np.sin(t * angle) * v) / np.sin(angle))
    return keras.ops.stack(rows)


# %% 5.1 rewrite: a straight line pushed out to the sphere
# Every code of the line is scaled to the length that it should have.
def lerp(start, end, steps):
    return np.linspace(start, end, num=steps)


def slerp(start, end, steps):
    line = tf.constant(lerp(start, end, steps), tf.float32)
    if tf.norm(start) == 0 or tf.norm(end) == 0:
        return line
    wanted = tf.linspace(tf.norm(start), tf.norm(end), steps)
    return tf.linalg.normalize(line, axis=1)[0] * wanted[:, tf.newaxis]


# %% 5.1 rewrite: the weights put on codes of different lengths
# The angle is right; the sines act on the codes as they come.
def lerp(start, end, steps):
    return np.linspace(start, end, num=steps)


def slerp(start, end, steps):
    a, b = tf.norm(start), tf.norm(end)
    if a == 0 or b == 0:
        return lerp(start, end, steps)
    omega = tf.acos(tf.clip_by_value(tf.tensordot(start / a, end / b, 1), -1.0, 1.0))
    if tf.sin(omega) < 1e-5:
        return lerp(start, end, steps)
    t = tf.linspace(0.0, 1.0, steps)
    w0 = tf.sin((1.0 - t) * omega) / tf.sin(omega)
    w1 = tf.sin(t * omega) / tf.sin(omega)
    return tf.tensordot(w0, start, 0) + tf.tensordot(w1, end, 0)


# %% 5.1 rewrite: no way out for equal directions
# Zero codes are thought of, equal directions are not.
def lerp(start, end, steps):
    return np.linspace(start, end, num=steps)


def slerp(start, end, steps):
    a, b = (np.sqrt(np.square(code).sum()) for code in (start, end))
    if 0 in (a, b):
        return lerp(start, end, steps)
    theta = np.arccos(min(1.0, max(-1.0, float((start / a).dot(end / b)))))
    s = np.sin(theta)
    t = np.linspace(0, 1, steps)
    w = np.stack([np.sin((1 - t) * theta), np.sin(t * theta)], axis=1) / s
    return (w @ np.stack([start / a, end / b])) * np.linspace(a, b, steps)[:, None]


# %% 5.1 rewrite: the angle of codes that are not unit vectors
# The clip is there, the division by the lengths is not.
def lerp(start, end, steps):
    return np.linspace(start, end, num=steps)


def slerp(start, end, steps):
    line = lerp(start, end, steps)
    a, b = tf.norm(start).numpy(), tf.norm(end).numpy()
    if min(a, b) == 0:
        return line
    dot = tf.clip_by_value(tf.reduce_sum(tf.multiply(start, end)), -1.0, 1.0)
    theta = tf.acos(dot).numpy()
    if abs(np.sin(theta)) < 1e-5:
        return line
    t = np.linspace(0.0, 1.0, steps)
    parts = [np.outer(np.sin((1 - t) * theta), start / a), np.outer(np.sin(t * theta), end / b)]
    return np.sum(parts, axis=0) / np.sin(theta) * np.linspace(a, b, steps)[:, None]


# %% 5.1 rewrite: a small number against a zero length
# l2_normalize makes a zero code of a zero code, without a complaint.
def lerp(start, end, steps):
    return np.linspace(start, end, num=steps)


def slerp(start, end, steps):
    u, v = tf.math.l2_normalize(start), tf.math.l2_normalize(end)
    cosine = float(tf.tensordot(u, v, axes=1))
    if cosine > 0.999999:
        return lerp(start, end, steps)
    theta = tf.acos(cosine)
    t = tf.linspace(0.0, 1.0, steps)[:, None]
    arc = tf.sin((1 - t) * theta) * u + tf.sin(t * theta) * v
    return arc / tf.sin(theta) * tf.linspace(tf.norm(start), tf.norm(end), steps)[:, None]


# %% 5.1 rewrite: the length of start is kept
# The sphere of `start` is never left.
def lerp(start, end, steps):
    return np.linspace(start, end, num=steps)


def slerp(start, end, steps):
    r, s = np.linalg.norm(start), np.linalg.norm(end)
    across = end - start * (start @ end) / max(r * r, 1e-30)
    if r == 0 or s == 0 or np.linalg.norm(across) < 1e-4 * s:
        return lerp(start, end, steps)
    across *= r / np.linalg.norm(across)
    angle = np.arccos(start @ end / r / s)
    return np.array([start * np.cos(a) + across * np.sin(a) for a in np.linspace(0, angle, steps)])


# %% 5.2 variant: loops, one code at a time
# Each stop is decoded for itself.
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
# σ(x) = (1 + tanh(x/2)) / 2.
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


# %% 5.3 variant: TensorFlow, a mask for the latent
# Meshgrid on tensors; the traversal mixes code and values by a one-hot mask.
def latent_grid_codes(steps, extent):
    axis = tf.linspace(-float(extent), float(extent), steps)
    x, y = tf.meshgrid(axis, tf.reverse(axis, [0]))
    return tf.stack([x, y], axis=-1)


def traversal_codes(code, dimension, values):
    chosen = tf.one_hot(dimension, len(code))
    return (1 - chosen) * code + chosen * tf.reshape(values, (-1, 1))


# %% 5.3 variant: filled in by index
# Empty arrays, filled one column or row at a time.
def latent_grid_codes(steps, extent):
    codes = np.empty((steps, steps, 2))
    for i in range(steps):
        along = -extent + 2 * extent * i / (steps - 1)
        codes[:, i, 0] = along
        codes[steps - 1 - i, :, 1] = along
    return codes


def traversal_codes(code, dimension, values):
    codes = np.empty((len(values), len(code)), dtype="float32")
    for row, value in enumerate(values):
        codes[row] = code
        codes[row, dimension] = value
    return codes


# %% 5.3 variant: broadcasting, concatenation and keras.ops
# Columns left of the latent, the values, and columns right of it, side by side.
def latent_grid_codes(steps, extent):
    axis = keras.ops.linspace(-extent, extent, steps)
    x = keras.ops.broadcast_to(axis[None, :], (steps, steps))
    y = keras.ops.broadcast_to(keras.ops.flip(axis)[:, None], (steps, steps))
    return keras.ops.concatenate([x[..., None], y[..., None]], axis=2)


def traversal_codes(code, dimension, values):
    repeated = np.broadcast_to(code, (len(values), len(code)))
    left, right = repeated[:, :dimension], repeated[:, dimension + 1 :]
    return np.concatenate([left, np.reshape(values, (-1, 1)), right], axis=1)


# %% 5.3 variant: np.mgrid and np.where
# Row and column numbers become coordinates.
def latent_grid_codes(steps, extent):
    row, column = np.mgrid[:steps, :steps]
    unit = 2 * extent / (steps - 1)
    return np.dstack([column * unit - extent, extent - row * unit])


def traversal_codes(code, dimension, values):
    return np.where(np.arange(len(code)) == dimension, values[:, None], code)


# %% 5.3 variant: flipped at the end, and an outer product of differences
# The map is made upwards, then turned; a step along one latent is added to the code.
def latent_grid_codes(steps, extent):
    x, y = np.meshgrid(*[np.linspace(-extent, extent, steps)] * 2, indexing="xy")
    return np.flipud(np.stack((x, y), 2))


def traversal_codes(code, dimension, values):
    step = np.eye(len(code))[dimension]
    return code + np.outer(values - code[dimension], step)


# %% 5.3 rewrite: upside down
# Comprehensions, with the second latent growing with the row.
def latent_grid_codes(steps, extent):
    axis = [-extent + 2 * extent * i / (steps - 1) for i in range(steps)]
    return tf.constant([[[x, y] for x in axis] for y in axis])


def traversal_codes(code, dimension, values):
    return tf.stack([tf.concat([code[:dimension], [v], code[dimension + 1 :]], 0) for v in values])


# %% 5.3 rewrite: rows and columns exchanged
# The loops are nested the wrong way round.
def latent_grid_codes(steps, extent):
    codes = []
    for x in np.linspace(-extent, extent, steps):
        column = []
        for y in np.linspace(extent, -extent, steps):
            column.append((x, y))
        codes.append(column)
    return np.array(codes)


def traversal_codes(code, dimension, values):
    rows = [np.array(code) for _ in values]
    for i, row in enumerate(rows):
        row[dimension] = values[i]
    return rows


# %% 5.3 rewrite: from 0 to extent
# Fractions of the extent, from none of it to all of it.
def latent_grid_codes(steps, extent):
    share = tf.range(steps) / (steps - 1) * extent
    x = tf.tile(share[None], (steps, 1))
    return tf.stack([x, tf.transpose(x)[::-1]], axis=2)


def traversal_codes(code, dimension, values):
    codes = np.repeat(code[None], len(values), axis=0)
    codes[:, dimension] = values
    return codes


# %% 5.3 rewrite: values added, not set
# A step along one axis, added to the code.
def latent_grid_codes(steps, extent):
    side = np.linspace(-extent, extent, steps)
    return np.stack([np.tile(side, (steps, 1)), np.tile(side[::-1, None], (1, steps))], axis=2)


def traversal_codes(code, dimension, values):
    along = tf.one_hot(dimension, len(code))
    return code[None] + tf.einsum("v,l->vl", values, along)


# %% 5.3 rewrite: the other latents are set to 0
# Zeros with one column filled in.
def latent_grid_codes(steps, extent):
    side = np.linspace(-extent, extent, steps)
    return np.stack([np.tile(side, (steps, 1)), np.tile(side[::-1, None], (1, steps))], axis=2)


def traversal_codes(code, dimension, values):
    return keras.ops.one_hot([dimension] * len(values), len(code)) * values[:, None]


# %% 5.3 rewrite: one row many times
# A list that holds the same array again and again.
def latent_grid_codes(steps, extent):
    side = np.linspace(-extent, extent, steps)
    return np.stack([np.tile(side, (steps, 1)), np.tile(side[::-1, None], (1, steps))], axis=2)


def traversal_codes(code, dimension, values):
    rows = [code.copy()] * len(values)
    for i in range(len(values)):
        rows[i][dimension] = values[i]
    return np.array(rows)


# %% 5.3 rewrite: written into the code itself
# The code is changed in place and looked at after each change.
def latent_grid_codes(steps, extent):
    side = np.linspace(-extent, extent, steps)
    return np.stack([np.tile(side, (steps, 1)), np.tile(side[::-1, None], (1, steps))], axis=2)


def traversal_codes(code, dimension, values):
    def moved(value):
        code[dimension] = value
        return tf.constant(code)

    return tf.stack([moved(value) for value in values])


# %% 5.3 rewrite: the far edge is left out
# A range with a step width, which never reaches its end.
def latent_grid_codes(steps, extent):
    width = 2 * extent / steps
    side = tf.cast(tf.range(steps), tf.float32) * width - extent
    return tf.stack(tf.meshgrid(side, side[::-1]), axis=2)


def traversal_codes(code, dimension, values):
    return [[v if i == dimension else c for i, c in enumerate(code)] for v in values]


# %% 5.4 variant: TensorFlow, squares opened up
# |a − b|² = |a|² + |b|² − 2a·b, with what rounding leaves below 0 cut off.
def nearest_training_image(image, gallery):
    a, b = tf.reshape(image, (1, -1)), tf.reshape(gallery, (len(gallery), -1))
    squares = tf.reduce_sum(a**2) + tf.reduce_sum(b**2, axis=1) - 2 * tf.linalg.matvec(b, a[0])
    distances = tf.sqrt(tf.maximum(squares, 0.0))
    index = tf.argmin(distances)
    return index, distances[index]


# %% 5.4 variant: a loop that remembers the best
# One image at a time.
def nearest_training_image(image, gallery):
    best, least = None, float("inf")
    for i, other in enumerate(gallery):
        distance = float(np.linalg.norm(other - image))
        if distance < least:
            best, least = i, distance
    return best, least


# %% 5.4 variant: keras.ops and einsum
# The squares are summed by an inner product of each difference with itself.
def nearest_training_image(image, gallery):
    difference = keras.ops.subtract(gallery, image[None])
    squares = keras.ops.einsum("nhwc,nhwc->n", difference, difference)
    index = int(keras.ops.argmin(squares))
    return [index, keras.ops.sqrt(squares[index])]


# %% 5.4 variant: sorted, in float64
# All distances in order, and the first of them.
def nearest_training_image(image, gallery):
    image = image.astype("float64").ravel()
    distances = [sum((other.ravel() - image) ** 2) ** 0.5 for other in gallery]
    return sorted(enumerate(distances), key=lambda pair: pair[1])[0]


# %% 5.4 variant: map_fn over the gallery, top_k on the negative
# Euclidean norms one image at a time; the largest of the negatives is the nearest.
def nearest_training_image(image, gallery):
    lengths = tf.map_fn(lambda other: tf.norm(other - image), tf.convert_to_tensor(gallery))
    values, indices = tf.math.top_k(-lengths, k=1)
    return indices[0], -values[0]


# %% 5.4 rewrite: the root is missing
# An inner product of the difference with itself, left as it is.
def nearest_training_image(image, gallery):
    flat = tf.reshape(gallery, (-1, 784)) - tf.reshape(image, (784,))
    squares = tf.einsum("np,np->n", flat, flat)
    return tf.argmin(squares), tf.reduce_min(squares)


# %% 5.4 rewrite: root of the mean
# Keras's mean squared error, and its root.
def nearest_training_image(image, gallery):
    errors = keras.losses.mean_squared_error(
        np.tile(image.reshape(1, -1), (len(gallery), 1)), gallery.reshape(len(gallery), -1)
    )
    index = int(tf.argmin(errors))
    return index, float(errors[index]) ** 0.5


# %% 5.4 rewrite: absolute differences
# A norm of order 1.
def nearest_training_image(image, gallery):
    flat = (gallery - image).reshape(len(gallery), -1)
    distances = np.linalg.norm(flat, ord=1, axis=1)
    return distances.argmin(), distances.min()


# %% 5.4 rewrite: the largest product
# Similarity as a matrix product.
def nearest_training_image(image, gallery):
    similarity = tf.linalg.matvec(tf.reshape(gallery, (-1, 784)), tf.reshape(image, (-1,)))
    best = tf.argmax(similarity)
    return best, similarity[best]


# %% 5.4 rewrite: distance first
# A loop over pairs of distance and number, which min compares in this order.
def nearest_training_image(image, gallery):
    return min((float(tf.norm(other - image)), number) for number, other in enumerate(gallery))


# %% 5.4 rewrite: an image at distance 0 left out
# Only other images can be "nearest".
def nearest_training_image(image, gallery):
    others = [i for i, other in enumerate(gallery) if not np.array_equal(other, image)]
    distances = {i: np.linalg.norm(gallery[i] - image) for i in others}
    nearest = min(distances, key=distances.get)
    return nearest, distances[nearest]


# %% 5.5 variant: TensorFlow's segment mean
# Sums and counts of each class by unsorted segments.
faulty_line_5_5 = 5


def class_mean_codes(codes, labels, classes):
    return tf.math.unsorted_segment_mean(codes, labels, classes)


# %% 5.5 variant: running sums in a loop over codes
# Every code is added to its class; the counts divide at the end.
def class_mean_codes(codes, labels, classes):
    sums, counts = np.zeros((classes, codes.shape[1])), np.zeros(classes)
    for i, label in enumerate(labels):
        sums[label] += codes[i]
        counts[label] += 1
    return sums / counts.reshape(classes, 1)


faulty_line_5_5 = 5


# %% 5.5 variant: keras.ops, weights that sum to 1
# A table of weights (classes, images) times the codes.
def class_mean_codes(codes, labels, classes):
    member = keras.ops.one_hot(labels, classes)
    weights = member / keras.ops.sum(member, axis=0)
    return keras.ops.matmul(keras.ops.transpose(weights), codes)


faulty_line_5_5 = 5


# %% 5.5 variant: bincount for each latent
# Each latent is a weight that bincount adds up.
def class_mean_codes(codes, labels, classes):
    counts = np.bincount(labels, minlength=classes)
    columns = [np.bincount(labels, column, classes) / counts for column in codes.T]
    return np.transpose(columns)


faulty_line_5_5 = 2 + 3


# %% 5.5 variant: a list of means with boolean_mask
# One class after the other.
faulty_line_5_5 = 5


def class_mean_codes(codes, labels, classes):
    return [tf.reduce_mean(tf.boolean_mask(codes, labels == c), 0) for c in range(classes)]


# %% 5.5 rewrite: still over images and latents
# The mean of all entries, spread over a row of ones.
def class_mean_codes(codes, labels, classes):
    rows = []
    for c in range(classes):
        number = tf.reduce_mean(tf.boolean_mask(codes, labels == c))
        rows.append(number * tf.ones(codes.shape[1]))
    return tf.stack(rows)


faulty_line_5_5 = 5


# %% 5.5 rewrite: divided by all images
# A mean over axis 0 of codes in which the other classes are zeroed.
def class_mean_codes(codes, labels, classes):
    own = keras.ops.one_hot(labels, classes)[:, :, None] * codes[:, None, :]
    return keras.ops.mean(own, axis=0)


faulty_line_5_5 = 5


# %% 5.5 rewrite: a sum, not a mean
# A one-hot matrix adds up each class.
def class_mean_codes(codes, labels, classes):
    return tf.math.unsorted_segment_sum(codes, labels, num_segments=classes)


faulty_line_5_5 = 5


# %% 5.5 rewrite: the median, not the mean
# The codes in order, latent by latent, and the middle of them.
def class_mean_codes(codes, labels, classes):
    means = []
    for c in range(classes):
        own = np.sort(codes[labels == c], axis=0)
        n = len(own)
        means.append((own[(n - 1) // 2] + own[n // 2]) / 2)
    return np.array(means)


faulty_line_5_5 = 5


# %% 5.5 rewrite: divided by an equal share
# The division counts on classes of one size.
def class_mean_codes(codes, labels, classes):
    share = len(labels) / classes
    member = (labels[:, None] == np.arange(classes)).astype("float32")
    return tf.einsum("nc,nd->cd", member, codes) / share


faulty_line_5_5 = 5


# %% 5.5 rewrite: classes counted from 1
# The loop counts as people do.
def class_mean_codes(codes, labels, classes):
    means = []
    for c in range(1, classes + 1):
        means.append(tf.reduce_mean(tf.gather(codes, np.flatnonzero(labels == c)), axis=0))
    return tf.stack(means)


faulty_line_5_5 = 5


# %% 5.5 rewrite: the choice of codes is blamed
# The function is repaired; the line is not found.
def class_mean_codes(codes, labels, classes):
    one_hot = tf.one_hot(labels, classes)
    return tf.transpose(one_hot) @ codes / tf.reduce_sum(one_hot, axis=0)[:, None]


faulty_line_5_5 = 4
