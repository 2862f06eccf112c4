"""The value that `load` returns, and the names of its ten classes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

CLASS_NAMES = ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo")
CLASS_KANA = ("お", "き", "す", "つ", "な", "は", "ま", "や", "れ", "を")

IMAGE_SHAPE = (28, 28, 1)


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """Images of characters with their classes, and where they came from.

    Attributes:
        name: "kmnist" or "strokes".
        images: float32 `(n, 28, 28, 1)`, ink 1 on paper 0.
        labels: int64 `(n,)`, indices into `CLASS_NAMES`.
        origin: one sentence for people: what was used, from where, and why the sources
            before it were passed over.
        factors: float32 `(n, 8)`, the generative factors of each stroke image; None for
            KMNIST, which has none.
        factor_names: names of the columns of `factors`; empty for KMNIST.

    Raises:
        ValueError: the arrays do not have these shapes and dtypes, or differ in length.
    """

    name: str
    images: np.ndarray
    labels: np.ndarray
    origin: str
    factors: np.ndarray | None = None
    factor_names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        n = len(self.labels)
        expect_array("images", self.images, (n, *IMAGE_SHAPE), np.float32)
        expect_array("labels", self.labels, (n,), np.int64)
        if self.factors is not None:
            expect_array("factors", self.factors, (n, len(self.factor_names)), np.float32)

    def __len__(self) -> int:
        return len(self.labels)

    def __repr__(self) -> str:
        return f"Dataset(name={self.name!r}, {len(self):,} images, origin={self.origin!r})"


def expect_array(what: str, array: np.ndarray, shape: tuple[int, ...], dtype: type) -> None:
    """Raise ValueError unless `array` has exactly this shape and dtype."""
    if array.shape != shape or array.dtype != dtype:
        raise ValueError(
            f"{what}: got {array.dtype} {array.shape}, expected {np.dtype(dtype)} {shape}; "
            "load data with bvae_ref.data.load, or convert the array first"
        )
