"""Mutants that are right answers too: (exercise, "old → new") → why nothing tells them apart."""

_PLACEHOLDER = "What it leads to is never used: `np.where` picks 0 in those places."
_SAME_AXIS = "The input has two axes, so that the last one is axis 1."
_DIVISOR = "The spread may be taken with the divisor n as well as with n − 1."
_NOT_NEGATIVE = "A length is never below 0."
_WIDTH = "How wide a hidden layer is, is the learner's choice."
_GIVEN = "This line is given by the lesson, not asked for; learners' checks name β themselves."
_NO_SUCH_LAYER = (
    "It matters to networks with dropout or batch normalisation alone; the lesson's have neither, "
    "and the exercise does not ask for it."
)
_BATCH = "How many images go into a batch is the learner's choice."
_SPEECH = "Whether Keras draws a progress bar changes no figure."
_TWO_WORDS = "There are two words, and of “mean” and “sum” only the first is not after “mean”."
_NO_NEGATIVE_SHARE = "Neither a share of the images nor an entropy is ever below 0."


def _other_numbers(batch_size: int) -> list[tuple[tuple, str]]:
    """What a mutant puts in the place of a batch size and of `verbose`, and why it may."""
    batches = [((f" {number}", 0), _BATCH) for number in (batch_size - 1, batch_size + 1)]
    return batches + [((batch_size, f" {number}"), _SPEECH) for number in (1, -1)]


EQUIVALENT: dict[tuple[str, str], str] = {
    (
        "0.1",
        "return ink.reshape(-1, 28, 28, 1) → return ink.reshape(- 2, 28, 28, 1)",
    ): "NumPy takes any negative length for the one that is to be worked out.",
    (
        "0.2",
        "safe = np.where(grey, x, 0.5) → safe = np.where(grey, x, 1.5)",
    ): _PLACEHOLDER,
    (
        "0.2",
        "safe = np.where(grey, x, 0.5) → safe = np.where(grey, x, -0.5)",
    ): _PLACEHOLDER,
    (
        "0.2",
        "grey = (x > 0) & (x < 1) → grey = (x != 0) & (x < 1)",
    ): "Pixels lie in [0, 1]: one that is not 0 is above 0.",
    (
        "0.2",
        "grey = (x > 0) & (x < 1) → grey = (x > 0) & (x != 1)",
    ): "Pixels lie in [0, 1]: one that is not 1 is below 1.",
    (
        "2.2",
        "return tf.reduce_sum(kl_per_dimension(mean, log_var), axis=-1) → "
        "return tf.reduce_sum(kl_per_dimension(mean, log_var), axis=1)",
    ): _SAME_AXIS,
    (
        "2.2",
        "return tf.reduce_sum(kl_per_dimension(mean, log_var), axis=-1) → "
        "return tf.reduce_sum(kl_per_dimension(mean, log_var), axis=+1)",
    ): _SAME_AXIS,
    (
        "2.5",
        "kl_of_image = -0.5 * tf.reduce_sum(bracket, axis=-1) → "
        "kl_of_image = -0.5 * tf.reduce_sum(bracket, axis=1)",
    ): _SAME_AXIS,
    (
        "2.5",
        "kl_of_image = -0.5 * tf.reduce_sum(bracket, axis=-1) → "
        "kl_of_image = -0.5 * tf.reduce_sum(bracket, axis=+1)",
    ): _SAME_AXIS,
    (
        "5.1",
        "if start_length == 0 or end_length == 0: → if start_length <= 0 or end_length == 0:",
    ): _NOT_NEGATIVE,
    (
        "5.1",
        "if start_length == 0 or end_length == 0: → if start_length == 0 or end_length <= 0:",
    ): _NOT_NEGATIVE,
    (
        "5.1",
        "theta = np.arccos(np.clip(np.sum(u * v), -1, 1)) → "
        "theta = np.arccos(np.clip(np.sum(u * v), - 2, 1))",
    ): "A cosine rounds below −1 between opposite codes alone: no arc is the shortest there, and "
    "the exercise asks for none.",
    (
        "5.1",
        "if np.sin(theta) < 1e-6: → if np.sin(theta) <= 1e-6:",
    ): "The sine of an angle is not 1e-6 to the last digit.",
    **{
        (
            "3.3",
            "def __init__(self, encoder, decoder, beta=4.0, **kwargs): → "
            f"def __init__(self, encoder, decoder, beta= {beta}, **kwargs):",
        ): _GIVEN
        for beta in ("3.0", "5.0")
    },
    **{
        ("3.3", f"{before.format(flag)} → {before.format(not flag)}"): _NO_SUCH_LAYER
        for before, flag in (
            ("def call(self, images, training={}):", False),
            ("mean, log_var = self.encoder(images, training={})", False),
            ("logits = self.decoder(self.sampling((mean, log_var)), training={})", False),
            ("mean, log_var = self.encoder(images, training={})", True),
            ("logits = self.decoder(z, training={})", True),
        )
    },
    **{
        ("3.4", f'if {name} == "mean": → if {name} <= "mean":'): _TWO_WORDS
        for name in ("recon_reduction", "kl_reduction")
    },
    **{
        (
            exercise_id,
            f'x = keras.layers.Dense(256, activation="gelu")({source}) → '
            f'x = keras.layers.Dense( {width}, activation="gelu")({source})',
        ): _WIDTH
        for exercise_id, source in (("4.1", "x"), ("4.2", "z"), ("4.2", "x"))
        for width in (255, 257)
    },
    **{
        (
            "2.3",
            "variance = tf.reduce_sum(tf.square(log_ratio - estimate), axis=0) / (samples - 1) → "
            f"variance = tf.reduce_sum(tf.square(log_ratio - estimate), axis=0) / (samples {n})",
        ): _DIVISOR
        for n in ("- 0", "/ 1", "// 1", "* 1", "** 1")
    },
    (
        "2.4",
        "return tf.math.reduce_variance(mean, axis=0) > threshold → "
        "return tf.math.reduce_variance(mean, axis=0) >= threshold",
    ): "A variance that equals the threshold to the last digit is one by rounding.",
    **{
        ("4.3", f"{line.format(128, 0)} → {line.format(*changed)}"): reason
        for line in ("model.fit(images, batch_size={}, epochs=epochs, verbose={})",)
        for changed, reason in _other_numbers(128)
    },
    **{
        ("4.3", f"{line.format(500, 0)} → {line.format(*changed)}"): reason
        for line in (
            "figures = model.evaluate(images, batch_size={}, verbose={}, return_dict=True)",
        )
        for changed, reason in _other_numbers(500)
    },
    (
        "6.1",
        "seen = joint > 0  # cells without images add nothing → "
        "seen = joint != 0  # cells without images add nothing",
    ): _NO_NEGATIVE_SHARE,
    (
        "6.1",
        "product = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=True) → "
        "product = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=False)",
    ): "A row of sums broadcasts against a column of sums with or without its axis of length 1.",
    (
        "6.2",
        "nothing = np.zeros((1, information.shape[1])) → "
        "nothing = np.zeros(( 2, information.shape[1]))",
    ): "A second latent that knows nothing changes no gap either.",
    ("6.2", "known = entropies > 0 → known = entropies != 0"): _NO_NEGATIVE_SHARE,
}
