"""Checkpoints: whole or passed over, and a resumed run equal to an unbroken one bit for bit."""

import os

import keras
import numpy as np
import pytest

from bvae_ref import checkpoints
from bvae_ref.checkpoints import Checkpoint
from bvae_ref.settings import TrainConfig
from bvae_ref.training import TrainingInterrupted, train

IMAGES = np.random.default_rng(5).uniform(size=(120, 28, 28, 1)).astype("float32")
CONFIG = TrainConfig(hidden=8, epochs=4, batch_size=16, learning_rate=1e-2, jit_compile=False)


class InterruptAfter(keras.callbacks.Callback):
    """Ctrl-C at the end of an epoch, or in the middle of the next."""

    def __init__(self, epochs, midway=False):
        super().__init__()
        self.epochs, self.midway = epochs, midway

    def on_epoch_end(self, epoch, logs=None):
        if epoch + 1 == self.epochs and not self.midway:
            raise KeyboardInterrupt

    def on_train_batch_end(self, batch, logs=None):
        done = int(self.model.optimizer.iterations)
        if self.midway and done > self.epochs * self.params["steps"]:
            raise KeyboardInterrupt


def _train(folder=None, config=CONFIG, **options):
    return train(config, folder, images=IMAGES, progress=False, **options)


def _interrupted(folder, config=CONFIG, **how):
    with pytest.raises(TrainingInterrupted) as stop:
        _train(folder, config, callbacks=[InterruptAfter(2, **how)])
    return str(stop.value)


def _state(model):
    return [v.numpy() for v in [*model.variables, *model.optimizer.variables]]


@pytest.fixture(scope="module")
def unbroken():
    return _train()


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("interrupted")
    return folder, _interrupted(folder)


@pytest.fixture
def stopped_run(interrupted, tmp_path):
    """A folder of its own with the checkpoints of a run stopped after epoch 2 of 4."""
    for path in interrupted[0].iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    return tmp_path


def _expect_equal(result, expected):
    assert result.history == expected.history
    assert result.held_out == expected.held_out
    for a, b in zip(_state(result.model), _state(expected.model), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.slow
def test_a_resumed_run_ends_bit_for_bit_where_an_unbroken_one_does(unbroken, stopped_run):
    assert checkpoints.latest(stopped_run).epoch == 2
    _expect_equal(_train(stopped_run, resume=True), unbroken)


@pytest.mark.slow
def test_a_damaged_checkpoint_is_named_and_the_one_before_it_used(unbroken, stopped_run, capsys):
    newest = stopped_run / "checkpoint-00002.npz"
    newest.write_bytes(newest.read_bytes()[:-500])
    result = _train(stopped_run, resume=True)
    assert "checkpoint-00002.npz, which is damaged" in capsys.readouterr().out
    _expect_equal(result, unbroken)


@pytest.mark.slow
def test_a_stop_in_the_middle_of_an_epoch_goes_back_to_its_beginning(unbroken, tmp_path):
    message = _interrupted(tmp_path, midway=True)
    assert "epoch 2 of 4 is kept" in message
    _expect_equal(_train(tmp_path, resume=True), unbroken)


@pytest.mark.slow
def test_an_interruption_says_in_one_line_what_is_kept_and_how_to_go_on(interrupted):
    folder, message = interrupted
    assert "\n" not in message and "epoch 2 of 4" in message and "--resume" in message
    assert str(folder) in message
    assert not (folder / "model.keras").exists()


@pytest.mark.slow
def test_a_flipped_bit_is_noticed(stopped_run, capsys):
    newest = stopped_run / "checkpoint-00002.npz"
    content = bytearray(newest.read_bytes())
    content[len(content) // 2] ^= 1
    newest.write_bytes(content)
    assert checkpoints.latest(stopped_run).epoch == 1
    assert "checkpoint-00002.npz" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"beta": 1.0}, "beta was 4.0, now 1.0"),
        ({"epochs": 9}, "epochs was 4, now 9"),
        ({"hidden": 12}, "hidden was 8, now 12"),
    ],
)
def test_a_checkpoint_of_another_configuration_is_refused_by_what_differs(
    stopped_run, changes, told
):
    with pytest.raises(ValueError, match=told):
        _train(stopped_run, CONFIG.with_changes(**changes), resume=True)


@pytest.mark.slow
def test_a_checkpoint_of_other_images_is_refused(stopped_run):
    with pytest.raises(ValueError, match="images are different"):
        train(CONFIG, stopped_run, images=IMAGES[::-1], resume=True, progress=False)


@pytest.mark.slow
def test_a_run_that_starts_afresh_removes_the_checkpoints_of_the_one_before(stopped_run):
    assert checkpoints.clear(stopped_run) == 2
    assert checkpoints.latest(stopped_run) is None


def test_the_last_two_checkpoints_are_kept_and_nothing_half_written_counts(tmp_path):
    arrays = {"model/0": np.arange(3.0)}
    for epoch in (1, 2, 3):
        checkpoints.save(Checkpoint(epoch, {"loss": [1.0] * epoch}, {}, "data", arrays), tmp_path)
    (tmp_path / "checkpoint-00004.npz.partial").write_bytes(b"half")
    names = sorted(path.name for path in tmp_path.glob("*.npz"))
    assert names == ["checkpoint-00002.npz", "checkpoint-00003.npz"]
    found = checkpoints.latest(tmp_path)
    assert (found.epoch, found.history, found.data) == (3, {"loss": [1.0] * 3}, "data")
    np.testing.assert_array_equal(found.part("model")[0], arrays["model/0"])


def test_a_write_that_fails_leaves_the_old_file_whole(tmp_path, monkeypatch):
    path = tmp_path / "file"
    checkpoints.write_whole(path, b"old")

    def full_disk(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(checkpoints.os, "fsync", full_disk)
    with pytest.raises(OSError, match="No space"):
        checkpoints.write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.slow
def test_a_checkpoint_cut_short_is_still_known_as_one_of_ours(stopped_run, capsys):
    newest = stopped_run / "checkpoint-00002.npz"
    newest.write_bytes(newest.read_bytes()[:100])
    assert checkpoints.set_aside_foreign(stopped_run) == []
    assert checkpoints.latest(stopped_run).epoch == 1
    assert "Skipped checkpoint-00002.npz" in capsys.readouterr().out


@pytest.mark.slow
def test_damaged_checkpoints_of_later_epochs_cost_no_new_one(stopped_run, unbroken):
    about = (stopped_run / "checkpoint-00002.npz").read_bytes()[:1000]
    for epoch in (2, 7, 8):
        (stopped_run / f"checkpoint-{epoch:05d}.npz").write_bytes(about)
    result = _train(stopped_run, resume=True)
    _expect_equal(result, unbroken)
    assert checkpoints.latest(stopped_run).epoch == 4


def _npz(path, **arrays):
    np.savez(path, **arrays)


FOREIGN = {
    "text": lambda path: path.write_text("notes", encoding="utf-8"),
    "nothing": lambda path: path.write_bytes(b""),
    "an archive of others": lambda path: _npz(path, weights=np.arange(3.0)),
    "a single array": lambda path: path.write_bytes(b"\x93NUMPY\x01\x00 cut"),
    "a folder": lambda path: path.mkdir(),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_foreign_file_with_a_checkpoints_name_is_renamed_and_kept(kind, tmp_path, capsys):
    path = tmp_path / "checkpoint-00001.npz"
    (tmp_path / "checkpoint-00001.npz.set-aside-1").write_text("taken", encoding="utf-8")
    FOREIGN[kind](path)
    content = None if path.is_dir() else path.read_bytes()
    (moved,) = checkpoints.set_aside_foreign(tmp_path)
    assert not path.exists() and moved.name == "checkpoint-00001.npz.set-aside-2"
    assert moved.is_dir() if content is None else moved.read_bytes() == content
    assert "is not a checkpoint of `bvae train`; renamed to" in capsys.readouterr().out
    assert checkpoints.latest(tmp_path) is None


@pytest.mark.slow
@pytest.mark.parametrize("resume", [False, True])
def test_training_leaves_a_foreign_file_with_a_checkpoints_name_whole(resume, tmp_path):
    (tmp_path / "checkpoint-00001.npz").write_text("mine", encoding="utf-8")
    config = CONFIG.with_changes(epochs=1)
    train(config, tmp_path, images=IMAGES[:20], resume=resume, progress=False)
    assert (tmp_path / "checkpoint-00001.npz.set-aside-1").read_text(encoding="utf-8") == "mine"
    assert checkpoints.latest(tmp_path).epoch == 1


@pytest.mark.parametrize(
    "about",
    [
        "[1, 2]",
        "5",
        '{"epoch": 1, "history": [], "settings": 5, "data": "x"}',
        '{"epoch": "1", "history": {}, "settings": {}, "data": "x"}',
        '{"epoch": 2, "history": {"loss": [1.0]}, "settings": {}, "data": "x"}',
        '{"epoch": 1}',
        "no JSON",
    ],
)
def test_a_record_of_another_kind_is_passed_over(about, tmp_path, capsys):
    _npz(tmp_path / "checkpoint-00001.npz", about=np.array(about))
    assert checkpoints.latest(tmp_path) is None
    assert "Skipped checkpoint-00001.npz" in capsys.readouterr().out


@pytest.mark.slow
def test_a_checkpoint_that_lacks_an_array_is_refused_in_words(stopped_run):
    state = checkpoints.latest(stopped_run)
    del state.arrays["model/1"]
    checkpoints.save(state, stopped_run)
    with pytest.raises(ValueError, match=r"checkpoint's model holds .* start afresh"):
        _train(stopped_run, resume=True)


def _full(path):
    """From here on, the disk is full for whoever writes this file."""
    if not os.path.exists("/dev/full"):
        pytest.skip("needs /dev/full, the device without space")
    path.symlink_to("/dev/full")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "told", "kept"),
    [
        ("checkpoint-00004.npz.partial", "cannot write checkpoint-00004.npz", (3, 2)),
        ("model.partial.keras", "cannot write the finished model", (4, 3)),
    ],
)
def test_a_full_disk_is_told_and_costs_nothing_that_was_written(
    file, told, kept, stopped_run, unbroken
):
    (stopped_run / "model.keras").write_bytes(b"of an earlier run")
    _full(stopped_run / file)
    with pytest.raises(OSError, match=f"{told} .No space left.*--resume") as error:
        _train(stopped_run, resume=True)
    names = [f"checkpoint-{epoch:05d}.npz" for epoch in kept]
    assert ", ".join(names) in str(error.value)
    assert {path.name for path in stopped_run.iterdir()} == {*names, "model.keras"}
    assert (stopped_run / "model.keras").read_bytes() == b"of an earlier run"
    _expect_equal(_train(stopped_run, resume=True), unbroken)


def test_a_folder_that_cannot_be_written_is_told_before_training(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OSError, match=r"cannot write to .*choose another folder"):
        _train(tmp_path / "file" / "run")


@pytest.mark.slow
def test_early_stopping_and_its_best_weights_survive_an_interruption(tmp_path):
    # At a learning rate this high an epoch makes the model worse now and then.
    config = CONFIG.with_changes(epochs=40, learning_rate=1.0, patience=1)
    whole = _train(None, config)
    assert len(whole.history["loss"]) < 40
    _interrupted(tmp_path, config)
    _expect_equal(_train(tmp_path, config, resume=True), whole)
    again = _train(tmp_path, config, resume=True)
    assert again.history == whole.history and again.held_out == whole.held_out
