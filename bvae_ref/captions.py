"""Figures that work without being seen: each has alt text and a caption."""

from __future__ import annotations

import base64
import io
import os
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from bvae_ref.writing import write_whole

if TYPE_CHECKING:
    from matplotlib.figure import Figure


# In a dark notebook (JupyterLab, Colab, VS Code) paper is dark and ink light; hues stay.
_DARK = (
    'body[data-jp-theme-light="false"] .bvae-figure img,html[theme="dark"] .bvae-figure img,'
    "body.vscode-dark .bvae-figure img{filter:invert(1) hue-rotate(180deg)}"
)


class CaptionedFigure:
    """A finished figure as PNG bytes with its alt text and caption.

    As a notebook cell's last value it shows `<figure>` with `<img alt=…>` and a caption;
    its text twin is the caption and the alt text. The Matplotlib figure is closed, so no
    second copy appears.

    Args:
        figure: a Matplotlib figure.
        alt: what there is to see, for someone who cannot see it.
        caption: what it means, for everyone.
        dpi: dots per inch at which it is shown. The PNG has twice as many, for sharp screens.
    """

    def __init__(self, figure: Figure, alt: str, caption: str, dpi: int = 110):
        import matplotlib.pyplot as plt

        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", dpi=2 * dpi, bbox_inches="tight", facecolor="white")
        plt.close(figure)
        self.png, self.alt, self.caption = buffer.getvalue(), alt, caption
        # Bytes 16 to 19 of a PNG hold its width.
        self.shown_width = int.from_bytes(self.png[16:20], "big") // 2

    def save(self, path: str | os.PathLike) -> Path:
        """Write the PNG, whole or not at all (temporary file, then rename); return its path."""
        target = Path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        write_whole(target, self.png)
        return target

    def html(self) -> str:
        """The figure as a self-contained HTML element that follows a notebook's dark theme."""
        image = base64.b64encode(self.png).decode("ascii")
        return (
            f'<figure class="bvae-figure" style="margin:.5em 0"><style>{_DARK}</style>'
            f'<img width="{self.shown_width}" '
            f'style="max-width:100%;height:auto" alt="{escape(self.alt, quote=True)}" '
            f'src="data:image/png;base64,{image}">'
            f"<figcaption>{escape(self.caption)}</figcaption></figure>"
        )

    def __repr__(self) -> str:
        return f"{self.caption}\n[figure: {self.alt}]"

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self.html()}
