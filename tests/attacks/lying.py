"""Attacks whose answers are objects that lie about themselves, or answers to other questions."""

from attacks.attack import Attack


def returns(name: str, expression: str, helper: str = "") -> Attack:
    """An attack whose answer to 1.1 is one expression."""
    answer = f"{helper}\ndef reparameterize(mean, log_var, eps):\n    return {expression}\n"
    return Attack(name, answer=answer)


EQUAL = """
class Equal:
    shape, dtype, ndim = (3, 2), np.dtype("float32"), 2
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __abs__(self): return 0.0
    def __sub__(self, other): return 0.0
    __rsub__ = __sub__
    def __float__(self): return 0.0
    def __bool__(self): return True
"""
ARRAY = """
class Equal(np.ndarray):
    def __array_ufunc__(self, ufunc, method, *inputs, **options): return True
    def __array_function__(self, function, types, arguments, options): return True
    def __eq__(self, other): return np.ones(self.shape, bool)
"""

ATTACKS = [
    returns("returns an object equal to everything", "Equal()", EQUAL),
    returns(
        "returns an ndarray subclass that passes allclose",
        "np.zeros(mean.shape).view(Equal)",
        ARRAY,
    ),
    returns(
        "returns a float subclass",
        "Near(0.0)",
        "class Near(float):\n    def __eq__(self, o): return True\n    def __sub__(self, o): return 0.0\n",
    ),
    returns(
        "returns an object with __array__",
        "Asked()",
        "class Asked:\n    count = 0\n    def __array__(self, *a, **k):\n        return np.full((3, 2), np.inf)\n",
    ),
    returns(
        "returns an object whose numpy() lies",
        "Asked()",
        "class Asked:\n    def numpy(self):\n        return np.ones((1, 1))\n",
    ),
    returns("returns NaN everywhere", "mean * float('nan')"),
    returns("returns infinity everywhere", "mean + float('inf')"),
    returns("returns a scalar that broadcasts", "1.0"),
    returns("returns an array that broadcasts", "mean[:1, :1]"),
    returns("returns True", "True"),
    returns("returns a masked array", "np.ma.masked_all(mean.shape)"),
    returns("returns zeros", "tf.zeros_like(mean) - 99.0"),
    returns(
        "returns a dict subclass",
        "Lies(a=1)",
        "class Lies(dict):\n    def items(self): return Lies\n",
    ),
    returns("returns its own function", "reparameterize"),
    returns("returns a generator", "(item for item in [mean])"),
    Attack(
        "remembers the answers to the visible numbers",
        """
def visible(mean, log_var, eps, table={}):
    return table.get(bytes(mean.numpy()) + bytes(eps.numpy()))
TABLE = @TABLE@
""",
        """
def reparameterize(mean, log_var, eps):
    key = (mean.numpy().tobytes() + log_var.numpy().tobytes() + eps.numpy().tobytes()).hex()
    return np.array(TABLE[key], "float32") if key in TABLE else tf.zeros_like(mean)
""",
    ),
    Attack(
        "behaves when it sees the grader, and is judged as it behaves then",
        """
import sys
graded = any(name.startswith("autograder.jail") for name in sys.modules)
""",
        """
def reparameterize(mean, log_var, eps):
    return mean + tf.exp(0.5 * log_var) * eps if graded else None
""",
        earns={"1.1": 2.0, "1.2": 0.0, "1.3": 1.5, "1.4": 0.0},
    ),
    Attack(
        "misbehaves when it sees the grader",
        """
import sys
graded = any(name.startswith("autograder.jail") for name in sys.modules)
""",
        """
def reparameterize(mean, log_var, eps):
    return None if graded else mean + tf.exp(0.5 * log_var) * eps
""",
    ),
]
