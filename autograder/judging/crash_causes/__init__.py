"""The table of usual causes of errors, one module for each family of them."""

from autograder.judging.crash_causes.calls import CALLS
from autograder.judging.crash_causes.cause import Cause
from autograder.judging.crash_causes.names import NAMES
from autograder.judging.crash_causes.placeholders import PLACEHOLDERS
from autograder.judging.crash_causes.rest import REST
from autograder.judging.crash_causes.shapes import SHAPES
from autograder.judging.crash_causes.syntax import SYNTAX
from autograder.judging.crash_causes.training import TRAINING
from autograder.judging.crash_causes.wrong_types import WRONG_TYPES

# The more special ones come first: the first that fits is shown.
CAUSES: tuple[Cause, ...] = (
    *SYNTAX,
    *PLACEHOLDERS,
    *TRAINING,
    *NAMES,
    *CALLS,
    *WRONG_TYPES,
    *SHAPES,
    *REST,
)
