# %% 0.3 variant: one slice after another
# Cut the stack into its images and stack them along a new first axis.
def to_nhwc(stack):
    return np.array([stack[:, :, i][..., None] for i in range(stack.shape[-1])])


faulty_line_0_3 = 4


# %% 0.3 variant: einsum names the axes
# Letters instead of numbers.
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
# The rule from the docstring, written as a loop.
faulty_line_0_3 = 4


def to_nhwc(stack):
    height, width, n = stack.shape
    images = np.zeros((n, height, width, 1), stack.dtype)
    for y in range(height):
        for x in range(width):
            images[:, y, x, 0] = stack[y, x]
    return images


# %% 0.3 variant: two swaps
# First and last axis change places, then the two that are still swapped.
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
