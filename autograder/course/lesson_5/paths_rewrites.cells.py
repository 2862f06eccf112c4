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
