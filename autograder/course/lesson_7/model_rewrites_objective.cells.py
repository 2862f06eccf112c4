# %% 7.1 rewrite: β on the reconstruction
class Wrong(keras.Model):
    def __init__(self, latent_dim, beta, seed):
        super().__init__()
        self.latent_dim, self.beta = latent_dim, beta
        pages = keras.Input((28, 28, 1))
        x = keras.layers.Dense(128, activation="relu")(keras.layers.Flatten()(pages))
        self.enc = keras.Model(pages, [keras.layers.Dense(latent_dim)(x) for _ in range(2)])
        self.dec = keras.Sequential(
            [
                keras.Input((latent_dim,)),
                keras.layers.Dense(128, activation="relu"),
                keras.layers.Dense(784),
                keras.layers.Reshape((28, 28, 1)),
            ]
        )
        self.gen = keras.random.SeedGenerator(seed)
        self.trackers = [keras.metrics.Mean(name=name) for name in ("loss", "recon", "kl")]
        self.built = True

    @property
    def metrics(self):
        return self.trackers

    def three(self, pages):
        mean, log_var = self.enc(pages)
        z = mean + tf.exp(0.5 * log_var) * keras.random.normal(tf.shape(mean), seed=self.gen)
        bce = tf.nn.sigmoid_cross_entropy_with_logits(pages, self.dec(z))
        recon = tf.reduce_sum(bce, axis=(1, 2, 3))
        kl = 0.5 * tf.reduce_sum(mean**2 + tf.exp(log_var) - 1 - log_var, axis=-1)
        return self.beta * recon + kl, recon, kl

    def log(self, values):
        for metric, value in zip(self.trackers, values):
            metric.update_state(value)
        return {metric.name: metric.result() for metric in self.trackers}

    def train_step(self, pages):
        with tf.GradientTape() as tape:
            values = self.three(pages)
            total = tf.reduce_mean(values[0])
        weights = self.trainable_weights
        self.optimizer.apply_gradients(zip(tape.gradient(total, weights), weights))
        return self.log(values)

    def test_step(self, pages):
        return self.log(self.three(pages))


def build_model(latent_dim, beta, seed):
    model = Wrong(latent_dim, beta, seed)
    model.compile(keras.optimizers.Adam(3e-3))
    return model


def encode(model, images):
    return model.enc(images)


def decode(model, codes):
    return tf.sigmoid(model.dec(codes))


# %% 7.1 rewrite: β only in the logs
class Wrong(keras.Model):
    def __init__(self, latent_dim, beta, seed):
        super().__init__()
        self.latent_dim, self.beta = latent_dim, beta
        pages = keras.Input((28, 28, 1))
        x = keras.layers.Dense(128, activation="relu")(keras.layers.Flatten()(pages))
        self.enc = keras.Model(pages, [keras.layers.Dense(latent_dim)(x) for _ in range(2)])
        self.dec = keras.Sequential(
            [
                keras.Input((latent_dim,)),
                keras.layers.Dense(128, activation="relu"),
                keras.layers.Dense(784),
                keras.layers.Reshape((28, 28, 1)),
            ]
        )
        self.gen = keras.random.SeedGenerator(seed)
        self.trackers = [keras.metrics.Mean(name=name) for name in ("loss", "recon", "kl")]
        self.built = True

    @property
    def metrics(self):
        return self.trackers

    def three(self, pages):
        mean, log_var = self.enc(pages)
        z = mean + tf.exp(0.5 * log_var) * keras.random.normal(tf.shape(mean), seed=self.gen)
        bce = tf.nn.sigmoid_cross_entropy_with_logits(pages, self.dec(z))
        recon = tf.reduce_sum(bce, axis=(1, 2, 3))
        kl = 0.5 * tf.reduce_sum(mean**2 + tf.exp(log_var) - 1 - log_var, axis=-1)
        return recon + self.beta * kl, recon, kl

    def log(self, values):
        for metric, value in zip(self.trackers, values):
            metric.update_state(value)
        return {metric.name: metric.result() for metric in self.trackers}

    def train_step(self, pages):
        with tf.GradientTape() as tape:
            values = self.three(pages)
            total = tf.reduce_mean(values[1] + values[2])
        weights = self.trainable_weights
        self.optimizer.apply_gradients(zip(tape.gradient(total, weights), weights))
        return self.log(values)

    def test_step(self, pages):
        return self.log(self.three(pages))


def build_model(latent_dim, beta, seed):
    model = Wrong(latent_dim, beta, seed)
    model.compile(keras.optimizers.Adam(3e-3))
    return model


def encode(model, images):
    return model.enc(images)


def decode(model, codes):
    return tf.sigmoid(model.dec(codes))


# %% 7.1 rewrite: KL averaged over latents
class Wrong(keras.Model):
    def __init__(self, latent_dim, beta, seed):
        super().__init__()
        self.latent_dim, self.beta = latent_dim, beta
        pages = keras.Input((28, 28, 1))
        x = keras.layers.Dense(128, activation="relu")(keras.layers.Flatten()(pages))
        self.enc = keras.Model(pages, [keras.layers.Dense(latent_dim)(x) for _ in range(2)])
        self.dec = keras.Sequential(
            [
                keras.Input((latent_dim,)),
                keras.layers.Dense(128, activation="relu"),
                keras.layers.Dense(784),
                keras.layers.Reshape((28, 28, 1)),
            ]
        )
        self.gen = keras.random.SeedGenerator(seed)
        self.trackers = [keras.metrics.Mean(name=name) for name in ("loss", "recon", "kl")]
        self.built = True

    @property
    def metrics(self):
        return self.trackers

    def three(self, pages):
        mean, log_var = self.enc(pages)
        z = mean + tf.exp(0.5 * log_var) * keras.random.normal(tf.shape(mean), seed=self.gen)
        bce = tf.nn.sigmoid_cross_entropy_with_logits(pages, self.dec(z))
        recon = tf.reduce_sum(bce, axis=(1, 2, 3))
        kl = 0.5 * tf.reduce_mean(mean**2 + tf.exp(log_var) - 1 - log_var, axis=-1)
        return recon + self.beta * kl, recon, kl

    def log(self, values):
        for metric, value in zip(self.trackers, values):
            metric.update_state(value)
        return {metric.name: metric.result() for metric in self.trackers}

    def train_step(self, pages):
        with tf.GradientTape() as tape:
            values = self.three(pages)
            total = tf.reduce_mean(values[0])
        weights = self.trainable_weights
        self.optimizer.apply_gradients(zip(tape.gradient(total, weights), weights))
        return self.log(values)

    def test_step(self, pages):
        return self.log(self.three(pages))


def build_model(latent_dim, beta, seed):
    model = Wrong(latent_dim, beta, seed)
    model.compile(keras.optimizers.Adam(3e-3))
    return model


def encode(model, images):
    return model.enc(images)


def decode(model, codes):
    return tf.sigmoid(model.dec(codes))


# %% 7.1 rewrite: reconstruction averaged over pixels
class Wrong(keras.Model):
    def __init__(self, latent_dim, beta, seed):
        super().__init__()
        self.latent_dim, self.beta = latent_dim, beta
        pages = keras.Input((28, 28, 1))
        x = keras.layers.Dense(128, activation="relu")(keras.layers.Flatten()(pages))
        self.enc = keras.Model(pages, [keras.layers.Dense(latent_dim)(x) for _ in range(2)])
        self.dec = keras.Sequential(
            [
                keras.Input((latent_dim,)),
                keras.layers.Dense(128, activation="relu"),
                keras.layers.Dense(784),
                keras.layers.Reshape((28, 28, 1)),
            ]
        )
        self.gen = keras.random.SeedGenerator(seed)
        self.trackers = [keras.metrics.Mean(name=name) for name in ("loss", "recon", "kl")]
        self.built = True

    @property
    def metrics(self):
        return self.trackers

    def three(self, pages):
        mean, log_var = self.enc(pages)
        z = mean + tf.exp(0.5 * log_var) * keras.random.normal(tf.shape(mean), seed=self.gen)
        bce = tf.nn.sigmoid_cross_entropy_with_logits(pages, self.dec(z))
        recon = tf.reduce_mean(bce, axis=(1, 2, 3))
        kl = 0.5 * tf.reduce_sum(mean**2 + tf.exp(log_var) - 1 - log_var, axis=-1)
        return recon + self.beta * kl, recon, kl

    def log(self, values):
        for metric, value in zip(self.trackers, values):
            metric.update_state(value)
        return {metric.name: metric.result() for metric in self.trackers}

    def train_step(self, pages):
        with tf.GradientTape() as tape:
            values = self.three(pages)
            total = tf.reduce_mean(values[0])
        weights = self.trainable_weights
        self.optimizer.apply_gradients(zip(tape.gradient(total, weights), weights))
        return self.log(values)

    def test_step(self, pages):
        return self.log(self.three(pages))


def build_model(latent_dim, beta, seed):
    model = Wrong(latent_dim, beta, seed)
    model.compile(keras.optimizers.Adam(3e-3))
    return model


def encode(model, images):
    return model.enc(images)


def decode(model, codes):
    return tf.sigmoid(model.dec(codes))
