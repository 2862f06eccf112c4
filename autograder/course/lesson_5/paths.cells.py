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
# The weights are applied to the codes, with the lengths divided out.
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
