# %% 4.5 variant: in keras.ops, shaped like the images
faulty_line_4_5 = 3


def score_and_draw(features, kernel, bias, images):
    logits = keras.ops.reshape(keras.ops.matmul(features, kernel) + bias, keras.ops.shape(images))
    bce = keras.ops.binary_crossentropy(images, logits, from_logits=True)
    return keras.ops.sum(bce, axis=[1, 2, 3]), keras.ops.sigmoid(logits)


# %% 4.5 variant: by hand in NumPy, on flat pages
def score_and_draw(features, kernel, bias, images):
    # log(1 + e^a) - x a, summed over the pixels of a page
    logits = np.array(features) @ np.array(kernel) + np.array(bias)
    x = np.array(images).reshape(len(logits), -1)
    recon = np.sum(np.logaddexp(0, logits) - x * logits, axis=1)
    return recon, (1 / (1 + np.exp(-logits))).reshape(-1, 28, 28, 1)


faulty_line_4_5 = 3


# %% 4.5 variant: the Keras loss object, and softplus of both signs left to it
faulty_line_4_5 = 3


def score_and_draw(features, kernel, bias, images):
    logits = tf.reshape(tf.nn.bias_add(tf.matmul(features, kernel), bias), [-1, 28, 28, 1])
    per_pixel = keras.losses.BinaryCrossentropy(from_logits=True, reduction=None)
    flat = [keras.layers.Flatten()(part)[..., None] for part in (images, logits)]
    return tf.reduce_sum(per_pixel(*flat), axis=-1), keras.activations.sigmoid(logits)


# %% 4.5 variant: einsum, a mean times the number of pixels
def last_layer(features, kernel, bias):
    return tf.einsum("bw,wp->bp", features, kernel) + bias


def score_and_draw(features, kernel, bias, images):
    logits = tf.reshape(last_layer(features, kernel, bias), (-1, 28, 28, 1))
    bce = tf.nn.softplus(-logits) * images + tf.nn.softplus(logits) * (1 - images)
    pixels = 0.5 + 0.5 * tf.tanh(logits / 2)
    return 784 * tf.reduce_mean(bce, axis=(1, 2, 3)), pixels


faulty_line_4_5 = 1 + 2


# %% 4.5 variant: one page after the other, returned as a list
faulty_line_4_5 = 3


def score_and_draw(features, kernel, bias, images):
    losses, pages = [], []
    for row, image in zip(features, images, strict=True):
        logits = tf.reshape(tf.tensordot(row, kernel, 1) + bias, (28, 28, 1))
        losses.append(tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits(image, logits)))
        pages.append(tf.sigmoid(logits))
    return [tf.stack(losses), tf.stack(pages)]


# %% 4.5 rewrite: still twice in the picture
faulty_line_4_5 = 3


def score_and_draw(features, kernel, bias, images):
    output = tf.reshape(features @ kernel + bias, (-1, 28, 28, 1))
    bce = tf.nn.sigmoid_cross_entropy_with_logits(labels=images, logits=output)
    output = tf.sigmoid(output)
    return tf.reduce_sum(bce, axis=(1, 2, 3)), tf.sigmoid(output)


# %% 4.5 rewrite: still twice in the loss
def score_and_draw(features, kernel, bias, images):
    # the second sigmoid of the listing taken out
    pixels = keras.layers.Reshape((28, 28, 1))(keras.activations.sigmoid(features @ kernel + bias))
    bce = keras.losses.binary_crossentropy(images, pixels, from_logits=True)
    return keras.ops.sum(bce, axis=(1, 2)), pixels


faulty_line_4_5 = 3


# %% 4.5 rewrite: no sigmoid left
faulty_line_4_5 = 3


def score_and_draw(features, kernel, bias, images):
    # "the sigmoid is in the loss already"
    pixels = keras.ops.reshape(features @ kernel + bias, (-1, 28, 28, 1))
    bce = keras.ops.binary_crossentropy(images, pixels, from_logits=True)
    return keras.ops.sum(bce, axis=(1, 2, 3)), pixels


# %% 4.5 rewrite: relu in place of the sigmoid
faulty_line_4_5 = 3


def score_and_draw(features, kernel, bias, images):
    output = tf.nn.relu(tf.matmul(features, kernel) + bias)
    output = tf.reshape(output, (-1, 28, 28, 1))
    bce = tf.nn.sigmoid_cross_entropy_with_logits(labels=images, logits=output)
    return tf.reduce_sum(bce, axis=(1, 2, 3)), tf.sigmoid(output)


# %% 4.5 rewrite: the loss averaged over pixels
faulty_line_4_5 = 3


def score_and_draw(features, kernel, bias, images):
    logits = features @ kernel + bias
    flat = tf.reshape(images, (-1, 784))
    recon = keras.losses.binary_crossentropy(flat, logits, from_logits=True)
    return recon, tf.reshape(tf.sigmoid(logits), (-1, 28, 28, 1))


# %% 4.5 rewrite: line 7 blamed
faulty_line_4_5 = 7


def score_and_draw(features, kernel, bias, images):
    logits = tf.reshape(features @ kernel + bias, (-1, 28, 28, 1))
    bce = tf.nn.sigmoid_cross_entropy_with_logits(labels=images, logits=logits)
    return tf.reduce_sum(bce, axis=(1, 2, 3)), tf.nn.sigmoid(logits)


# %% 4.5 rewrite: labels and logits have changed places
faulty_line_4_5 = 3


def score_and_draw(features, kernel, bias, images):
    logits = tf.reshape(features @ kernel + bias, (-1, 28, 28, 1))
    bce = tf.nn.sigmoid_cross_entropy_with_logits(logits, images)
    return tf.reduce_sum(bce, axis=(1, 2, 3)), tf.sigmoid(logits)
