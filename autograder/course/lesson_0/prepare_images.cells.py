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


# %% 0.1 variant: keras.ops, with the dtype given
# Everything with keras.ops; the shape follows from the length.
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
# NumPy's own division, and one conversion at the end.
def prepare_images(images):
    return (images / 255.0).reshape(-1, 28, 28, 1).astype("f4")


# %% 0.1 variant: a compiled lambda
# The signature says "bytes of any shape", so one graph serves all inputs.
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
