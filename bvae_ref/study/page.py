"""`study.md`: the study in words, every sentence from its numbers, with table and figures."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bvae_ref.captions import CaptionedFigure
from bvae_ref.data.official import SPLIT_SIZES
from bvae_ref.data.slices import parse_split
from bvae_ref.settings import TrainConfig
from bvae_ref.study import claims, figures
from bvae_ref.study.folder import StudyFolder
from bvae_ref.study.plan import CAPACITY_LEARNING_RATE, GAMMA, Amount, Cell, planned
from bvae_ref.study.run import Summary
from bvae_ref.study.sheets import traversal_sheet
from bvae_ref.study.statistics import mean_interval
from bvae_ref.study.table import FACTOR_SCORES, scores, table_text

PAGE = "study.md"
TABLE = "outcome.csv"
# What all models have in common; the page says the rest of `TrainConfig` cell by cell.
SHARED = (
    "latent_dim",
    "architecture",
    "hidden",
    "batch_size",
    "learning_rate",
    "weight_decay",
    "clip_norm",
    "jit_compile",
    "mixed_precision",
    "likelihood",
    "beta_warmup",
    "patience",
)
_FACTORS = 8
_SHEET_SEED = 0

Rows = Sequence[Mapping[str, Any]]


def write_report(summary: Summary, folder: StudyFolder, amount: Amount, command: str) -> Path:
    """Write the table, the figures and the page of what is finished; return the page's path.

    Raises:
        OSError: the folder cannot be written.
    """
    rows = [result for _, result in summary.results]
    folder.write(TABLE, table_text(rows).encode())
    drawn = _drawn(rows, summary, folder)
    for name, figure in drawn.items():
        folder.write(f"{name}.png", figure.png)
    folder.write(PAGE, page(rows, drawn, amount, command, summary.failed).encode())
    return folder.path / PAGE


def page(
    rows: Rows,
    drawn: Mapping[str, CaptionedFigure],
    amount: Amount,
    command: str,
    failed: Sequence[tuple[Cell, str]] = (),
) -> str:
    """The page as Markdown.

    Args:
        rows: results of finished cells.
        drawn: figures by file name without ending.
        amount: of the study.
        command: that makes it.
        failed: cells that could not be run, with the reason.
    """
    has_beta = _has(rows, "strokes", "beta")
    lines = ["# What β does to disentanglement", "", *_opening(rows, amount, command, failed)]
    if has_beta:
        lines += _about_beta(rows, drawn)
    if any(row["objective"] != "beta" for row in rows):
        lines += ["", "## Other objectives", "", *_objectives(rows), *_shown(drawn, "objectives")]
    if has_beta:
        lines += ["", "## What the KL is made of", "", *_parts(rows, amount)]
        lines += _shown(drawn, "kl_parts")
    if any(row["objective"] == "beta" for row in rows):
        lines += ["", "## Rate and distortion", "", *_rate_distortion(rows, amount)]
        lines += _shown(drawn, "rate_distortion")
    sheets = [name for name in drawn if name.startswith("traversals")]
    if sheets:
        lines += [
            "",
            "## What the latents draw",
            "",
            f"Models of seed {_SHEET_SEED}, one for each β.",
        ]
        lines += [line for name in sheets for line in _shown(drawn, name)]
    lines += ["", "## What this study cannot say", "", *_limits(amount)]
    lines += ["", "## How it was made", "", *_making(rows, amount)]
    return "\n".join(lines) + "\n"


def _drawn(rows: Rows, summary: Summary, folder: StudyFolder) -> dict[str, CaptionedFigure]:
    """The figures that these rows allow, by file name without ending."""
    drawn = {}
    if _has(rows, "strokes", "beta"):
        drawn["scores"] = figures.scores_figure(rows)
    if any(row["data"] == "strokes" and row["objective"] != "beta" for row in rows):
        drawn["objectives"] = figures.objectives_figure(rows)
    if _has(rows, "strokes", "beta"):
        drawn["kl_parts"] = figures.parts_figure(rows)
    if any(row["objective"] == "beta" for row in rows):
        drawn["rate_distortion"] = figures.rate_distortion_figure(rows)
    for cell, result in summary.results:
        arrays = folder.arrays(cell)
        if cell.part == "beta" and cell.config.seed == _SHEET_SEED and "known" in arrays:
            name = f"traversals_beta_{cell.config.beta:g}".replace(".", "_")
            drawn[name] = traversal_sheet(
                cell.title, arrays, result["per_latent_kl"], result["factor_names"]
            )
    return drawn


def _opening(rows: Rows, amount: Amount, command: str, failed) -> list[str]:
    seeds = len({row["seed"] for row in rows})
    diverged = sum(bool(row.get("diverged")) for row in rows)
    lines = [
        f"{len(rows)} models, {seeds} seeds for each setting, ten latents. Written by "
        f"`{command}` from `{TABLE}`, which holds every number below.",
        "",
        "Intervals in brackets are 95% intervals of a mean over seeds (Student's t). "
        "Differences have Welch's interval. Where a table compares several settings, its "
        "intervals are widened so that all of them hold together 95 times in 100 "
        "(Bonferroni). “Cannot be told” means that the interval holds 0: not that there is no "
        "difference, but that this many seeds do not show one.",
    ]
    if amount.name == "short":
        lines += ["", "**A short run:** it shows that everything works; its numbers mean nothing."]
    if diverged:
        lines += ["", f"Models that diverged: {diverged}. Their scores are left out of all means."]
    if failed:
        named = "; ".join(f"{cell.title} ({reason})" for cell, reason in failed)
        lines += ["", f"Missing, because they could not be run: {named}."]
    return lines


def _about_beta(rows: Rows, drawn) -> list[str]:
    by_metric = {name: scores(rows, name) for name in FACTOR_SCORES}
    mig = by_metric["mig"]
    return [
        *("", "## Scores against β", "", *_by_beta(rows), *_shown(drawn, "scores")),
        *("", "## From one β to the next", "", *claims.neighbours(mig)),
        *("", "## Is there a best β?", "", *claims.best(mig)),
        *("", "## Where “β = 4 disentangles” fails", "", *claims.claim(by_metric)),
        *("", "## Seeds against β", "", *_seeds(by_metric)),
    ]


def _by_beta(rows: Rows) -> list[str]:
    wanted = {"mig": 3, "dci_disentanglement": 3, "rate": 1, "distortion": 1, "active_units": 1}
    series = {name: scores(rows, name) for name in wanted}
    lines = []
    for beta in series["mig"]:
        found = {name: mean_interval(series[name][beta]) for name in wanted}
        bound = min(found["active_units"].mean, _FACTORS) / _FACTORS
        cells = [claims.cell(found[name], digits) for name, digits in wanted.items()]
        lines.append((f"{beta:g}", *cells, f"{bound:.2f}" if math.isfinite(bound) else "–"))
    header = (
        "β",
        "MIG",
        "DCI disentanglement",
        "rate",
        "distortion",
        "active units",
        "MIG at most",
    )
    return [
        *claims.table(header, lines),
        "",
        f"d latents cannot score much above min(d, F)/F in MIG with F = {_FACTORS} factors. Ten "
        "latents allow 1, but latents that have collapsed know nothing: the last column is "
        "the bound for those that are active.",
    ]


def _seeds(by_metric: Mapping[str, claims.Series]) -> list[str]:
    return [
        "How much of the spread of each score, as a share of the sum of squares, is explained by "
        "β, and how much remains between seeds of one β:",
        "",
        *claims.shares(by_metric),
        "",
        "Where the first column is little more than the last, choosing a seed matters as much as "
        "choosing β. Locatello et al. 2019, “Challenging Common Assumptions in the Unsupervised "
        "Learning of Disentangled Representations”, found the same over thousands of models, and "
        "prove that without supervision or inductive bias nothing picks the disentangled one.",
    ]


def _objectives(rows: Rows) -> list[str]:
    lines = []
    for objective, name in figures.NAMES.items():
        if not _has(rows, "strokes", objective):
            continue
        letter = "C" if objective == "capacity" else "β"
        wanted = ("mig", "dci_disentanglement", "total_correlation", "rate", "distortion")
        series = {metric: scores(rows, metric, objective=objective) for metric in wanted}
        for setting in series["mig"]:
            cells = [
                claims.cell(mean_interval(series[metric][setting]), 3 if place < 2 else 1)
                for place, metric in enumerate(wanted)
            ]
            lines.append((f"{name}, {letter} = {setting:g}", *cells))
    header = ("objective", "MIG", "DCI disentanglement", "total correlation", "rate", "distortion")
    text = claims.table(header, lines)
    if _has(rows, "strokes", "tc"):
        text += [
            "",
            "The β-TCVAE (Chen et al. 2018) weighs the total correlation alone; at β = 1 it is the "
            "plain VAE, seed by seed the same model.",
        ]
        if _has(rows, "strokes", "beta"):
            text += ["", *claims.against(scores(rows, "mig"), scores(rows, "mig", objective="tc"))]
    if _has(rows, "strokes", "capacity"):
        text += [
            "",
            f"The capacity objective (Burgess et al. 2018) holds the KL at C with the weight "
            f"γ = {GAMMA:g}: the rate shows how well. Its learning rate is "
            f"{CAPACITY_LEARNING_RATE:g}, because it diverged at that of the others.",
        ]
    return text


def _parts(rows: Rows, amount: Amount) -> list[str]:
    held_out = _count(amount.held_out)
    most = math.log(held_out)
    over = [
        f"{beta:g}"
        for beta, values in scores(rows, "rate").items()
        if mean_interval(values).mean > most - 1
    ]
    lines = [
        "KL = mutual information + total correlation + dimension-wise KL (Chen et al. 2018), with "
        f"the {held_out:,} held-out images as the whole data set."
    ]
    if over:
        lines[0] += (
            f" In such a sample no code can show more than log {held_out:,} = {most:.1f} nats of "
            f"mutual information. At β = {', '.join(over)} the rate is near or above that: what "
            "does not fit there is counted as total correlation, which is then too large."
        )
    return lines


def _rate_distortion(rows: Rows, amount: Amount) -> list[str]:
    if not _has(rows, "kmnist", "beta"):
        return ["KMNIST was not at hand; the curve is that of strokes alone."]
    return [
        "On KMNIST rate and distortion are all that can be measured: its labels say which "
        "character an image shows and nothing of how it was written, so they are no factors, "
        f"and no score of disentanglement applies. Trained on `{amount.kmnist_split}`, measured "
        f"on `{amount.kmnist_held_out}`.",
    ]


def _limits(amount: Amount) -> list[str]:
    return [
        f"- One training length was tried ({amount.epochs} epochs), one architecture (two dense "
        f"layers of {amount.hidden} each way), one batch size and learning rate. Another choice "
        "may order the β otherwise.",
        "- The factors of strokes are independent and drawn by a program. Of real handwriting, "
        "and of factors that go together, it says nothing.",
        "- The class is one of the factors, and no direction: ten characters do not lie on a "
        "line, so no single latent can be expected to hold it.",
        "- Seeds are counted as independent. All β share the same seeds, so a paired comparison "
        "could be a little sharper.",
        "- A latent that has collapsed costs nothing in modularity, which does not ask that "
        "factors be known; where few latents are active it is high for that reason alone.",
        "- Another machine gives other numbers from the same seeds, because rounding differs and "
        "training amplifies it: of one cell, the FactorVAE score was 0.271 on one machine and "
        "0.243 on another.",
        "- The scores are read off mean codes. They ask for factors along axes, which the "
        "objective, turned with the prior, does not (Locatello et al. 2019).",
    ]


def settings_of(amount: Amount) -> str:
    """The settings that all models share, as a sentence, with what `bvae train` has otherwise."""
    config, usual = planned(amount=amount)[0].config, TrainConfig()
    told = []
    for name in SHARED:
        value, default = getattr(config, name), getattr(usual, name)
        told.append(f"{name} {_plain(value)}" + f" ({_plain(default)})" * (value != default))
    return (
        "Settings of every model, by their names in `TrainConfig`, with the default of `bvae "
        f"train` in brackets where it differs: {', '.join(told)}. The capacity objective alone "
        f"has learning_rate {CAPACITY_LEARNING_RATE:g}."
    )


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _making(rows: Rows, amount: Amount) -> list[str]:
    versions = sorted({", ".join(f"{k} {v}" for k, v in row["versions"].items()) for row in rows})
    seconds = mean_interval([row["seconds"] for row in rows]).mean
    return [
        f"Strokes: trained on `{amount.split}` for {amount.epochs} epochs, measured on "
        f"`{amount.held_out}`, drawn with other seeds. {settings_of(amount)} A model took "
        f"{seconds:.0f} s on average, on one core, without a GPU, on a machine with "
        f"{os.cpu_count()} cores.",
        "",
        f"Versions: {'; or '.join(versions)}.",
    ]


def _shown(drawn: Mapping[str, CaptionedFigure], name: str) -> list[str]:
    """A figure with its alt text and caption, if it was drawn."""
    if name not in drawn:
        return []
    figure = drawn[name]
    return ["", f"![{figure.alt}]({name}.png)", "", f"*{figure.caption}*"]


def _has(rows: Rows, data: str, objective: str) -> bool:
    return any((row["data"], row["objective"]) == (data, objective) for row in rows)


def _count(split: str) -> int:
    return sum(map(len, parse_split(split, SPLIT_SIZES)))
