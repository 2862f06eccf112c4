# %% 3.3 variant: one forward pass for both steps
# Shared helpers; the objective comes from 3.2, and the optimizer gets pairs.
class DisentangledVAE(keras.Model):
    def __init__(self, encoder, decoder, beta=4.0, **kwargs):
        super().__init__(**kwargs)
        self.encoder, self.decoder, self.beta = encoder, decoder, beta
        self.sampling = Sampling()
        self.loss_tracker = keras.metrics.Mean(name="loss")
        self.recon_tracker = keras.metrics.Mean(name="recon")
        self.kl_tracker = keras.metrics.Mean(name="kl")

    @property
    def metrics(self):
        return [self.loss_tracker, self.recon_tracker, self.kl_tracker]

    def forward(self, data, training):
        images = keras.utils.unpack_x_y_sample_weight(data)[0]
        mean, log_var = self.encoder(images, training=training)
        return (
            images,
            self.decoder(self.sampling((mean, log_var)), training=training),
            mean,
            log_var,
        )

    def log(self, images, logits, mean, log_var):
        recon, kl = reconstruction_loss(images, logits), kl_divergence(mean, log_var)
        for tracker, value in zip(self.metrics, (recon + self.beta * kl, recon, kl), strict=True):
            tracker.update_state(value)
        return {metric.name: metric.result() for metric in self.metrics}

    def train_step(self, data):
        with tf.GradientTape() as tape:
            outputs = self.forward(data, training=True)
            loss = beta_vae_loss(*outputs, self.beta)
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables, strict=True))
        return self.log(*outputs)

    def test_step(self, data):
        return self.log(*self.forward(data, training=False))


# %% 3.3 variant: own noise and weighted batch means
# Noise by hand; every tracker gets a mean and the number of images behind it.
class DisentangledVAE(keras.Model):
    def __init__(self, encoder, decoder, beta=4.0, **kwargs):
        super().__init__(**kwargs)
        self.encoder, self.decoder, self.beta = encoder, decoder, beta
        self.total = keras.metrics.Mean(name="loss")
        self.recon = keras.metrics.Mean(name="recon")
        self.kl = keras.metrics.Mean(name="kl")

    @property
    def metrics(self):
        return [self.total, self.recon, self.kl]

    def losses_of(self, data, training):
        x = data[0] if isinstance(data, (tuple, list)) else data
        mean, log_var = self.encoder(x, training=training)
        z = mean + tf.exp(0.5 * log_var) * tf.random.normal(tf.shape(mean))
        logits = self.decoder(z, training=training)
        recon = tf.reduce_mean(reconstruction_loss(x, logits))
        kl = tf.reduce_mean(kl_divergence(mean, log_var))
        return recon + self.beta * kl, recon, kl, tf.shape(x)[0]

    def logged(self, loss, recon, kl, size):
        self.total.update_state(loss, sample_weight=size)
        self.recon.update_state(recon, sample_weight=size)
        self.kl.update_state(kl, sample_weight=size)
        return {"loss": self.total.result(), "recon": self.recon.result(), "kl": self.kl.result()}

    def train_step(self, data):
        weights = self.encoder.trainable_variables + self.decoder.trainable_variables
        with tf.GradientTape() as tape:
            loss, recon, kl, size = self.losses_of(data, True)
        self.optimizer.apply(tape.gradient(loss, weights), weights)
        return self.logged(loss, recon, kl, size)

    def test_step(self, data):
        return self.logged(*self.losses_of(data, False))


# %% 3.3 variant: everything written out with keras.ops
# The formulas are in the step; the noise comes from a separate seed generator.
class DisentangledVAE(keras.Model):
    def __init__(self, encoder, decoder, beta=4.0, **kwargs):
        super().__init__(**kwargs)
        self.encoder = encoder
        self.decoder = decoder
        self.beta = beta
        self.noise = keras.random.SeedGenerator(7)
        self.means = {name: keras.metrics.Mean(name=name) for name in ("loss", "recon", "kl")}

    @property
    def metrics(self):
        return list(self.means.values())

    def terms(self, images, training):
        mean, log_var = self.encoder(images, training=training)
        std = keras.ops.exp(log_var / 2)
        eps = keras.random.normal(keras.ops.shape(mean), seed=self.noise)
        logits = self.decoder(mean + std * eps, training=training)
        cost = keras.ops.softplus(logits) - images * logits
        recon = keras.ops.sum(cost, axis=(1, 2, 3))
        kl = 0.5 * keras.ops.sum(mean**2 + std**2 - 1 - log_var, axis=1)
        return {"loss": recon + self.beta * kl, "recon": recon, "kl": kl}

    def keep(self, terms):
        for name, values in terms.items():
            self.means[name].update_state(values)
        return {name: self.means[name].result() for name in terms}

    def train_step(self, data):
        images, _, _ = keras.utils.unpack_x_y_sample_weight(data)
        with tf.GradientTape() as tape:
            terms = self.terms(images, training=True)
            loss = keras.ops.mean(terms["loss"])
        gradients = tape.gradient(loss, self.trainable_weights)
        self.optimizer.apply(gradients, self.trainable_weights)
        return self.keep(terms)

    def test_step(self, data):
        images, _, _ = keras.utils.unpack_x_y_sample_weight(data)
        return self.keep(self.terms(images, training=False))


# %% 3.3 variant: two passes backwards
# A persistent tape gives each network its gradients, and the plain chain rule adds the terms.
class DisentangledVAE(keras.Model):
    def __init__(self, encoder, decoder, beta=4.0, **kwargs):
        super().__init__(**kwargs)
        self.encoder, self.decoder, self.beta = encoder, decoder, beta
        self.sampling = Sampling()
        self.loss_tracker = keras.metrics.Mean(name="loss")
        self.recon_tracker = keras.metrics.Mean(name="recon")
        self.kl_tracker = keras.metrics.Mean(name="kl")

    @property
    def metrics(self):
        return [self.loss_tracker, self.recon_tracker, self.kl_tracker]

    def call(self, images, training=False):
        mean, log_var = self.encoder(images, training=training)
        return self.decoder(self.sampling((mean, log_var)), training=training)

    def train_step(self, data):
        images = keras.utils.unpack_x_y_sample_weight(data)[0]
        with tf.GradientTape(persistent=True) as tape:
            code = self.encoder(images, training=True)
            logits = self.decoder(self.sampling(code), training=True)
            recon = reconstruction_loss(images, logits)
            kl = kl_divergence(*code)
            loss = tf.reduce_mean(recon) + self.beta * tf.reduce_mean(kl)
        both = [self.encoder.trainable_variables, self.decoder.trainable_variables]
        gradients = [gradient for part in both for gradient in tape.gradient(loss, part)]
        self.optimizer.apply(gradients, both[0] + both[1])
        self.loss_tracker.update_state(recon + self.beta * kl)
        self.recon_tracker.update_state(recon)
        self.kl_tracker.update_state(kl)
        return {m.name: m.result() for m in self.metrics}

    def test_step(self, data):
        images = keras.utils.unpack_x_y_sample_weight(data)[0]
        code = self.encoder(images, training=False)
        recon = reconstruction_loss(images, self.decoder(self.sampling(code), training=False))
        kl = kl_divergence(*code)
        self.loss_tracker.update_state(recon + self.beta * kl)
        self.recon_tracker.update_state(recon)
        self.kl_tracker.update_state(kl)
        return {m.name: m.result() for m in self.metrics}
