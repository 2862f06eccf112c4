"""A question that takes more than one call."""

import numpy as np


def before_and_after(answers, series, width):
    """The count, and the series as the call left it."""
    given = np.array(series)
    return {"count": answers.crossings(given, width), "after": given}
