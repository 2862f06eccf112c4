"""Named wrong training and test steps for exercise 3.3: a right step, some pieces replaced."""

from __future__ import annotations

import tensorflow as tf

from autograder.course.lesson_3.step_in_pieces import InPieces, images_of, in_pieces
from autograder.exercise.declaration import mistakes
from bvae_ref.kl import kl_divergence
from bvae_ref.losses import reconstruction_loss


def _plainly(**pieces):
    """The same, as an implementation that is not tried in combination with others.

    In a diagnosis a pair costs several trainings of small networks, so only the more common
    mistakes are parts of the sketch.
    """
    return in_pieces(**pieces)


def _stopped(self, mean, log_var):
    return tf.stop_gradient(self.sampling((mean, log_var)))


def _the_mean(self, mean, log_var):
    return mean


def _variance_as_spread(self, mean, log_var):
    return self.sampling((mean, 2.0 * log_var))


def _without_beta(self, recon, kl):
    return recon + kl


def _beta_on_recon(self, recon, kl):
    return self.beta * recon + kl


def _kl_subtracted(self, recon, kl):
    return recon - self.beta * kl


def _mean_without_beta(self, recon, kl):
    return tf.reduce_mean(recon + kl)


def _summed(self, recon, kl):
    return tf.reduce_sum(self.per_image(recon, kl))


def _decoder_only(self):
    return self.decoder.trainable_variables


def _never_applied(self, gradients, variables):
    pass


def _reported_without_beta(self, recon, kl):
    return self._track(recon + kl, recon, kl)


def _batch_means(self, recon, kl):
    return self._track(*map(tf.reduce_mean, (self.per_image(recon, kl), recon, kl)))


def _reset_at_every_batch(self, recon, kl):
    for metric in self.metrics:
        metric.reset_state()
    return InPieces.report(self, recon, kl)


def _kl_over_latents(self, recon, kl):
    return self._track(self.per_image(recon, kl), recon, kl / self.latent_dim)


def _kl_with_beta(self, recon, kl):
    return self._track(self.per_image(recon, kl), recon, self.beta * kl)


def _exchanged(self, recon, kl):
    return self._track(self.per_image(recon, kl), kl, recon)


def _logs_of_unlisted(self, recon, kl):
    InPieces.report(self, recon, kl)
    trackers = (self.loss_tracker, self.recon_tracker, self.kl_tracker)
    return {tracker.name: tracker.result() for tracker in trackers}


def _past_the_trackers(self, recon, kl):
    values = map(tf.reduce_mean, (self.per_image(recon, kl), recon, kl))
    return dict(zip(("loss", "recon", "kl"), values, strict=True))


def _loss_only(self, recon, kl):
    return {"loss": tf.reduce_mean(self.per_image(recon, kl))}


def _always(training: bool):
    return lambda self, images, **told: InPieces.forward(self, images, training)


def _trains(self, data):
    return self.train_step(data)


def _decodes_the_mean(self, data):
    images = images_of(data)
    mean, log_var = self.encoder(images, training=False)
    logits = self.decoder(mean, training=False)
    return self.report(reconstruction_loss(images, logits), kl_divergence(mean, log_var))


# Tried in this order: faults in reporting first, since they share the right training step.
TRAINING_STEP = mistakes(
    "DisentangledVAE",
    (
        "nothing reaches the trackers",
        "The values are returned but no tracker was fed, so Keras reports the trackers' zeros.",
        "What does `update_state` do, and where do you call it?",
        _plainly(report=_past_the_trackers),
    ),
    (
        "a short batch counts like a full one",
        "The trackers get one mean per batch, without its size, so the shorter last batch weighs "
        "too much.",
        "What does a `Mean` do with a whole vector of per-image values?",
        {"report": _batch_means},
    ),
    (
        "the last batch stands for the epoch",
        "The trackers start again at every batch.",
        "Who resets the trackers, and when?",
        {"report": _reset_at_every_batch},
    ),
    (
        "the trackers are never reset",
        "The second training still averages over the first one.",
        "Keras resets what the property `metrics` lists. What does yours list?",
        {"metrics": property(lambda self: []), "report": _logs_of_unlisted},
    ),
    (
        "the trackers of recon and kl exchanged",
        "The reconstruction is logged as `kl`, and the KL as `recon`.",
        "Which of the two is the larger one in your logs, and which should it be?",
        _plainly(report=_exchanged),
    ),
    (
        "the KL's tracker averages over the latents too",
        "The tracker of the KL got one number for each latent, so what it reports is a mean over "
        "latents, not nats per image.",
        "What is the shape of what you feed to each of the three trackers?",
        _plainly(report=_kl_over_latents),
    ),
    (
        "β times the KL logged as the KL",
        "`kl` in the logs is β times the KL. β is what the loss pays for a nat; the KL itself has "
        "no β in it.",
        "Which of the three numbers in your logs should change when only β does?",
        _plainly(report=_kl_with_beta),
    ),
    (
        "training during evaluation",
        "`test_step` takes a gradient step, so the model learns from its test data.",
        "Which lines of `train_step` have no place in `test_step`?",
        _plainly(test_step=_trains),
    ),
    (
        "the networks are not told that they train",
        "`train_step` calls the networks without `training=True`, so layers such as dropout stay "
        "off while the model learns.",
        "What do you pass to the encoder and to the decoder besides their inputs?",
        {"forward": _always(training=False)},
    ),
    (
        "the networks are told that they train in the test too",
        "`test_step` runs the networks with `training=True`: dropout and similar layers then "
        "disturb the measurement.",
        "What do you pass to the encoder and to the decoder in `test_step`?",
        {"forward": _always(training=True)},
    ),
    (
        "tested on the mean code",
        "`test_step` decodes μ without noise. That gives too low a loss, and no ELBO.",
        "Over what does the ELBO average the reconstruction?",
        {"test_step": _decodes_the_mean},
    ),
    (
        "the optimizer is never applied",
        "The gradients are computed and then dropped; no weight moves.",
        "Which line of your step changes a weight?",
        _plainly(apply=_never_applied),
    ),
    (
        "only the decoder learns",
        "The gradients reach only the decoder's variables; the encoder never moves.",
        "Which variables do you pass to the tape, and which layers run inside it?",
        _plainly(learning=_decoder_only),
    ),
    (
        "the gradient stops at z",
        "The encoder learns from the KL term but not from the reconstruction.",
        "Is everything between the encoder and the loss inside the tape, and does it stay a "
        "tensor?",
        {"code": _stopped},
    ),
    (
        "β has no effect",
        "The step minimises and reports reconstruction + KL, whatever `beta` is.",
        "Where does your step read `self.beta`?",
        {"per_image": _without_beta},
    ),
    (
        "β on the reconstruction",
        "β multiplies the reconstruction in place of the KL term.",
        "Which term should disappear when β = 0?",
        {"per_image": _beta_on_recon},
    ),
    (
        "KL subtracted",
        "The step minimises reconstruction − β·KL, which drives the posteriors away from the "
        "prior.",
        "Should training make either of the two terms larger?",
        _plainly(per_image=_kl_subtracted),
    ),
    (
        "β reported but not trained",
        "The logs hold reconstruction + β·KL, but the tape's loss leaves β out.",
        "Is the number you differentiate the number you report?",
        _plainly(objective=_mean_without_beta),
    ),
    (
        "β trained but not reported",
        "The tape's loss is right, but the logs hold reconstruction + KL.",
        "Is the number you differentiate the number you report?",
        _plainly(report=_reported_without_beta),
    ),
    (
        "summed over the batch",
        "The loss is a sum over the batch, so each step is too long by a factor of the batch size.",
        "How does your loss change when every image occurs twice?",
        {"objective": _summed},
    ),
    (
        "trained on the mean code",
        "The decoder gets μ itself: nothing is sampled, and log σ² learns only from the KL term.",
        "What lies between the encoder's two outputs and the decoder?",
        {"code": _the_mean},
    ),
    (
        "variance used as standard deviation",
        "The noise is multiplied by σ², so a wide posterior is drawn too wide.",
        "What does the layer of lesson 1 expect as its second input: log σ or log σ²?",
        _plainly(code=_variance_as_spread),
    ),
    (
        "only the loss is returned",
        "The step returns the loss of its batch and bypasses the trackers; `recon` and `kl` are "
        "missing.",
        "The docstring names three logs, and all three are averages over the epoch.",
        _plainly(report=_loss_only),
    ),
    sketch=in_pieces,
)
