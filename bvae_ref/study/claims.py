"""What the intervals allow us to say, as sentences and tables in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np

from bvae_ref.study.figures import TITLES
from bvae_ref.study.statistics import (
    LEVEL,
    Difference,
    Interval,
    difference,
    mean_interval,
    variance_shares,
)

Series = Mapping[float, np.ndarray]

_CLAIMED, _PLAIN = 4.0, 1.0


def neighbours(series: Series) -> list[str]:
    """For each β and the next: is the score higher, lower, or undecided?"""
    usable = _usable(series)
    pairs = list(pairwise(usable))
    rows = [
        (f"{a:g} → {b:g}", *_difference_cells(found), found.verdict)
        for a, b, found in _compared(series, pairs)
    ]
    told = sum(row[-1] != "cannot be told" for row in rows)
    return [
        *table(("β", "difference in MIG", "interval", "with the larger β MIG is"), rows),
        "",
        f"{told} of {len(rows)} steps can be told from no change." + _unusable(series),
    ]


def best(series: Series) -> list[str]:
    """Can the β with the highest mean be told from its rivals?"""
    usable = _usable(series)
    if len(usable) < 2:
        return ["Fewer than two β have enough finite scores to be compared." + _unusable(series)]
    top = _top(series)
    found = _compared(series, [(rival, top) for rival in usable if rival != top])
    rows = [
        (
            f"{rival:g}",
            *_difference_cells(gap),
            f"lower than β = {top:g}" if gap.verdict == "higher" else "cannot be told apart",
        )
        for rival, _, gap in found
    ]
    rivals = [rival for rival, _, gap in found if gap.verdict != "higher"]
    sentence = (
        f"The highest mean MIG, {mean_interval(series[top]).mean:.3f}, is that of β = {top:g}. "
    )
    if rivals:
        named = _listed([f"{rival:g}" for rival in rivals])
        sentence += f"It **cannot be told** from β = {named}: this study names no best β."
    else:
        sentence += "It is told from every rival."
    header = ("rival β", f"MIG of β = {top:g} less that of the rival", "interval", "the rival is")
    return [sentence, "", *table(header, rows)]


def claim(by_metric: Mapping[str, Series]) -> list[str]:
    """Does "β = 4 disentangles" hold, score by score?"""
    metrics = [
        name for name, series in by_metric.items() if {_CLAIMED, _PLAIN} <= set(_usable(series))
    ]
    if not metrics:
        return ["β = 1 and β = 4 were not both tried, so the claim is not tested here."]
    level = _level(len(metrics))
    rows, verdicts = [], {}
    for name in metrics:
        series = by_metric[name]
        gap = difference(series[_PLAIN], series[_CLAIMED], level)
        verdicts[name] = gap.verdict
        top = _top(series)
        rows.append((TITLES[name], *_difference_cells(gap), gap.verdict, f"{top:g}"))
    header = ("score", "β = 4 less β = 1", "interval", "with β = 4 it is", "highest mean at β")
    return [_claim_sentence(verdicts), "", *table(header, rows)]


def against(first: Series, second: Series) -> list[str]:
    """MIG of the β-TCVAE (`second`) minus that of the β-VAE, at its own β and at β = 1.

    At β = 1 both are one model, so that weight is left out.
    """
    common = [b for b in _usable(second) if {b, _PLAIN} <= set(_usable(first)) and b != _PLAIN]
    level = _level(2 * len(common))
    rows: list[tuple[str, ...]] = []
    for beta in common:
        gaps = [difference(first[other], second[beta], level) for other in (beta, _PLAIN)]
        cells = [
            part for gap in gaps for part in (" (".join(_difference_cells(gap)) + ")", gap.verdict)
        ]
        rows.append((f"{beta:g}", *cells))
    header = ("β", "MIG less that of the β-VAE at this β", "it is", "less that of β = 1", "it is")
    return table(header, rows) if rows else []


def shares(by_metric: Mapping[str, Series]) -> list[str]:
    """How much of each score's spread lies between the β, and how much between seeds."""
    rows: list[tuple[str, ...]] = []
    for name, series in by_metric.items():
        try:
            found = variance_shares(series)
        except ValueError:
            rows.append((TITLES[name], "–", "–", "–"))
            continue
        parts = found.between, found.within, found.by_chance
        rows.append((TITLES[name], *(f"{part:.0%}" for part in parts)))
    header = ("score", "between β", "between seeds", "between β by chance alone")
    return table(header, rows)


def cell(interval: Interval, digits: int = 3) -> str:
    """An interval in a table: "0.034 (0.021 to 0.047)"."""
    if not interval.n:
        return "all diverged"
    # Adding nothing turns a rounded −0 into 0.
    mean, low, high = (f"{round(value, digits) + 0.0:.{digits}f}" for value in interval[:3])
    words = mean if interval.n < 2 else f"{mean} ({low} to {high})"
    return words + (f", {interval.left_out} diverged" if interval.left_out else "")


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A Markdown table, line by line."""
    lines = [header, ["---"] * len(header), *rows]
    return ["| " + " | ".join(line) + " |" for line in lines]


def _compared(series: Series, pairs) -> list[tuple[float, float, Difference]]:
    """Differences of pairs, at a level at which all intervals hold together (Bonferroni)."""
    level = _level(len(pairs))
    return [(a, b, difference(series[a], series[b], level)) for a, b in pairs]


def _level(comparisons: int) -> float:
    return 1 - (1 - LEVEL) / max(1, comparisons)


def _usable(series: Series) -> list[float]:
    """Settings with the two finite scores that an interval needs."""
    return [setting for setting, values in series.items() if mean_interval(values).n >= 2]


def _unusable(series: Series) -> str:
    left = [f"{setting:g}" for setting in series if setting not in _usable(series)]
    return f" Too few models of β = {_listed(left)} are finite to compare." if left else ""


def _top(series: Series) -> float:
    return max(_usable(series), key=lambda setting: mean_interval(series[setting]).mean)


def _difference_cells(found: Difference) -> tuple[str, str]:
    return f"{found.mean:+.3f}", f"{found.low:+.3f} to {found.high:+.3f}"


def _claim_sentence(verdicts: Mapping[str, str]) -> str:
    parts = list(_claim_parts(verdicts))
    held = all(verdict == "higher" for verdict in verdicts.values())
    start = "Against β = 1, β = 4 has "
    end = (
        "Here the claim holds on every score."
        if held
        else "The claim does not hold on every score, so it does not hold as it is usually told."
    )
    return f"{start}{'; '.join(parts)}. {end}"


def _claim_parts(verdicts: Mapping[str, str]) -> Iterator[str]:
    words = {
        "higher": "a higher score on",
        "lower": "a **lower** score on",
        "cannot be told": "a difference that **cannot be told** on",
    }
    for verdict, phrase in words.items():
        names = [TITLES[name] for name, found in verdicts.items() if found == verdict]
        if names:
            yield f"{phrase} {_listed(names)}"


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
