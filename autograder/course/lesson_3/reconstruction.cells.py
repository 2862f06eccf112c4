# %% 3.1 variant: TensorFlow's own cross-entropy
# The library knows the stable form; only the sum is ours.
def reconstruction_loss(images, logits):
    per_pixel = tf.nn.sigmoid_cross_entropy_with_logits(labels=images, logits=logits)
    return tf.reduce_sum(per_pixel, axis=[1, 2, 3])


# %% 3.1 variant: Keras's mean over the channel, then a sum
# Keras averages over the last axis, which has one entry here.
def reconstruction_loss(images, logits):
    over_channel = keras.losses.binary_crossentropy(images, logits, from_logits=True)
    return keras.ops.sum(over_channel, axis=(-1, -2))


# %% 3.1 variant: two log-sigmoids
# log p and log(1 − p) are both log-sigmoids, of the logit a and of −a.
def reconstruction_loss(images, logits):
    log_p = tf.math.log_sigmoid(logits)
    log_not_p = tf.math.log_sigmoid(-logits)
    log_likelihood = images * log_p + (1.0 - images) * log_not_p
    return -tf.reduce_sum(tf.reshape(log_likelihood, (tf.shape(images)[0], -1)), axis=1)


# %% 3.1 variant: logaddexp in double precision
# log(e^0 + e^a), in float64, flattened first.
def reconstruction_loss(images, logits):
    x, logit = (
        keras.ops.cast(keras.layers.Flatten()(item), "float64") for item in (images, logits)
    )
    return keras.ops.sum(keras.ops.logaddexp(0.0 * logit, logit) - x * logit, axis=1)


# %% 3.1 variant: image by image
# The cost of one picture, mapped over the batch.
def reconstruction_loss(images, logits):
    def of_one(pair):
        picture, logit = pair
        return tf.reduce_sum(tf.nn.softplus(logit)) - tf.tensordot(
            tf.reshape(picture, [-1]), tf.reshape(logit, [-1]), 1
        )

    return tf.map_fn(of_one, (images, logits), fn_output_signature=tf.float32)


# %% 3.1 variant: einsum and the positive part pulled out
# Σ max(a, 0) + log(1 + e^−|a|), minus Σ x·a as an einsum.
def reconstruction_loss(images, logits):
    soft = keras.ops.relu(logits) + keras.ops.log1p(keras.ops.exp(-keras.ops.abs(logits)))
    return tf.einsum("bhwc->b", soft) - tf.einsum("bhwc,bhwc->b", images, logits)


# %% 3.1 variant: one axis after the other
# A lambda; the axes disappear from the last to the second.
softplus = tf.keras.activations.softplus
reconstruction_loss = lambda images, logits: tf.reduce_sum(
    tf.reduce_sum(tf.reduce_sum(softplus(logits) - tf.multiply(images, logits), -1), -1), -1
)


# %% 3.1 variant: Keras's loss object
# A loss object without reduction keeps one number for each pixel.
def reconstruction_loss(images, logits):
    bce = keras.losses.BinaryCrossentropy(from_logits=True, reduction=None)
    return tf.math.reduce_sum(bce(images, logits), axis=(1, 2))


# %% 3.1 variant: probabilities whose logits Keras remembers
# Keras's activation keeps the logits with its output, and its loss goes back to them.
def reconstruction_loss(images, logits):
    probabilities = keras.activations.sigmoid(logits)
    return tf.reduce_sum(keras.losses.binary_crossentropy(images, probabilities), axis=[1, 2])


# %% 3.1 variant: a loop over the batch
# Plain Python over the images, stacked at the end.
def reconstruction_loss(images, logits):
    costs = []
    for picture, logit in zip(images, logits, strict=True):
        costs.append(tf.reduce_sum(tf.math.softplus(logit) - picture * logit))
    return tf.stack(costs)


# %% 3.1 rewrite: averaged over pixels
def reconstruction_loss(images, logits):
    n = tf.shape(images)[0]
    x, logit = tf.reshape(images, (n, -1)), tf.reshape(logits, (n, -1))
    return tf.reduce_mean(tf.math.softplus(logit) - x * logit, axis=1)


# %% 3.1 rewrite: sigmoid first, then the logarithm
def reconstruction_loss(images, logits):
    probabilities = tf.math.sigmoid(logits)
    cost = keras.losses.binary_crossentropy(images, probabilities)
    return tf.reduce_sum(cost, axis=[1, 2])


# %% 3.1 rewrite: the logarithm of a rounded probability
def reconstruction_loss(images, logits):
    p = 1 / (1 + tf.exp(-logits))
    ink = images * keras.ops.log(p)
    paper = (1 - images) * keras.ops.log(1 - p)
    return -keras.ops.sum(ink + paper, axis=(1, 2, 3))


# %% 3.1 rewrite: e^a overflows
def reconstruction_loss(images, logits):
    cost = keras.ops.log1p(keras.ops.exp(logits)) - keras.ops.multiply(logits, images)
    flat = keras.ops.reshape(cost, (cost.shape[0], -1))
    return keras.ops.sum(flat, axis=-1)


# %% 3.1 rewrite: logits treated as probabilities
def reconstruction_loss(images, logits):
    bce = keras.losses.BinaryCrossentropy(reduction="none")
    return tf.reduce_sum(bce(images, logits), axis=(1, 2))


# %% 3.1 rewrite: sigmoid applied twice
def reconstruction_loss(images, logits):
    p = tf.nn.sigmoid(logits)
    return tf.reduce_sum(tf.nn.softplus(p) - images * p, axis=(1, 2, 3))


# %% 3.1 rewrite: squared error
def reconstruction_loss(images, logits):
    flat = keras.layers.Flatten()
    p = flat(1 / (1 + keras.ops.exp(-logits)))
    return keras.ops.sum(keras.ops.square(p - flat(images)), axis=1)


# %% 3.1 rewrite: averaged over the batch too
def reconstruction_loss(images, logits):
    total = tf.reduce_sum(tf.math.softplus(logits) - images * logits)
    return total / images.shape[0]


# %% 3.1 rewrite: summed over the batch too
def reconstruction_loss(images, logits):
    cost = keras.ops.softplus(logits) - images * logits
    return keras.ops.sum(cost)


# %% 3.1 rewrite: sign flipped
def reconstruction_loss(images, logits):
    log_p, log_not_p = tf.math.log_sigmoid(logits), tf.math.log_sigmoid(-logits)
    return tf.einsum("bijc->b", images * log_p + (1 - images) * log_not_p)


# %% 3.1 rewrite: paper costs nothing
def reconstruction_loss(images, logits):
    return tf.reduce_sum(images * tf.math.softplus(-logits), axis=[1, 2, 3])


# %% 3.1 rewrite: only the last axis summed
def reconstruction_loss(images, logits):
    cost = tf.math.softplus(logits) - images * logits
    return cost[..., 0]


# %% 3.1 rewrite: images and logits swapped
def reconstruction_loss(images, logits):
    return tf.reduce_sum(tf.math.softplus(images) - images * logits, axis=[1, 2, 3])
