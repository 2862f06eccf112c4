"""The subcommands `bvae train`, `bvae morph` and `bvae figures`.

TensorFlow is imported when a command runs, so that `bvae --help` answers at once.
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bvae_ref.model import DisentangledVAE
    from bvae_ref.settings import TrainConfig

from bvae_ref.console import say
from bvae_ref.memory import TENSORFLOW_MB, TRAINING_MAPPED_MB, too_small, training_mb

DEFAULT_RUN = "out/run"


def add_train(subparsers) -> None:
    """Add `bvae train`."""
    parser = subparsers.add_parser(
        "train",
        help="train a β-VAE and report how well it does on held-out images",
        description="Train a β-VAE. Options left out take the course's defaults: "
        "β = 4 and two latents.",
    )
    _add_data_options(parser)
    parser.add_argument(
        "--beta",
        type=float,
        nargs="+",
        help="weight of the KL term, at least 0; of several, each is trained, into OUT/beta-…",
    )
    parser.add_argument(
        "--beta-warmup", type=float, metavar="EPOCHS", help="let β rise from 0 over so many epochs"
    )
    parser.add_argument(
        "--beta-cycles", type=int, metavar="N", help="warm up N times, in N equal parts of training"
    )
    parser.add_argument("--latents", type=int, dest="latent_dim", help="latent dimensions")
    parser.add_argument("--epochs", type=int, help="passes over the training images")
    parser.add_argument("--batch-size", type=int, help="images per step")
    parser.add_argument("--learning-rate", type=float, help="Adam's highest rate")
    parser.add_argument("--weight-decay", type=float, help="0 for none")
    parser.add_argument("--clip-norm", type=float, help="longest gradient, in nats; 0 for any")
    parser.add_argument("--architecture", help="mlp or conv")
    parser.add_argument("--likelihood", help="of a pixel: bernoulli (default) or gaussian")
    parser.add_argument(
        "--sigma", type=float, help="standard deviation of a pixel under gaussian (default: 0.1)"
    )
    parser.add_argument("--hidden", type=int, help="width of the dense layers")
    parser.add_argument("--seed", type=int, help="seed for weights, order and noise")
    parser.add_argument("--no-xla", action="store_true", help="do not compile with XLA")
    parser.add_argument(
        "--deterministic",
        action="store_true",
        help="identical results on every run, even on a GPU: no XLA, deterministic operations",
    )
    parser.add_argument(
        "--mixed-precision",
        action="store_true",
        default=None,
        help=("compute the hidden layers in half precision"),
    )
    parser.add_argument("--objective", help="beta (default), tc, capacity or iwae")
    parser.add_argument(
        "--samples", type=int, metavar="K", help="draws per image of objective iwae"
    )
    parser.add_argument("--capacity", type=float, help="nats that objective capacity rises to")
    parser.add_argument(
        "--strategy", help="single (default), or mirrored: all GPUs of this machine together"
    )
    parser.add_argument("--patience", type=int, help="epochs without improvement before stopping")
    parser.add_argument(
        "--resume",
        action="store_true",
        help="continue from the last checkpoint; with a larger --epochs, extend a finished run",
    )
    parser.add_argument("--tensorboard", action="store_true", help="also write TensorBoard logs")
    parser.add_argument("--out", default=DEFAULT_RUN, help="folder (default: %(default)s)")
    parser.set_defaults(run=_train, least_mb=TENSORFLOW_MB)


def add_morph(subparsers) -> None:
    """Add `bvae morph`."""
    parser = subparsers.add_parser(
        "morph",
        help="turn one character into another, as a picture",
        description="Draw a morph between two characters. Without --model, a small model is "
        "trained first, which takes less than a minute.",
    )
    _add_data_options(parser)
    parser.add_argument("--model", help="folder of a finished run, or a .keras file")
    parser.add_argument("--from", dest="start", help="class, by name or number (default: ma)")
    parser.add_argument("--to", dest="end", help="class, by name or number (default: tsu)")
    parser.add_argument("--steps", type=int, default=11, help="number of images (default: 11)")
    parser.add_argument("--method", default="slerp", help="slerp (default) or lerp")
    parser.add_argument("--out", default="morphing_result.png", help="PNG (default: %(default)s)")
    parser.set_defaults(run=_morph, least_mb=TENSORFLOW_MB)


def add_figures(subparsers) -> None:
    """Add `bvae figures`."""
    parser = subparsers.add_parser(
        "figures",
        help="draw all figures of a trained model",
        description="Write all figures of a trained model as PNG files, with figures.json, which "
        "holds their alt texts and captions.",
    )
    _add_data_options(parser)
    parser.add_argument(
        "--model", default=DEFAULT_RUN, help="run folder or .keras file (default: %(default)s)"
    )
    parser.add_argument("--out", default="out/figures", help="folder (default: %(default)s)")
    parser.add_argument(
        "--sample-quality",
        action="store_true",
        help="also score draws of the prior against real images; trains a small classifier",
    )
    parser.set_defaults(run=_figures, least_mb=TENSORFLOW_MB)


def _add_data_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data", help="auto, kmnist or strokes; or your own: an .npz file, a folder of pictures"
    )
    parser.add_argument("--split", help="rows to train on, such as 'train[:8000]'")
    parser.add_argument("--held-out", help="rows to validate on, or a share such as 0.1")
    parser.add_argument("--data-dir", help="folder of official KMNIST files")


def _train(options: argparse.Namespace) -> int:
    configs = _configs(options)
    for config in configs.values():
        _expect_memory(config)
    # TensorFlow, which takes the memory, comes after.
    from bvae_ref.runtime import use_deterministic_ops

    if options.deterministic:
        use_deterministic_ops()
    for folder, config in configs.items():
        _train_one(config, folder, options)
    return 0


def _configs(options: argparse.Namespace) -> dict[str, TrainConfig]:
    """What to train, by folder: one run, or one for each β. All are checked before any begins."""
    from bvae_ref.settings import TrainConfig

    betas = options.beta or [TrainConfig().beta]
    several = len(set(betas)) > 1
    configs = {}
    for options.beta in betas:
        folder = Path(options.out) / f"beta-{options.beta:g}" if several else options.out
        configs[str(folder)] = _changed(TrainConfig(), options)
    return configs


def _train_one(config: TrainConfig, folder: str, options: argparse.Namespace) -> None:
    from bvae_ref.training import train

    result = train(
        config,
        folder,
        resume=options.resume,
        tensorboard=options.tensorboard,
        data_dir=options.data_dir,
    )
    say(held_out_line(result.held_out, result.model))
    say(f"The model and its history are in {folder}.")


def held_out_line(held_out: dict[str, float], model: DisentangledVAE) -> str:
    """The held-out numbers as one line, with β and the corresponding β_norm."""
    from bvae_ref.losses import beta_norm

    beta, pixels = model.beta, math.prod(model.image_shape)

    bounds = f"ELBO {held_out['elbo']:.2f}"
    if "iwae" in held_out:
        samples = held_out["iwae_samples"]
        bounds += f", importance-weighted bound {held_out['iwae']:.2f} (K = {samples})"
    if "loss" not in held_out:
        return (
            f"Held out: reconstruction {held_out['recon']:.2f}, KL {held_out['kl']:.2f}, {bounds}, "
            "in nats per image."
        )
    return (
        f"Held out: loss {held_out['loss']:.2f} = reconstruction {held_out['recon']:.2f} + "
        f"{beta:g} × KL {held_out['kl']:.2f}, {bounds}, in nats per image "
        f"(β = {beta:g}, β_norm = {beta_norm(beta, pixels, model.latent_dim):.4g})."
    )


def _morph(options: argparse.Namespace) -> int:
    from bvae_ref.checkpoints import writable_folder
    from bvae_ref.data.loading import NAMES
    from bvae_ref.gallery import class_index, morph_figure
    from bvae_ref.interpolation import METHODS

    # All that can be refused is refused before a model is trained.
    for name in (options.start, options.end):
        if name is not None and (options.data or "auto") in NAMES and not options.model:
            class_index(name)
    if options.steps < 2:
        raise ValueError(f"--steps is {options.steps}; a morph has two ends, so at least 2.")
    if options.method not in METHODS:
        raise ValueError(f"--method is {options.method!r}; expected {' or '.join(METHODS)}.")
    out = Path(options.out)
    if out.suffix.lower() != ".png":
        raise ValueError(f"--out is {options.out!r}; expected a file name that ends in .png.")
    writable_folder(out.parent)
    model, dataset = _trained_and_data(options) if options.model else _quick(options)
    figure = morph_figure(model, dataset, options.start, options.end, options.steps, options.method)
    say(f"{figure.save(out)}: {figure.alt}")
    return 0


def _figures(options: argparse.Namespace) -> int:
    from bvae_ref.gallery import INDEX_FILE, write_figures
    from bvae_ref.saved_models import saved_json

    model, dataset = _trained_and_data(options)
    history = saved_json(options.model, "history.json")
    figures = write_figures(model, dataset, history, options.out)
    for name, figure in figures.items():
        say(f"{Path(options.out) / name}.png: {figure.caption}")
    say(f"Alt texts and captions are in {Path(options.out) / INDEX_FILE}.")
    if options.sample_quality:
        from bvae_ref.sample_quality import sample_quality

        found = sample_quality(model, dataset)
        say(
            f"Samples: Fréchet distance {found.score:.3f} to real images; other real images have "
            f"{found.floor:.3f} ({found.count:,} of each, in the features of a classifier with "
            f"{found.accuracy:.0%} accuracy). Compare scores of equal counts alone."
        )
    return 0


def _trained_and_data(options: argparse.Namespace):
    """The model that was asked for, and images of the kind it was trained on."""
    from bvae_ref.data.own import is_own
    from bvae_ref.run_data import load_parts
    from bvae_ref.saved_models import load_model, model_file, saved_json
    from bvae_ref.settings import TrainConfig

    # A missing file is reported before the data are looked for.
    model_file(options.model)
    saved = saved_json(options.model, "config.json")
    config = TrainConfig(**saved) if saved else TrainConfig(split="train[:4000]")
    # Other data than the run's have rows of their own.
    if options.data and options.data != config.data and is_own(options.data):
        config = config.with_changes(data=options.data, split="train", held_out=0.1)
    config = _changed(config, options)
    return load_model(options.model), load_parts(config, options.data_dir)[0]


def _quick(options: argparse.Namespace):
    """A model trained on the spot: sixteen latents at β = 1 keep the characters legible."""
    from bvae_ref.data.own import is_own
    from bvae_ref.gallery import morph_ends_of
    from bvae_ref.run_data import load_parts
    from bvae_ref.settings import TrainConfig
    from bvae_ref.training import train

    quick = TrainConfig(
        split="train[:8000]", held_out="test[:1000]", beta=1.0, latent_dim=16, epochs=20
    )
    if options.data and is_own(options.data):
        quick = quick.with_changes(split="train", held_out=TrainConfig().held_out)
    config = _changed(quick, options)
    _expect_memory(config)
    say(
        f"No --model given: training a small one first ({config.latent_dim} latents, β = "
        f"{config.beta:g}, {config.epochs} epochs). Use `bvae train` to make one you can keep."
    )
    training, held_out = load_parts(config, options.data_dir)
    morph_ends_of(training, options.start, options.end)
    result = train(config, images=training.images, held_out=held_out.images)
    say(held_out_line(result.held_out, result.model))
    return result.model, training


def _expect_memory(config) -> None:
    """Refuse, before any work, a training that a limit on memory would end without a word."""
    from bvae_ref.data.official import SPLIT_SIZES
    from bvae_ref.data.slices import parse_split

    spec = config.split
    if isinstance(config.held_out, str):
        spec = f"{spec}+{config.held_out}"
    images = sum(map(len, parse_split(spec, SPLIT_SIZES)))
    advice = "Raise the limit, or take fewer images (--split 'train[:8000]') and --no-xla."
    needed = training_mb(images, 784, config.jit_compile)
    if words := too_small(needed, advice, TRAINING_MAPPED_MB):
        raise RuntimeError(words)


def _changed(config, options: argparse.Namespace):
    """The configuration with the options that were given."""
    given = {
        name: value
        for name, value in vars(options).items()
        if value is not None and name in config.as_dict()
    }
    if "held_out" in given:
        given["held_out"] = _share_or_rows(given["held_out"])
    if getattr(options, "no_xla", False) or getattr(options, "deterministic", False):
        given["jit_compile"] = False
    return config.with_changes(**given)


def _share_or_rows(text: str) -> str | float:
    try:
        return float(text)
    except ValueError:
        return text
