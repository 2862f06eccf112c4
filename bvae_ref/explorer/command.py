"""The subcommand `bvae explore`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from bvae_ref.commands import DEFAULT_RUN
from bvae_ref.console import say

if TYPE_CHECKING:
    from bvae_ref.data.dataset import Dataset


def add_explore(subparsers) -> None:
    """Add `bvae explore`."""
    parser = subparsers.add_parser(
        "explore",
        help="write a web page on which a trained model can be played with",
        description="Write one HTML file that encodes, decodes and morphs in the browser, without "
        "any connection. A folder with several runs, as `bvae train --beta 1 4 16` leaves it, "
        "shows them side by side.",
    )
    parser.add_argument(
        "--model", default=DEFAULT_RUN, help="run folder or .keras file (default: %(default)s)"
    )
    parser.add_argument("--models", nargs="+", default=[], help="more models, to compare with it")
    parser.add_argument("-o", "--out", default="explorer.html", help="file (default: %(default)s)")
    parser.add_argument("--data", help="auto, kmnist or strokes (default: the model's own)")
    parser.add_argument("--held-out", help="rows to show (default: the model's held-out ones)")
    parser.add_argument("--data-dir", help="folder of official KMNIST files")
    parser.set_defaults(run=_explore)


def _explore(options: argparse.Namespace) -> int:
    import numpy as np

    from bvae_ref.checkpoints import writable_folder
    from bvae_ref.data import CLASS_NAMES
    from bvae_ref.explorer.notebook import explore
    from bvae_ref.saved_models import load_model

    # All that can be refused is refused before TensorFlow does anything.
    out = Path(options.out)
    if out.suffix.lower() != ".html":
        raise ValueError(f"--out is {options.out!r}; expected a file name that ends in .html.")
    files = _model_files([options.model, *options.models])
    writable_folder(out.parent)
    models = {name: load_model(path) for name, path in _named(files).items()}
    held_out = _held_out(options, files[0])
    labels, names = held_out.labels, held_out.class_names
    if labels is None:
        labels, names = np.zeros(len(held_out.images), int), ("",)
    names = names or tuple(map(str, range(int(labels.max()) + 1)))
    # The course's own classes have a kana beside their name.
    own = None if names == CLASS_NAMES else names
    page = explore(models, held_out.images, labels, names=own)
    size = page.save(out).stat().st_size
    say(f"{out}: {page.summary}, {size / 1e6:.1f} MB. Open it in a browser.")
    return 0


def _model_files(given: list[str]) -> list[Path]:
    """The models that folders and files stand for; a folder of runs stands for all of them."""
    from bvae_ref.saved_models import MODEL_FILE, model_file

    found = []
    for name in given:
        runs = sorted(Path(name).glob(f"beta-*/{MODEL_FILE}"), key=_beta_of)
        found += runs if runs and not (Path(name) / MODEL_FILE).exists() else [model_file(name)]
    return found


def _beta_of(path: Path) -> float:
    text = path.parent.name.removeprefix("beta-")
    return float(text) if text.replace(".", "", 1).isdigit() else float("inf")


def _named(files: list[Path]) -> dict[str, Path]:
    """Models by their β; where that does not tell them apart, by their folder too."""
    from bvae_ref.saved_models import saved_json

    configs = [saved_json(path, "config.json") or {} for path in files]
    betas = [
        f"β = {config['beta']:g}" if "beta" in config else path.stem
        for config, path in zip(configs, files, strict=True)
    ]
    folders = [f"{path.parent.name}: {beta}" for path, beta in zip(files, betas, strict=True)]
    for names in (betas, folders, [str(path) for path in files]):
        if len(set(names)) == len(files):
            return dict(zip(names, files, strict=True))
    raise ValueError("a model is given twice; give each once.")


def _held_out(options: argparse.Namespace, model: Path) -> Dataset:
    """Images that the (first) model has not been trained on."""
    from bvae_ref.data.loading import load
    from bvae_ref.run_data import load_parts
    from bvae_ref.saved_models import saved_json
    from bvae_ref.settings import TrainConfig

    config = TrainConfig(**(saved_json(model, "config.json") or {}))
    data, rows = options.data or config.data, options.held_out or config.held_out
    if isinstance(rows, str):
        return load(data, rows, data_dir=options.data_dir)
    return load_parts(config.with_changes(data=data), options.data_dir)[1]
