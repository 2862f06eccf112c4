"""Grade every attack of the corpus on the machine that this process finds, and say what came of it.

python -m attacks.corpus FOLDER [--landlock 3] prints one JSON object. It is a
program of its own so that it can be started as another user, in a namespace, from an install.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from attacks import cunning, ending, frames, lying, patching, reading, strangers, writing
from attacks.arena import SECRETS, Arena, fight, processes_of
from autograder.grading.service import Service
from autograder.jail.kernel import NEWEST_LANDLOCK
from autograder.jail.limits import Limits
from autograder.jail.parents import JailError

ATTACKS = [
    attack
    for module in (reading, writing, patching, frames, lying, ending, cunning, strangers)
    for attack in module.ATTACKS
]
LIMITS = Limits(
    call_seconds=10, cell_seconds=10, submission_seconds=100, memory_gb=3, scratch_mb=32
)
# Longer than any daemon of an attack would wait.
AFTERWARDS_SECONDS = 9


def outcome(folder: Path, **service) -> dict:
    """What the attacks earned beyond their honest parts, told, changed and left.

    Args:
        folder: an empty one, for the arena.
        service: of `Service`, such as `landlock`.
    """
    try:
        grader = Service(workers=4, limits=LIMITS, **service)
    except JailError as error:
        return {"refused": str(error)}
    with Arena(folder) as arena:
        with grader:
            results, neighbours = fight(grader, ATTACKS, arena, workers=3)
            scratch, trusted = grader.scratch_folder, grader.process_ids()
            left = [*processes_of(scratch, trusted), *(path.name for path in scratch.iterdir())]
        time.sleep(AFTERWARDS_SECONDS)
        left += processes_of(scratch, set()) + ([str(scratch)] if scratch.exists() else [])
        texts = {name: json.dumps(result, ensure_ascii=False) for name, result in results.items()}
        return {
            "isolation": grader.isolation,
            "failed": {n: r["reason"] for n, r in results.items() if r["status"] != "graded"},
            "earned": {
                attack.name: {item["id"]: item["points"] for item in result["exercises"]}
                for attack in ATTACKS
                if (result := results[attack.name])["status"] == "graded"
            },
            "told": {n: [s for s in SECRETS if s in t] for n, t in texts.items()},
            "characters": {name: len(text) for name, text in texts.items()},
            "neighbours": [result["points"] for result in neighbours],
            "hindered": sorted({words for result in neighbours for words in hindered(result)}),
            "harm": arena.unharmed(),
            "trusted": len(trusted),
            "left": left,
        }


def hindered(result: dict) -> list[str]:
    """What an honest neighbour lost, and the reason that is given."""
    return [
        f"a neighbour lost {item['id']}: {json.dumps(item)[:900]}"
        for item in result["exercises"]
        if item["points"] < item["max_points"]
    ]


def faults(found: dict) -> list[str]:
    """What of an outcome is not as it should be, in words; nothing where the jail held."""
    if "refused" in found:
        return [found["refused"]]
    words = [f"{name} failed: {reason}" for name, reason in found["failed"].items()]
    for attack in ATTACKS:
        earned = found["earned"].get(attack.name, attack.earns)
        if earned != attack.earns:
            words.append(f"{attack.name} earned {earned}")
    words += [f"{name} told {secrets}" for name, secrets in found["told"].items() if secrets]
    if len(found["neighbours"]) < 5 or set(found["neighbours"]) != {8.0}:
        words.append(f"honest neighbours have {sorted(set(found['neighbours']))} points")
        words += found["hindered"]
    return words + found["harm"] + [f"left: {item}" for item in found["left"]]


def main() -> None:
    """Print the outcome as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--landlock", type=int, default=NEWEST_LANDLOCK)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    found = outcome(options.folder, landlock=options.landlock)
    json.dump(found | {"faults": faults(found)}, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
