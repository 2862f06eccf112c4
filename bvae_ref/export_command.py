"""The subcommand `bvae export`."""

from __future__ import annotations

import argparse

from bvae_ref.commands import DEFAULT_RUN
from bvae_ref.console import say


def add_export(subparsers) -> None:
    """Add `bvae export`."""
    parser = subparsers.add_parser(
        "export",
        help="write a trained model's networks for other programs",
        description="Write encoder and decoder of a trained model in a form that other programs "
        "read. A run folder also holds encoder.keras and decoder.keras, which plain Keras loads.",
    )
    parser.add_argument(
        "--model", default=DEFAULT_RUN, help="run folder or .keras file (default: %(default)s)"
    )
    parser.add_argument(
        "--format", required=True, help="savedmodel, onnx (needs tf2onnx), tflite or npz"
    )
    parser.add_argument("--out", default="out/export", help="folder (default: %(default)s)")
    parser.set_defaults(run=_export)


def _export(options: argparse.Namespace) -> int:
    from bvae_ref.exporting import FORMATS, export
    from bvae_ref.saved_models import load_model

    if options.format not in FORMATS:
        raise ValueError(f"--format is {options.format!r}; expected one of {', '.join(FORMATS)}.")
    for path in export(load_model(options.model), options.out, options.format):
        say(path)
    return 0
