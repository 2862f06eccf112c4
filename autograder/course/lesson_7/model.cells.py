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
