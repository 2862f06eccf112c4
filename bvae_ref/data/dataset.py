"""The value that `load` returns, and the names of the course's ten classes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bvae_ref.shapes import IMAGE_SHAPE

CLASS_NAMES = ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo")
CLASS_KANA = ("お", "き", "す", "つ", "な", "は", "ま", "や", "れ", "を")


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """Images, with their classes if they have any, and where they came from.

    Attributes:
        name: "kmnist", "strokes", or that of a file or folder.
        images: float32 `(n, height, width, channels)` in [0, 1].
        labels: int64 `(n,)`, indices into `class_names`; None for images without classes.
        origin: one sentence for people: what was used, from where, and why the sources
            before it were passed over.
        factors: float32 `(n, 8)`, the generative factors of each stroke image; None for
            KMNIST, which has none.
        factor_names: names of the columns of `factors`; empty for KMNIST.
        class_names: what the classes are called; empty where they are only numbered.
        ink: whether 1 is ink on paper, and shown dark; otherwise 1 is shown white.

    Raises:
        ValueError: the arrays do not have these shapes and dtypes, or differ in length.
    """

    name: str
    images: np.ndarray
    labels: np.ndarray | None
    origin: str
    factors: np.ndarray | None = None
    factor_names: tuple[str, ...] = ()
    class_names: tuple[str, ...] = CLASS_NAMES
    ink: bool = True

    def __post_init__(self) -> None:
        n = len(self.images if self.labels is None else self.labels)
        pictures = self.images.shape[1:] if self.images.ndim == 4 else IMAGE_SHAPE
        expect_array("images", self.images, (n, *pictures), np.float32)
        if self.labels is not None:
            expect_array("labels", self.labels, (n,), np.int64)
        if self.factors is not None:
            expect_array("factors", self.factors, (n, len(self.factor_names)), np.float32)

    def __len__(self) -> int:
        return len(self.images)

    @property
    def classes(self) -> tuple[str, ...]:
        """What every class is called: its name, or its number where it has none."""
        if self.labels is None or self.class_names:
            return self.class_names
        return tuple(map(str, range(int(self.labels.max(initial=-1)) + 1)))

    def __repr__(self) -> str:
        return f"Dataset(name={self.name!r}, {len(self):,} images, origin={self.origin!r})"


def expect_array(what: str, array: np.ndarray, shape: tuple[int, ...], dtype: type) -> None:
    """Raise ValueError unless `array` has exactly this shape and dtype."""
    if array.shape != shape or array.dtype != dtype:
        raise ValueError(
            f"{what}: got {array.dtype} {array.shape}, expected {np.dtype(dtype)} {shape}; "
            "load data with bvae_ref.data.load, or convert the array first"
        )
