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
    # the head gives σ, and its logarithm is doubled
    images = keras.layers.Input(shape=(28, 28, 1))
    x = keras.layers.Flatten()(keras.layers.Rescaling(2.0, offset=-1.0)(images))
    x = keras.layers.Dense(48, activation=keras.activations.elu)(x)
    sigma = keras.layers.Dense(latent_dim, activation="softplus")(x)
    log_var = keras.layers.Lambda(lambda s: 2 * keras.ops.log(s + 1e-6))(sigma)
    return keras.Model(inputs=images, outputs=[keras.layers.Dense(latent_dim)(x), log_var])


# %% 4.1 variant: two separate towers, with a shortcut
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
