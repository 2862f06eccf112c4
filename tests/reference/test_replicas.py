"""Several replicas train as one device does: the same loss and gradients, noise of their own."""

import json
import math
import subprocess
import sys

import numpy as np
import pytest

from bvae_ref.pipeline import StepPlan, evaluation_batches, plan_for_replicas
from bvae_ref.runtime import distribution

# Logical devices have to be made before TensorFlow begins, hence a process of their own.
PROGRAM = """
import json, sys
import numpy as np, tensorflow as tf
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)

import keras
from bvae_ref.data import load
from bvae_ref.objectives import ObjectiveVAE
from bvae_ref.networks import build_decoder, build_encoder
from bvae_ref.runtime import distribution, seeded_weights
from bvae_ref.settings import TrainConfig
from bvae_ref.training import train

images = load("strokes", "train[:320]", quiet=True).images
found = {}

def one_step(strategy):
    with strategy.scope(), seeded_weights(3):
        model = ObjectiveVAE(build_encoder(3, "mlp", 16), build_decoder(3, "mlp", 16), seed=5)
        model.compile(optimizer=keras.optimizers.SGD(1.0))
    before = [v.numpy() for v in model.trainable_variables]
    batch = tf.data.Dataset.from_tensor_slices(images[:32]).batch(32)
    logs = model.fit(batch, shuffle=False, verbose=0).history
    # Plain descent at rate 1: the step is the gradient.
    return logs, [b - v.numpy() for b, v in zip(before, model.trainable_variables)]

logs, gradients = one_step(tf.distribute.OneDeviceStrategy("CPU:0"))
mirrored = distribution("mirrored")
found["replicas"] = mirrored.num_replicas_in_sync
shared_logs, shared_gradients = one_step(mirrored)
found["losses"] = [logs["loss"], shared_logs["loss"]]
found["largest_gradient"] = max(float(np.abs(g).max()) for g in gradients)
found["gradient_difference"] = max(
    float(np.abs(a - b).max()) for a, b in zip(gradients, shared_gradients))

with mirrored.scope():
    model = ObjectiveVAE(build_encoder(2, "mlp", 8), build_decoder(2, "mlp", 8), seed=1)
draw = tf.function(lambda: mirrored.run(lambda: model._noise(tf.zeros((500, 2)))))
noise = [part.numpy().ravel() for part in mirrored.experimental_local_results(draw())]
found["noise_correlation"] = float(np.corrcoef(*noise)[0, 1])
found["noise_spread"] = [float(part.std()) for part in noise]

config = TrainConfig(latent_dim=2, hidden=16, epochs=2, batch_size=32, jit_compile=False)
runs = {
    strategy: train(config.with_changes(strategy=strategy), sys.argv[1] + strategy,
                    images=images[:284], held_out=images[284:], progress=False)
    for strategy in ("single", "mirrored")
}
found["histories"] = {name: run.history for name, run in runs.items()}

with mirrored.scope(), seeded_weights(3):
    model = ObjectiveVAE(build_encoder(2, "mlp", 8), build_decoder(2, "mlp", 8), seed=1)
    model.compile(optimizer=keras.optimizers.SGD(1e-4))
class Rising(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        self.model.beta = [0.0, 3.0][epoch]
found["betas"] = model.fit(
    tf.data.Dataset.from_tensor_slices(images[:32]).batch(32), epochs=2, verbose=0,
    callbacks=[Rising()]).history

resumed = sys.argv[1] + "resumed"
longer = config.with_changes(strategy="mirrored")
class Stop(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 1:
            raise KeyboardInterrupt
try:
    train(longer, resumed, images=images[:284], held_out=images[284:], progress=False,
          callbacks=[Stop()])
except KeyboardInterrupt:
    pass
again = train(longer, resumed, images=images[:284], held_out=images[284:], progress=False,
              resume=True)
found["resumed"] = again.history == runs["mirrored"].history
# 33 held-out images, which two replicas cannot share evenly.
uneven = config.with_changes(strategy="mirrored", epochs=1)
found["uneven"] = train(uneven, images=images[:64], held_out=images[64:97], progress=False).history
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    command = [sys.executable, "-c", PROGRAM, str(tmp_path_factory.mktemp("runs")) + "/"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.slow
def test_two_replicas_give_the_loss_and_the_gradients_of_one(found):
    assert found["replicas"] == 2
    one, two = found["losses"]
    assert two == pytest.approx(one, rel=1e-6)
    assert found["largest_gradient"] > 1e-2, "there is a gradient to compare"
    assert found["gradient_difference"] < 1e-5 * found["largest_gradient"]


@pytest.mark.slow
def test_each_replica_has_noise_of_its_own(found):
    # 1,000 pairs: five standard errors of a correlation that is not there.
    assert abs(found["noise_correlation"]) < 5 / 1000**0.5
    # The standard error of a standard deviation of 1 over 1,000 draws is 1/√2000.
    assert all(abs(spread - 1) < 5 / 2000**0.5 for spread in found["noise_spread"])


@pytest.mark.slow
def test_a_mirrored_run_trains_reports_and_resumes_as_a_single_one(found):
    single, mirrored = (found["histories"][name] for name in ("single", "mirrored"))
    assert single.keys() == mirrored.keys()
    for name, values in single.items():
        assert mirrored[name] == pytest.approx(values, rel=1e-4), name
    assert found["resumed"]
    assert all(math.isfinite(value) for (value,) in found["uneven"].values())


@pytest.mark.slow
def test_every_replica_sees_a_beta_that_a_callback_assigns(found):
    for epoch, beta in enumerate((0.0, 3.0)):
        loss, recon, kl = (found["betas"][name][epoch] for name in ("loss", "recon", "kl"))
        assert kl > 0.01 and loss == pytest.approx(recon + beta * kl, rel=1e-5)


def test_a_batch_that_does_not_divide_is_refused_with_one_that_does():
    with pytest.raises(ValueError, match=r"2 replicas cannot share batches of 33 .* such as 32"):
        plan_for_replicas(StepPlan(33, 4, 4), 2)
    with pytest.raises(ValueError, match="such as 4"):
        plan_for_replicas(StepPlan(3, 4, 4), 4)
    assert plan_for_replicas(StepPlan(32, 12, 12), 2) == StepPlan(32, 12, 1)


def test_fewer_held_out_images_than_replicas_are_refused():
    with pytest.raises(ValueError, match="3 replicas cannot share 2 held-out images"):
        evaluation_batches(np.zeros((2, 28, 28, 1), "float32"), 3)


def test_a_single_device_needs_no_strategy():
    assert distribution("single").num_replicas_in_sync == 1
