# %% 3.5 variant: NumPy's weighted average
# A weighted average is exactly this.
def epoch_loss(batch_losses, batch_sizes):
    return float(np.average(batch_losses, weights=batch_sizes))


faulty_line_3_5 = 7


# %% 3.5 variant: a dot product
# Sum of products over sum of sizes, as a NumPy scalar.
faulty_line_3_5 = 3 + 4


def epoch_loss(batch_losses, batch_sizes):
    return batch_losses @ batch_sizes / batch_sizes.sum()


# %% 3.5 variant: every image written out
# Each image gets the loss of its batch; then it is a plain mean.
def epoch_loss(batch_losses, batch_sizes):
    return np.repeat(batch_losses, batch_sizes).mean()


faulty_line_3_5 = 7


# %% 3.5 variant: a Mean metric with weights
# The tracker of a training step, fed batch by batch.
def epoch_loss(batch_losses, batch_sizes):
    tracker = keras.metrics.Mean()
    for loss, size in zip(batch_losses, batch_sizes, strict=True):
        tracker.update_state(loss, sample_weight=size)
    return tracker.result()


faulty_line_3_5 = 7


# %% 3.5 variant: a running mean
# The mean so far moves towards each batch by its share of the images.
def epoch_loss(batch_losses, batch_sizes):
    mean, seen = 0.0, 0
    for i in range(len(batch_losses)):
        seen += batch_sizes[i]
        mean += (batch_losses[i] - mean) * batch_sizes[i] / seen
    return mean


faulty_line_3_5 = 7


# %% 3.5 variant: tensors
# TensorFlow, with the shares of the batches as weights.
def epoch_loss(batch_losses, batch_sizes):
    sizes = tf.cast(batch_sizes, tf.float64)
    shares = sizes / tf.reduce_sum(sizes)
    return tf.tensordot(tf.cast(batch_losses, tf.float64), shares, axes=1)


faulty_line_3_5 = 7


# %% 3.5 rewrite: one batch stands for all
faulty_line_3_5 = 7


def epoch_loss(batch_losses, batch_sizes):
    total, images_seen = 0.0, 0
    for loss, size in zip(batch_losses, batch_sizes, strict=True):
        total += loss * size
        images_seen += size
        return total / images_seen


# %% 3.5 rewrite: the last batch stands for all
faulty_line_3_5 = 7


def epoch_loss(batch_losses, batch_sizes):
    for loss, size in zip(batch_losses, batch_sizes, strict=True):
        total = loss * size
        images_seen = size
    return total / images_seen


# %% 3.5 rewrite: the last batch is left out
faulty_line_3_5 = 7


def epoch_loss(batch_losses, batch_sizes):
    total = images = 0
    for i in range(len(batch_sizes) - 1):
        total += batch_losses[i] * batch_sizes[i]
        images += batch_sizes[i]
    return total / images


# %% 3.5 rewrite: every batch counts the same
faulty_line_3_5 = 7


def epoch_loss(batch_losses, batch_sizes):
    tracker = keras.metrics.Mean()
    for loss in batch_losses:
        tracker.update_state(loss)
    return tracker.result()


# %% 3.5 rewrite: divided by the number of batches
faulty_line_3_5 = 7


def epoch_loss(batch_losses, batch_sizes):
    return np.mean(batch_losses * batch_sizes)


# %% 3.5 rewrite: not divided
faulty_line_3_5 = 7


def epoch_loss(batch_losses, batch_sizes):
    total = 0.0
    for loss, size in zip(batch_losses, batch_sizes, strict=True):
        total += loss * size
    return total


# %% 3.5 rewrite: weights left out of the numerator
faulty_line_3_5 = 7


def epoch_loss(batch_losses, batch_sizes):
    total, images_seen = 0.0, 0
    for loss, size in zip(batch_losses, batch_sizes, strict=True):
        total, images_seen = total + loss, images_seen + size
    return total / images_seen


# %% 3.5 rewrite: every batch taken for a full one
faulty_line_3_5 = 7


def epoch_loss(batch_losses, batch_sizes):
    images = len(batch_losses) * max(batch_sizes)
    return sum(loss * size for loss, size in zip(batch_losses, batch_sizes, strict=True)) / images


# %% 3.5 rewrite: the count is overwritten
faulty_line_3_5 = 7


def epoch_loss(batch_losses, batch_sizes):
    total = 0.0
    for loss, size in zip(batch_losses, batch_sizes, strict=True):
        total += loss * size
        images_seen = size
    return total / images_seen


# %% 3.5 rewrite: the line that adds up the losses
faulty_line_3_5 = 5


def epoch_loss(batch_losses, batch_sizes):
    return np.dot(batch_losses, batch_sizes) / np.sum(batch_sizes)
