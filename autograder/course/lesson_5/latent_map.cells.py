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
# The columns left of the latent, the values, and the columns right of it, side by side.
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
# The map is built upwards, then flipped; a step along one latent is added to the code.
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
