"""Exercise 7.1 in another common way, as text: the loss is added by layers."""

from __future__ import annotations

ALTERNATIVE = """\
# Has no train_step: layers add both terms to the loss, and Keras does the rest.
@keras.saving.register_keras_serializable("capstone")
class Latents(keras.layers.Layer):
    def __init__(self, beta, seed, **kwargs):
        super().__init__(**kwargs)
        self.beta, self.seed = beta, seed
        self.noise = keras.random.SeedGenerator(seed)
        self.kl = keras.metrics.Mean(name="kl")

    def call(self, moments):
        mean, log_var = moments
        kl = 0.5 * keras.ops.sum(mean**2 + keras.ops.exp(log_var) - 1 - log_var, axis=-1)
        self.add_loss(self.beta * keras.ops.mean(kl))
        self.kl.update_state(kl)
        eps = keras.random.normal(keras.ops.shape(mean), seed=self.noise)
        return mean + keras.ops.exp(0.5 * log_var) * eps

    def get_config(self):
        return {**super().get_config(), "beta": self.beta, "seed": self.seed}

@keras.saving.register_keras_serializable("capstone")
class Pixels(keras.layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.recon = keras.metrics.Mean(name="recon")

    def call(self, inputs):
        images, logits = inputs
        cost = keras.ops.softplus(logits) - images * logits
        recon = keras.ops.sum(cost, axis=(1, 2, 3))
        self.add_loss(keras.ops.mean(recon))
        self.recon.update_state(recon)
        return keras.ops.sigmoid(logits)

def build_model(latent_dim, beta, seed):
    images = keras.Input((28, 28, 1))
    x = keras.layers.Dense(128, activation="gelu")(keras.layers.Flatten()(images))
    mean = keras.layers.Dense(latent_dim, name="mean")(x)
    log_var = keras.layers.Dense(latent_dim, name="log_var")(x)
    decoder = keras.Sequential(
        [
            keras.Input((latent_dim,)),
            keras.layers.Dense(128, activation="gelu"),
            keras.layers.Dense(784),
            keras.layers.Reshape((28, 28, 1)),
        ],
        name="decoder",
    )
    z = Latents(beta, seed, name="latents")([mean, log_var])
    model = keras.Model(images, Pixels(name="pixels")([images, decoder(z)]))
    model.compile(optimizer=keras.optimizers.Adam(3e-3))
    return model

def encode(model, images):
    heads = [model.get_layer(name).output for name in ("mean", "log_var")]
    return tuple(np.asarray(part) for part in keras.Model(model.input, heads)(images))

def decode(model, codes):
    return np.asarray(keras.ops.sigmoid(model.get_layer("decoder")(codes)))
"""
