"""The formgrader in this course's folder: copy to ~/.jupyter/nbgrader_config.py of an instructor.

The formgrader reads no configuration from a course's folder. Without these lines it would run
learners' code with the instructor's rights.
"""

from pathlib import Path

c = get_config()  # noqa: F821

COURSE = Path.home() / "beyond-pixels"

load_subconfig("nbgrader_config.py", path=str(COURSE))  # noqa: F821
c.CourseDirectory.root = str(COURSE)
