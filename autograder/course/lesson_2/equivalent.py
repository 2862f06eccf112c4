"""Mutants of lesson 2's solutions that are right answers too: (exercise, "old → new") → why."""

_SAME_AXIS = "The input has two axes, so the last one is axis 1."
_DIVISOR = "The spread may be computed with divisor n as well as with n − 1."

EQUIVALENT: dict[tuple[str, str], str] = {
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
    ): "A variance equals the threshold to the last digit only by rounding.",
}
