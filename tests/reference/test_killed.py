"""Training killed by the system (SIGKILL): what is on disk is whole, and resuming loses nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import numpy as np
import pytest

from bvae_ref import checkpoints
from bvae_ref.saved_models import load_model
from bvae_ref.settings import TrainConfig
from bvae_ref.training import train

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL"),
]

IMAGES = np.random.default_rng(6).uniform(size=(120, 28, 28, 1)).astype("float32")
# 27 steps an epoch, 9 at once: there is a middle to be killed in.
CONFIG = TrainConfig(hidden=8, epochs=4, batch_size=4, learning_rate=1e-2, jit_compile=False)

# Run in a process of its own: trains as above and kills itself at a moment.
CHILD = """
import os, signal, sys
import keras
from bvae_ref.training import train
from test_killed import CONFIG, IMAGES

moment, folder = sys.argv[1:]

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

class Midway(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        if int(self.model.optimizer.iterations) > 2 * self.params["steps"] + 9:
            die()

def cut_and_die(descriptor):
    if "checkpoint-00003" in os.readlink(f"/proc/self/fd/{descriptor}"):
        os.ftruncate(descriptor, os.fstat(descriptor).st_size // 2)
        die()

replace = os.replace

def die_before_the_move(source, target):
    if str(target).endswith("model.keras"):
        die()
    replace(source, target)

if moment == "in a checkpoint":
    os.fsync = cut_and_die
if moment == "in the model":
    os.replace = die_before_the_move
callbacks = [Midway()] if moment == "in an epoch" else []
train(CONFIG, folder, images=IMAGES, progress=False, callbacks=callbacks)
"""

# What is there afterwards: checkpoints of these epochs, and one file that is not finished.
MOMENTS = {
    "in an epoch": ((2, 1), None),
    "in a checkpoint": ((2, 1), "checkpoint-00003.npz.partial"),
    "in the model": ((4, 3), "model.partial.keras"),
}


@pytest.fixture(scope="module")
def killed(tmp_path_factory, root):
    """The folders of three runs, killed at the three moments; the runs go side by side."""
    if not sys.platform.startswith("linux"):
        pytest.skip("the killed process looks into /proc")
    folders = {moment: tmp_path_factory.mktemp("killed") for moment in MOMENTS}
    running = {
        moment: subprocess.Popen(
            [sys.executable, "-c", CHILD, moment, str(folder)],
            cwd=root / "tests" / "reference",
            env={**os.environ, "PYTHONPATH": f"{root}:{root / 'tests' / 'reference'}"},
            stderr=subprocess.PIPE,
        )
        for moment, folder in folders.items()
    }
    for process in running.values():
        _, told = process.communicate(timeout=300)
        assert process.returncode == -signal.SIGKILL, told.decode()
    return folders


@pytest.fixture(scope="module")
def unbroken():
    return train(CONFIG, images=IMAGES, progress=False)


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_run_leaves_whole_files_and_resumes_to_the_same_bits(moment, killed, unbroken):
    folder, (epochs, unfinished) = killed[moment], MOMENTS[moment]
    names = {f"checkpoint-{epoch:05d}.npz" for epoch in epochs}
    assert {path.name for path in folder.iterdir()} == names | ({unfinished} - {None})
    assert checkpoints.latest(folder).epoch == epochs[0]
    resumed = train(CONFIG, folder, images=IMAGES, resume=True, progress=False)
    assert resumed.history == unbroken.history
    assert resumed.held_out == unbroken.held_out
    for a, b in zip(_state(resumed.model), _state(unbroken.model), strict=True):
        np.testing.assert_array_equal(a, b)
    loaded = load_model(folder)
    for a, b in zip(loaded.get_weights(), unbroken.model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def _state(model):
    return [v.numpy() for v in [*model.variables, *model.optimizer.variables]]
