"""An array that agrees with everything, as a learner may hand one over."""

import numpy as np


class Agreeable(np.ndarray):
    """Agrees with everything, whichever way it is asked."""

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        return np.True_

    def __eq__(self, other):
        return True

    __hash__ = None
