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
