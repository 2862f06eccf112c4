"""What a proof found: totals, a table with a row an exercise, and what does not hold."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Protocol

from autograder.exercise import registry
from autograder.exercise.chance import MOST
from bvae_ref.writing import write_whole

LEAST_DIAGNOSED = 0.98
LEAST_PAIRS_NAMED = 0.70
LEAST_REWRITES_DIAGNOSED = 0.90
# What the best shortcuts to all exercises of a lesson may earn together, of its points.
MOST_BY_SHORTCUTS = 0.05
PACKAGES = ("tensorflow", "tensorflow-cpu", "keras", "numpy", "cosmic-ray")
SHOWN_SEEDS = 5
REFERENCE = "reference"


@dataclass(frozen=True)
class Row:
    """One exercise.

    Attributes:
        seconds: of one judgement of the reference.
        judgements, refused: of right answers.
        wrong_seeds, missed, named: judgements of single misconceptions.
        pairs, pairs_missed, pairs_named: of independent ones.
        hidden: pairs that behave as a single misconception, or cancel each other.
    """

    exercise_id: str
    title: str
    seconds: float
    variants: int
    judgements: int
    refused: int
    misconceptions: int
    wrong_seeds: int
    missed: int
    named: int
    pairs: int
    pairs_missed: int
    pairs_named: int
    hidden: int
    rewrites: int
    rewrites_missed: int
    rewrites_named: int
    mutants_killed: int
    mutants_survived: int


class Plan(Protocol):
    """What was tried; see `run.Plan`."""

    @property
    def exercise_ids(self) -> tuple[str, ...]:
        """In course order."""


class Report:
    """What came out of a run.

    Args:
        plan: what was tried.
        results: rows as of `run.result_of`.
        left: the units that were not tried.
    """

    def __init__(self, plan: Plan, results: Sequence[dict], left: Sequence = ()):
        self.plan, self.results, self.left = plan, _merged(results), left
        self.rows = [self._row(exercise_id) for exercise_id in plan.exercise_ids]

    def totals(self) -> dict[str, float]:
        """Counts, and shares where the name says how much of something was achieved."""
        total = {name: sum(getattr(r, name) for r in self.rows) for name in COUNTED}
        return {
            "exercises": len(self.rows),
            "variants": total["variants"],
            "misconceptions": total["misconceptions"],
            "judgements": sum(item.get("seeds", 1) for item in self.results),
            "false_rejections": total["refused"],
            "missed": total["missed"] + total["pairs_missed"] + total["rewrites_missed"],
            "diagnosed": _share(total["named"], total["wrong_seeds"]),
            "pairs": total["pairs"],
            "pairs_named": _share(total["pairs_named"], total["pairs"]),
            "rewrites": total["rewrites"],
            "rewrites_diagnosed": _share(total["rewrites_named"], total["rewrites"]),
            "notebooks": len(self.of_kind("notebook")),
            "notebooks_that_lose": sum(item["lost"] > 0 for item in self.of_kind("notebook")),
            "mutants_killed": total["mutants_killed"],
            "mutants_survived": total["mutants_survived"],
            "shortcuts": sum(item["tried"] for item in self.of_kind("shortcut")),
            "best_shortcuts": max(
                (share for share, _ in self._shares_by_shortcuts().values()), default=None
            ),
        }

    def as_data(self) -> dict:
        """Totals, rows and failures as plain data."""
        return {
            **self.totals(),
            "rows": [asdict(row) for row in self.rows],
            "failures": self.failures(),
        }

    def failures(self) -> list[str]:
        """What does not hold, a sentence each."""
        found = [sentence for item in self.results for sentence in _failures_of(item)]
        if self.left:
            found.append(f"{self._words_left()} Run it again to go on.")
        found += [
            f"Lesson {lesson}: {share:.0%} of its points without the skill, by {names}."
            for lesson, (share, names) in self._shares_by_shortcuts().items()
            if share > MOST_BY_SHORTCUTS
        ]
        totals = self.totals()
        for name, least, words in (
            ("pairs_named", LEAST_PAIRS_NAMED, "pairs of misconceptions are both named"),
            ("rewrites_diagnosed", LEAST_REWRITES_DIAGNOSED, "rewrites get their diagnosis"),
        ):
            if totals[name] is not None and totals[name] < least:
                found.append(f"Only {totals[name]:.1%} of the {words}; {least:.0%} are asked for.")
        return found

    def as_text(self) -> str:
        """The table and the totals for a terminal."""
        lines = [HEAD_TEXT, *map(_row_text, self.rows), ""]
        lines += [f"{name:<20}{_shown(value)}" for name, value in self.totals().items()]
        return "\n".join(lines)

    def write(self, path: str | Path) -> None:
        """Write the whole report as Markdown, at once or not at all."""
        write_whole(Path(path), (self._markdown() + "\n").encode())

    def of_kind(self, kind: str) -> list[dict]:
        """The results of one kind."""
        return [item for item in self.results if item["kind"] == kind]

    def _row(self, exercise_id: str) -> Row:
        def of(kind: str) -> list[dict]:
            return [i for i in self.of_kind(kind) if i["exercise_id"] == exercise_id]

        right, wrong, rewrites, mutants = map(of, ("right", "wrong", "rewrite", "mutant"))
        pairs = [item for item in of("pair") if not item["like"]]
        exercise = registry.get(exercise_id)
        return Row(
            exercise_id=exercise_id,
            title=exercise.title,
            seconds=next((item["seconds"] for item in right if item["name"] == REFERENCE), 0.0),
            variants=sum(item["name"] != REFERENCE for item in right),
            judgements=_sum(right, "seeds"),
            refused=sum(len(item["refused"]) for item in right),
            misconceptions=len(wrong),
            wrong_seeds=_sum(wrong, "seeds"),
            missed=_sum(wrong, "missed"),
            named=_sum(wrong, "named"),
            pairs=len(pairs),
            pairs_missed=sum(item["missed"] > 0 for item in pairs),
            pairs_named=sum(item["named"] == item["seeds"] for item in pairs),
            hidden=len(of("pair")) - len(pairs),
            rewrites=len(rewrites),
            rewrites_missed=sum(item["missed"] > 0 for item in rewrites),
            rewrites_named=sum(item["named"] == item["seeds"] for item in rewrites),
            mutants_killed=sum(not item["passed"] for item in mutants),
            mutants_survived=sum(bool(item["passed"]) for item in mutants),
        )

    def _shares_by_shortcuts(self) -> dict[int, tuple[float, str]]:
        """Lesson → what the best shortcuts to its exercises earn together, and which they are."""
        shares = {}
        for lesson in registry.course().lessons:
            exercises = {item.id: item for item in registry.of_lesson(lesson)}
            rows = [i for i in self.of_kind("shortcut") if i["exercise_id"] in exercises]
            if rows:
                points = sum(exercise.points for exercise in exercises.values())
                names = [f"{i['exercise_id']} {i['name']}" for i in rows if i["earned"]]
                share = sum(item["earned"] for item in rows) / points
                shares[lesson] = round(share, 4), ", ".join(names)
        return shares

    def _words_left(self) -> str:
        counts = Counter(f"{unit.kind} of {unit.exercise_id}" for unit in self.left)
        told = ", ".join(f"{name} ({count})" for name, count in counts.items())
        return (
            f"{len(self.left):,} pieces were not tried: {told}. Where judging is slow, a piece is "
            "a few seeds of a right answer, or one seed of all misconceptions."
        )

    def _markdown(self) -> str:
        parts = [
            "# Proof of the tests",
            f"Written by `make proof` on {date.today():%Y-%m-%d} with {_versions()}. Every figure "
            "here is measured by that command.",
            *([f"**Not complete**: {self._words_left()}"] if self.left else []),
            "\n".join(f"- **{name}**: {_shown(value)}" for name, value in self.totals().items()),
            EXPLAINED,
            "## A row an exercise",
            "\n".join([HEAD_MARKDOWN, *map(_row_markdown, self.rows)]),
            "## Misconceptions that were once called otherwise",
            _bullets(
                f"{item['exercise_id']} {item['name']}: {_counts(item['confused'])} of "
                f"{item['seeds']}"
                for item in (*self.of_kind("wrong"), *self.of_kind("rewrite"))
                if item["confused"]
            ),
            "## Pairs that were not both named",
            _bullets(
                f"{item['exercise_id']} {item['name']}: {_counts(item['said'])}"
                for item in self.of_kind("pair")
                if not item["like"] and item["named"] < item["seeds"]
            ),
            "## Pairs that are no two mistakes",
            "In these, one mistake hides the other, or both together are a third one or a right "
            "answer, on every input that the tests ask about.",
            _bullets(
                f"{item['exercise_id']} {item['name']}: as {item['like']}"
                for item in self.of_kind("pair")
                if item["like"]
            ),
            "## Mutants that survive",
            "Each of them is a right answer too. They are listed by reason, with one of them each.",
            _bullets(_survivors(self.of_kind("mutant"))),
            "## Shortcuts",
            "Answers without the skill: constants, echoes of an input, tables of known questions, "
            "the previous answer. Of a lesson's points, the best of them for each exercise earn "
            f"together (at most {MOST_BY_SHORTCUTS:.0%}):",
            _bullets(
                f"Lesson {lesson}: {share:.1%}" + (f" by {names}" if names else "")
                for lesson, (share, names) in self._shares_by_shortcuts().items()
            ),
            "## Statistical checks",
            f"Each may refuse at most one right answer in {1 / MOST:,.0f}. Simulated with right "
            "answers where NumPy alone can give them: how many of the draws went beyond the "
            "tolerance, and the rate that the tail's fall lets expect.",
            "\n".join(
                [
                    "| exercise | check | stated rate | draws | alarms | estimate |",
                    "|---|---|---|---|---|---|",
                    *map(_draw_markdown, self.of_kind("draws")),
                ]
            ),
        ]
        return "\n\n".join(parts)


COUNTED = tuple(name for name, kind in Row.__annotations__.items() if kind == "int")
HEAD_TEXT = (
    f"{'':<5}{'ms':>6} {'right answers':>20} {'misconceptions':>22} {'pairs':>14} "
    f"{'rewrites':>10} {'mutants':>12}"
)
HEAD_MARKDOWN = (
    "| exercise | ms | variants | judgements | refused | misconceptions | seeds each | missed | "
    "diagnosed | pairs | both named | rewrites | diagnosed | mutants killed | survived |\n"
    "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|"
)
EXPLAINED = (
    "*Variants* are right answers in other styles than the reference; with it they are judged on "
    "fresh seeds, and none may be refused. *Misconceptions* are wrong answers with a name; none "
    "may be missed on any seed, and *diagnosed* is the share of judgements in which the feedback "
    "named exactly that one. *Pairs* are two independent misconceptions at once. *Rewrites* are "
    "misconceptions in a second style. *Notebooks* are whole ones, jailed and live, each with one "
    "variant that other exercises build on; none may lose a point. *Mutants* are generic edits "
    "of the solutions and all variants by cosmic-ray, and cut gradients. *ms* is one judgement "
    "of the reference."
)


def _merged(results: Iterable[dict]) -> list[dict]:
    """Rows of one thing that was tried in parts, put together."""
    found: dict[tuple, dict] = {}
    for item in results:
        # Pairs and others are tried in one piece, whatever they are called.
        in_parts = item["kind"] in ("right", "wrong")
        key = item["kind"], item["exercise_id"], item["name"] if in_parts else len(found)
        if key not in found:
            found[key] = dict(item)
            continue
        row = found[key]
        for name in ("seeds", "missed", "named"):
            if name in row:
                row[name] += item[name]
        if "refused" in row:
            row["refused"] = [*row["refused"], *item["refused"]]
        if "confused" in row:
            row["confused"] = dict(Counter(row["confused"]) + Counter(item["confused"]))
    return list(found.values())


def _failures_of(item: dict) -> Iterable[str]:
    what = f"{item['exercise_id']} {item.get('name', '')}"
    kind = item["kind"]
    if kind == "right" and item["refused"]:
        seeds = ", ".join(map(str, item["refused"][:SHOWN_SEEDS]))
        yield f"{what} is right, and refused on {len(item['refused'])} seeds, such as {seeds}."
    if kind in ("wrong", "rewrite") and item["missed"]:
        yield f"{what} is wrong, and passes on {item['missed']} of {item['seeds']} seeds."
    if kind == "wrong" and item["named"] + item["missed"] < LEAST_DIAGNOSED * item["seeds"]:
        yield f"{what} is called {_counts(item['confused'])} on {item['seeds']} seeds."
    if kind == "pair" and item["missed"] and not item["like"]:
        yield f"{what}: both at once pass on {item['missed']} of {item['seeds']} seeds."
    if kind == "mutant" and item["passed"] and not item["reason"]:
        yield f"{what}: this mutant passes, and nothing says why it may."
    if kind == "stub" and item["missed"]:
        yield f"{what}: what is not written is judged {', '.join(item['outcomes'])}."
    if kind == "jailed" and not item["alike"]:
        yield f"{what} is judged otherwise in the jail: {item['jailed']}."
    if kind == "notebook" and item["lost"]:
        yield f"{what} costs its notebook {item['lost']:g} points: {item['said']}."
    if kind == "draws" and not item["holds"]:
        yield (
            f"{what}: {item['alarms']} false alarms in {item['trials']} draws, about "
            f"{item['estimate']:.1g} expected, where {item['rate']:.1g} is stated."
        )


def _survivors(mutants: Iterable[dict]) -> Iterable[str]:
    """Surviving mutants by exercise and reason; each of those without a reason."""
    alike: dict[tuple[str, str], list[dict]] = {}
    for item in mutants:
        if item["passed"]:
            own = item["reason"] or f"**no reason known**, {item['name']}"
            alike.setdefault((item["exercise_id"], own), []).append(item)
    for (exercise_id, why), items in alike.items():
        yield f"{exercise_id} {why} {len(items)}, such as `{items[0]['name']}` ({items[0]['of']})"


def _row_text(row: Row) -> str:
    return (
        f"{row.exercise_id:<5}{1000 * row.seconds:>6.0f} "
        f"{f'{row.judgements} ok' if not row.refused else f'{row.refused} REFUSED':>20} "
        f"{f'{row.named}/{row.wrong_seeds} named':>22} {f'{row.pairs_named}/{row.pairs}':>14} "
        f"{f'{row.rewrites_named}/{row.rewrites}':>10} "
        f"{f'{row.mutants_killed}+{row.mutants_survived}':>12}"
    )


def _row_markdown(row: Row) -> str:
    cells = (
        f"{row.exercise_id} {row.title}",
        f"{1000 * row.seconds:.0f}",
        row.variants,
        row.judgements,
        row.refused,
        row.misconceptions,
        row.wrong_seeds // row.misconceptions if row.misconceptions else 0,
        row.missed,
        _percent(row.named, row.wrong_seeds),
        row.pairs,
        _percent(row.pairs_named, row.pairs),
        row.rewrites,
        _percent(row.rewrites_named, row.rewrites),
        row.mutants_killed,
        row.mutants_survived,
    )
    return "| " + " | ".join(map(str, cells)) + " |"


def _draw_markdown(item: dict) -> str:
    estimate = "–" if item["estimate"] is None else f"{item['estimate']:.0e}"
    trials = f"{item['trials']:,}" if item["trials"] else "needs TensorFlow"
    return (
        f"| {item['exercise_id']} | {item['name']} | {item['rate']:.0e} | {trials} | "
        f"{item['alarms']} | {estimate} |"
    )


def _versions() -> str:
    found = [f"Python {platform.python_version()}"]
    for name in PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return ", ".join(found)


def _sum(items: Iterable[dict], name: str) -> int:
    return sum(item[name] for item in items)


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _percent(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "–"


def _shown(value) -> str:
    if value is None:
        return "not tried"
    return f"{value:.2%}" if isinstance(value, float) else f"{value:,}"


def _counts(said: dict[str, int]) -> str:
    return "; ".join(f"“{name}” {count} times" for name, count in said.items())


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines) or "None."
