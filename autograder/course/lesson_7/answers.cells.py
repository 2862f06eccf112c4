# %% 7.1 variant: convolutions, and one class with everything in it
@keras.saving.register_keras_serializable("conv")
class ConvVAE(keras.Model):
    def __init__(self, latent_dim, beta, seed, **kwargs):
        super().__init__(**kwargs)
        self.latent_dim, self.beta, self.seed = latent_dim, beta, seed
        self.conv_1 = keras.layers.Conv2D(16, 3, strides=2, padding="same", activation="relu")
        self.conv_2 = keras.layers.Conv2D(32, 3, strides=2, padding="same", activation="relu")
        self.flatten = keras.layers.Flatten()
        self.both = keras.layers.Dense(2 * latent_dim)
        self.up_0 = keras.layers.Dense(7 * 7 * 32, activation="relu")
        self.up_1 = keras.layers.Conv2DTranspose(16, 3, 2, padding="same", activation="relu")
        self.up_2 = keras.layers.Conv2DTranspose(1, 3, 2, padding="same")
        self.noise = keras.random.SeedGenerator(seed)
        self.loss_mean = keras.metrics.Mean(name="loss")
        self.recon_mean = keras.metrics.Mean(name="recon")
        self.kl_mean = keras.metrics.Mean(name="kl")

    @property
    def metrics(self):
        return [self.loss_mean, self.recon_mean, self.kl_mean]

    def posterior(self, images):
        return tf.split(self.both(self.flatten(self.conv_2(self.conv_1(images)))), 2, axis=-1)

    def logits(self, z):
        return self.up_2(self.up_1(tf.reshape(self.up_0(z), (-1, 7, 7, 32))))

    def call(self, images):
        mean, log_var = self.posterior(images)
        eps = keras.random.normal(tf.shape(mean), seed=self.noise)
        return self.logits(mean + tf.exp(0.5 * log_var) * eps), mean, log_var

    def both_terms(self, images):
        logits, mean, log_var = self(images)
        cost = tf.nn.sigmoid_cross_entropy_with_logits(labels=images, logits=logits)
        kl = 0.5 * tf.reduce_sum(tf.square(mean) + tf.exp(log_var) - 1.0 - log_var, axis=1)
        return tf.reduce_sum(cost, axis=[1, 2, 3]), kl

    def logs(self, recon, kl):
        self.loss_mean.update_state(recon + self.beta * kl)
        self.recon_mean.update_state(recon)
        self.kl_mean.update_state(kl)
        return {m.name: m.result() for m in self.metrics}

    def train_step(self, data):
        with tf.GradientTape() as tape:
            recon, kl = self.both_terms(data)
            loss = tf.reduce_mean(recon + self.beta * kl)
        weights = self.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
        return self.logs(recon, kl)

    def test_step(self, data):
        return self.logs(*self.both_terms(data))

    def get_config(self):
        return {"latent_dim": self.latent_dim, "beta": self.beta, "seed": self.seed}


def build_model(latent_dim, beta, seed):
    model = ConvVAE(latent_dim, beta, seed)
    model(np.zeros((1, 28, 28, 1), "float32"))
    model.compile(optimizer=keras.optimizers.Adam(3e-3))
    return model


def encode(model, images):
    return model.posterior(tf.constant(images))


def decode(model, codes):
    return tf.sigmoid(model.logits(tf.constant(codes)))


# %% 7.1 variant: functional, with layers that add their own losses
class DrawWithKL(keras.layers.Layer):
    def __init__(self, beta, seed, **kwargs):
        super().__init__(**kwargs)
        self.beta = beta
        self.generator = keras.random.SeedGenerator(seed)
        self.mean_kl = keras.metrics.Mean(name="kl")

    def call(self, inputs):
        mean, log_var = inputs
        terms = keras.ops.exp(log_var) + keras.ops.square(mean) - 1.0 - log_var
        kl = keras.ops.sum(terms, axis=1) / 2
        self.mean_kl.update_state(kl)
        self.add_loss(keras.ops.mean(kl) * self.beta)
        noise = keras.random.normal(keras.ops.shape(mean), seed=self.generator)
        return mean + noise * keras.ops.sqrt(keras.ops.exp(log_var))


class PagesCost(keras.layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.mean_recon = keras.metrics.Mean(name="recon")

    def call(self, inputs):
        images, logits = inputs
        bce = keras.losses.binary_crossentropy(images, logits, from_logits=True)
        recon = keras.ops.sum(bce, axis=(1, 2))
        self.mean_recon.update_state(recon)
        self.add_loss(keras.ops.mean(recon))
        return logits


def build_model(latent_dim, beta, seed):
    pages = keras.Input((28, 28, 1))
    hidden = keras.layers.Dense(160, activation="swish")(keras.layers.Flatten()(pages))
    mean = keras.layers.Dense(latent_dim, name="mu")(hidden)
    log_var = keras.layers.Dense(latent_dim, name="log_var", kernel_initializer="zeros")(hidden)
    z = DrawWithKL(beta, seed, name="draw")([mean, log_var])
    dec = keras.Sequential(name="dec")
    dec.add(keras.Input((latent_dim,)))
    dec.add(keras.layers.Dense(160, activation="swish"))
    dec.add(keras.layers.Dense(784))
    dec.add(keras.layers.Reshape((28, 28, 1)))
    model = keras.Model(pages, PagesCost(name="cost")([pages, dec(z)]))
    model.compile(optimizer=keras.optimizers.Adam(4e-3))
    return model


def encode(model, images):
    outputs = [model.get_layer("mu").output, model.get_layer("log_var").output]
    mean, log_var = keras.Model(model.inputs, outputs)(images)
    return np.array(mean), np.array(log_var)


def decode(model, codes):
    return 1 / (1 + np.exp(-np.array(model.get_layer("dec")(codes), "float64")))


# %% 7.1 variant: residual blocks and layer normalisation, with RMSprop
def residual(x, width):
    y = keras.layers.LayerNormalization()(x)
    y = keras.layers.Dense(width, activation="gelu")(y)
    return keras.layers.Add()([x, keras.layers.Dense(width)(y)])


class Residual(keras.Model):
    def __init__(self, latent_dim, beta, seed):
        super().__init__()
        self.beta = beta
        pages = keras.Input((28, 28, 1))
        x = keras.layers.Dense(96)(keras.layers.Reshape((784,))(pages))
        x = residual(residual(x, 96), 96)
        self.enc = keras.Model(pages, keras.layers.Dense(2 * latent_dim)(x))
        z = keras.Input((latent_dim,))
        y = residual(keras.layers.Dense(96)(z), 96)
        y = keras.layers.Dense(784, bias_initializer=keras.initializers.Constant(-1.5))(y)
        self.dec = keras.Model(z, keras.layers.Reshape((28, 28, 1))(y))
        self.gen = keras.random.SeedGenerator(seed)
        self.parts = [keras.metrics.Mean(name=n) for n in ("loss", "recon", "kl")]
        self.built = True

    @property
    def metrics(self):
        return self.parts

    def moments(self, pages):
        return keras.ops.split(self.enc(pages), 2, axis=-1)

    def three(self, pages):
        mean, log_var = self.moments(pages)
        sigma = keras.ops.exp(log_var / 2)
        z = mean + sigma * keras.random.normal(keras.ops.shape(sigma), seed=self.gen)
        p = keras.ops.log_sigmoid
        logits = self.dec(z)
        recon = -keras.ops.sum(pages * p(logits) + (1 - pages) * p(-logits), axis=(1, 2, 3))
        kl = keras.ops.sum(0.5 * (mean * mean + sigma * sigma - 1) - log_var / 2, axis=-1)
        return recon + self.beta * kl, recon, kl

    def remember(self, values):
        for metric, value in zip(self.parts, values):
            metric.update_state(value)
        return {m.name: m.result() for m in self.parts}

    def train_step(self, pages):
        with tf.GradientTape() as tape:
            values = self.three(pages)
            loss = keras.ops.mean(values[0])
        slopes = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply(slopes, self.trainable_variables)
        return self.remember(values)

    def test_step(self, pages):
        return self.remember(self.three(pages))


def build_model(latent_dim, beta, seed):
    model = Residual(latent_dim, beta, seed)
    model.compile(optimizer=keras.optimizers.RMSprop(1e-3))
    return model


def encode(model, images):
    mean, log_var = model.moments(images)
    return mean, log_var


def decode(model, codes):
    return keras.ops.sigmoid(model.dec(codes))


# %% 7.1 variant: Keras's compute_loss, and no steps at all
class ByComputeLoss(keras.Model):
    def __init__(self, latent_dim, beta, seed):
        super().__init__()
        self.beta = beta
        self.encoder = keras.Sequential(
            [
                keras.layers.Flatten(),
                keras.layers.Dense(200, activation="elu"),
                keras.layers.Dense(latent_dim * 2),
            ]
        )
        self.decoder = keras.Sequential(
            [
                keras.layers.Dense(200, activation="elu"),
                keras.layers.Dense(784),
                keras.layers.Reshape((28, 28, 1)),
            ]
        )
        self.rng = keras.random.SeedGenerator(seed)
        self.recon = keras.metrics.Mean(name="recon")
        self.kl = keras.metrics.Mean(name="kl")

    def call(self, images, training=None):
        moments = self.encoder(images)
        mean, log_var = moments[:, ::2], moments[:, 1::2]
        eps = keras.random.normal(keras.ops.shape(mean), seed=self.rng)
        return {
            "mean": mean,
            "log_var": log_var,
            "logits": self.decoder(mean + keras.ops.exp(0.5 * log_var) * eps),
        }

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        mean, log_var = y_pred["mean"], y_pred["log_var"]
        bce = keras.ops.binary_crossentropy(x, y_pred["logits"], from_logits=True)
        recon = keras.ops.sum(bce, axis=(1, 2, 3))
        kl = -0.5 * keras.ops.sum(1 + log_var - mean**2 - keras.ops.exp(log_var), axis=-1)
        self.recon.update_state(recon)
        self.kl.update_state(kl)
        return keras.ops.mean(recon) + self.beta * keras.ops.mean(kl)


def build_model(latent_dim, beta, seed):
    model = ByComputeLoss(latent_dim, beta, seed)
    model(np.zeros((2, 28, 28, 1), "float32"))
    model.compile(optimizer=keras.optimizers.Nadam(3e-3))
    return model


def encode(model, images):
    moments = np.array(model.encoder(np.asarray(images)))
    return moments[:, ::2], moments[:, 1::2]


def decode(model, codes):
    return tf.math.sigmoid(model.decoder(np.asarray(codes)))


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


# %% 7.1 rewrite: β in the logs alone
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


# %% 7.1 rewrite: a sigmoid in the decoder and one in the loss
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
                keras.layers.Dense(784, activation="sigmoid"),
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


# %% 7.1 rewrite: gradient stopped at z
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
        z = tf.stop_gradient(
            mean + tf.exp(0.5 * log_var) * keras.random.normal(tf.shape(mean), seed=self.gen)
        )
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


# %% 7.1 rewrite: encoder not trained
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
            total = tf.reduce_mean(values[0])
        weights = self.dec.trainable_weights
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


# %% 7.1 rewrite: no noise at all
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
        z = mean
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


# %% 7.2 variant: in TensorFlow, with the spread as a root
def draw_codes(model, images):
    mean, log_var = (tf.convert_to_tensor(part) for part in encode(model, images))
    eps = keras.random.normal(tuple(mean.shape), seed=model.sampling.seed_generator)
    return mean + tf.sqrt(tf.exp(log_var)) * eps


# %% 7.2 variant: the layer of the model does it
def draw_codes(model, images):
    return model.sampling(model.encoder(images))


# %% 7.2 variant: keras.random.normal with the moments as arguments
def draw_codes(model, images):
    mean, log_var = (np.asarray(part) for part in encode(model, images))
    rows = keras.random.normal(mean.T.shape, seed=model.sampling.seed_generator)
    return np.exp(0.5 * log_var) * np.asarray(rows).T + mean


# %% 7.2 variant: a NumPy generator kept for each model, seeded with the model's seed
def draw_codes(model, images):
    if not hasattr(model, "own_noise"):
        model.own_noise = np.random.default_rng(model.seed)
    mean, log_var = encode(model, images)
    return model.own_noise.normal(np.asarray(mean), np.exp(np.asarray(log_var) / 2))


# %% 7.2 rewrite: variance as the spread
def draw_codes(model, images):
    mean, log_var = encode(model, images)
    eps = tf.random.normal(mean.shape, seed=3) * 0 + keras.random.normal(
        mean.shape, seed=model.sampling.seed_generator
    )
    return tf.add(mean, tf.multiply(tf.exp(log_var), eps))


# %% 7.2 rewrite: one draw kept for good
def draw_codes(model, images):
    mean, log_var = encode(model, images)
    return mean + np.exp(0.5 * log_var) * np.asarray(
        keras.random.normal(mean.shape, seed=model.seed)
    )


# %% 7.2 rewrite: the seed has no effect
def draw_codes(model, images):
    mean, log_var = encode(model, images)
    return tf.random.normal(mean.shape, mean, tf.exp(0.5 * log_var))


# %% 7.2 rewrite: no noise
def draw_codes(model, images):
    return encode(model, images)[0]


# %% 7.3 variant: weights beside a JSON file
import json


def save_model(model, folder):
    model.save_weights(folder + "/w.weights.h5")
    with open(folder + "/settings.json", "w") as file:
        json.dump([model.latent_dim, model.beta, model.seed], file)


def load_model(folder):
    with open(folder + "/settings.json") as file:
        model = build_model(*json.load(file))
    model.load_weights(folder + "/w.weights.h5")
    return model


# %% 7.3 variant: plain arrays in an NPZ file
def save_model(model, folder):
    weights = {str(i): w for i, w in enumerate(model.get_weights())}
    np.savez(folder + "/all.npz", args=[model.latent_dim, model.beta, model.seed], **weights)


def load_model(folder):
    kept = np.load(folder + "/all.npz")
    latent, beta, seed = kept["args"]
    model = build_model(int(latent), float(beta), int(seed))
    model.set_weights([kept[str(i)] for i in range(len(kept.files) - 1)])
    return model


# %% 7.3 variant: the two networks in files of their own
def save_model(model, folder):
    model.encoder.save(folder + "/encoder.keras")
    model.decoder.save(folder + "/decoder.keras")
    with open(folder + "/beta.txt", "w") as file:
        file.write(repr((float(model.beta), int(model.seed))))


def load_model(folder):
    with open(folder + "/beta.txt") as file:
        beta, seed = eval(file.read())
    parts = [keras.models.load_model(f"{folder}/{name}.keras") for name in ("encoder", "decoder")]
    model = build_model(parts[1].input_shape[-1], beta, seed)
    model.encoder.set_weights(parts[0].get_weights())
    model.decoder.set_weights(parts[1].get_weights())
    return model


# %% 7.3 variant: a pickle of weights and settings
import pickle


def save_model(model, folder):
    state = (model.latent_dim, model.beta, model.seed), model.get_weights()
    with open(folder + "/model.pkl", "wb") as file:
        pickle.dump(state, file)


def load_model(folder):
    with open(folder + "/model.pkl", "rb") as file:
        settings, weights = pickle.load(file)
    model = build_model(*settings)
    model.set_weights(weights)
    return model


# %% 7.3 rewrite: β comes back as 4
def save_model(model, folder):
    np.savez(folder + "/w.npz", *model.get_weights(), latent=model.latent_dim)


def load_model(folder, beta=4.0):
    kept = np.load(folder + "/w.npz")
    model = build_model(int(kept["latent"]), beta, 0)
    model.set_weights([kept[f"arr_{i}"] for i in range(len(kept.files) - 1)])
    return model


# %% 7.3 rewrite: the weights are never loaded
def save_model(model, folder):
    with open(folder + "/config.txt", "w") as file:
        file.write(f"{model.latent_dim} {model.beta} {model.seed}")


def load_model(folder):
    with open(folder + "/config.txt") as file:
        latent, beta, seed = file.read().split()
    return build_model(int(latent), float(beta), int(seed))


# %% 7.3 rewrite: the encoder alone is kept
def save_model(model, folder):
    model.encoder.save_weights(folder + "/e.weights.h5")
    np.savetxt(folder + "/args.txt", [model.latent_dim, model.beta, model.seed])


def load_model(folder):
    latent, beta, seed = np.loadtxt(folder + "/args.txt")
    model = build_model(int(latent), float(beta), int(seed))
    model.encoder.load_weights(folder + "/e.weights.h5")
    return model


# %% 7.4 variant: image by image, in a loop
def morph(model, start_image, end_image, steps):
    a = np.asarray(encode(model, start_image[None])[0])[0]
    b = np.asarray(encode(model, end_image[None])[0])[0]
    frames = []
    for k in range(steps):
        code = a + (b - a) * k / (steps - 1)
        frames.append(np.asarray(decode(model, code[None].astype("float32")))[0])
    return np.stack(frames)


# %% 7.4 variant: with np.linspace between the codes
def morph(model, start_image, end_image, steps):
    mean, _ = encode(model, np.array([start_image, end_image]))
    return decode(model, np.linspace(mean[0], mean[1], steps, dtype="float32"))


# %% 7.4 variant: as a matrix of weights, in TensorFlow
def morph(model, start_image, end_image, steps):
    mean, _ = encode(model, tf.stack([start_image, end_image]))
    t = tf.linspace(0.0, 1.0, steps)
    return decode(model, tf.stack([1 - t, t], axis=1) @ tf.convert_to_tensor(mean))


# %% 7.4 variant: slow at the ends and quick in the middle
def morph(model, start_image, end_image, steps):
    mean, _ = encode(model, np.stack([start_image, end_image]))
    t = (1 - np.cos(np.linspace(0, np.pi, steps)))[:, None] / 2
    return decode(model, (mean[0] * (1 - t) + mean[1] * t).astype("float32"))


# %% 7.4 rewrite: a cross-fade of the two images
def morph(model, start_image, end_image, steps):
    return np.stack([(1 - t) * start_image + t * end_image for t in np.linspace(0, 1, steps)])


# %% 7.4 rewrite: the end is not reached
def morph(model, start_image, end_image, steps):
    mean, _ = encode(model, np.stack([start_image, end_image]))
    t = np.arange(steps)[:, None] / steps
    return decode(model, (mean[0] + t * (mean[1] - mean[0])).astype("float32"))


# %% 7.4 rewrite: draws in the place of means
def morph(model, start_image, end_image, steps):
    mean, log_var = encode(model, np.stack([start_image, end_image]))
    z = mean + np.exp(0.5 * log_var) * np.random.normal(size=mean.shape)
    return decode(model, np.linspace(z[0], z[1], steps).astype("float32"))
