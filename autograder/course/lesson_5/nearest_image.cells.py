# %% 5.4 variant: TensorFlow, squares expanded
# |a − b|² = |a|² + |b|² − 2a·b, with negative rounding errors cut off.
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
