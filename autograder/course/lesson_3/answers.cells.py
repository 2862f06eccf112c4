# %% 3.1 variant: TensorFlow's own cross-entropy
# The library knows the stable form; only the sum is ours.
def reconstruction_loss(images, logits):
    per_pixel = tf.nn.sigmoid_cross_entropy_with_logits(labels=images, logits=logits)
    return tf.reduce_sum(per_pixel, axis=[1, 2, 3])


# %% 3.1 variant: Keras's mean over the channel, then a sum
# Keras averages over the last axis, which has one entry here.
def reconstruction_loss(images, logits):
    over_channel = keras.losses.binary_crossentropy(images, logits, from_logits=True)
    return keras.ops.sum(over_channel, axis=(-1, -2))


# %% 3.1 variant: two log-sigmoids
# log p and log(1 − p) are both log-sigmoids, of l and of −l.
def reconstruction_loss(images, logits):
    log_p = tf.math.log_sigmoid(logits)
    log_not_p = tf.math.log_sigmoid(-logits)
    log_likelihood = images * log_p + (1.0 - images) * log_not_p
    return -tf.reduce_sum(tf.reshape(log_likelihood, (tf.shape(images)[0], -1)), axis=1)


# %% 3.1 variant: logaddexp in double precision
# log(e^0 + e^l), in float64, flattened first.
def reconstruction_loss(images, logits):
    x, logit = (
        keras.ops.cast(keras.layers.Flatten()(item), "float64") for item in (images, logits)
    )
    return keras.ops.sum(keras.ops.logaddexp(0.0 * logit, logit) - x * logit, axis=1)


# %% 3.1 variant: image by image
# The cost of one picture, mapped over the batch.
def reconstruction_loss(images, logits):
    def of_one(pair):
        picture, logit = pair
        return tf.reduce_sum(tf.nn.softplus(logit)) - tf.tensordot(
            tf.reshape(picture, [-1]), tf.reshape(logit, [-1]), 1
        )

    return tf.map_fn(of_one, (images, logits), fn_output_signature=tf.float32)


# %% 3.1 variant: einsum and the positive part pulled out
# Σ max(l, 0) + log(1 + e^−|l|), less Σ x·l as an einsum.
def reconstruction_loss(images, logits):
    soft = keras.ops.relu(logits) + keras.ops.log1p(keras.ops.exp(-keras.ops.abs(logits)))
    return tf.einsum("bhwc->b", soft) - tf.einsum("bhwc,bhwc->b", images, logits)


# %% 3.1 variant: one axis after the other
# A lambda; the axes disappear from the last to the second.
softplus = tf.keras.activations.softplus
reconstruction_loss = lambda images, logits: tf.reduce_sum(
    tf.reduce_sum(tf.reduce_sum(softplus(logits) - tf.multiply(images, logits), -1), -1), -1
)


# %% 3.1 variant: Keras's loss object
# A loss object without reduction keeps one number for every row of pixels.
def reconstruction_loss(images, logits):
    bce = keras.losses.BinaryCrossentropy(from_logits=True, reduction=None)
    return tf.math.reduce_sum(bce(images, logits), axis=(1, 2))


# %% 3.1 variant: probabilities whose logits Keras remembers
# Keras's activation keeps the logits beside its output, and its loss goes back to them.
def reconstruction_loss(images, logits):
    probabilities = keras.activations.sigmoid(logits)
    return tf.reduce_sum(keras.losses.binary_crossentropy(images, probabilities), axis=[1, 2])


# %% 3.1 variant: a loop over the batch
# Plain Python over the images, stacked at the end.
def reconstruction_loss(images, logits):
    costs = []
    for picture, logit in zip(images, logits, strict=True):
        costs.append(tf.reduce_sum(tf.math.softplus(logit) - picture * logit))
    return tf.stack(costs)


# %% 3.1 rewrite: averaged over pixels
def reconstruction_loss(images, logits):
    n = tf.shape(images)[0]
    x, logit = tf.reshape(images, (n, -1)), tf.reshape(logits, (n, -1))
    return tf.reduce_mean(tf.math.softplus(logit) - x * logit, axis=1)


# %% 3.1 rewrite: sigmoid first, then the logarithm
def reconstruction_loss(images, logits):
    probabilities = tf.math.sigmoid(logits)
    cost = keras.losses.binary_crossentropy(images, probabilities)
    return tf.reduce_sum(cost, axis=[1, 2])


# %% 3.1 rewrite: the logarithm of a rounded probability
def reconstruction_loss(images, logits):
    p = 1 / (1 + tf.exp(-logits))
    ink = images * keras.ops.log(p)
    paper = (1 - images) * keras.ops.log(1 - p)
    return -keras.ops.sum(ink + paper, axis=(1, 2, 3))


# %% 3.1 rewrite: e^l overflows
def reconstruction_loss(images, logits):
    cost = keras.ops.log1p(keras.ops.exp(logits)) - keras.ops.multiply(logits, images)
    flat = keras.ops.reshape(cost, (cost.shape[0], -1))
    return keras.ops.sum(flat, axis=-1)


# %% 3.1 rewrite: logits treated as probabilities
def reconstruction_loss(images, logits):
    bce = keras.losses.BinaryCrossentropy(reduction="none")
    return tf.reduce_sum(bce(images, logits), axis=(1, 2))


# %% 3.1 rewrite: sigmoid applied twice
def reconstruction_loss(images, logits):
    p = tf.nn.sigmoid(logits)
    return tf.reduce_sum(tf.nn.softplus(p) - images * p, axis=(1, 2, 3))


# %% 3.1 rewrite: squared error
def reconstruction_loss(images, logits):
    flat = keras.layers.Flatten()
    p = flat(1 / (1 + keras.ops.exp(-logits)))
    return keras.ops.sum(keras.ops.square(p - flat(images)), axis=1)


# %% 3.1 rewrite: averaged over the batch too
def reconstruction_loss(images, logits):
    total = tf.reduce_sum(tf.math.softplus(logits) - images * logits)
    return total / images.shape[0]


# %% 3.1 rewrite: summed over the batch too
def reconstruction_loss(images, logits):
    cost = keras.ops.softplus(logits) - images * logits
    return keras.ops.sum(cost)


# %% 3.1 rewrite: sign flipped
def reconstruction_loss(images, logits):
    log_p, log_not_p = tf.math.log_sigmoid(logits), tf.math.log_sigmoid(-logits)
    return tf.einsum("bijc->b", images * log_p + (1 - images) * log_not_p)


# %% 3.1 rewrite: paper costs nothing
def reconstruction_loss(images, logits):
    return tf.reduce_sum(images * tf.math.softplus(-logits), axis=[1, 2, 3])


# %% 3.1 rewrite: only the last axis summed
def reconstruction_loss(images, logits):
    cost = tf.math.softplus(logits) - images * logits
    return cost[..., 0]


# %% 3.1 rewrite: images and logits swapped
def reconstruction_loss(images, logits):
    return tf.reduce_sum(tf.math.softplus(images) - images * logits, axis=[1, 2, 3])


# %% 3.2 variant: two means
# A mean is linear, so each term may have its own.
def beta_vae_loss(images, logits, mean, log_var, beta):
    recon = tf.reduce_mean(reconstruction_loss(images, logits))
    kl = tf.reduce_mean(kl_divergence(mean, log_var))
    return recon + beta * kl


# %% 3.2 variant: with keras.ops
# The batch comes in through a dot product with 1/B.
def beta_vae_loss(images, logits, mean, log_var, beta):
    per_image = keras.ops.add(
        reconstruction_loss(images, logits),
        keras.ops.multiply(beta, kl_divergence(mean, log_var)),
    )
    batch = per_image.shape[0]
    return keras.ops.dot(per_image, keras.ops.ones((batch,)) / batch)


# %% 3.2 variant: everything written out
# Neither helper is called: both formulas stand here, KL in the variance's form.
def beta_vae_loss(images, logits, mean, log_var, beta):
    pixels = tf.reduce_sum(tf.nn.softplus(logits) - images * logits, axis=(1, 2, 3))
    variance = tf.exp(log_var)
    latents = -0.5 * tf.reduce_sum(1.0 + log_var - mean**2 - variance, axis=1)
    return tf.reduce_mean(pixels + beta * latents)


# %% 3.2 variant: a plain number in NumPy
# No gradient is asked for here; NumPy in double precision, and a float.
def beta_vae_loss(images, logits, mean, log_var, beta):
    recon = np.asarray(reconstruction_loss(images, logits), dtype=np.float64)
    kl = np.asarray(kl_divergence(mean, log_var), dtype=np.float64)
    return float(np.mean(recon + beta * kl))


# %% 3.2 variant: a sum divided by the size of the batch
# The mean as total over count; β as a tensor.
def beta_vae_loss(images, logits, mean, log_var, beta):
    beta = tf.convert_to_tensor(beta, dtype=tf.float32)
    total = tf.add_n(
        [
            tf.reduce_sum(reconstruction_loss(images, logits)),
            beta * tf.reduce_sum(kl_divergence(mean, log_var)),
        ]
    )
    return total / tf.cast(tf.shape(images)[0], tf.float32)


# %% 3.2 variant: a Mean metric
# The metric averages the vector for us.
def beta_vae_loss(images, logits, mean, log_var, beta):
    average = keras.metrics.Mean()
    average.update_state(reconstruction_loss(images, logits) + beta * kl_divergence(mean, log_var))
    return average.result()


# %% 3.2 variant: one image at a time
# The losses of single images, collected in a list.
def beta_vae_loss(images, logits, mean, log_var, beta):
    def of_one(i):
        one = slice(i, i + 1)
        recon = reconstruction_loss(images[one], logits[one])[0]
        return recon + beta * kl_divergence(mean[one], log_var[one])[0]

    return tf.reduce_mean(tf.stack([of_one(i) for i in range(len(images))]))


# %% 3.2 rewrite: β forgotten
def beta_vae_loss(images, logits, mean, log_var, beta):
    parts = [reconstruction_loss(images, logits), kl_divergence(mean, log_var)]
    return tf.reduce_mean(tf.add_n(parts))


# %% 3.2 rewrite: β on the reconstruction
def beta_vae_loss(images, logits, mean, log_var, beta):
    kl = 0.5 * tf.reduce_sum(mean**2 + tf.exp(log_var) - 1 - log_var, axis=1)
    bce = tf.nn.sigmoid_cross_entropy_with_logits(images, logits)
    return tf.reduce_mean(kl) + beta * tf.reduce_mean(tf.reduce_sum(bce, axis=(1, 2, 3)))


# %% 3.2 rewrite: β on both terms
def beta_vae_loss(images, logits, mean, log_var, beta):
    loss = keras.ops.mean(reconstruction_loss(images, logits))
    loss += keras.ops.mean(kl_divergence(mean, log_var))
    loss *= beta
    return loss


# %% 3.2 rewrite: KL subtracted
def beta_vae_loss(images, logits, mean, log_var, beta):
    kl = 0.5 * keras.ops.sum(1 + log_var - keras.ops.square(mean) - keras.ops.exp(log_var), axis=-1)
    return keras.ops.mean(reconstruction_loss(images, logits) + beta * kl)


# %% 3.2 rewrite: the objective to be made large
def beta_vae_loss(images, logits, mean, log_var, beta):
    log_p = images * tf.math.log_sigmoid(logits) + (1 - images) * tf.math.log_sigmoid(-logits)
    elbo = tf.reduce_sum(log_p, axis=[1, 2, 3]) - beta * kl_divergence(mean, log_var)
    return tf.reduce_mean(elbo)


# %% 3.2 rewrite: summed over the batch
def beta_vae_loss(images, logits, mean, log_var, beta):
    total = 0.0
    recons, kls = reconstruction_loss(images, logits), kl_divergence(mean, log_var)
    for recon, kl in zip(recons, kls, strict=True):
        total = total + recon + beta * kl
    return total


# %% 3.2 rewrite: not reduced over the batch
def beta_vae_loss(images, logits, mean, log_var, beta):
    weighted = keras.ops.multiply(kl_divergence(mean, log_var), beta)
    return keras.ops.add(weighted, reconstruction_loss(images, logits))


# %% 3.2 rewrite: KL averaged over latents
def beta_vae_loss(images, logits, mean, log_var, beta):
    kl = -0.5 * tf.reduce_mean(1 + log_var - tf.square(mean) - tf.exp(log_var), axis=1)
    return tf.reduce_mean(reconstruction_loss(images, logits)) + beta * tf.reduce_mean(kl)


# %% 3.2 rewrite: pixels averaged, KL summed
def beta_vae_loss(images, logits, mean, log_var, beta):
    recon = keras.losses.BinaryCrossentropy(from_logits=True)(images, logits)
    return recon + beta * tf.reduce_mean(kl_divergence(mean, log_var))


# %% 3.2 rewrite: β squared
def beta_vae_loss(images, logits, mean, log_var, beta):
    kl = beta * kl_divergence(mean, log_var)
    recon = reconstruction_loss(images, logits)
    return tf.reduce_mean(recon) + beta * tf.reduce_mean(kl)


# %% 3.2 rewrite: weights that add up to 1
def beta_vae_loss(images, logits, mean, log_var, beta):
    recon, kl = reconstruction_loss(images, logits), kl_divergence(mean, log_var)
    return tf.reduce_mean(recon + beta * (kl - recon))


# %% 3.2 rewrite: KL halved once more
def beta_vae_loss(images, logits, mean, log_var, beta):
    recon = reconstruction_loss(images, logits)
    kl = 0.25 * tf.reduce_sum(tf.square(mean) + tf.exp(log_var) - log_var - 1.0, axis=-1)
    return tf.reduce_mean(recon) + beta * tf.reduce_mean(kl)


# %% 3.2 rewrite: mean and log_var swapped
def beta_vae_loss(images, logits, mean, log_var, beta):
    kl = 0.5 * tf.reduce_sum(log_var**2 + tf.exp(mean) - 1 - mean, axis=1)
    return tf.reduce_mean(reconstruction_loss(images, logits) + beta * kl)


# %% 3.2 rewrite: images and logits swapped
def beta_vae_loss(images, logits, mean, log_var, beta):
    bce = tf.nn.sigmoid_cross_entropy_with_logits(labels=logits, logits=images)
    recon = tf.reduce_sum(bce, axis=[1, 2, 3])
    return tf.reduce_mean(recon) + beta * tf.reduce_mean(kl_divergence(mean, log_var))


# %% 3.4 variant: a scale for each term
# Each term gets its scale, and one is divided by the other.
def effective_beta(beta, pixels, latents, recon_reduction, kl_reduction):
    recon_scale = {"sum": 1.0, "mean": 1.0 / pixels}[recon_reduction]
    kl_scale = {"sum": 1.0, "mean": 1.0 / latents}[kl_reduction]
    return beta * kl_scale / recon_scale


# %% 3.4 variant: a table of the four cases
# All four cases side by side.
def effective_beta(beta, pixels, latents, recon_reduction, kl_reduction):
    table = {
        ("sum", "sum"): beta,
        ("mean", "sum"): beta * pixels,
        ("sum", "mean"): beta / latents,
        ("mean", "mean"): beta * pixels / latents,
    }
    return table[recon_reduction, kl_reduction]


# %% 3.4 variant: match
# The four cases as patterns.
def effective_beta(beta, pixels, latents, recon_reduction, kl_reduction):
    match recon_reduction, kl_reduction:
        case "mean", "mean":
            return beta * pixels / latents
        case "mean", _:
            return beta * pixels
        case _, "mean":
            return beta / latents
    return beta


# %% 3.4 variant: conditional expressions in one line
# Numerator and denominator, each with its condition.
effective_beta = lambda beta, pixels, latents, recon_reduction, kl_reduction: (
    beta * (pixels if recon_reduction == "mean" else 1) / (latents if kl_reduction == "mean" else 1)
)


# %% 3.4 variant: truth values as exponents
# A count to the power of 1 or 0.
def effective_beta(beta, pixels, latents, recon_reduction, kl_reduction):
    up, down = float(recon_reduction == "mean"), float(kl_reduction == "mean")
    return beta * np.power(pixels, up) * np.power(latents, -down)


# %% 3.4 variant: a TensorFlow scalar through logarithms
# A product is a sum of logarithms.
def effective_beta(beta, pixels, latents, recon_reduction, kl_reduction):
    log_beta = tf.math.log(tf.constant(beta, tf.float64))
    if recon_reduction != "sum":
        log_beta += tf.math.log(tf.cast(pixels, tf.float64))
    if kl_reduction != "sum":
        log_beta -= tf.math.log(tf.cast(latents, tf.float64))
    return tf.exp(log_beta)


# %% 3.4 rewrite: multiplied where it should be divided
def effective_beta(beta, pixels, latents, recon_reduction, kl_reduction):
    recon_scale = pixels if recon_reduction == "mean" else 1
    kl_scale = latents if kl_reduction == "mean" else 1
    return beta * kl_scale / recon_scale


# %% 3.4 rewrite: pixels and latents swapped
def effective_beta(beta, pixels, latents, recon_reduction, kl_reduction):
    factors = {"recon": {"sum": 1, "mean": latents}, "kl": {"sum": 1, "mean": 1 / pixels}}
    return beta * factors["recon"][recon_reduction] * factors["kl"][kl_reduction]


# %% 3.4 rewrite: only the reconstruction considered
def effective_beta(beta, pixels, latents, recon_reduction, kl_reduction):
    if recon_reduction == "sum":
        return beta
    return pixels * beta


# %% 3.4 rewrite: only the KL term considered
def effective_beta(beta, pixels, latents, recon_reduction, kl_reduction):
    return np.where(kl_reduction == "mean", beta / latents, beta)


# %% 3.4 rewrite: both multiplied
def effective_beta(beta, pixels, latents, recon_reduction, kl_reduction):
    for count, reduction in ((pixels, recon_reduction), (latents, kl_reduction)):
        if reduction == "mean":
            beta = beta * count
    return beta


# %% 3.4 rewrite: both divided
def effective_beta(beta, pixels, latents, recon_reduction, kl_reduction):
    terms = 1
    if recon_reduction == "mean":
        terms *= pixels
    if kl_reduction == "mean":
        terms *= latents
    return beta / terms


# %% 3.4 rewrite: only one of two means converted
def effective_beta(beta, pixels, latents, recon_reduction, kl_reduction):
    if recon_reduction == "mean":
        return beta * pixels
    elif kl_reduction == "mean":
        return beta / latents
    else:
        return beta


# %% 3.4 rewrite: sums converted in place of means
def effective_beta(beta, pixels, latents, recon_reduction, kl_reduction):
    recon_scale = {"sum": pixels, "mean": 1}[recon_reduction]
    kl_scale = {"sum": latents, "mean": 1}[kl_reduction]
    return beta * recon_scale / kl_scale


# %% 3.4 rewrite: β itself is missing
def effective_beta(beta, pixels, latents, recon_reduction, kl_reduction):
    recon_factor = pixels if recon_reduction == "mean" else 1
    kl_factor = latents if kl_reduction == "mean" else 1
    return recon_factor / kl_factor


# %% 3.4 rewrite: the normalised weight returned
def effective_beta(beta, pixels, latents, recon_reduction, kl_reduction):
    ratio = np.divide(latents, pixels)
    return np.float32(beta * ratio)


# %% 3.5 variant: NumPy's weighted average
# An average with weights is exactly this.
def epoch_loss(batch_losses, batch_sizes):
    return float(np.average(batch_losses, weights=batch_sizes))


faulty_line_3_5 = 7


# %% 3.5 variant: a dot product
# Sum of products over sum of sizes, as a NumPy scalar.
faulty_line_3_5 = 3 + 4


def epoch_loss(batch_losses, batch_sizes):
    return batch_losses @ batch_sizes / batch_sizes.sum()


# %% 3.5 variant: every image written out
# Each image gets the loss of its batch; then it is a plain mean.
def epoch_loss(batch_losses, batch_sizes):
    return np.repeat(batch_losses, batch_sizes).mean()


faulty_line_3_5 = 7


# %% 3.5 variant: a Mean metric with weights
# The tracker of a training step, fed batch by batch.
def epoch_loss(batch_losses, batch_sizes):
    tracker = keras.metrics.Mean()
    for loss, size in zip(batch_losses, batch_sizes, strict=True):
        tracker.update_state(loss, sample_weight=size)
    return tracker.result()


faulty_line_3_5 = 7


# %% 3.5 variant: a running mean
# The mean so far moves towards each batch by its share of the images.
def epoch_loss(batch_losses, batch_sizes):
    mean, seen = 0.0, 0
    for i in range(len(batch_losses)):
        seen += batch_sizes[i]
        mean += (batch_losses[i] - mean) * batch_sizes[i] / seen
    return mean


faulty_line_3_5 = 7


# %% 3.5 variant: tensors
# TensorFlow, with the shares of the batches as weights.
def epoch_loss(batch_losses, batch_sizes):
    sizes = tf.cast(batch_sizes, tf.float64)
    shares = sizes / tf.reduce_sum(sizes)
    return tf.tensordot(tf.cast(batch_losses, tf.float64), shares, axes=1)


faulty_line_3_5 = 7


# %% 3.5 rewrite: one batch stands for all
faulty_line_3_5 = 7


def epoch_loss(batch_losses, batch_sizes):
    total, images_seen = 0.0, 0
    for loss, size in zip(batch_losses, batch_sizes, strict=True):
        total += loss * size
        images_seen += size
        return total / images_seen


# %% 3.5 rewrite: the last batch stands for all
faulty_line_3_5 = 7


def epoch_loss(batch_losses, batch_sizes):
    for loss, size in zip(batch_losses, batch_sizes, strict=True):
        total = loss * size
        images_seen = size
    return total / images_seen


# %% 3.5 rewrite: the last batch is left out
faulty_line_3_5 = 7


def epoch_loss(batch_losses, batch_sizes):
    total = images = 0
    for i in range(len(batch_sizes) - 1):
        total += batch_losses[i] * batch_sizes[i]
        images += batch_sizes[i]
    return total / images


# %% 3.5 rewrite: every batch counts the same
faulty_line_3_5 = 7


def epoch_loss(batch_losses, batch_sizes):
    tracker = keras.metrics.Mean()
    for loss in batch_losses:
        tracker.update_state(loss)
    return tracker.result()


# %% 3.5 rewrite: divided by the number of batches
faulty_line_3_5 = 7


def epoch_loss(batch_losses, batch_sizes):
    return np.mean(batch_losses * batch_sizes)


# %% 3.5 rewrite: not divided
faulty_line_3_5 = 7


def epoch_loss(batch_losses, batch_sizes):
    total = 0.0
    for loss, size in zip(batch_losses, batch_sizes, strict=True):
        total += loss * size
    return total


# %% 3.5 rewrite: weights left out of the numerator
faulty_line_3_5 = 7


def epoch_loss(batch_losses, batch_sizes):
    total, images_seen = 0.0, 0
    for loss, size in zip(batch_losses, batch_sizes, strict=True):
        total, images_seen = total + loss, images_seen + size
    return total / images_seen


# %% 3.5 rewrite: every batch taken for a full one
faulty_line_3_5 = 7


def epoch_loss(batch_losses, batch_sizes):
    images = len(batch_losses) * max(batch_sizes)
    return sum(loss * size for loss, size in zip(batch_losses, batch_sizes, strict=True)) / images


# %% 3.5 rewrite: the count is overwritten
faulty_line_3_5 = 7


def epoch_loss(batch_losses, batch_sizes):
    total = 0.0
    for loss, size in zip(batch_losses, batch_sizes, strict=True):
        total += loss * size
        images_seen = size
    return total / images_seen


# %% 3.5 rewrite: the line that adds up the losses
faulty_line_3_5 = 5


def epoch_loss(batch_losses, batch_sizes):
    return np.dot(batch_losses, batch_sizes) / np.sum(batch_sizes)


# %% 3.3 variant: one forward pass for both steps
# Shared helpers; the objective comes from 3.2, the optimizer is fed pairs.
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
# Noise by hand; every tracker gets a mean and how many images it stands for.
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

    def losses_of(self, data):
        x = data[0] if isinstance(data, (tuple, list)) else data
        mean, log_var = self.encoder(x)
        z = mean + tf.exp(0.5 * log_var) * tf.random.normal(tf.shape(mean))
        recon = tf.reduce_mean(reconstruction_loss(x, self.decoder(z)))
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
            loss, recon, kl, size = self.losses_of(data)
        self.optimizer.apply(tape.gradient(loss, weights), weights)
        return self.logged(loss, recon, kl, size)

    def test_step(self, data):
        return self.logged(*self.losses_of(data))


# %% 3.3 variant: everything written out with keras.ops
# The formulas stand in the step; noise from a seed generator of its own.
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

    def terms(self, images):
        mean, log_var = self.encoder(images)
        std = keras.ops.exp(log_var / 2)
        eps = keras.random.normal(keras.ops.shape(mean), seed=self.noise)
        logits = self.decoder(mean + std * eps)
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
            terms = self.terms(images)
            loss = keras.ops.mean(terms["loss"])
        gradients = tape.gradient(loss, self.trainable_weights)
        self.optimizer.apply(gradients, self.trainable_weights)
        return self.keep(terms)

    def test_step(self, data):
        images, _, _ = keras.utils.unpack_x_y_sample_weight(data)
        return self.keep(self.terms(images))


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
        mean, log_var = self.encoder(images)
        logits = self.decoder(self.sampling((mean, log_var)))
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

    def losses_of(self, images):
        mean, log_var = self.encoder(images)
        z = mean + keras.ops.exp(0.5 * log_var) * tf.random.normal(tf.shape(mean))
        recon = tf.reduce_mean(reconstruction_loss(images, self.decoder(z)))
        kl = tf.reduce_mean(kl_divergence(mean, log_var))
        return recon + self.beta * kl, recon, kl

    def show(self, values):
        for tracker, value in zip(self.trackers, values, strict=True):
            tracker.update_state(value)
        return {tracker.name: tracker.result() for tracker in self.trackers}

    def train_step(self, data):
        images = data[0] if isinstance(data, tuple) else data
        with tf.GradientTape() as tape:
            values = self.losses_of(images)
        gradients = tape.gradient(values[0], self.trainable_variables)
        self.optimizer.apply(gradients, self.trainable_variables)
        return self.show(values)

    def test_step(self, data):
        return self.show(self.losses_of(data[0] if isinstance(data, tuple) else data))


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

    def both(self, images, noise):
        mean, log_var = self.encoder(images)
        eps = noise * keras.random.normal(keras.ops.shape(mean))
        logits = self.decoder(mean + eps * keras.ops.exp(log_var / 2))
        return reconstruction_loss(images, logits), kl_divergence(mean, log_var)

    def logs(self, recon, kl):
        self.loss_tracker.update_state(recon + self.beta * kl)
        self.recon_tracker.update_state(recon)
        self.kl_tracker.update_state(kl)
        return {m.name: m.result() for m in self.metrics}

    def train_step(self, data):
        images = keras.utils.unpack_x_y_sample_weight(data)[0]
        with tf.GradientTape() as tape:
            recon, kl = self.both(images, noise=1.0)
            loss = tf.reduce_mean(recon) + self.beta * tf.reduce_mean(kl)
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply(gradients, self.trainable_variables)
        return self.logs(recon, kl)

    def test_step(self, data):
        return self.logs(*self.both(keras.utils.unpack_x_y_sample_weight(data)[0], noise=0.0))


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
            mean, log_var = self.encoder(images)
            z = mean + tf.sqrt(tf.exp(log_var)) * tf.random.normal(tf.shape(mean))
            recon = reconstruction_loss(images, self.decoder(z))
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
