"""What the same bits on every run cost: XLA, no XLA, and no XLA with deterministic operations.

    python bench/determinism.py [--epochs 6] [--rows 8000] [--repeats 3] [--architecture mlp]

Every run has a process of its own, since deterministic operations cannot be switched off again.
The three ways take turns, so that a busy machine slows all alike. Seconds are the median of an
epoch after the first, which compiles; those of all cores together say more on a machine that has
other work to do. The last line on stdout is one JSON object; ratios are over XLA, the default.
"""

from __future__ import annotations

import argparse
import itertools
import json
import statistics
import subprocess
import sys

WAYS = ("xla", "no_xla", "deterministic")


def main() -> None:
    """Time all ways and print one JSON line; or, with --way, run one and print its own."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--rows", type=int, default=8000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--architecture", default="mlp")
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    print(json.dumps(run(given) if given.way else compare(given)))


def run(given: argparse.Namespace) -> dict:
    """One training in this process: seconds of an epoch, the held-out loss, the weights' hash."""
    import hashlib
    import time

    import keras

    from bvae_ref.runtime import describe_device, use_deterministic_ops
    from bvae_ref.training import TrainConfig, train

    ends: list[tuple[float, float]] = []
    clock = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: ends.append((time.perf_counter(), time.process_time()))
    )
    if given.way == "deterministic":
        use_deterministic_ops()
    config = TrainConfig(
        data="strokes",
        split=f"train[:{given.rows}]",
        held_out="test[:500]",
        architecture=given.architecture,
        epochs=given.epochs,
        jit_compile=given.way == "xla",
    )
    result = train(config, progress=False, callbacks=[clock])
    wall, cpu = (
        statistics.median(after - before for before, after in itertools.pairwise(times))
        for times in zip(*ends, strict=True)
    )
    weights = b"".join(weight.tobytes() for weight in result.model.get_weights())
    return {
        "seconds": wall,
        "cpu_seconds": cpu,
        "loss": result.held_out["loss"],
        "weights": hashlib.sha256(weights).hexdigest(),
        "device": describe_device(config.jit_compile),
    }


def compare(given: argparse.Namespace) -> dict:
    """All ways in turn, `repeats` times."""
    runs: dict[str, list[dict]] = {way: [] for way in WAYS}
    for _ in range(given.repeats):
        for way in WAYS:
            found = subprocess.run(
                [sys.executable, __file__, *sys.argv[1:], "--way", way],
                check=True,
                stdout=subprocess.PIPE,
            )
            runs[way].append(json.loads(found.stdout.splitlines()[-1]))
            latest = runs[way][-1]
            print(
                f"{way}: {latest['seconds']:.3f} s an epoch, {latest['cpu_seconds']:.3f} s "
                f"of all cores, held out {latest['loss']:.4f}, "
                f"weights {latest['weights'][:8]}, {latest['device']}",
                file=sys.stderr,
                flush=True,
            )
    measured = {}
    for clock in ("seconds", "cpu_seconds"):
        median = {way: statistics.median(r[clock] for r in runs[way]) for way in WAYS}
        measured[clock] = {way: round(value, 4) for way, value in median.items()}
        measured[f"{clock}_ratio"] = {
            way: round(value / median["xla"], 3) for way, value in median.items()
        }
    return {
        "rows": given.rows,
        "repeats": given.repeats,
        "architecture": given.architecture,
        **measured,
        "same_bits": {way: len({r["weights"] for r in runs[way]}) == 1 for way in WAYS},
        "held_out": {way: round(runs[way][0]["loss"], 4) for way in WAYS},
    }


if __name__ == "__main__":
    main()
