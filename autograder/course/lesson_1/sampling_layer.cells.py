# %% 1.2 variant: other names
# Other attributes, the root instead of the ½, a method for the noise.
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
# A stateless draw from the pair (seed, number of the call); a variable counts in graphs too.
class Sampling(keras.layers.Layer):
    def __init__(self, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.seed = seed
        self.base = int(np.random.default_rng(seed).integers(2**31))
        self.calls = tf.Variable(0, trainable=False)

    def call(self, inputs):
        mean, log_var = inputs
        pair = tf.stack([self.base, self.calls.assign_add(1)])
        eps = tf.random.stateless_normal(tf.shape(mean), seed=pair)
        return mean + tf.exp(log_var / 2) * eps

    def get_config(self):
        return {"seed": self.seed, **super().get_config()}


# %% 1.2 variant: noise from a layer inside
# Keras's GaussianNoise adds N(0, 1) to zeros when training=True.
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
# Keras itself records simple arguments of a layer without its own get_config.
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


# %% 1.2 rewrite: the same noise at every call of a compiled model
# The counter is a Python number, so a graph keeps the one that it was made with.
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
