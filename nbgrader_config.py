"""nbgrader's configuration for this course: run its commands from this folder.

nbgrader generate_assignment lesson_1 --force     solutions/ → lessons/
nbgrader autograde lesson_1                       submitted/ → autograded/
nbgrader generate_feedback lesson_1               autograded/ → feedback/
nbgrader export                                   → grades.csv

`--force`, because lessons/ comes with the repository: without it nbgrader skips the lesson,
and the gradebook never hears of it.
"""

import os
from pathlib import Path

from autograder.exercise import registry
from autograder.grading.course_folder import keep_private
from autograder.nbgrader_plugin import course_id

c = get_config()  # noqa: F821

# Whatever nbgrader makes here is its owner's alone, also where homes are open to everybody.
keep_private(Path(__file__).parent)

# The name under which a hub knows the course wins, where it has one.
c.CourseDirectory.course_id = course_id(registry.course().id)
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "lessons"
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", ".bvae"]

c.GenerateAssignment.preprocessors = [
    "autograder.nbgrader_plugin.FillAddress",
    "nbgrader.preprocessors.IncludeHeaderFooter",
    "nbgrader.preprocessors.LockCells",
    "autograder.nbgrader_plugin.ClearAnswers",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.CheckCellMetadata",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.SaveCells",
    "nbgrader.preprocessors.ClearHiddenTests",
    "nbgrader.preprocessors.ClearMarkScheme",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# Whatever was submitted is read (a file that is no notebook, or none at all, costs its learner
# the points and nobody else anything), put right, and graded in the jail. No line of a
# learner's code runs in nbgrader's own process. FailClosed behind it: no number, a strange
# number or a warning never turns into a grade by accident.
c.Autograde.exporter_class = "autograder.nbgrader_plugin.SubmissionExporter"
c.Autograde.sanitize_preprocessors = [
    "autograder.nbgrader_plugin.RepairNotebook",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.DeduplicateIds",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.Autograde.autograde_preprocessors = [
    "autograder.nbgrader_plugin.Grade",
    "autograder.nbgrader_plugin.FailClosed",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "autograder.nbgrader_plugin.LateRulesPenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# Limits of one submission, and the seed of the numbers it meets: see docs/instructors.md.
# Their traits are those of `Grade` in autograder/nbgrader_plugin/, such as `Grade.hidden_seed`
# and `Grade.submission_seconds`; set them here or on the command line.

# Pages show learners' text as text: a script in it must not run in the grader's browser.
c.HTMLExporter.filters = {"markdown2html": "autograder.views.markdown.passive_markdown"}
c.HTMLExporter.exclude_raw = True

# Nobody goes without feedback for a name like `[x]`, and no name is a spreadsheet's formula.
c.GenerateFeedback.exporter_class = "autograder.nbgrader_plugin.FeedbackExporter"
c.ExportApp.plugin_class = "autograder.nbgrader_plugin.CsvExport"

# A test cell that a learner deleted comes back instead of counting as never asked.
c.OverwriteCells.add_missing_cells = True

# The exchange is a folder that learners write into: no links, no strange names, and nobody under
# another's name.
c.ExchangeFactory.collect = "autograder.nbgrader_plugin.CollectPlainFolders"

# `nbgrader zip_collect` finds the learner in the names that Canvas, Moodle, Blackboard, Brightspace
# and ILIAS write. It wants the lesson's name in each file's; `bvae collect` does without.
c.FileNameCollectorPlugin.named_regexp = (
    r".*?[/_](?P<student_id>"
    r"\d{2,}(?=_\d{2,}_[^/]*$)"  # Canvas: name_USER_upload_file
    r"|\d+(?=_assignsubmission_)"  # Moodle: name_PARTICIPANT_assignsubmission_file_
    r"|[^/_]+(?=_attempt_\d{4}(?:-\d\d){5}_)"  # Blackboard: assignment_USER_attempt_time_file
    r"|(?<=/)\d+(?=-\d+ - )"  # Brightspace: USER-number - name - time - file
    r"|[^/_]+(?=_\d+/\d{14}_[^/]+$)"  # ILIAS: Last_First_LOGIN_number/time_file
    r").*(?P<file_id>lesson_\d+)[^/]*$"
)

# `nbgrader validate` runs a notebook in a kernel: as it would be graded, so without demonstrations.
c.Validator.preprocessors = [
    "autograder.nbgrader_plugin.RepairForValidate",
    "nbgrader.preprocessors.CheckCellMetadata",
    "nbgrader.preprocessors.Execute",
]
# Seconds per cell.
c.Execute.timeout = 300

# Graded runs are the same on every machine: drawn data, no downloads, no start-up notices
# (TensorFlow prints them to stderr at its first operation; only level 3 hides them all).
os.environ.setdefault("BVAE_DATA", "strokes")
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
