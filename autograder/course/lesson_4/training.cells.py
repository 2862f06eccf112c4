# %% 4.3 variant: a pipeline, and the numbers from evaluate
def train_vae(encoder, decoder, images, beta, epochs):
    batches = tf.data.Dataset.from_tensor_slices(images).shuffle(len(images)).batch(100)
    model = DisentangledVAE(encoder=encoder, decoder=decoder, beta=beta)
    model.compile("adam")
    model.fit(batches.prefetch(1), epochs=epochs, verbose=0)
    return model


def rate_and_distortion(model, images):
    _, recon, kl = model.evaluate(images, batch_size=200, verbose=0)
    return kl, recon


# %% 4.3 variant: train_step in a hand-written loop
def train_vae(encoder, decoder, images, beta, epochs):
    model = DisentangledVAE(encoder, decoder, beta)
    model.compile(optimizer=keras.optimizers.Adam(learning_rate=2e-3))
    for _ in range(epochs):
        order = np.random.permutation(len(images))
        for rows in np.array_split(order, max(1, len(images) // 128)):
            model.train_step(tf.constant(images[rows]))
    return model


def rate_and_distortion(model, images):
    # both terms from their formulas
    mean, log_var = model.encoder(images)
    z = mean + tf.exp(log_var / 2) * tf.random.normal(tf.shape(mean))
    bce = tf.nn.sigmoid_cross_entropy_with_logits(images, model.decoder(z))
    kl = (mean**2 + tf.exp(log_var) - 1 - log_var) / 2
    distortion = tf.reduce_mean(tf.reduce_sum(bce, [1, 2, 3]))
    return tf.reduce_mean(tf.reduce_sum(kl, 1)), distortion


# %% 4.3 variant: fit called once per epoch, numbers in NumPy
def train_vae(encoder, decoder, images, beta, epochs):
    model = DisentangledVAE(encoder, decoder, beta=float(beta))
    model.compile(optimizer="adam")
    for _ in range(epochs):
        model.fit(images, batch_size=64, verbose=0)
    return model


def rate_and_distortion(model, images):
    mean, log_var = (np.asarray(part, np.float64) for part in model.encoder(images))
    z = mean + np.exp(0.5 * log_var) * np.random.standard_normal(mean.shape)
    logits = np.asarray(model.decoder(tf.constant(z, tf.float32)), np.float64)
    recon = (np.logaddexp(0, logits) - logits * images).sum((1, 2, 3))
    kl = 0.5 * (mean**2 + np.exp(log_var) - 1 - log_var).sum(1)
    return [kl.mean(), recon.mean()]


# %% 4.3 variant: another optimizer, and totals divided at the end
def train_vae(encoder, decoder, images, beta, epochs):
    vae = DisentangledVAE(encoder, decoder, beta=beta)
    vae.compile(optimizer=keras.optimizers.AdamW(1e-3))
    vae.fit(x=images, y=None, batch_size=32, epochs=epochs, shuffle=True, verbose=0)
    return vae


def rate_and_distortion(model, images):
    totals = np.zeros(2)
    for start in range(0, len(images), 128):
        recon, kl = model.elbo_terms(images[start : start + 128])
        totals += np.sum(kl), np.sum(recon)
    rate, distortion = totals / len(images)
    return float(rate), float(distortion)


# %% 4.3 rewrite: the loss as distortion
def train_vae(encoder, decoder, images, beta, epochs):
    model = DisentangledVAE(encoder, decoder, beta=beta)
    model.compile(optimizer=keras.optimizers.Adam(2e-3))
    model.fit(images, batch_size=128, epochs=epochs, verbose=0)
    return model


def rate_and_distortion(model, images):
    logs = model.evaluate(images, batch_size=500, verbose=0, return_dict=True)
    return logs["kl"], logs["loss"]


# %% 4.3 rewrite: the history in place of the model
def train_vae(encoder, decoder, images, beta, epochs):
    model = DisentangledVAE(encoder, decoder, beta=beta)
    model.compile("adam")
    history = model.fit(images, epochs=epochs, verbose=0)
    return history


def rate_and_distortion(model, images):
    logs = model.evaluate(images, verbose=0, return_dict=True)
    return logs["kl"], logs["recon"]


# %% 4.3 rewrite: the first batch only
def train_vae(encoder, decoder, images, beta, epochs):
    model = DisentangledVAE(encoder, decoder, beta=beta)
    model.compile(optimizer=keras.optimizers.Adam(2e-3))
    model.fit(images, batch_size=128, epochs=epochs, verbose=0)
    return model


def rate_and_distortion(model, images):
    for batch in tf.data.Dataset.from_tensor_slices(images).batch(64):
        recon, kl = model.elbo_terms(batch)
        return tf.reduce_mean(kl), tf.reduce_mean(recon)


# %% 4.3 rewrite: epochs taken for the batch size
def train_vae(encoder, decoder, images, beta, epochs):
    model = DisentangledVAE(encoder, decoder, beta=beta)
    model.compile(optimizer=keras.optimizers.Adam(2e-3))
    model.fit(images, None, epochs, verbose=0)
    return model


def rate_and_distortion(model, images):
    logs = model.evaluate(images, verbose=0, return_dict=True)
    return logs["kl"], logs["recon"]
