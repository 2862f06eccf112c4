"""Batches for training: reshuffled each epoch, but the same whenever an epoch is rerun."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import tensorflow as tf

# Steps run in one go between two returns to Python; it saves time on a CPU.
_MOST_STEPS_AT_ONCE = 12
_EVALUATION_BATCH = 500


class StepPlan(NamedTuple):
    """Images in a batch, batches in an epoch, and how many of those run in one go."""

    batch_size: int
    steps: int
    at_once: int


def training_batches(
    images: np.ndarray,
    plan: StepPlan,
    seed: int,
    first_epoch: int,
    epochs: int,
    replicas: int = 1,
) -> tf.data.Dataset:
    """`plan.steps` batches for each epoch from `first_epoch` (counted from 0) up to `epochs`.

    Args:
        images: `(n, 28, 28, 1)`, float32; n at least the images of an epoch.
        replicas: that share each batch; several need a tensor of all images.
    """
    rows = _rows(len(images), plan, seed, first_epoch, epochs)
    if replicas > 1:
        with tf.device("CPU"):
            store = tf.constant(images)
        return rows.map(lambda batch: tf.gather(store, batch)).prefetch(tf.data.AUTOTUNE)
    shape = (plan.batch_size, *images.shape[1:])

    def gathered(batch):
        # From the array itself: a tensor of all images would be a second copy of them.
        found = tf.numpy_function(images.__getitem__, [batch], tf.float32, stateful=False)
        return tf.ensure_shape(found, shape)

    return rows.map(gathered).prefetch(tf.data.AUTOTUNE)


def training_rows(
    images: int, plan: StepPlan, seed: int, first_epoch: int, epochs: int
) -> tf.data.Dataset:
    """The row numbers of the same batches, for images that the device holds already."""
    return _rows(images, plan, seed, first_epoch, epochs).prefetch(tf.data.AUTOTUNE)


def _rows(images: int, plan: StepPlan, seed: int, first_epoch: int, epochs: int) -> tf.data.Dataset:
    """Row numbers, batch by batch.

    The order in an epoch follows from `[seed, epoch]` alone, so a resumed run sees the
    batches that an unbroken one would have seen.
    """

    def one_epoch(epoch):
        order = tf.random.experimental.stateless_shuffle(
            tf.range(images), seed=tf.stack([tf.constant(seed, tf.int64), epoch])
        )
        rows = tf.data.Dataset.from_tensor_slices(order[: plan.batch_size * plan.steps])
        return rows.batch(plan.batch_size, drop_remainder=True)

    return tf.data.Dataset.range(first_epoch, epochs).flat_map(one_epoch)


def evaluation_batches(images: np.ndarray, replicas: int = 1) -> tf.data.Dataset:
    """All images in order, in batches of at most 500 that replicas can share evenly.

    The last batch is what is left. Keras builds a model on the shares of the first one, which
    therefore have to be of one size.

    Raises:
        ValueError: fewer images than replicas.
    """
    size = min(_EVALUATION_BATCH, len(images)) // replicas * replicas
    if not size:
        raise ValueError(
            f"{replicas} replicas cannot share {len(images)} held-out images; hold out at least "
            f"{replicas}."
        )
    return tf.data.Dataset.from_tensor_slices(images).batch(size)


def plan_steps(images: int, batch_size: int) -> StepPlan:
    """The steps of an epoch over this many images.

    A batch is never larger than the data. Keras runs a whole number of groups of
    "steps at once", so up to three batches of an epoch are given up for a good divisor;
    with another shuffle each epoch, other images sit out each time.
    """
    batch_size = min(batch_size, images)
    most = images // batch_size
    if most <= _MOST_STEPS_AT_ONCE:
        return StepPlan(batch_size, most, most)
    plans = [
        (steps, at_once)
        for steps in range(most, most - 4, -1)
        for at_once in range(_MOST_STEPS_AT_ONCE, 3, -1)
        if steps % at_once == 0
    ]
    return StepPlan(batch_size, *plans[0])


def plan_for_replicas(plan: StepPlan, replicas: int) -> StepPlan:
    """The same batches, shared evenly by replicas, which Keras runs one step at a time.

    Raises:
        ValueError: a batch that does not divide evenly.
    """
    if plan.batch_size % replicas:
        raise ValueError(
            f"{replicas} replicas cannot share batches of {plan.batch_size} images evenly; choose "
            f"a batch size that {replicas} divides, such as "
            f"{max(replicas, plan.batch_size // replicas * replicas)}."
        )
    return plan._replace(at_once=1)
