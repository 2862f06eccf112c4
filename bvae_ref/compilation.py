"""The model of a run, compiled: its networks, its objective, its optimizer."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from bvae_ref.model import DisentangledVAE
from bvae_ref.networks import build_decoder, build_encoder
from bvae_ref.objectives import ObjectiveVAE
from bvae_ref.pipeline import StepPlan
from bvae_ref.runtime import has_gpu, precision, seeded_weights
from bvae_ref.settings import TrainConfig
from bvae_ref.shapes import IMAGE_SHAPE


@keras.saving.register_keras_serializable("bvae_ref")
class Later(keras.optimizers.schedules.LearningRateSchedule):
    """Another schedule that begins at a later step.

    Args:
        schedule: the other one.
        first_step: the step that is its step 0.
    """

    def __init__(self, schedule: keras.optimizers.schedules.LearningRateSchedule, first_step: int):
        self.schedule, self.first_step = schedule, first_step

    def __call__(self, step):
        return self.schedule(ops.maximum(ops.cast(step, "float32") - self.first_step, 0.0))

    def get_config(self):
        schedule = keras.optimizers.schedules.serialize(self.schedule)
        return {"schedule": schedule, "first_step": self.first_step}

    @classmethod
    def from_config(cls, config):
        return cls(keras.optimizers.schedules.deserialize(config["schedule"]), config["first_step"])


_WARM_UP = 0.04
# The share of all steps over which the capacity of that objective rises.
_RISING = 0.5


def compiled_model(
    config: TrainConfig,
    plan: StepPlan,
    images: int,
    shape: tuple[int, int, int] = IMAGE_SHAPE,
) -> DisentangledVAE:
    """A fresh model with Adam: clipped gradients, linear warm-up over 4% of all steps, then cosine.

    `images` is the number of training images, `shape` (height, width, channels) of each.

    An extended run has a schedule of its own, which begins where the finished one ended.

    The global precision policy and random state are left as they were; the weights follow
    from `config.seed`.
    """
    sizes = config.latent_dim, config.architecture, config.hidden, shape
    total = plan.steps * (config.epochs - config.extends)
    kind: type[DisentangledVAE] = DisentangledVAE
    further: dict[str, Any] = {"likelihood": config.likelihood, "sigma": config.sigma}
    if config.objective != "beta" or config.strategy == "mirrored" or keeps_images(config):
        kind = ObjectiveVAE
        further |= {
            "objective": config.objective,
            "capacity": config.capacity,
            "rising_steps": round(_RISING * plan.steps * config.epochs),
            "images": images,
            "samples": config.samples,
        }
    with precision(config.mixed_precision), seeded_weights(config.seed):
        networks = build_encoder(*sizes), build_decoder(*sizes)
        model = kind(*networks, beta=config.beta, seed=config.seed, **further)
    warm_up = max(1, round(_WARM_UP * total))
    schedule = keras.optimizers.schedules.CosineDecay(
        0.0, max(1, total - warm_up), warmup_target=config.learning_rate, warmup_steps=warm_up
    )
    if config.extends:
        schedule = Later(schedule, plan.steps * config.extends)
    optimizer = keras.optimizers.Adam(
        schedule,
        weight_decay=config.weight_decay or None,
        # Every replica clips its own share of the gradient.
        global_clipnorm=config.clip_norm / model.distribute_strategy.num_replicas_in_sync or None,
    )
    optimizer.exclude_from_weight_decay(var_names=["bias"])
    model.compile(
        optimizer=optimizer,
        # XLA compiles for one device, and mirrored variables live on several.
        jit_compile=config.jit_compile and config.strategy == "single",
        steps_per_execution=plan.at_once,
    )
    model.optimizer.build(model.trainable_variables)
    return model


def keeps_images(config: TrainConfig) -> bool:
    """Whether training images stay in the device's memory."""
    if config.resident is None:
        return has_gpu() and config.strategy == "single"
    return config.resident
