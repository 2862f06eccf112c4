"""KMNIST as its authors publish it: file names, sizes and checksums.

"KMNIST Dataset" (created by CODH), adapted from "Kuzushiji Dataset" (created by NIJL and
others), doi:10.20676/00000341, CC BY-SA 4.0.
"""

from __future__ import annotations

from dataclasses import dataclass

HOME_PAGE = "http://codh.rois.ac.jp/kmnist/index.html.en"

SPLIT_SIZES = {"train": 60_000, "test": 10_000}

KINDS = ("images", "labels")


@dataclass(frozen=True)
class OfficialFile:
    """One published `.gz` IDX file; `sha256` and `size` (bytes) are of the `.gz` itself."""

    name: str
    size: int
    sha256: str


# Sizes and checksums as TensorFlow Datasets registers them (url_checksums/kmnist.txt).
IDX_FILES = {
    ("train", "images"): OfficialFile(
        "train-images-idx3-ubyte.gz",
        18_165_135,
        "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4",
    ),
    ("train", "labels"): OfficialFile(
        "train-labels-idx1-ubyte.gz",
        29_497,
        "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17",
    ),
    ("test", "images"): OfficialFile(
        "t10k-images-idx3-ubyte.gz",
        3_041_136,
        "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5",
    ),
    ("test", "labels"): OfficialFile(
        "t10k-labels-idx1-ubyte.gz",
        5_120,
        "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c",
    ),
}

NPZ_FILES = {
    ("train", "images"): "kmnist-train-imgs.npz",
    ("train", "labels"): "kmnist-train-labels.npz",
    ("test", "images"): "kmnist-test-imgs.npz",
    ("test", "labels"): "kmnist-test-labels.npz",
}


def accepted_names(split: str, kind: str) -> tuple[str, ...]:
    """The file names that may hold this part of KMNIST, in order of preference."""
    idx = IDX_FILES[split, kind].name
    return NPZ_FILES[split, kind], idx, idx.removesuffix(".gz")
