"""This course inside nbgrader: read what arrives, repair it, and let the jail grade it.

The only room that imports nbgrader. nbgrader_config.py puts these classes in place of
nbgrader's own; nothing here runs learners' code in nbgrader's process.
"""

from autograder.nbgrader_plugin.arriving import RepairNotebook, SubmissionExporter
from autograder.nbgrader_plugin.exchange import CollectPlainFolders
from autograder.nbgrader_plugin.grading import FailClosed, Grade, NotGraded
from autograder.nbgrader_plugin.handing_back import CsvExport, FeedbackExporter
from autograder.nbgrader_plugin.hub import course_id
from autograder.nbgrader_plugin.late import LateRulesPenalties
from autograder.nbgrader_plugin.release import ClearAnswers, FillAddress
from autograder.nbgrader_plugin.validating import RepairForValidate

__all__ = [
    "ClearAnswers",
    "CollectPlainFolders",
    "CsvExport",
    "FailClosed",
    "FeedbackExporter",
    "FillAddress",
    "Grade",
    "LateRulesPenalties",
    "NotGraded",
    "RepairForValidate",
    "RepairNotebook",
    "SubmissionExporter",
    "course_id",
]
