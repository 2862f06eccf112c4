# %% 3.3 rewrite: only the decoder learns
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

    def train_step(self, data):
        images = keras.utils.unpack_x_y_sample_weight(data)[0]
        mean, log_var = self.encoder(images, training=True)
        z = self.sampling((mean, log_var))
        kl = kl_divergence(mean, log_var)
        with tf.GradientTape() as tape:
            recon = reconstruction_loss(images, self.decoder(z, training=True))
            loss = tf.reduce_mean(recon + self.beta * kl)
        gradients = tape.gradient(loss, self.decoder.trainable_variables)
        self.optimizer.apply_gradients(
            zip(gradients, self.decoder.trainable_variables, strict=True)
        )
        return self.track(recon, kl)

    def track(self, recon, kl):
        self.loss_tracker.update_state(recon + self.beta * kl)
        self.recon_tracker.update_state(recon)
        self.kl_tracker.update_state(kl)
        return {m.name: m.result() for m in self.metrics}

    def test_step(self, data):
        images = keras.utils.unpack_x_y_sample_weight(data)[0]
        mean, log_var = self.encoder(images, training=False)
        logits = self.decoder(self.sampling((mean, log_var)), training=False)
        return self.track(reconstruction_loss(images, logits), kl_divergence(mean, log_var))


# %% 3.3 rewrite: a short batch counts like a full one
class DisentangledVAE(keras.Model):
    def __init__(self, encoder, decoder, beta=4.0, **kwargs):
        super().__init__(**kwargs)
        self.encoder, self.decoder, self.beta = encoder, decoder, beta
        self.trackers = [keras.metrics.Mean(name=name) for name in ("loss", "recon", "kl")]

    @property
    def metrics(self):
        return self.trackers

    def losses_of(self, images, training):
        mean, log_var = self.encoder(images, training=training)
        z = mean + keras.ops.exp(0.5 * log_var) * tf.random.normal(tf.shape(mean))
        recon = tf.reduce_mean(reconstruction_loss(images, self.decoder(z, training=training)))
        kl = tf.reduce_mean(kl_divergence(mean, log_var))
        return recon + self.beta * kl, recon, kl

    def show(self, values):
        for tracker, value in zip(self.trackers, values, strict=True):
            tracker.update_state(value)
        return {tracker.name: tracker.result() for tracker in self.trackers}

    def train_step(self, data):
        images = data[0] if isinstance(data, tuple) else data
        with tf.GradientTape() as tape:
            values = self.losses_of(images, training=True)
        gradients = tape.gradient(values[0], self.trainable_variables)
        self.optimizer.apply(gradients, self.trainable_variables)
        return self.show(values)

    def test_step(self, data):
        images = data[0] if isinstance(data, tuple) else data
        return self.show(self.losses_of(images, training=False))


# %% 3.3 rewrite: tested on the mean code
class DisentangledVAE(keras.Model):
    def __init__(self, encoder, decoder, beta=4.0, **kwargs):
        super().__init__(**kwargs)
        self.encoder, self.decoder, self.beta = encoder, decoder, beta
        self.loss_tracker = keras.metrics.Mean(name="loss")
        self.recon_tracker = keras.metrics.Mean(name="recon")
        self.kl_tracker = keras.metrics.Mean(name="kl")

    @property
    def metrics(self):
        return [self.loss_tracker, self.recon_tracker, self.kl_tracker]

    def both(self, images, noise, training):
        mean, log_var = self.encoder(images, training=training)
        eps = noise * keras.random.normal(keras.ops.shape(mean))
        logits = self.decoder(mean + eps * keras.ops.exp(log_var / 2), training=training)
        return reconstruction_loss(images, logits), kl_divergence(mean, log_var)

    def logs(self, recon, kl):
        self.loss_tracker.update_state(recon + self.beta * kl)
        self.recon_tracker.update_state(recon)
        self.kl_tracker.update_state(kl)
        return {m.name: m.result() for m in self.metrics}

    def train_step(self, data):
        images = keras.utils.unpack_x_y_sample_weight(data)[0]
        with tf.GradientTape() as tape:
            recon, kl = self.both(images, noise=1.0, training=True)
            loss = tf.reduce_mean(recon) + self.beta * tf.reduce_mean(kl)
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply(gradients, self.trainable_variables)
        return self.logs(recon, kl)

    def test_step(self, data):
        images = keras.utils.unpack_x_y_sample_weight(data)[0]
        return self.logs(*self.both(images, noise=0.0, training=False))


# %% 3.3 rewrite: β has no effect
class DisentangledVAE(keras.Model):
    def __init__(self, encoder, decoder, beta=4.0, **kwargs):
        super().__init__(**kwargs)
        self.encoder, self.decoder, self.beta = encoder, decoder, beta
        self.mean_of = {name: keras.metrics.Mean(name=name) for name in ("loss", "recon", "kl")}

    @property
    def metrics(self):
        return [*self.mean_of.values()]

    def step(self, data, train):
        images = keras.utils.unpack_x_y_sample_weight(data)[0]
        with tf.GradientTape() as tape:
            mean, log_var = self.encoder(images, training=train)
            z = mean + tf.sqrt(tf.exp(log_var)) * tf.random.normal(tf.shape(mean))
            recon = reconstruction_loss(images, self.decoder(z, training=train))
            kl = kl_divergence(mean, log_var)
            loss = recon + kl
        if train:
            # The gradient of a vector is that of its sum.
            gradients = tape.gradient(loss, self.trainable_variables)
            size = tf.cast(tf.shape(images)[0], tf.float32)
            gradients = [gradient / size for gradient in gradients]
            self.optimizer.apply(gradients, self.trainable_variables)
        for name, values in (("loss", loss), ("recon", recon), ("kl", kl)):
            self.mean_of[name].update_state(values)
        return {name: mean.result() for name, mean in self.mean_of.items()}

    def train_step(self, data):
        return self.step(data, train=True)

    def test_step(self, data):
        return self.step(data, train=False)
