"""What the computation runs on: the device, XLA and the number precision."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import keras
import tensorflow as tf

STRATEGIES = ("single", "mirrored")


def has_gpu() -> bool:
    """Whether TensorFlow sees a GPU; it is then used without being asked."""
    return bool(tf.config.list_physical_devices("GPU"))


def describe_device(jit_compile: bool = True, policy: keras.DTypePolicy | None = None) -> str:
    """One line for people, such as "CPU, XLA" or "GPU (NVIDIA T4), XLA, mixed_float16"."""
    gpus = tf.config.list_physical_devices("GPU")
    place = "CPU"
    if gpus:
        details = tf.config.experimental.get_device_details(gpus[0])
        place = f"GPU ({details.get('device_name', 'of unknown name')})"
    parts = [place, "XLA" if jit_compile else "no XLA"]
    if policy is not None and policy.compute_dtype != policy.variable_dtype:
        parts.append(policy.name)
    return ", ".join(parts)


def use_deterministic_ops() -> None:
    """From now on in this process, run only operations that give the same bits every time.

    On a GPU, sums whose order changes from run to run are replaced by slower ones, and an
    operation that has no such form raises `UnimplementedError`. On a CPU little changes. XLA is
    another matter: `TrainConfig.jit_compile`.
    """
    tf.config.experimental.enable_op_determinism()


def half_precision_policy() -> str:
    """The Keras policy that this machine computes fast in half precision.

    CPUs have instructions for bfloat16 and none for float16.
    """
    return "mixed_float16" if has_gpu() else "mixed_bfloat16"


def distribution(strategy: str) -> tf.distribute.Strategy:
    """TensorFlow's own way to run on these devices: the usual one, or all GPUs in step.

    "mirrored" takes every GPU, or the logical CPU devices where there is none.
    """
    return tf.distribute.get_strategy() if strategy == "single" else _mirrored()


@cache
def _mirrored() -> tf.distribute.Strategy:
    """One for the whole process: the reductions of a second one take the first one's numbers."""
    kind = "GPU" if has_gpu() else "CPU"
    return tf.distribute.MirroredStrategy([d.name for d in tf.config.list_logical_devices(kind)])


@contextmanager
def precision(mixed: bool) -> Iterator[None]:
    """Build layers in half precision (`mixed`) or in float32; restores the policy afterwards."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(half_precision_policy() if mixed else "float32")
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


@contextmanager
def seeded_weights(seed: int) -> Iterator[None]:
    """Layers built inside get initial weights that follow from `seed`.

    Keras draws the seed of an initializer without one from Python's `random`; its state is
    put back afterwards, so a caller's own random numbers do not change.
    """
    before = random.getstate()
    random.seed(seed)
    try:
        yield
    finally:
        random.setstate(before)
