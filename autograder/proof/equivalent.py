"""Mutants that are right answers too: (exercise, "old → new") → why nothing tells them apart."""

_PLACEHOLDER = "What it leads to is never used: `np.where` picks 0 in those places."
_SAME_AXIS = "The input has two axes, so that the last one is axis 1."
_NOT_NEGATIVE = "A length is never below 0."

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
        "if np.sin(theta) < 1e-6: → if np.sin(theta) <= 1e-6:",
    ): "The sine of an angle is not 1e-6 to the last digit.",
}
