"""A right training step and test step, with one method for each piece that can go wrong."""

from __future__ import annotations

import keras
import tensorflow as tf

from bvae_ref.kl import kl_divergence
from bvae_ref.losses import reconstruction_loss
from bvae_ref.model import DisentangledVAE


def images_of(data):
    """The images of a batch that may be images alone or (images, labels)."""
    return keras.utils.unpack_x_y_sample_weight(data)[0]


class InPieces(DisentangledVAE):
    """A right step, one method for each piece that a fault can sit in."""

    def code(self, mean, log_var):
        """z, `(batch, latent)`."""
        return self.sampling((mean, log_var))

    def forward(self, images, training):
        """Per-image `(recon, kl)`, each `(batch,)`."""
        mean, log_var = self.encoder(images, training=training)
        logits = self.decoder(self.code(mean, log_var), training=training)
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
            recon, kl = self.forward(images_of(data), training=True)
            loss = self.objective(recon, kl)
        self.apply(tape.gradient(loss, variables), variables)
        return self.report(recon, kl)

    def test_step(self, data):
        return self.report(*self.forward(images_of(data), training=False))


def in_pieces(**pieces):
    """The class with its own methods replaced by these."""
    return type("DisentangledVAE", (InPieces,), pieces)
