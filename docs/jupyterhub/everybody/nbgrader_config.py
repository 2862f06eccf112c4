"""nbgrader for everybody on the hub: copy to /etc/jupyter/nbgrader_config.py."""

from autograder.nbgrader_plugin import put_right_for_validate

c = get_config()  # noqa: F821

# The name under which the exchange knows the course.
c.CourseDirectory.course_id = "beyond-pixels"
# A folder that belongs to root and that everybody may write into (`install -d -m 0777`); nbgrader
# makes the course's folders in it.
c.Exchange.root = "/srv/nbgrader/exchange"
# Learners find an assignment under ~/beyond-pixels/lesson_1, however many courses they take.
c.Exchange.path_includes_course = True

# Validate checks the notebook that would be graded, and names checks that are gone.
c.Execute.on_notebook_start = put_right_for_validate
c.Execute.timeout = 300
