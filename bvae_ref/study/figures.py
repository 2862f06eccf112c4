"""The results of the study, drawn: every seed is a dot, every mean has its interval.

Nothing depends on colour: objectives and data sets differ in marker and line as well, and bear
their names.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from bvae_ref.captions import CaptionedFigure
from bvae_ref.plots import COLOURS
from bvae_ref.study.statistics import Interval, mean_interval
from bvae_ref.study.table import scores

Rows = Sequence[Mapping[str, Any]]

TITLES = {
    "mig": "MIG",
    "dci_disentanglement": "DCI disentanglement",
    "dci_completeness": "DCI completeness",
    "dci_informativeness": "DCI informativeness",
    "sap": "SAP",
    "factor_vae": "FactorVAE score",
    "beta_vae": "β-VAE score",
    "modularity": "modularity",
    "active_units": "active units of 10",
    "mutual_information": "mutual information, nats",
    "total_correlation": "total correlation, nats",
    "dimension_wise_kl": "dimension-wise KL, nats",
}
NAMES = {"beta": "β-VAE", "tc": "β-TCVAE", "capacity": "capacity"}
_STYLES = {
    "beta": {"marker": "o", "color": COLOURS[0], "linestyle": "-"},
    "tc": {"marker": "^", "color": COLOURS[6], "linestyle": "--"},
    "capacity": {"marker": "s", "color": COLOURS[3], "linestyle": "-"},
}
_COMPARED = ("mig", "dci_disentanglement", "total_correlation")


def scores_figure(rows: Rows) -> CaptionedFigure:
    """Nine scores of the β-VAE on strokes against β."""
    shown = list(TITLES)[:9]
    figure = Figure(figsize=(9.0, 7.6), layout="constrained")
    told = []
    for axes, metric in zip(figure.subplots(3, 3).flat, shown, strict=True):
        series = scores(rows, metric)
        _draw(axes, series, "beta")
        _weights(axes, series)
        axes.set_title(TITLES[metric], fontsize=10)
        told.append(f"{TITLES[metric]}: {_in_words(series, 'β')}")
    seeds = _seeds(scores(rows, "mig"))
    return CaptionedFigure(
        figure,
        alt="Nine small charts of a score against β. Means: " + "; ".join(told) + ".",
        caption=f"Scores of the β-VAE on held-out strokes. Each pale dot is one of {seeds} seeds; "
        "the line joins the means, and the bars are their 95% intervals (Student's t). "
        "The scales differ from chart to chart.",
    )


def rate_distortion_figure(rows: Rows) -> CaptionedFigure:
    """Distortion against rate, a chart for each data set, β beside the means."""
    there = [data for data in ("strokes", "kmnist") if any(row["data"] == data for row in rows)]
    figure = Figure(figsize=(4.6 * len(there), 3.9), layout="constrained")
    told = []
    for axes, data in zip(np.ravel(figure.subplots(1, len(there))), there, strict=True):
        rates, missed = scores(rows, "rate", data), scores(rows, "distortion", data)
        means = []
        for beta in rates:
            axes.plot(rates[beta], missed[beta], "o", color=COLOURS[0], alpha=0.45, ms=4, mew=0)
            means.append((mean_interval(rates[beta]).mean, mean_interval(missed[beta]).mean))
            axes.annotate(
                f"β = {beta:g}", means[-1], textcoords="offset points", xytext=(6, 5), fontsize=9
            )
        axes.plot(*np.transpose(means), "-", color=COLOURS[0], lw=1.2)
        axes.set_title(data, fontsize=10)
        axes.set_xlabel("rate, nats per image")
        axes.margins(x=0.14, y=0.1)
        _plain(axes)
        points = ", ".join(
            f"β = {beta:g} at rate {rate:.1f} and distortion {nats:.1f}"
            for beta, (rate, nats) in zip(rates, means, strict=True)
        )
        told.append(f"{data}: {points}")
    figure.axes[0].set_ylabel("distortion, nats per image")
    return CaptionedFigure(
        figure,
        alt="Distortion falls as the rate grows, steeply at first. " + "; ".join(told) + ".",
        caption="What a code costs (rate) and what the decoder then still misses (distortion), on "
        "held-out images. Each dot is one model; the line joins the means of each β. The "
        "slope at a point is about −β.",
    )


def objectives_figure(rows: Rows) -> CaptionedFigure:
    """Three figures of merit for each objective, side by side on equal scales."""
    there = [name for name in NAMES if _has(rows, name)]
    weighted = [name for name in there if name != "capacity"]
    columns = 1 + ("capacity" in there) if weighted else 1
    widths = [1.7, 1][:columns]
    figure = Figure(figsize=(4.6 + 2.8 * (columns - 1), 7.4), layout="constrained")
    grid = figure.subplots(
        len(_COMPARED), columns, sharey="row", squeeze=False, width_ratios=widths
    )
    told = []
    for line, metric in zip(grid, _COMPARED, strict=True):
        for place, name in enumerate(weighted):
            series = scores(rows, metric, objective=name)
            shift = 0.14 * (place - (len(weighted) - 1) / 2)
            _draw(line[0], series, name, shift)
            told.append(f"{TITLES[metric]} of {NAMES[name]}: {_in_words(series, 'β')}")
        if weighted:
            _weights(line[0], scores(rows, metric, objective=weighted[0]))
        if "capacity" in there:
            series = scores(rows, metric, objective="capacity")
            _draw(line[-1], series, "capacity", places=range(len(series)))
            line[-1].set_xticks(range(len(series)), [f"{value:g}" for value in series])
            line[-1].set_xlim(-0.5, len(series) - 0.5)
            line[-1].set_xlabel("capacity C, nats")
            told.append(f"{TITLES[metric]} at capacity: {_in_words(series, 'C')}")
        line[0].set_ylabel(TITLES[metric])
    if weighted:
        grid[0][0].legend(frameon=False, fontsize=9)
    if "capacity" in there:
        grid[0][-1].set_title("KL held at C", fontsize=10)
    return CaptionedFigure(
        figure,
        alt="Charts of three figures for each objective. " + "; ".join(told) + ".",
        caption="The objectives side by side on held-out strokes; pale dots are seeds, bars 95% "
        "intervals of the mean. β weighs the whole KL in the β-VAE and the total correlation "
        "alone in the β-TCVAE; at β = 1 both are the plain VAE.",
    )


def parts_figure(rows: Rows) -> CaptionedFigure:
    """What the KL of the β-VAE is made of, for every β."""
    parts = ("mutual_information", "total_correlation", "dimension_wise_kl")
    hatches, colours = ("", "///", "..."), (COLOURS[0], COLOURS[1], COLOURS[4])
    figure = Figure(figsize=(6.2, 3.6), layout="constrained")
    axes = figure.subplots()
    betas = list(scores(rows, "rate"))
    below, told = np.zeros(len(betas)), []
    for part, hatch, colour in zip(parts, hatches, colours, strict=True):
        heights = np.array([mean_interval(series).mean for series in scores(rows, part).values()])
        name = TITLES[part].removesuffix(", nats")
        axes.bar(
            range(len(betas)), heights, bottom=below, label=name,
            hatch=hatch, color=colour, edgecolor="white", width=0.7,
        )  # fmt: skip
        below = below + heights
        told.append(f"{name} {', '.join(f'{height:.1f}' for height in heights)}")
    axes.set_xticks(range(len(betas)), [f"{beta:g}" for beta in betas])
    axes.set_xlabel("β")
    axes.set_ylabel("nats per image")
    axes.legend(frameon=False, fontsize=9)
    _plain(axes)
    return CaptionedFigure(
        figure,
        alt=f"Stacked bars for β = {', '.join(f'{beta:g}' for beta in betas)}. In nats: "
        + "; ".join(told)
        + ".",
        caption="The average KL of the β-VAE on held-out strokes and its three parts, means over "
        "seeds: what the code tells about the image, how far the latents depend on each other, "
        "and how far each is from the prior.",
    )


def _draw(axes, series: dict[float, np.ndarray], objective: str, shift=0.0, places=None) -> None:
    """Dots for seeds, a line through the means, and bars for the intervals."""
    style = _STYLES[objective]
    x = np.array(list(places) if places is not None else [math.log2(value) for value in series])
    x = x + shift
    for place, values in zip(x, series.values(), strict=True):
        spread = np.linspace(-0.06, 0.06, len(values)) if len(values) > 1 else 0.0
        axes.plot(
            place + spread, values, style["marker"], color=style["color"], alpha=0.45, ms=4, mew=0
        )
    intervals = [mean_interval(values) for values in series.values()]
    means = np.array([interval.mean for interval in intervals])
    reach = np.array([_reach(interval) for interval in intervals])
    axes.errorbar(x, means, reach, **style, ms=5, lw=1.2, capsize=3, label=NAMES[objective])
    _plain(axes)


def _weights(axes, series: Iterable[float]) -> None:
    """An axis of β in powers of two."""
    betas = list(series)
    axes.set_xticks([math.log2(beta) for beta in betas], [f"{beta:g}" for beta in betas])
    axes.set_xlabel("β")


def _plain(axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=9)


def _reach(interval: Interval) -> float:
    return (interval.high - interval.low) / 2


def _in_words(series: dict[float, np.ndarray], name: str) -> str:
    return ", ".join(
        f"{mean_interval(values).mean:.3g} at {name} = {setting:g}"
        for setting, values in series.items()
    )


def _seeds(series: dict[float, np.ndarray]) -> int:
    return max(len(values) for values in series.values())


def _has(rows: Rows, objective: str) -> bool:
    return any(row["data"] == "strokes" and row["objective"] == objective for row in rows)
