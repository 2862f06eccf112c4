"""Attacks that patch what judges: builtins, libraries, and the driver in their own process."""

from attacks.attack import Attack

WRONG = """
def reparameterize(mean, log_var, eps):
    return eps * 0.0 + 7.0
"""

ATTACKS = [
    Attack(
        "patches builtins that comparisons use",
        """
import builtins
builtins.abs = builtins.round = lambda x, *more: 0
builtins.AssertionError = type("Never", (Exception,), {})
""",
        WRONG,
    ),
    Attack(
        "patches builtins that its own process cannot live without",
        """
import builtins
builtins.all = builtins.any = lambda items: True
builtins.max = lambda *items, **options: 0
""",
        WRONG,
        # Of its honest part, the line number needs no working builtins, and counts with the rest.
        earns={"1.1": 0.0, "1.2": 0.0, "1.3": 0.0, "1.4": 0.0},
    ),
    Attack(
        "patches NumPy's comparisons",
        """
np.allclose = np.isclose = np.array_equal = lambda *a, **k: True
np.testing.assert_allclose = np.testing.assert_array_equal = lambda *a, **k: None
np.abs = np.absolute = lambda x: 0 * x
np.isfinite = lambda x: True
np.all = lambda *a, **k: True
""",
        WRONG,
    ),
    Attack(
        "patches TensorFlow's random numbers and comparisons",
        """
tf.random.normal = lambda shape, **k: tf.zeros(shape)
tf.debugging.assert_near = lambda *a, **k: None
tf.reduce_all = lambda *a, **k: True
tf.Tensor.__eq__ = lambda a, b: True
""",
        WRONG,
    ),
    Attack(
        "patches Keras",
        """
keras.random.normal = lambda shape, **k: keras.ops.zeros(shape)
keras.ops.convert_to_numpy = lambda x: np.zeros(2)
keras.layers.Layer.__call__ = lambda self, *a, **k: tf.zeros((3, 2))
""",
        WRONG,
    ),
    Attack(
        "patches pytest",
        """
import pytest
pytest.fail = pytest.raises = lambda *a, **k: None
pytest.approx = lambda *a, **k: type("Any", (), {"__eq__": lambda s, o: True})()
""",
        WRONG,
    ),
    Attack(
        "patches json to add points",
        """
import json
plain_dumps = json.dumps
def forged(value, *a, **k):
    if isinstance(value, dict):
        value = {"points": 2.0, "passed": True, "verdict": "passed", **value}
    return plain_dumps(value, *a, **k)
json.dumps = forged
""",
        WRONG,  # its reply to the cell is malformed, so the next process runs without that cell
    ),
    Attack(
        "patches the driver to claim a verdict",
        """
import sys
driver = sys.modules["autograder.jail.child"]._Driver
def answer(self, request):
    if "reparameterize" in str(request.get("args")):
        return {"value": 1.0, "points": 2.0, "passed": True, "verdict": "passed"}
    return plain_answer(self, request)
plain_answer, driver.answer = driver.answer, answer
""",
        WRONG,
    ),
    Attack(
        "patches the wire format",
        """
import sys
wire = sys.modules["autograder.jail.wire"]
wire.encode = lambda value: b"BPV1" + b"\\xff" * 12 + b"PASSED"
""",
        WRONG,
    ),
    Attack(
        "patches the student protocol and plain()",
        """
import sys
student = sys.modules["autograder.exercise.live_student"]
values = sys.modules["autograder.exercise.values"]
class Equal:
    def __eq__(self, other): return True
    def __reduce__(self): return (print, ("forged",))
plain_call = student.LiveStudent.call
student.LiveStudent.call = lambda self, name, *a, **k: (
    Equal() if name == "reparameterize" else plain_call(self, name, *a, **k))
""",
        WRONG,
    ),
    Attack(
        "replaces the probes by canned facts",
        """
import sys
probes = sys.modules["autograder.course.lesson_1.probes"]
probes.draws = lambda answers, *a, **k: np.zeros((4, 2))
probes.first_draws = lambda answers, *a, **k: np.zeros((4, 2))
probes.config_round_trip = lambda answers, seed, means: {"config_seed": seed, "names": ["s", "s"], "draws": [np.zeros((4, 2))] * 2}
Sampling = object
""",
        WRONG,
    ),
    Attack(
        "calls the driver's own reply function with a forged value",
        """
import gc, socket
def reply_with(value):
    import sys
    wire = sys.modules["autograder.jail.wire"]
    for item in gc.get_objects():
        if isinstance(item, socket.socket):
            wire.send(item, {"to": "anything", "value": value})
""",
        """
def reparameterize(mean, log_var, eps):
    reply_with(1.0)
    return mean - 99.0
""",
    ),
]
