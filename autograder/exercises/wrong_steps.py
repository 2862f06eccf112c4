"""Named wrong training and test steps for exercise 3.3: the reference model with one fault each."""

from __future__ import annotations

import keras
import tensorflow as tf

from autograder.exercise import Misconception
from bvae_ref.kl import kl_divergence
from bvae_ref.losses import reconstruction_loss
from bvae_ref.model import DisentangledVAE


def images_of(data):
    """The images of a batch that may be images alone or (images, labels)."""
    return keras.utils.unpack_x_y_sample_weight(data)[0]


class OneFault(DisentangledVAE):
    """A right step in pieces; every subclass replaces the piece that its fault sits in."""

    def code(self, mean, log_var):
        """z, `(batch, latent)`."""
        return self.sampling((mean, log_var))

    def forward(self, images):
        """Per-image `(recon, kl)`, each `(batch,)`."""
        mean, log_var = self.encoder(images)
        logits = self.decoder(self.code(mean, log_var))
        return reconstruction_loss(images, logits), kl_divergence(mean, log_var)

    def per_image(self, recon, kl):
        """The loss of every image, `(batch,)`."""
        return recon + self.beta * kl

    def objective(self, recon, kl):
        """The scalar to be minimised."""
        return tf.reduce_mean(self.per_image(recon, kl))

    def learning(self):
        """The variables that are trained."""
        return self.trainable_variables

    def apply(self, gradients, variables):
        """One optimizer step."""
        self.optimizer.apply(gradients, variables)

    def report(self, recon, kl):
        """Feed the trackers and return the logs."""
        return self._track(self.per_image(recon, kl), recon, kl)

    def train_step(self, data):
        variables = self.learning()
        with tf.GradientTape() as tape:
            recon, kl = self.forward(images_of(data))
            loss = self.objective(recon, kl)
        self.apply(tape.gradient(loss, variables), variables)
        return self.report(recon, kl)

    def test_step(self, data):
        return self.report(*self.forward(images_of(data)))


class NeverApplied(OneFault):
    """Gradients are computed and dropped."""

    def apply(self, gradients, variables):
        pass


class DecoderOnly(OneFault):
    """The encoder's variables are left out."""

    def learning(self):
        return self.decoder.trainable_variables


class StoppedAtZ(OneFault):
    """The gradient of the reconstruction ends at z."""

    def code(self, mean, log_var):
        return tf.stop_gradient(self.sampling((mean, log_var)))


class BetaForgotten(OneFault):
    """The KL term has the weight 1 whatever β is."""

    def per_image(self, recon, kl):
        return recon + kl


class BetaOnReconstruction(OneFault):
    """β weighs the wrong term."""

    def per_image(self, recon, kl):
        return self.beta * recon + kl


class BetaOnlyReported(OneFault):
    """Trained on recon + KL, reported as recon + β·KL."""

    def objective(self, recon, kl):
        return tf.reduce_mean(recon + kl)


class SummedOverBatch(OneFault):
    """The objective grows with the batch, and every step with it."""

    def objective(self, recon, kl):
        return tf.reduce_sum(self.per_image(recon, kl))


class TrainedOnTheMean(OneFault):
    """No draw at all: z = μ."""

    def code(self, mean, log_var):
        return mean


class BatchMeans(OneFault):
    """Trackers are fed one number a batch, so a short batch counts like a full one."""

    def report(self, recon, kl):
        return self._track(*map(tf.reduce_mean, (self.per_image(recon, kl), recon, kl)))


class LastBatch(OneFault):
    """Trackers start again at every batch."""

    def report(self, recon, kl):
        for metric in self.metrics:
            metric.reset_state()
        return super().report(recon, kl)


class NeverReset(OneFault):
    """Keras does not know the trackers, so it never resets them."""

    @property
    def metrics(self):
        return []

    def report(self, recon, kl):
        super().report(recon, kl)
        trackers = (self.loss_tracker, self.recon_tracker, self.kl_tracker)
        return {tracker.name: tracker.result() for tracker in trackers}


class Untracked(OneFault):
    """All three are returned, but no tracker is fed."""

    def report(self, recon, kl):
        values = map(tf.reduce_mean, (self.per_image(recon, kl), recon, kl))
        return dict(zip(("loss", "recon", "kl"), values, strict=True))


class LossOnly(OneFault):
    """Only the loss of the batch is returned, past the trackers."""

    def report(self, recon, kl):
        return {"loss": tf.reduce_mean(self.per_image(recon, kl))}


class TrainsWhileTesting(OneFault):
    """Evaluation takes gradient steps on the test data."""

    def test_step(self, data):
        return self.train_step(data)


class TestedOnTheMean(OneFault):
    """Evaluation decodes the mean code."""

    __test__ = False

    def test_step(self, data):
        images = images_of(data)
        mean, log_var = self.encoder(images)
        logits = self.decoder(mean)
        return self.report(reconstruction_loss(images, logits), kl_divergence(mean, log_var))


def _step(name, sentence, look, wrong) -> Misconception:
    return Misconception(name, sentence, look, {"DisentangledVAE": wrong})


# Tried in this order: faults of reporting first, since they share the right training step.
MISCONCEPTIONS = (
    _step(
        "nothing reaches the trackers",
        "The values are returned but no tracker was fed, so Keras reports the trackers' zeros.",
        "What does `update_state` do, and where do you call it?",
        Untracked,
    ),
    _step(
        "a short batch counts like a full one",
        "The trackers get one mean a batch, without its size, so the last, shorter batch weighs "
        "too much.",
        "What does a `Mean` do with a whole vector of per-image values?",
        BatchMeans,
    ),
    _step(
        "the last batch stands for the epoch",
        "The trackers start again at every batch.",
        "Who resets the trackers, and when?",
        LastBatch,
    ),
    _step(
        "the trackers are never reset",
        "The second training still averages over the first one.",
        "Keras resets what the property `metrics` lists. What does yours list?",
        NeverReset,
    ),
    _step(
        "training during evaluation",
        "`test_step` takes a gradient step, so the model learns from its test data.",
        "Which lines of `train_step` have no place in `test_step`?",
        TrainsWhileTesting,
    ),
    _step(
        "tested on the mean code",
        "`test_step` decodes μ without noise. That is cheaper than the truth, and not an ELBO.",
        "Over what does the ELBO average the reconstruction?",
        TestedOnTheMean,
    ),
    _step(
        "the optimizer is never applied",
        "The gradients are computed and then dropped; no weight moves.",
        "Which line of your step changes a weight?",
        NeverApplied,
    ),
    _step(
        "only the decoder learns",
        "The gradients are taken for the decoder's variables alone; the encoder never moves.",
        "Which list of variables do you hand to the tape?",
        DecoderOnly,
    ),
    _step(
        "the gradient stops at z",
        "The encoder hears of the KL term but not of the reconstruction.",
        "Is everything between the encoder and the loss inside the tape, and made of tensors?",
        StoppedAtZ,
    ),
    _step(
        "β has no effect",
        "The step minimises and reports reconstruction + KL, whatever `beta` is.",
        "Where does your step read `self.beta`?",
        BetaForgotten,
    ),
    _step(
        "β on the reconstruction",
        "β multiplies the reconstruction in place of the KL term.",
        "Which term should disappear when β = 0?",
        BetaOnReconstruction,
    ),
    _step(
        "β reported but not trained",
        "The logs hold reconstruction + β·KL, but the tape's loss leaves β out.",
        "Is the number you differentiate the number you report?",
        BetaOnlyReported,
    ),
    _step(
        "summed over the batch",
        "The loss is a sum over the batch, so steps are as many times too long as it has images.",
        "How does your loss change when every image comes twice?",
        SummedOverBatch,
    ),
    _step(
        "trained on the mean code",
        "The decoder gets μ itself: nothing is sampled, and log σ² learns from the KL term alone.",
        "What lies between the encoder's two outputs and the decoder?",
        TrainedOnTheMean,
    ),
    _step(
        "only the loss is returned",
        "The step returns the loss of its batch, past the trackers; `recon` and `kl` are missing.",
        "The docstring names three logs, and all three are averages over the epoch.",
        LossOnly,
    ),
)
