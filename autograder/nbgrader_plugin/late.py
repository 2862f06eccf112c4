"""Late penalties in nbgrader, by the same file of rules that `bvae grade --late` takes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.preprocessors import AssignLatePenalties
from traitlets import Unicode

from autograder.grading.late_files import read_extensions, read_rules


class LateRulesPenalties(AssignLatePenalties):
    """Takes away what the rules say; without a file of rules, what nbgrader's own plugin says.

    A lesson that has no deadline in the rules is due when nbgrader's gradebook says so, and an
    extension there counts as one in the list does.
    """

    rules = Unicode("late.ini", help="file of rules, seen from the course's root").tag(config=True)
    extensions = Unicode("", help="CSV of extensions, seen from there; or none").tag(config=True)

    def preprocess(self, nb, resources):
        if not Path(self.rules).is_file():
            return super().preprocess(nb, resources)
        ids = resources["nbgrader"]
        rules = read_rules(Path(self.rules))
        if self.extensions:
            listed = read_extensions(Path(self.extensions), rules.zone)
            rules = replace(rules, extensions=listed)
        with Gradebook(ids["db_url"]) as gradebook:
            submission = gradebook.find_submission(ids["assignment"], ids["student"])
            notebook = gradebook.find_submission_notebook(
                ids["notebook"], ids["assignment"], ids["student"]
            )
            student = submission.student
            names = ids["student"], f"{student.first_name or ''} {student.last_name or ''}".strip()
            lesson = int(ids["assignment"].rpartition("_")[2])
            lateness = rules.lateness(
                names, lesson, _utc(submission.timestamp), due=_utc(submission.duedate)
            )
            cost = rules.cost(lateness, notebook.score)
            notebook.late_submission_penalty = cost or None
            if lateness.late:
                self.log.warning("%s is %s: %g off", submission, lateness.words, cost)
            gradebook.db.commit()
        return nb, resources


def _utc(when: datetime | None) -> datetime | None:
    """A time of nbgrader's gradebook, which keeps UTC and does not say so."""
    return when.replace(tzinfo=timezone.utc) if when else None
