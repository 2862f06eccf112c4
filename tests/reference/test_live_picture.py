"""A training that shows itself: one display, renewed after every epoch."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from bvae_ref import live_picture
from bvae_ref.live_picture import LivePicture

IMAGES = np.linspace(0, 1, 2 * 784, dtype="float32").reshape(2, 28, 28, 1)


def at_work(picture: LivePicture) -> LivePicture:
    picture.set_params({"epochs": 2})
    picture.set_model(SimpleNamespace(reconstruct=lambda images: images / 2, jit_compile=False))
    return picture


def test_in_a_terminal_every_epoch_is_a_line(monkeypatch, capsys):
    monkeypatch.setattr(live_picture, "_front_end", lambda: None)
    picture = at_work(LivePicture(IMAGES))
    for epoch, loss in enumerate((300.25, 200.5)):
        picture.on_epoch_end(epoch, {"kl": 3, "loss": loss})
    assert capsys.readouterr().out.splitlines() == [
        "Epoch 1 of 2: loss 300.2, kl 3.0",
        "Epoch 2 of 2: loss 200.5, kl 3.0",
    ]


def test_training_stops_when_its_time_is_over(monkeypatch):
    monkeypatch.setattr(live_picture, "_front_end", lambda: None)
    for seconds, stopped in ((-1.0, True), (60.0, False)):
        picture = at_work(LivePicture(IMAGES, most_seconds=seconds))
        picture.model.stop_training = False
        picture.on_train_begin()
        picture.on_epoch_end(0, {"loss": 1.0})
        assert picture.model.stop_training is stopped


@pytest.mark.slow
def test_in_a_notebook_one_figure_is_renewed(monkeypatch):
    shown = []

    class Handle:
        def update(self, figure):
            shown.append(("renewed", figure))

    def display(figure, display_id):
        shown.append(("new", figure))
        return Handle()

    monkeypatch.setattr(live_picture, "_front_end", lambda: SimpleNamespace(display=display))
    seen = []
    picture = at_work(LivePicture(IMAGES, rebuild=lambda images: seen.append(1) or images))
    for epoch in range(2):
        picture.on_epoch_end(epoch, {"loss": 1.0})
    assert [kind for kind, _ in shown] == ["new", "renewed"]
    assert shown[1][1].caption.startswith("Epoch 2 of 2: loss 1.0. Above")
    assert len(seen) == 2
