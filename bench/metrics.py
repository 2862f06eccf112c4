"""Time the metrics of disentanglement on codes of noise and factors of strokes.

    python bench/metrics.py [--rows 10000] [--latents 10]

DCI is timed where scikit-learn is installed, on at most 2,000 rows, as the decomposition of
the KL is. Progress goes to stderr; the last line on stdout is one JSON object.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
import time

import numpy as np

from bvae_ref import metrics
from bvae_ref.data.strokes import sample_factors

SMALL = 2000


def main(arguments: list[str] | None = None) -> None:
    """Run each metric once and print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--latents", type=int, default=10)
    given = parser.parse_args(arguments)
    factors = sample_factors(given.rows)
    codes = np.random.default_rng(0).standard_normal((given.rows, given.latents))
    few = slice(SMALL)
    work = {
        "mig": lambda: metrics.mig(codes, factors),
        "modularity": lambda: metrics.modularity(codes, factors),
        "sap": lambda: metrics.sap(codes, factors, categorical=[0]),
        "factor_vae": lambda: metrics.factor_vae_score(codes, factors),
        "beta_vae": lambda: metrics.beta_vae_score(codes, factors),
        "active_units": lambda: metrics.active_units(codes),
        "rate": lambda: metrics.rate(codes, codes),
        "kl_decomposition": lambda: metrics.kl_decomposition(codes[few], codes[few]),
    }
    if importlib.util.find_spec("sklearn"):
        work["dci"] = lambda: metrics.dci(codes[few], factors[few], categorical=[0])
    seconds = {}
    for name, run in work.items():
        start = time.perf_counter()
        run()
        seconds[f"{name}_seconds"] = round(time.perf_counter() - start, 4)
        print(f"{name}: {seconds[f'{name}_seconds']} s", file=sys.stderr, flush=True)
    print(json.dumps({"rows": given.rows, "latents": given.latents, **seconds}))


if __name__ == "__main__":
    main()
