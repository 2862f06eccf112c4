# %% 4.1 variant: convolutions, normalisation and dropout
def build_encoder(latent_dim):
    images = keras.Input((28, 28, 1))
    x = keras.layers.Conv2D(12, 5, strides=2, padding="same")(images)
    x = keras.layers.BatchNormalization()(x)
    x = keras.layers.ReLU()(x)
    x = keras.layers.MaxPooling2D()(x)
    x = keras.layers.Dropout(0.25)(keras.layers.Flatten()(x))
    outputs = tuple(keras.layers.Dense(latent_dim)(x) for _ in range(2))
    return keras.Model(images, outputs)


# %% 4.1 variant: a subclass of keras.Model
class Encoder(keras.Model):
    # layers are made here and put together in call
    def __init__(self, latent_dim):
        super().__init__()
        self.trunk = keras.Sequential(
            [keras.layers.Flatten(), keras.layers.Dense(24, "relu"), keras.layers.Dense(24, "tanh")]
        )
        self.head_of_mean = keras.layers.Dense(latent_dim)
        self.head_of_log_var = keras.layers.Dense(latent_dim)

    def call(self, images):
        hidden = self.trunk(images)
        return self.head_of_mean(hidden), self.head_of_log_var(hidden)


build_encoder = Encoder


# %% 4.1 variant: one wide layer cut in two, with a bound far out
def build_encoder(latent_dim):
    images = keras.Input((28, 28, 1))
    x = keras.layers.Reshape((784,))(images)
    x = keras.layers.Dense(32, activation="swish")(x)
    both = keras.layers.Dense(2 * latent_dim)(x)
    mean, log_var = keras.ops.split(both, 2, axis=-1)
    return keras.Model(images, [mean, keras.ops.clip(log_var, -20.0, 20.0)])


# %% 4.1 variant: the logarithm of a softplus
def build_encoder(latent_dim):
    # the head makes σ, and its logarithm is doubled
    images = keras.layers.Input(shape=(28, 28, 1))
    x = keras.layers.Flatten()(keras.layers.Rescaling(2.0, offset=-1.0)(images))
    x = keras.layers.Dense(48, activation=keras.activations.elu)(x)
    sigma = keras.layers.Dense(latent_dim, activation="softplus")(x)
    log_var = keras.layers.Lambda(lambda s: 2 * keras.ops.log(s + 1e-6))(sigma)
    return keras.Model(inputs=images, outputs=[keras.layers.Dense(latent_dim)(x), log_var])


# %% 4.1 variant: two towers of their own, with a shortcut
def tower(images, latent_dim):
    x = keras.layers.Flatten()(images)
    first = keras.layers.Dense(20, activation="gelu")(x)
    second = keras.layers.Dense(20, activation="gelu")(first)
    return keras.layers.Dense(latent_dim)(keras.layers.Add()([first, second]))


def build_encoder(latent_dim):
    images = keras.Input((28, 28, 1))
    return keras.Model(images, [tower(images, latent_dim), tower(images, latent_dim)])


# %% 4.1 rewrite: relu on both heads
class Encoder(keras.Model):
    def __init__(self, latent_dim):
        super().__init__()
        self.hidden = keras.layers.Dense(30)
        self.heads = [keras.layers.Dense(latent_dim) for _ in range(2)]

    def call(self, images):
        x = tf.nn.relu(self.hidden(tf.reshape(images, (-1, 784))))
        return [tf.nn.relu(head(x)) for head in self.heads]


def build_encoder(latent_dim):
    return Encoder(latent_dim)


# %% 4.1 rewrite: a log-variance that cannot be negative
def build_encoder(latent_dim):
    images = keras.Input((28, 28, 1))
    x = keras.layers.Conv2D(8, 3, strides=2, activation="relu", padding="same")(images)
    x = keras.layers.Flatten()(x)
    mean = keras.layers.Dense(latent_dim)(x)
    variance = keras.ops.exp(keras.layers.Dense(latent_dim)(x))
    return keras.Model(images, [mean, variance])


# %% 4.1 rewrite: one head twice
def build_encoder(latent_dim):
    images = keras.Input((28, 28, 1))
    last = keras.layers.Dense(latent_dim)
    x = keras.layers.Dense(40, activation="gelu")(keras.layers.Flatten()(images))
    mean = last(x)
    log_var = last(x)
    return keras.Model(images, [mean, log_var])


# %% 4.1 rewrite: no Flatten
def build_encoder(latent_dim):
    images = keras.Input((28, 28, 1))
    hidden = images
    for width in (16, 16):
        hidden = keras.layers.Dense(width, activation="relu")(hidden)
    heads = {name: keras.layers.Dense(latent_dim, name=name) for name in ("mean", "log_var")}
    return keras.Model(images, [head(hidden) for head in heads.values()])


# %% 4.1 rewrite: one output of twice the width
def build_encoder(latent_dim):
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Flatten(),
            keras.layers.Dense(64, activation="gelu"),
            keras.layers.Dense(latent_dim * 2),
        ]
    )


# %% 4.1 rewrite: two tensors in place of a model
def build_encoder(latent_dim):
    images = keras.Input((28, 28, 1))
    x = keras.layers.Flatten()(images)
    x = keras.layers.Dense(64, activation="relu")(x)
    return keras.layers.Dense(latent_dim)(x), keras.layers.Dense(latent_dim)(x)


# %% 4.2 variant: upsampled and smoothed by a convolution
def build_decoder(latent_dim):
    return keras.Sequential(
        [
            keras.Input((latent_dim,)),
            keras.layers.Dense(7 * 7 * 4, activation="relu"),
            keras.layers.Reshape((7, 7, 4)),
            keras.layers.UpSampling2D(4),
            keras.layers.Conv2D(1, 5, padding="same"),
        ]
    )


# %% 4.2 variant: a Sequential model whose layers are added one by one
def build_decoder(latent_dim):
    # no Input: the shape is known at the first call
    model = keras.Sequential(name="painter")
    model.add(keras.layers.Dense(24, activation="sigmoid"))
    model.add(keras.layers.Dense(784))
    model.add(keras.layers.Reshape((28, 28, 1)))
    return model


# %% 4.2 variant: a subclass that adds up a picture for every hidden unit
class Painter(keras.Model):
    def __init__(self, latent_dim):
        super().__init__()
        self.hidden = keras.layers.Dense(20, activation="gelu")
        self.brushes = self.add_weight(shape=(20, 28, 28), initializer="glorot_normal")
        self.paper = self.add_weight(shape=(28, 28), initializer="zeros")

    def call(self, z):
        return (
            tf.einsum("bh,hij->bij", self.hidden(z), self.brushes)[..., None]
            + self.paper[..., None]
        )


build_decoder = Painter


# %% 4.2 variant: log-odds of a sigmoid, taken back
def build_decoder(latent_dim):
    z = keras.Input((latent_dim,))
    x = keras.layers.Dense(32, activation="gelu")(z)
    p = keras.layers.Dense(28 * 28, activation="sigmoid")(x)
    p = keras.ops.clip(p, 1e-6, 1 - 1e-6)
    logits = keras.ops.log(p) - keras.ops.log(1 - p)
    return keras.Model(z, keras.ops.reshape(logits, (-1, 28, 28, 1)))


# %% 4.2 variant: z joined again to the hidden layer, rows by a shared layer
def build_decoder(latent_dim):
    z = keras.layers.Input(shape=(latent_dim,))
    x = keras.layers.Concatenate()([z, keras.layers.Dense(56, activation="tanh")(z)])
    x = keras.layers.Dense(28 * 8, activation="relu")(x)
    rows = keras.layers.Reshape((28, 8))(x)
    logits = keras.layers.Dense(28)(rows)
    return keras.Model(inputs=z, outputs=logits[..., None])


# %% 4.2 rewrite: a sigmoid at the end
def build_decoder(latent_dim):
    z = keras.Input((latent_dim,))
    x = keras.layers.Dense(7 * 7 * 8, activation="relu")(z)
    x = keras.layers.Reshape((7, 7, 8))(x)
    x = keras.layers.Conv2DTranspose(8, 3, strides=2, padding="same", activation="relu")(x)
    pixels = keras.layers.Conv2DTranspose(1, 3, strides=2, padding="same", activation="sigmoid")(x)
    return keras.Model(z, pixels)


# %% 4.2 rewrite: relu at the end
class Decoder(keras.Model):
    def __init__(self, latent_dim):
        super().__init__()
        self.steps = [keras.layers.Dense(width, activation="relu") for width in (32, 784)]

    def call(self, z):
        for layer in self.steps:
            z = layer(z)
        return tf.reshape(z, (-1, 28, 28, 1))


def build_decoder(latent_dim):
    return Decoder(latent_dim)


# %% 4.2 rewrite: a flat output
def build_decoder(latent_dim):
    return keras.Sequential(
        [
            keras.Input((latent_dim,)),
            keras.layers.Dense(64, activation="gelu"),
            keras.layers.Dense(784),
        ]
    )


# %% 4.2 rewrite: the channel axis is missing
def build_decoder(latent_dim):
    z = keras.Input((latent_dim,))
    x = keras.layers.Dense(28 * 6, activation="relu")(z)
    rows = keras.layers.Dense(28)(keras.layers.Reshape((28, 6))(x))
    return keras.Model(z, rows)


# %% 4.2 rewrite: half the size
def build_decoder(latent_dim):
    z = keras.Input((latent_dim,))
    x = keras.layers.Dense(7 * 7 * 8, activation="relu")(z)
    x = keras.layers.Reshape((7, 7, 8))(x)
    return keras.Model(z, keras.layers.Conv2DTranspose(1, 3, strides=2, padding="same")(x))


# %% 4.3 variant: a pipeline, and the figures by evaluate
def train_vae(encoder, decoder, images, beta, epochs):
    batches = tf.data.Dataset.from_tensor_slices(images).shuffle(len(images)).batch(100)
    model = DisentangledVAE(encoder=encoder, decoder=decoder, beta=beta)
    model.compile("adam")
    model.fit(batches.prefetch(1), epochs=epochs, verbose=0)
    return model


def rate_and_distortion(model, images):
    _, recon, kl = model.evaluate(images, batch_size=200, verbose=0)
    return kl, recon


# %% 4.3 variant: train_step in a loop of one's own
def train_vae(encoder, decoder, images, beta, epochs):
    model = DisentangledVAE(encoder, decoder, beta)
    model.compile(optimizer=keras.optimizers.Adam(learning_rate=2e-3))
    for _ in range(epochs):
        order = np.random.permutation(len(images))
        for rows in np.array_split(order, max(1, len(images) // 128)):
            model.train_step(tf.constant(images[rows]))
    return model


def rate_and_distortion(model, images):
    # both terms by their formulas
    mean, log_var = model.encoder(images)
    z = mean + tf.exp(log_var / 2) * tf.random.normal(tf.shape(mean))
    bce = tf.nn.sigmoid_cross_entropy_with_logits(images, model.decoder(z))
    kl = (mean**2 + tf.exp(log_var) - 1 - log_var) / 2
    distortion = tf.reduce_mean(tf.reduce_sum(bce, [1, 2, 3]))
    return tf.reduce_mean(tf.reduce_sum(kl, 1)), distortion


# %% 4.3 variant: fit called once for every epoch, figures in NumPy
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


# %% 4.4 variant: a choice between two cases in keras.ops
def collapse_rates(eigenvalues, noise_variance, beta):
    level = beta * noise_variance
    return keras.ops.where(
        eigenvalues > level,
        0.5 * keras.ops.log(eigenvalues / level),
        keras.ops.zeros_like(eigenvalues),
    )


# %% 4.4 variant: one direction after the other, as a list
def collapse_rates(eigenvalues, noise_variance, beta):
    # plain numbers, no arrays
    rates = []
    for variance in np.array(eigenvalues):
        rates.append(max(0.0, 0.5 * np.log(variance / (beta * noise_variance))))
    return rates


# %% 4.4 variant: logarithms of two standard deviations
def collapse_rates(eigenvalues, noise_variance, beta):
    # log of a ratio is a difference of logs, and the half goes into the root
    water = tf.math.log(tf.sqrt(beta * noise_variance))
    return tf.maximum(tf.math.log(tf.sqrt(eigenvalues)) - water, 0.0)


# %% 4.4 variant: the KL of the optimal posterior, before anything cancels
def collapse_rates(eigenvalues, noise_variance, beta):
    level = beta * noise_variance
    weight_squared = tf.nn.relu(eigenvalues - level)
    v = level / (weight_squared + level)
    mean_square = weight_squared / (weight_squared + level)
    return 0.5 * (mean_square + v - 1.0 - tf.math.log(v))


# %% 4.4 variant: only the survivors are filled in
def collapse_rates(eigenvalues, noise_variance, beta):
    lam = np.asarray(eigenvalues, dtype=np.float64)
    rates = np.zeros(lam.shape)
    alive = lam >= beta * noise_variance
    rates[alive] = np.log(lam[alive] / beta / noise_variance) / 2
    return rates


# %% 4.4 variant: mapped over the directions with a helper
def rate_of(variance, level):
    return tf.cond(variance > level, lambda: -0.5 * tf.math.log(level / variance), lambda: 0.0)


def collapse_rates(eigenvalues, noise_variance, beta):
    level = tf.constant(beta * noise_variance, tf.float32)
    return tf.map_fn(lambda variance: rate_of(variance, level), eigenvalues)


# %% 4.4 rewrite: negative rates
def collapse_rates(eigenvalues, noise_variance, beta):
    # difference of logs
    return (tf.math.log(eigenvalues) - tf.math.log(beta * noise_variance)) / 2.0


# %% 4.4 rewrite: the ½ is missing
def collapse_rates(eigenvalues, noise_variance, beta):
    ratio = eigenvalues / (beta * noise_variance)
    return tf.nn.relu(tf.math.log(ratio))


# %% 4.4 rewrite: β forgotten
def collapse_rates(eigenvalues, noise_variance, beta):
    rates = [
        np.log(e / noise_variance) / 2 if e > noise_variance else 0 for e in eigenvalues.numpy()
    ]
    return np.array(rates)


# %% 4.4 rewrite: β only in the threshold
def collapse_rates(eigenvalues, noise_variance, beta):
    survives = tf.cast(eigenvalues > beta * noise_variance, tf.float32)
    return survives * tf.math.log(tf.sqrt(eigenvalues / noise_variance))


# %% 4.4 rewrite: variance taken for a standard deviation
def collapse_rates(eigenvalues, noise_variance, beta):
    sigma = noise_variance
    water = beta * sigma**2
    return keras.ops.relu(keras.ops.log(eigenvalues / water) * 0.5)


# %% 4.4 rewrite: bits in place of nats
def collapse_rates(eigenvalues, noise_variance, beta):
    # "how many bits does the message need?"
    nats = tf.math.log(tf.maximum(eigenvalues, beta * noise_variance) / (beta * noise_variance)) / 2
    return nats / tf.math.log(2.0)


# %% 4.4 rewrite: one added inside the logarithm
def collapse_rates(eigenvalues, noise_variance, beta):
    signal_to_noise = eigenvalues / (beta * noise_variance)
    return tf.math.log1p(signal_to_noise) / 2


# %% 4.4 rewrite: drowned directions left out
def collapse_rates(eigenvalues, noise_variance, beta):
    alive = tf.boolean_mask(eigenvalues, eigenvalues > beta * noise_variance)
    return 0.5 * tf.math.log(alive / (beta * noise_variance))


# %% 4.5 variant: in keras.ops, shaped like the images
faulty_line_4_5 = 3


def score_and_draw(features, kernel, bias, images):
    logits = keras.ops.reshape(keras.ops.matmul(features, kernel) + bias, keras.ops.shape(images))
    bce = keras.ops.binary_crossentropy(images, logits, from_logits=True)
    return keras.ops.sum(bce, axis=[1, 2, 3]), keras.ops.sigmoid(logits)


# %% 4.5 variant: by hand in NumPy, on flat pages
def score_and_draw(features, kernel, bias, images):
    # log(1 + e^l) - x l, added up over the pixels of a page
    logits = np.array(features) @ np.array(kernel) + np.array(bias)
    x = np.array(images).reshape(len(logits), -1)
    recon = np.sum(np.logaddexp(0, logits) - x * logits, axis=1)
    return recon, (1 / (1 + np.exp(-logits))).reshape(-1, 28, 28, 1)


faulty_line_4_5 = 3


# %% 4.5 variant: the Keras loss object, and softplus of both signs left to it
faulty_line_4_5 = 3


def score_and_draw(features, kernel, bias, images):
    logits = tf.reshape(tf.nn.bias_add(tf.matmul(features, kernel), bias), [-1, 28, 28, 1])
    per_pixel = keras.losses.BinaryCrossentropy(from_logits=True, reduction=None)
    flat = [keras.layers.Flatten()(part)[..., None] for part in (images, logits)]
    return tf.reduce_sum(per_pixel(*flat), axis=-1), keras.activations.sigmoid(logits)


# %% 4.5 variant: einsum, a mean times the number of pixels
def last_layer(features, kernel, bias):
    return tf.einsum("bw,wp->bp", features, kernel) + bias


def score_and_draw(features, kernel, bias, images):
    logits = tf.reshape(last_layer(features, kernel, bias), (-1, 28, 28, 1))
    bce = tf.nn.softplus(-logits) * images + tf.nn.softplus(logits) * (1 - images)
    pixels = 0.5 + 0.5 * tf.tanh(logits / 2)
    return 784 * tf.reduce_mean(bce, axis=(1, 2, 3)), pixels


faulty_line_4_5 = 1 + 2


# %% 4.5 variant: one page after the other, returned as a list
faulty_line_4_5 = 3


def score_and_draw(features, kernel, bias, images):
    losses, pages = [], []
    for row, image in zip(features, images, strict=True):
        logits = tf.reshape(tf.tensordot(row, kernel, 1) + bias, (28, 28, 1))
        losses.append(tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits(image, logits)))
        pages.append(tf.sigmoid(logits))
    return [tf.stack(losses), tf.stack(pages)]


# %% 4.5 rewrite: still twice in the picture
faulty_line_4_5 = 3


def score_and_draw(features, kernel, bias, images):
    output = tf.reshape(features @ kernel + bias, (-1, 28, 28, 1))
    bce = tf.nn.sigmoid_cross_entropy_with_logits(labels=images, logits=output)
    output = tf.sigmoid(output)
    return tf.reduce_sum(bce, axis=(1, 2, 3)), tf.sigmoid(output)


# %% 4.5 rewrite: still twice in the loss
def score_and_draw(features, kernel, bias, images):
    # the second sigmoid of the listing taken out
    pixels = keras.layers.Reshape((28, 28, 1))(keras.activations.sigmoid(features @ kernel + bias))
    bce = keras.losses.binary_crossentropy(images, pixels, from_logits=True)
    return keras.ops.sum(bce, axis=(1, 2)), pixels


faulty_line_4_5 = 3


# %% 4.5 rewrite: no sigmoid left
faulty_line_4_5 = 3


def score_and_draw(features, kernel, bias, images):
    # "the sigmoid is in the loss already"
    pixels = keras.ops.reshape(features @ kernel + bias, (-1, 28, 28, 1))
    bce = keras.ops.binary_crossentropy(images, pixels, from_logits=True)
    return keras.ops.sum(bce, axis=(1, 2, 3)), pixels


# %% 4.5 rewrite: relu in the place of the sigmoid
faulty_line_4_5 = 3


def score_and_draw(features, kernel, bias, images):
    output = tf.nn.relu(tf.matmul(features, kernel) + bias)
    output = tf.reshape(output, (-1, 28, 28, 1))
    bce = tf.nn.sigmoid_cross_entropy_with_logits(labels=images, logits=output)
    return tf.reduce_sum(bce, axis=(1, 2, 3)), tf.sigmoid(output)


# %% 4.5 rewrite: the loss averaged over pixels
faulty_line_4_5 = 3


def score_and_draw(features, kernel, bias, images):
    logits = features @ kernel + bias
    flat = tf.reshape(images, (-1, 784))
    recon = keras.losses.binary_crossentropy(flat, logits, from_logits=True)
    return recon, tf.reshape(tf.sigmoid(logits), (-1, 28, 28, 1))


# %% 4.5 rewrite: line 7 blamed
faulty_line_4_5 = 7


def score_and_draw(features, kernel, bias, images):
    logits = tf.reshape(features @ kernel + bias, (-1, 28, 28, 1))
    bce = tf.nn.sigmoid_cross_entropy_with_logits(labels=images, logits=logits)
    return tf.reduce_sum(bce, axis=(1, 2, 3)), tf.nn.sigmoid(logits)


# %% 4.5 rewrite: labels and logits have changed places
faulty_line_4_5 = 3


def score_and_draw(features, kernel, bias, images):
    logits = tf.reshape(features @ kernel + bias, (-1, 28, 28, 1))
    bce = tf.nn.sigmoid_cross_entropy_with_logits(logits, images)
    return tf.reduce_sum(bce, axis=(1, 2, 3)), tf.sigmoid(logits)
