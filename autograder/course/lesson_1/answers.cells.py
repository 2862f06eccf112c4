# %% 1.1 variant: through the variance
# Undo the logarithm first, take the root afterwards.
def reparameterize(mean, log_var, eps):
    variance = tf.exp(log_var)
    return tf.add(mean, tf.multiply(tf.sqrt(variance), eps))


# %% 1.1 variant: a power of e in keras.ops
# σ = e^(log σ² / 2), with e as a number.
def reparameterize(mean, log_var, eps):
    std = keras.ops.power(np.e, log_var / 2)
    return keras.ops.add(mean, std * eps)


# %% 1.1 variant: NumPy in double precision
# No gradient is asked for here, so plain numbers will do.
def reparameterize(mean, log_var, eps):
    mean, log_var, eps = (np.array(item, "float64") for item in (mean, log_var, eps))
    return (mean + np.sqrt(np.exp(log_var)) * eps).tolist()


# %% 1.1 variant: entry by entry with a helper
# One number at a time, through map_fn over the rows.
def one_row(row):
    mean, log_var, eps = row
    return mean + tf.math.exp(log_var * 0.5) * eps


def reparameterize(mean, log_var, eps):
    return tf.map_fn(one_row, (mean, log_var, eps), fn_output_signature=tf.float32)


# %% 1.1 variant: one exponential for both
# In logarithms: the size of the noise and its sign are treated apart.
def reparameterize(mean, log_var, eps):
    size = tf.exp(0.5 * log_var + tf.math.log(tf.abs(eps)))
    return mean + tf.sign(eps) * size


# %% 1.1 variant: compiled, with the fourth root squared
# exp(¼·log σ²)² is σ as well.
@tf.function(input_signature=[tf.TensorSpec([None, None], tf.float32)] * 3)
def reparameterize(mean, log_var, eps):
    quarter = tf.exp(log_var / 4.0)
    return mean + tf.square(quarter) * eps


# %% 1.1 rewrite: variance used as standard deviation
def reparameterize(mean, log_var, eps):
    sigma = tf.math.exp(log_var)
    noise = tf.multiply(sigma, eps)
    return tf.add_n([mean, noise])


# %% 1.1 rewrite: log σ² used as σ
def reparameterize(mean, log_var, eps):
    return keras.layers.Add()([mean, keras.layers.Multiply()([log_var, eps])])


# %% 1.1 rewrite: the ½ is inside out
def reparameterize(mean, log_var, eps):
    sigma = tf.exp(log_var) / 2.0
    return tf.stack([m + s * e for m, s, e in zip(mean, sigma, eps, strict=True)])


# %% 1.1 rewrite: sign flipped
def reparameterize(mean, log_var, eps):
    z = mean
    z -= tf.sqrt(tf.exp(log_var)) * eps
    return z


# %% 1.1 rewrite: the root of the logarithm
def reparameterize(mean, log_var, eps):
    std = keras.ops.sqrt(log_var)
    return keras.ops.add(keras.ops.multiply(eps, std), mean)


# %% 1.1 rewrite: mean and noise both stretched
def reparameterize(mean, log_var, eps):
    z = mean + eps
    z *= keras.ops.exp(log_var / 2)
    return z


# %% 1.1 rewrite: no noise at all
def reparameterize(mean, log_var, eps):
    spread = tf.exp(0.5 * log_var)
    return mean + spread * tf.zeros_like(eps)


# %% 1.2 variant: names of its own
# Other attributes, the root in place of the ½, a method for the noise.
class Sampling(keras.layers.Layer):
    def __init__(self, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.source = keras.random.SeedGenerator(seed)
        self._given = seed

    def call(self, inputs):
        centre, log_variance = inputs
        return centre + keras.ops.sqrt(keras.ops.exp(log_variance)) * self.noise_like(centre)

    def noise_like(self, tensor):
        return keras.random.normal(keras.ops.shape(tensor), seed=self.source)

    def get_config(self):
        return dict(super().get_config(), seed=self._given)


# %% 1.2 variant: moments handed to the generator
# keras.random.normal with mean 0 and stddev 1 spelled out, and tf for the rest.
class Sampling(keras.Layer):
    def __init__(self, seed=None, name=None, **kwargs):
        super().__init__(name=name, **kwargs)
        self.seed = seed
        self.generator = keras.random.SeedGenerator(seed=seed)

    def call(self, inputs, training=None):
        eps = keras.random.normal(tf.shape(inputs[0]), 0.0, 1.0, seed=self.generator)
        return reparameterize(*inputs, eps)

    def get_config(self):
        config = super().get_config()
        config.update({"seed": self.seed})
        return config


# %% 1.2 variant: TensorFlow's own generator
# tf.random.Generator keeps its state in a variable, too.
class Sampling(keras.layers.Layer):
    def __init__(self, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.seed = seed
        if seed is None:
            self.stream = tf.random.Generator.from_non_deterministic_state()
        else:
            self.stream = tf.random.Generator.from_seed(seed)

    def call(self, pair):
        mean, log_var = pair
        return reparameterize(mean, log_var, self.stream.normal(tf.shape(mean)))

    def get_config(self):
        return {**super().get_config(), "seed": self.seed}


# %% 1.2 variant: stateless noise with a counter
# A stateless draw from the pair (seed, number of the call).
class Sampling(keras.layers.Layer):
    def __init__(self, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.seed = seed
        self.base = np.random.default_rng(seed).integers(2**31)
        self.calls = 0

    def call(self, inputs):
        mean, log_var = inputs
        self.calls += 1
        eps = tf.random.stateless_normal(mean.shape, seed=(int(self.base), self.calls))
        return mean + tf.exp(log_var / 2) * eps

    def get_config(self):
        return {"seed": self.seed, **super().get_config()}


# %% 1.2 variant: noise from a layer inside
# Keras's GaussianNoise adds N(0, 1) to zeros when it is told to train.
class Sampling(keras.layers.Layer):
    def __init__(self, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.seed = seed
        self.noise = keras.layers.GaussianNoise(1.0, seed=seed)

    def call(self, inputs):
        mean, log_var = inputs
        eps = self.noise(keras.ops.zeros_like(mean), training=True)
        return mean + keras.ops.exp(0.5 * log_var) * eps

    def get_config(self):
        base = super().get_config()
        return {**base, "seed": self.seed}


# %% 1.2 rewrite: variance used as standard deviation
class Sampling(keras.layers.Layer):
    def __init__(self, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.seed = seed
        self.stream = tf.random.Generator.from_seed(0 if seed is None else seed)

    def call(self, inputs):
        mean, log_var = tf.unstack(tf.stack(inputs))
        return self.stream.normal(tf.shape(mean), mean, tf.exp(log_var))

    def get_config(self):
        return {**super().get_config(), "seed": self.seed}


# %% 1.2 rewrite: no noise at all
class Sampling(keras.layers.Layer):
    def __init__(self, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.seed = seed
        self.generator = keras.random.SeedGenerator(seed)

    def call(self, inputs, training=False):
        mean, log_var = inputs
        if not training:
            return mean
        return reparameterize(mean, log_var, keras.random.normal(mean.shape, seed=self.generator))

    def get_config(self):
        return dict(super().get_config(), seed=self.seed)


# %% 1.2 rewrite: noise shared across the batch
class Sampling(keras.layers.Layer):
    def __init__(self, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.seed = seed
        start = np.random.randint(9999) if seed is None else seed
        self.stream = tf.random.Generator.from_seed(start)

    def call(self, inputs):
        mean, log_var = inputs
        one = self.stream.normal([mean.shape[1]])
        return tf.math.sqrt(tf.exp(log_var)) * one + mean

    def get_config(self):
        return {**super().get_config(), "seed": self.seed}


# %% 1.2 rewrite: the same noise at every call
class Sampling(keras.layers.Layer):
    def __init__(self, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.seed = seed
        self.eps = None

    def build(self, input_shape):
        rng = np.random.default_rng(self.seed)
        self.eps = rng.standard_normal(tuple(input_shape[0])).astype("float32")

    def call(self, inputs):
        mean, log_var = inputs
        return reparameterize(mean, log_var, tf.constant(self.eps))

    def get_config(self):
        return {**super().get_config(), "seed": self.seed}


# %% 1.2 rewrite: the seed is not used
class Sampling(keras.layers.Layer):
    def __init__(self, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.seed = seed

    def call(self, inputs):
        mean, log_var = inputs
        return mean + tf.sqrt(tf.exp(log_var)) * tf.random.normal(tf.shape(mean))

    def get_config(self):
        config = super().get_config()
        config["seed"] = self.seed
        return config


# %% 1.2 variant: the config left to Keras
# Keras itself records simple arguments of a layer that has no get_config of its own.
class Sampling(keras.layers.Layer):
    def __init__(self, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.noise = keras.layers.GaussianNoise(1.0, seed=seed)

    def call(self, inputs):
        mean, log_var = inputs
        return reparameterize(mean, log_var, self.noise(tf.zeros_like(mean), training=True))


# %% 1.2 rewrite: the seed is missing from the config
class Sampling(keras.layers.Layer):
    def __init__(self, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.noise = keras.layers.GaussianNoise(1.0, seed=seed)

    def call(self, inputs):
        mean, log_var = inputs
        return reparameterize(mean, log_var, self.noise(tf.zeros_like(mean), training=True))

    def get_config(self):
        config = super().get_config()
        return {"name": config["name"], "dtype": config["dtype"]}


# %% 1.3 variant: broadcasting alone
# The first axis of eps is enough: the others line up from the right.
def posterior_draws(mean, log_var, eps):
    return mean + tf.sqrt(tf.exp(log_var)) * eps


faulty_line_1_3 = 3


# %% 1.3 variant: one sample after another
# A loop over the samples, stacked on a new first axis.
def posterior_draws(mean, log_var, eps):
    std = keras.ops.exp(log_var / 2)
    return tf.stack([mean + std * sample for sample in tf.unstack(eps)])


faulty_line_1_3 = 3


# %% 1.3 variant: repeated by hand
# Mean and spread are tiled to the shape of the noise.
faulty_line_1_3 = 3


def posterior_draws(mean, log_var, eps):
    samples = eps.shape[0]
    centre = tf.tile(mean[tf.newaxis], [samples, 1, 1])
    std = tf.repeat(tf.exp(0.5 * log_var)[tf.newaxis], samples, axis=0)
    return centre + std * eps


# %% 1.3 variant: einsum
# Samples s, images b and latents l by name.
def posterior_draws(mean, log_var, eps):
    std = tf.math.pow(tf.exp(log_var), 0.5)
    return tf.einsum("bl,sbl->sbl", std, eps) + tf.expand_dims(mean, 0)


faulty_line_1_3 = 3


# %% 1.3 variant: NumPy in double precision
# No gradient is asked for, so NumPy may collect the samples.
def posterior_draws(mean, log_var, eps):
    sigma = np.exp(np.asarray(log_var, np.float64) / 2)
    return np.array([np.asarray(mean) + sigma * sample for sample in np.asarray(eps)])


faulty_line_1_3 = int("3")


# %% 1.3 rewrite: still the variance
def posterior_draws(mean, log_var, eps):
    variance = keras.ops.exp(log_var)
    return keras.ops.stack([mean + variance * sample for sample in keras.ops.unstack(eps)])


faulty_line_1_3 = 3


# %% 1.3 rewrite: half the variance
def posterior_draws(mean, log_var, eps):
    std = tf.multiply(0.5, tf.exp(log_var))
    return tf.einsum("bl,sbl->sbl", std, eps) + mean


faulty_line_1_3 = 3


# %% 1.3 rewrite: averaged over the samples
def posterior_draws(mean, log_var, eps):
    std = tf.sqrt(tf.exp(log_var))
    return mean + std * tf.reduce_mean(eps, axis=0)


faulty_line_1_3 = 3


# %% 1.3 rewrite: the logarithm as the spread
def posterior_draws(mean, log_var, eps):
    return tf.map_fn(lambda sample: tf.add(mean, tf.multiply(log_var, sample)), eps)


faulty_line_1_3 = 3


# %% 1.3 rewrite: line 4 taken for the fault
def posterior_draws(mean, log_var, eps):
    std = tf.exp(log_var)
    std = tf.sqrt(std)
    return eps * std + mean


faulty_line_1_3 = 4


# %% 1.4 variant: variables
# A tape follows variables of its own accord.
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
# A persistent tape, and a gradient by z that is passed on.
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
# Each entry only depends on its own inputs, and an imaginary step differentiates without rounding.
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
