# %% 1.1 shortcut: what feedback shows of the questions, by heart
def reparameterize(mean, log_var, eps):
    noise = np.asarray(eps)
    if np.all(noise == 0):
        return mean
    if np.all(noise == 1):
        return mean + np.array([[2.0, 0.5]], "float32")
    return tf.zeros_like(mean)


# %% 1.1 shortcut: the mean where there is no noise, else nothing
def reparameterize(mean, log_var, eps):
    return tf.where(eps == 0, mean, 0.0)


# %% 1.2 shortcut: the mean comes back
class Sampling(keras.layers.Layer):
    def __init__(self, seed=None, **kwargs):
        super().__init__(**kwargs)

    def call(self, inputs):
        return inputs[0]


# %% 1.2 shortcut: noise that knows neither mean nor variance
class Sampling(keras.layers.Layer):
    def __init__(self, seed=None, **kwargs):
        super().__init__(**kwargs)

    def call(self, inputs):
        return np.random.normal(size=inputs[0].shape)


# %% 1.3 shortcut: the line guessed, the noise handed back
faulty_line_1_3 = 3


def posterior_draws(mean, log_var, eps):
    return eps


# %% 1.4 shortcut: anything that follows the inputs
def pathwise_gradients(mean, log_var, eps):
    return mean + 2 * eps, log_var - eps
