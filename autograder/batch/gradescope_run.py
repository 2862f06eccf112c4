"""Inside Gradescope's container: one submission in, `results.json` out, whatever happens."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from functools import partial
from pathlib import Path

from autograder.batch.collect import of_one_learner
from autograder.batch.files import FolderSource
from autograder.batch.gradescope_zip import SETTINGS, STOPPED
from autograder.batch.grading import Task, grade_here
from autograder.batch.store import save
from autograder.views.gradescope import gradescope_failure, gradescope_results
from bvae_ref.console import say

NOTHING = (
    "No notebook was submitted. Submit the lesson's notebook, a file whose name ends in .ipynb."
)


def main(root: str) -> int:
    """Grade `root`/submission into `root`/results/results.json; return 1 when there is no grade."""
    folder = Path(root)
    try:
        data, code = graded(folder), 0
    except Exception as error:
        # Words for the staff: Gradescope keeps standard output, and hides it from learners.
        say(f"{type(error).__name__}: {error}")
        data, code = gradescope_failure(STOPPED), 1
    text = json.dumps(data, ensure_ascii=False, allow_nan=False)
    (folder / "results").mkdir(exist_ok=True)
    save(folder / "results" / "results.json", text.encode("utf-8", "replace"))
    return code


def graded(folder: Path) -> dict:
    """The data of `results.json` for what lies in `folder`/submission."""
    from autograder.grading.service import Service
    from autograder.jail.limits import Limits

    settings = json.loads((folder / "source" / SETTINGS).read_text(encoding="utf-8"))
    learner = learner_name(folder / "submission_metadata.json")
    with closing(FolderSource(folder / "submission")) as source:
        submissions = of_one_learner(source, learner, settings["lesson"])
        if not submissions:
            return gradescope_failure(NOTHING)
        tasks = [
            Task(item, partial(source.read, item.entry), settings["seed"]) for item in submissions
        ]
        limits = Limits(**settings["limits"])
        with Service(1, limits, settings["require_isolation"]) as service:
            results = [item.result for item in grade_here(tasks, service, 1)]
    if any(result["status"] == "failed" for result in results):
        raise RuntimeError("; ".join(result["reason"] for result in results))
    return gradescope_results(results)


def learner_name(metadata: Path) -> str:
    """Who submitted, from Gradescope's metadata; "submission" when it does not say."""
    try:
        users = json.loads(metadata.read_text(encoding="utf-8"))["users"]
        return ", ".join(str(user["name"]) for user in users) or "submission"
    except (OSError, ValueError, LookupError, TypeError):
        return "submission"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
