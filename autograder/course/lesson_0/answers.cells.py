# %% 0.1 variant: step by step, in place
# Convert, add the axis only where it is missing, then divide in place.
def prepare_images(images):
    ink = images.astype(np.float32)
    if ink.ndim == 3:
        ink = np.expand_dims(ink, axis=-1)
    ink /= 255.0
    return ink


# %% 0.1 variant: a table of the 256 levels
# Look every byte up instead of computing with it.
LEVELS = np.linspace(0, 1, 256, dtype=np.float32)


def prepare_images(images):
    return LEVELS[images].reshape(len(images), 28, 28, 1)


# %% 0.1 variant: keras.ops, told the dtype
# Everything by name in keras.ops; the shape is worked out from the length.
def prepare_images(images):
    ink = keras.ops.divide(keras.ops.cast(images, dtype="float32"), 255)
    return keras.ops.reshape(ink, (images.shape[0], 28, 28, 1))


# %% 0.1 variant: TensorFlow's own converter
# convert_image_dtype knows the range of bytes.
def prepare_images(images):
    pixels = tf.reshape(tf.constant(images), [-1, 28, 28, 1])
    return tf.image.convert_image_dtype(pixels, tf.float32)


# %% 0.1 variant: a Keras preprocessing pipeline
# Two layers: one rescales, one gives the shape.
pipeline = keras.Sequential(
    [keras.layers.Rescaling(scale=1.0 / 255), keras.layers.Reshape((28, 28, 1))]
)


def prepare_images(images):
    return pipeline(tf.cast(images, tf.float32))


# %% 0.1 variant: one image after another
# A list of finished images, stacked at the end.
def prepare_images(images):
    finished = []
    for image in images:
        ink = np.multiply(image, 1 / 255, dtype="float32")
        finished.append(ink.reshape(28, 28)[:, :, np.newaxis])
    return np.stack(finished)


# %% 0.1 variant: float64 inside, float32 at the end
# NumPy's own division, and one conversion when all is done.
def prepare_images(images):
    return (images / 255.0).reshape(-1, 28, 28, 1).astype("f4")


# %% 0.1 variant: a compiled lambda
# The signature says "bytes of any shape", so that one graph serves all.
prepare_images = tf.function(
    lambda images: tf.cast(tf.reshape(images, (-1, 28, 28, 1)), tf.float32) * (1 / 255),
    input_signature=[tf.TensorSpec(None, tf.uint8)],
)


# %% 0.1 rewrite: divided by 256
def prepare_images(images):
    how_many_levels = 2**8
    ink = tf.cast(images, tf.float32)
    if ink.shape.rank == 3:
        ink = tf.expand_dims(ink, -1)
    return tf.divide(ink, how_many_levels)


# %% 0.1 rewrite: not scaled
def prepare_images(images):
    return tf.cast(tf.reshape(images, (len(images), 28, 28, 1)), "float32")


# %% 0.1 rewrite: divided as whole numbers
def prepare_images(images):
    fraction = images / 255
    if fraction.ndim < 4:
        fraction = fraction[..., np.newaxis]
    return tf.cast(tf.cast(fraction, tf.uint8), tf.float32)


# %% 0.1 rewrite: scaled to [-1, 1]
scaler = keras.layers.Rescaling(scale=1 / 127.5, offset=-1)


def prepare_images(images):
    return scaler(np.reshape(images, (-1, 28, 28, 1)).astype(np.float32))


# %% 0.1 rewrite: ink and paper exchanged
def prepare_images(images):
    brightness = tf.constant(255, tf.uint8) - tf.constant(images)
    return tf.reshape(tf.cast(brightness, tf.float32) / 255, (-1, 28, 28, 1))


# %% 0.1 rewrite: scaled by the batch's own maximum
def prepare_images(images):
    x = keras.ops.convert_to_tensor(images, "float32")
    x = x / keras.ops.amax(x)
    return x if len(x.shape) == 4 else keras.ops.expand_dims(x, 3)


# %% 0.1 rewrite: rounded to black and white
def prepare_images(images):
    ink = np.where(images > 127, np.float32(1), np.float32(0))
    return ink.reshape(images.shape[0], 28, 28, 1)


# %% 0.1 rewrite: float64
def prepare_images(images):
    ink = np.empty((len(images), 28, 28, 1))
    for place, image in enumerate(images):
        ink[place] = image.reshape(28, 28, 1) / 255
    return ink


# %% 0.1 rewrite: channel axis first
def prepare_images(images):
    grey = tf.squeeze(tf.cast(images, tf.float32), axis=-1) if images.ndim == 4 else images
    return tf.cast(tf.expand_dims(grey, axis=1), tf.float32) / 255.0


# %% 0.1 rewrite: a channel axis too many
def prepare_images(images):
    return tf.expand_dims(tf.cast(images, tf.float32) / 255.0, axis=-1)


# %% 0.2 variant: masked sum of the greys only
# Only pixels strictly between 0 and 1 are looked at, image by image.
def bce_floor(images):
    floors = []
    for image in images:
        grey = image[(image > 0) & (image < 1)].astype("float64")
        floors.append(-np.sum(grey * np.log(grey) + (1 - grey) * np.log1p(-grey)))
    return np.array(floors)


# %% 0.2 variant: 0·log 0 repaired afterwards
# Compute carelessly, then write the limit over the NaNs.
def bce_floor(images):
    x = images.astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        cost = -x * np.log(x) - (1 - x) * np.log(1 - x)
    return np.nan_to_num(cost, nan=0.0).sum(axis=(1, 2, 3))


# %% 0.2 variant: clipped by a ten-millionth
# So fine a clip costs far less than the 0.02 nats that are allowed.
def bce_floor(images):
    x = tf.clip_by_value(tf.cast(images, tf.float64), 1e-7, 1 - 1e-7)
    odds = tf.math.log(x) - tf.math.log(1 - x)
    return tf.reduce_sum(-x * odds - tf.math.log(1 - x), axis=(1, 2, 3))


# %% 0.2 variant: a small number inside the logarithm
# keras.ops, with the usual epsilon beside every logarithm.
def bce_floor(images):
    epsilon = 1e-7
    x = keras.ops.convert_to_tensor(images)
    ink = x * keras.ops.log(x + epsilon)
    paper = (1 - x) * keras.ops.log(1 - x + epsilon)
    return -keras.ops.sum(ink + paper, axis=[1, 2, 3])


# %% 0.2 variant: the cross-entropy with the image itself
# The floor is the loss of the perfect prediction; Keras averages over the last axis, of length 1.
def bce_floor(images):
    per_pixel = keras.losses.binary_crossentropy(images, images)
    return tf.reduce_sum(per_pixel, axis=[1, 2])


# %% 0.2 variant: logits of the perfect prediction
# Cross-entropy from logits, at the log-odds of the pixel itself; the ends are cut at ±40.
def bce_floor(images):
    x = images.astype("float64")
    with np.errstate(divide="ignore"):
        logits = np.clip(np.log(x) - np.log1p(-x), -40, 40)
    cost = tf.nn.sigmoid_cross_entropy_with_logits(labels=x, logits=tf.constant(logits))
    return tf.reduce_sum(tf.reshape(cost, (len(images), -1)), axis=1)


# %% 0.2 variant: a plain loop over numbers
# One pixel after another, with no array arithmetic at all.
def entropy(x):
    if x <= 0 or x >= 1:
        return 0.0
    return float(-x * np.log(x) - (1 - x) * np.log(1 - x))


def bce_floor(images):
    return [sum(map(entropy, image.ravel().tolist())) for image in images]


# %% 0.2 variant: no-NaN multiplication and einsum
# multiply_no_nan gives 0 where its second factor is 0.
def bce_floor(images):
    x = tf.constant(images)
    shares = tf.concat([x, 1 - x], axis=-1)
    cost = tf.math.multiply_no_nan(tf.math.log(shares), shares)
    return tf.einsum("nhwc->n", -cost)


# %% 0.2 rewrite: averaged over the pixels
def bce_floor(images):
    loss = keras.losses.BinaryCrossentropy(reduction="none")
    return keras.ops.mean(loss(images, images), axis=(1, 2))


# %% 0.2 rewrite: bits, not nats
def bce_floor(images):
    x = tf.cast(images, tf.float64)
    nats = tf.math.xlogy(x, x) + tf.math.xlogy(1 - x, 1 - x)
    two = tf.constant(2, tf.float64)
    return -tf.reduce_sum(nats / tf.math.log(two), axis=[1, 2, 3])


# %% 0.2 rewrite: only the ink's half
def bce_floor(images):
    return -tf.reduce_sum(tf.math.xlogy(images, images), axis=[1, 2, 3])


# %% 0.2 rewrite: sign flipped
def bce_floor(images):
    x = keras.ops.clip(images, 1e-7, 1 - 1e-7)
    total = x * keras.ops.log(x) + (1 - x) * keras.ops.log(1 - x)
    return keras.ops.sum(keras.ops.reshape(total, (len(images), -1)), axis=1)


# %% 0.2 rewrite: summed over the batch too
def bce_floor(images):
    total = 0.0
    for x in images.ravel().tolist():
        if 0 < x < 1:
            total -= x * np.log(x) + (1 - x) * np.log(1 - x)
    return total


# %% 0.2 rewrite: black and white pixels become NaN
def bce_floor(images):
    x = tf.constant(images)
    cost = x * tf.math.log(x) + (1 - x) * tf.math.log(1 - x)
    return -tf.reduce_sum(cost, axis=[1, 2, 3])


# %% 0.2 rewrite: not summed at all
def bce_floor(images):
    x = tf.constant(images)
    return -(tf.math.xlogy(x, x) + tf.math.xlog1py(1 - x, -x))


# %% 0.2 rewrite: clipped far too coarsely
def bce_floor(images):
    low, high = 0.001, 0.999
    x = tf.minimum(tf.maximum(images, low), high)
    cost = keras.losses.binary_crossentropy(x, x)
    return tf.reduce_sum(cost, axis=[1, 2])


# %% 0.2 rewrite: the cost of predicting ½
def bce_floor(images):
    half = 0.5 * tf.ones_like(images)
    return tf.reduce_sum(keras.losses.binary_crossentropy(images, half), axis=[1, 2])


# %% 0.2 rewrite: only one axis of the image summed
def bce_floor(images):
    return tf.reduce_sum(keras.losses.binary_crossentropy(images, images), axis=2)


# %% 0.3 variant: one slice after another
# Cut the stack into its images and lay them on a new first axis.
def to_nhwc(stack):
    return np.array([stack[:, :, i][..., None] for i in range(stack.shape[-1])])


faulty_line_0_3 = 4


# %% 0.3 variant: einsum names the axes
# Letters in place of numbers.
faulty_line_0_3 = 4


def to_nhwc(stack):
    return np.einsum("hwn->nhw", stack)[..., np.newaxis]


# %% 0.3 variant: TensorFlow's transpose
# The axis of length 1 first, then all four axes at once.
def to_nhwc(stack):
    with_channel = tf.expand_dims(stack, axis=3)
    return tf.transpose(with_channel, perm=[2, 0, 1, 3])


faulty_line_0_3 = 2 + 2


# %% 0.3 variant: keras.ops, axis by axis
# moveaxis and expand_dims.
def to_nhwc(stack):
    return keras.ops.expand_dims(keras.ops.moveaxis(stack, -1, 0), axis=-1)


faulty_line_0_3 = 4


# %% 0.3 variant: pixel by pixel
# The rule of the docstring, written down as a loop.
faulty_line_0_3 = 4


def to_nhwc(stack):
    height, width, n = stack.shape
    images = np.zeros((n, height, width, 1), stack.dtype)
    for y in range(height):
        for x in range(width):
            images[:, y, x, 0] = stack[y, x]
    return images


# %% 0.3 variant: two swaps
# First and last change places, then the two that came out crossed.
def to_nhwc(stack):
    images = stack.swapaxes(0, 2).swapaxes(1, 2)
    return images.reshape(*images.shape, 1)


faulty_line_0_3 = 4


# %% 0.3 variant: reshape of a transposed table
# As a table of pixels by images: its transpose has one row for each image.
def to_nhwc(stack):
    height, width, n = stack.shape
    table = stack.reshape(height * width, n)
    return table.T.reshape(n, height, width, 1)


faulty_line_0_3 = 4


# %% 0.3 rewrite: still a reshape
def to_nhwc(stack):
    height, width, n = stack.shape
    return tf.reshape(tf.cast(stack, tf.float32), [n, height, width, 1])


faulty_line_0_3 = 4


# %% 0.3 rewrite: height and width swapped
def to_nhwc(stack):
    images = [tf.transpose(layer) for layer in tf.unstack(tf.constant(stack), axis=2)]
    return tf.expand_dims(tf.stack(images), -1)


faulty_line_0_3 = 4


# %% 0.3 rewrite: no channel axis
def to_nhwc(stack):
    return tf.stack(tf.unstack(tf.constant(stack), axis=-1))


faulty_line_0_3 = 4


# %% 0.3 rewrite: image axis left at the end
def to_nhwc(stack):
    return keras.ops.expand_dims(keras.ops.convert_to_tensor(stack), axis=-1)


faulty_line_0_3 = 4


# %% 0.3 rewrite: the order read backwards
def to_nhwc(stack):
    return keras.ops.expand_dims(keras.ops.moveaxis(stack, 0, -1), axis=-1)


faulty_line_0_3 = 4


# %% 0.3 rewrite: line 2 taken for the fault
def to_nhwc(stack):
    return tf.transpose(stack, [2, 0, 1])[..., tf.newaxis]


faulty_line_0_3 = len(["height", "width"])
