"""The explorer in a notebook, in a frame of its own that needs no extension."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import Any

from numpy.typing import ArrayLike

from bvae_ref.explorer.page import LANGUAGE, page
from bvae_ref.explorer.payload import images_and_labels, payload, subjects_of
from bvae_ref.writing import write_whole


class Explorer:
    """A finished page. As a notebook cell's last value it shows itself.

    Args:
        html: the whole page.
        summary: one sentence, for where no page can be shown.
        height: of the frame, in CSS pixels.
    """

    def __init__(self, html: str, summary: str, height: int = 900):
        self.html, self.summary, self.height = html, summary, height

    def save(self, path: str | os.PathLike) -> Path:
        """Write the page, whole or not at all; return its path."""
        target = Path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        write_whole(target, self.html.encode())
        return target

    def frame(self) -> str:
        """The page as an `<iframe>`, kept apart from the notebook: it may run, and save files."""
        return (
            f'<iframe title="{escape(self.summary)}" sandbox="allow-scripts allow-downloads" '
            f'style="width:100%;height:{self.height}px;border:0" '
            f'srcdoc="{escape(self.html)}"></iframe>'
        )

    def __repr__(self) -> str:
        return f"[{self.summary}]"

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self.frame()}


def explore(
    model: Any,
    images: ArrayLike,
    labels: ArrayLike,
    *,
    names: Sequence[str] | None = None,
    encode: Callable | None = None,
    decode: Callable | None = None,
    title: str = "",
    language: str = LANGUAGE,
) -> Explorer:
    """A page on which a trained model can be pulled, drawn into and morphed with.

    Args:
        model: a `DisentangledVAE`, or another object with `encode` and `decode` methods or
            `encoder` and `decoder` networks; or a dictionary of up to six by name, to compare.
        images, labels: held out from training, `(n, 28, 28, 1)` in [0, 1] and `(n,)`; the first
            600 are shown.
        names: of the classes, where they are not the ten characters.
        encode, decode: functions (model, images) → (mean, log_var), each `(n, latent)`, and
            (model, codes) → pixels, for a model without such methods.
        title: above the page.
        language: of the page's words.

    Raises:
        ValueError: images, labels, names or a model that cannot be used; the message says why.
    """
    images, labels = images_and_labels(images, labels)
    subjects = subjects_of(model, images, encode, decode)
    told, pack = payload(subjects, images, labels, names)
    shown = ", ".join(one.name for one in subjects)
    summary = f"Latent explorer: {shown}; {len(images)} held-out images"
    return Explorer(page(told, pack, title, language), summary)
