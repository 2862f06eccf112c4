# %% 1.4 variant: variables
# A tape watches variables automatically.
def pathwise_gradients(mean, log_var, eps):
    mean, log_var = tf.Variable(mean), tf.Variable(log_var)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.square(reparameterize(mean, log_var, eps)))
    return tape.gradient(loss, [mean, log_var])


# %% 1.4 variant: by hand in NumPy
# The chain rule on paper: 2z, and 2z times ½σε.
def pathwise_gradients(mean, log_var, eps):
    mean, log_var, eps = np.array(mean), np.array(log_var), np.array(eps)
    noise = np.exp(log_var / 2) * eps
    z = mean + noise
    return 2 * z, z * noise


# %% 1.4 variant: tf.gradients inside a graph
# Without a tape: a graph knows its own derivatives.
@tf.function(input_signature=[tf.TensorSpec([None, None], tf.float32)] * 3)
def pathwise_gradients(mean, log_var, eps):
    z = mean + tf.sqrt(tf.exp(log_var)) * eps
    return tf.gradients(tf.reduce_sum(z * z), [mean, log_var])


# %% 1.4 variant: one tape asked twice
# A persistent tape, and a gradient with respect to z that is passed on.
def pathwise_gradients(mean, log_var, eps):
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(mean)
        tape.watch(log_var)
        z = reparameterize(mean, log_var, eps)
    of_z = 2.0 * z
    of_mean = tape.gradient(z, mean, output_gradients=of_z)
    of_log_var = tape.gradient(z, log_var, output_gradients=of_z)
    return of_mean, of_log_var


# %% 1.4 variant: a step into the imaginary
# Each entry depends only on its own inputs, and an imaginary step differentiates without rounding.
STEP = 1e-20j


def squares(mean, log_var, eps):
    return (mean + np.exp(log_var / 2) * eps) ** 2


def pathwise_gradients(mean, log_var, eps):
    mean, log_var, eps = (np.array(item, "complex128") for item in (mean, log_var, eps))
    of_mean = squares(mean + STEP, log_var, eps).imag / STEP.imag
    of_log_var = squares(mean, log_var + STEP, eps).imag / STEP.imag
    return of_mean, of_log_var


# %% 1.4 variant: no sum, the tape adds up
# The gradient of a tensor is that of the sum of its entries.
def pathwise_gradients(mean, log_var, eps):
    with tf.GradientTape() as tape:
        tape.watch((mean, log_var))
        squares = keras.ops.square(mean + keras.ops.exp(0.5 * log_var) * eps)
    of = tape.gradient(squares, {"mean": mean, "log_var": log_var})
    return of["mean"], of["log_var"]


# %% 1.4 rewrite: gradients in the wrong order
def pathwise_gradients(mean, log_var, eps):
    with tf.GradientTape() as tape:
        tape.watch([log_var, mean])
        loss = tf.reduce_sum(reparameterize(mean, log_var, eps) ** 2)
    return tape.gradient(loss, [log_var, mean])


# %% 1.4 rewrite: the mean of z² in place of the sum
def pathwise_gradients(mean, log_var, eps):
    with tf.GradientTape() as tape:
        tape.watch([mean, log_var])
        loss = tf.reduce_mean(reparameterize(mean, log_var, eps) ** 2)
    return tape.gradient(loss, [mean, log_var])


# %% 1.4 rewrite: nothing watched
def pathwise_gradients(mean, log_var, eps):
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(reparameterize(mean, log_var, eps) ** 2)
    return tape.gradient(loss, [mean, log_var])


# %% 1.4 rewrite: averaged over the batch
def pathwise_gradients(mean, log_var, eps):
    with tf.GradientTape() as tape:
        tape.watch([mean, log_var])
        per_image = tf.reduce_sum(reparameterize(mean, log_var, eps) ** 2, axis=1)
        loss = tf.reduce_mean(per_image)
    return tape.gradient(loss, [mean, log_var])


# %% 1.4 rewrite: z in place of z²
def pathwise_gradients(mean, log_var, eps):
    with tf.GradientTape() as tape:
        tape.watch([mean, log_var])
        z = reparameterize(mean, log_var, eps)
    return tape.gradient(z, (mean, log_var))


# %% 1.4 rewrite: the variance used as the spread of z
def pathwise_gradients(mean, log_var, eps):
    with tf.GradientTape() as tape:
        tape.watch([mean, log_var])
        z = mean + tf.exp(log_var) * eps
        loss = tf.reduce_sum(tf.square(z))
    return tape.gradient(loss, [mean, log_var])


# %% 1.4 rewrite: the gradient of log σ in place of log σ²
def pathwise_gradients(mean, log_var, eps):
    log_std = 0.5 * log_var
    with tf.GradientTape() as tape:
        tape.watch([mean, log_std])
        loss = tf.reduce_sum((mean + tf.exp(log_std) * eps) ** 2)
    return tape.gradient(loss, [mean, log_std])


# %% 1.4 rewrite: the gradient of σ² in place of log σ²
def pathwise_gradients(mean, log_var, eps):
    variance = tf.exp(log_var)
    with tf.GradientTape() as tape:
        tape.watch([mean, variance])
        loss = tf.reduce_sum((mean + tf.sqrt(variance) * eps) ** 2)
    return tape.gradient(loss, [mean, variance])


# %% 1.4 rewrite: only the mean watched
def pathwise_gradients(mean, log_var, eps):
    mean = tf.Variable(mean)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.square(reparameterize(mean, log_var, eps)))
    return tape.gradient(loss, [mean, log_var])
