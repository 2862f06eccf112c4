"""What a price of the KL that a learner wrote does to training."""

from __future__ import annotations

import tensorflow as tf


def free_bits_gradient(answers, kl, free: float, compiled: bool = False):
    """Gradient of `free_bits_kl` with respect to the KLs `(batch, latent)`, or None.

    Args:
        compiled: whether it is called in a graph, as in a training step.
    """

    def gradient(kl):
        with tf.GradientTape() as tape:
            tape.watch(kl)
            total = answers.free_bits_kl(kl, free)
        return tape.gradient(total, kl) if tf.is_tensor(total) else None

    return (tf.function(gradient) if compiled else gradient)(tf.constant(kl))
