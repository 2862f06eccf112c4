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
