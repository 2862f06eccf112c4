"""The usual cause is found for errors as Python, NumPy, TensorFlow and Keras really raise them."""

from __future__ import annotations

import time
from functools import cache

import numpy as np
import pytest
from learner import IMPORTS, judged, student

from autograder.exercise import student_words
from autograder.exercise.student import Crashed
from autograder.exercise.student_words import explain_crash
from autograder.judging.cells_in_words import explain_broken
from autograder.judging.crash_causes import CAUSES
from autograder.judging.crashes import usual_cause
from autograder.judging.judge import LONGEST_WORDS

INPUT = np.ones((5, 3), np.float32)
LAYER = "class L(keras.layers.Layer):\n"
MODEL = "m = keras.Sequential([keras.Input((3,)), keras.layers.Dense(3)])\n"
# As the networks of lesson 5 put it.
ONE_IMAGE = "the encoder takes a batch of images (batch, 28, 28, 1), but got shape (28, 28, 1)."
A_PAIR = "the decoder takes a batch of codes (batch, 3), but got shape (2, 5, 3)."
NO_RETURN = "def g(a):\n    tf.exp(a)\n"


def body(*lines: str) -> str:
    """An answer `f(a)` of these lines."""
    return "def f(a):\n" + "".join(f"    {line}\n" for line in lines)


# What the cause has to say, and answers that stop for it. `f` is called with a (5, 3) tensor.
ERRORS: dict[str, tuple[str, ...]] = {
    "In a compiled step a tensor has no number yet": (
        "@tf.function(autograph=False)\n" + body("return float(a[0, 0])"),
    ),
    "works along one axis or over two": (
        body("return np.linalg.norm(np.ones((2, 3, 4)), axis=(0, 1, 2))"),
    ),
    "A network takes a batch, even for a single image": (body(f"raise ValueError('{ONE_IMAGE}')"),),
    "An encoder returns a pair": (body(f"raise ValueError('{A_PAIR}')"),),
    "assigned to a place of shape": (
        body("b = np.zeros((2, 3))", "b[0] = np.ones(4)", "return b"),
    ),
    "JSON knows Python's own": (
        body("import json", "return json.dumps({'beta': tf.Variable(2.0)})"),
        body("import json", "return json.dumps([np.float32(1)])"),
        body("import json", "return json.dumps(np.ones(3))"),
    ),
    "whose name ends in `.keras`": (MODEL + body("m.save('/tmp/folder')"),),
    "A mask must be as long as the axis": (body("return np.ones((5, 3))[np.ones(3, bool)]"),),
    "`partition` needs as many entries": (body("return np.partition(np.ones((1, 3)), -2, 0)"),),
    "whole numbers to whole powers": (body("return np.array([2, 3]) ** np.array([1, -1])"),),
    "In TensorFlow": (
        body("return tf.log(a)"),
        body("return tf.sigmoid_cross_entropy_with_logits(a, a)"),
    ),
    "belongs to another library": (
        body("return K.exp(a)"),
        body("return torch.exp(a)"),
    ),
    "An optimizer belongs to one model": (
        "o = keras.optimizers.Adam()\n"
        + body(
            "v, w = (keras.Variable(np.ones(n)) for n in (2, 3))",
            "o.apply([tf.ones(2)], [v])",
            "o.apply([tf.ones(3)], [w])",
        ),
    ),
    "The optimizer got tensors": (
        MODEL
        + body(
            "o = keras.optimizers.SGD()",
            "v = m.trainable_variables",
            "o.apply(v, [tf.ones_like(x) for x in v])",
        ),
    ),
    "Two shapes do not fit": (
        body("return a + tf.zeros((5, 4))"),
        body("return np.ones((5, 3)) + np.ones((5, 4))"),
        body("return keras.ops.add(a, keras.ops.zeros((5, 4)))"),
        body("return keras.layers.Add()([keras.Input((3,)), keras.Input((4,))])"),
        "@tf.function\n" + body("return a + tf.zeros((5, 4))"),
        body("return tf.concat([a, tf.ones((2, 4))], 0)"),
        body("return np.concatenate([np.ones((2, 3)), np.ones((2, 4))])"),
        body("return tf.stack([a, tf.ones((2, 4))])"),
        body("return np.stack([np.ones((2, 3)), np.ones((2, 4))])"),
        body("return keras.losses.binary_crossentropy(a, tf.ones((5, 4)))"),
        body("return tf.nn.sigmoid_cross_entropy_with_logits(a, tf.ones((5, 4)))"),
    ),
    "In a matrix product": (
        body("return tf.matmul(a, a)"),
        body("return keras.ops.matmul(a, a)"),
        body("return np.ones((5, 3)) @ np.ones((5, 4))"),
        body("return np.dot(np.ones((5, 3)), np.ones((5, 4)))"),
        "@tf.function\n" + body("return a @ a"),
    ),
    "a shape other than the one it was made for": (
        MODEL + body("return m(tf.ones((2, 4)))"),
        body("return keras.layers.Conv2D(3, 3)(a)"),
        body("i = keras.Input((4,))", "return keras.Model(i, keras.layers.Dense(2)(i))(a)"),
    ),
    "A reshape keeps every number": (
        body("return tf.reshape(a, (4, 4))"),
        body("return np.reshape(a, (4, 4))"),
        body("return keras.layers.Reshape((2, 2))(keras.Input((3,)))"),
    ),
    "rows of this list have different lengths": (
        body("return tf.constant([[1.0, 2.0], [3.0]])"),
        body("return np.array([[1.0, 2.0], [3.0]])"),
    ),
    "Pass a shape as one tuple, even": (
        body("return keras.Input(3)"),
        body("return keras.Input(28, 28, 1)"),
    ),
    "functions of `tf` do not accept it": (
        body("return tf.exp(keras.Input((3,)))"),
        body("return tf.random.normal(tf.shape(keras.Input((3,))))"),
    ),
    "NumPy cannot work on it": (
        body("return np.exp(keras.Input((3,)))"),
        "@tf.function\n" + body("return np.exp(a)"),
    ),
    "`.numpy()` works only": (
        body("return keras.Input((3,)).numpy()"),
        "@tf.function\n" + body("return a.numpy()"),
        body("return list(tf.data.Dataset.from_tensors(a).map(lambda x: x.numpy()))"),
    ),
    "cannot use its truth value": (
        "@tf.function(autograph=False)\n" + body("return a if tf.reduce_sum(a) > 0 else -a"),
    ),
    "Python cannot loop over it": (
        "@tf.function(autograph=False)\n" + body("return [x for x in a]"),
    ),
    "outputs of `keras.Model` have to come from": (
        body("return keras.Model(keras.Input((3,)), keras.layers.Dense(2))"),
        body("return keras.Model(keras.Input((3,)), a)"),
    ),
    "no unbroken path": (
        body(
            "y = keras.layers.Dense(2)(keras.Input((3,)))", "return keras.Model(keras.Input(()), y)"
        ),
    ),
    "Two types of numbers are mixed": (
        body("return a + tf.zeros((5, 3), tf.float64)"),
        body("return tf.constant(np.ones((5, 3))) * a"),
        body("return a / tf.shape(a)[0]"),
        body("return tf.constant([1, 2, 3]) * 0.5"),
        body("return tf.exp(tf.constant([1, 2, 3]))"),
        "@tf.function\n" + body("return a * tf.zeros((5, 3), tf.float64)"),
    ),
    "keep the array's type": (body("x = np.ones(3, np.uint8)", "x /= 255.0"),),
    "Something here is None": (
        NO_RETURN + body("return a + g(a)"),
        NO_RETURN + body("return g(a) * 2"),
        NO_RETURN + body("return tf.reduce_sum(g(a))"),
        NO_RETURN + body("x, y = g(a)"),
        NO_RETURN + body("return [x for x in g(a)]"),
        NO_RETURN + body("return g(a).shape"),
        NO_RETURN + body("return g(a)[0]"),
        NO_RETURN + body("return np.exp(g(a))"),
        NO_RETURN + body("return float(g(a))"),
        # A tape that did not watch.
        body("with tf.GradientTape() as t:", "    y = a * a", "return t.gradient(y, a) * 2"),
        # The batch axis of a placeholder.
        body("return keras.random.normal(keras.Input((3,)).shape)"),
    ),
    "`reparametrize` here. Is it spelt": (
        "def reparameterize(a):\n    return a\n" + body("return reparametrize(a)"),
    ),
    "It takes one tensor and got several": (
        body("return keras.layers.Dense(2)([a, a])"),
        body("i = keras.Input((2,))", "return keras.Model(i, i)((a, a))"),
    ),
    "`plt` is a module that has not been imported": (body("return plt.plot(a)"),),
    "has no value yet": (
        body("for i in []:", "    total = i", "return total"),
        "total = 0\n" + body("total += 1", "return total"),
    ),
    "`logarithm` may be spelt differently or be": (body("return tf.logarithm(a)"),),
    "`reduce_sum` may be spelt differently or be": (
        body("return np.reduce_sum(a)"),
        body("return keras.ops.reduce_sum(a)"),
    ),
    "A TensorFlow tensor has no method `mean`": (body("return a.mean()"),),
    "A TensorFlow tensor has no method `reshape`": (body("return a.reshape(-1)"),),
    "something of type ndarray": (body("return np.ones(3).numpy()"),),
    "something of type list": (body("return [1, 2].shape"),),
    "has to set `self.scale` before": (
        LAYER + "    def call(self, x):\n        return x * self.scale\n" + body("return L()(a)"),
    ),
    "no argument of this name": (
        "def g(x):\n    return x\n" + body("return g(a, axis=1)"),
        body("return tf.reduce_sum(a, keep_dims=True)"),
        body("return np.sum(np.ones(3), keep_dims=True)"),
        body("return keras.layers.Dense(3, activaton='relu')(a)"),
    ),
    "more or fewer arguments": (
        "def g(x, y):\n    return x\n" + body("return g(a)"),
        "def g(x):\n    return x\n" + body("return g(a, a)"),
        "def f(a, b):\n    return a\n",
        "def f():\n    return 1\n",
        LAYER + "    def call(x):\n        return x\n" + body("return L()(a)"),
        body("return tf.concat([a, a])"),
        body("return tf.expand_dims(a)"),
    ),
    "where a dtype belongs": (body("return np.zeros(2, 3)"), body("return np.sum(a, 1, 2)")),
    "of type EagerTensor. Is an operator missing": (body("return a(3)"),),
    "of type module. Is an operator missing": (body("return tf.random((3,))"),),
    "of type History. Are the `()`": (
        MODEL + body("m.compile('adam', 'mse')", "return m.fit(a, a, verbose=0)['loss']"),
    ),
    "of type function. Are the `()`": ("def g():\n    return 1\n" + body("return g[0]"),),
    "of type EagerTensor cannot be changed in place": (
        body("a[0] = 1.0", "return a"),
        body("a[0] += 1.0", "return a"),
    ),
    "of type SymbolicTensor cannot be changed in place": (
        "@tf.function\n" + body("a[0] = 1.0", "return a"),
    ),
    "need a single truth value": (
        body("return 1 if a > 0 else 2"),
        body("return (a > 0) and (a < 1)"),
        body("return max(0.0, a)"),
    ),
    "take one number": (body("return float(a)"), body("import math", "return math.exp(a)")),
    "cannot be keys": (body("return {a: 1}"), body("return {[1]: 1}"), body("return a in {1, 2}")),
    "names left of `=`": (
        body("x, y = a"),
        body("x, y, z = 1, 2"),
        LAYER
        + "    def call(self, inputs):\n        mean, log_var = inputs\n        return mean\n"
        + body("return L()(a)"),
    ),
    "This is a single value": (
        body("x, y = tf.constant(1.0)"),
        body("x, y = 3.0"),
        body("return [i for i in len(a)]"),
    ),
    "must be a whole number": (
        body("return a[: 3 / 2]"),
        body("return range(3 / 1)"),
        body("return np.linspace(0, 1, 3.0)"),
        body("return [1, 2, 3][a]"),
    ),
    "cannot combine these two types": (
        body("return [1, 2] * 0.5"),
        body("return [1, 2] - [1]"),
        body("return 'loss' + 1.0"),
    ),
    "An `axis` is used": (
        body("return tf.reduce_sum(a, axis=[1, 2, 3])"),
        body("return np.sum(np.ones((2, 3)), axis=2)"),
        body("return keras.ops.sum(a, axis=2)"),
        body("return tf.transpose(a, [0, 2, 1])"),
        body("return tf.squeeze(a, axis=0)"),
        body("return np.transpose(np.ones((2, 3)), (0, 2, 1))"),
    ),
    "An index is out of range": (
        body("return a[7]"),
        body("return a[0, 0, 0]"),
        body("return np.ones(3)[0, 0]"),
        body("return [1][4]"),
        body("return a.shape[3]"),
    ),
    "`super().__init__()` must be": (
        LAYER
        + "    def __init__(self):\n        self.d = keras.layers.Dense(2)\n"
        + "    def call(self, x):\n        return self.d(x)\n"
        + body("return L()(a)"),
    ),
    "no method named `call`": (
        LAYER + "    pass\n" + body("return L()(a)"),
        "class M(keras.Model):\n    pass\n" + body("return M()(a)"),
    ),
    "Keras rebuilds a layer": (
        LAYER
        + "    def __init__(self, seed):\n        super().__init__()\n"
        + body("return L.from_config(L(1).get_config())"),
    ),
    "A tape can be used for only one call": (
        body(
            "with tf.GradientTape() as t:",
            "    t.watch(a)",
            "    y = a * a",
            "return t.gradient(y, a), t.gradient(y, a)",
        ),
    ),
    "Every gradient is None": (
        body(
            "v = keras.Variable(1.0)",
            "with tf.GradientTape() as t:",
            "    y = a * a",
            "keras.optimizers.SGD().apply_gradients(zip(t.gradient(y, [v]), [v]))",
        ),
    ),
    "A tape follows only TensorFlow's tensors and variables": (
        body("with tf.GradientTape() as t:", "    t.watch(np.ones(3))"),
        body(
            "x = np.ones(3)",
            "with tf.GradientTape() as t:",
            "    y = tf.reduce_sum(x)",
            "return t.gradient(y, x)",
        ),
    ),
    "have to return a dictionary": (
        "class M(keras.Model):\n    def train_step(self, x):\n        pass\n"
        + body("m = M()", "m.compile()", "m.fit(a, verbose=0)"),
    ),
    "says how it learns": (
        MODEL + body("m.fit(a, a, verbose=0)"),
        MODEL + body("m.compile('adam')", "m.fit(a, a, verbose=0)"),
    ),
    "must not create variables": ("@tf.function\n" + body("return a * tf.Variable(1.0)"),),
    "The denominator is 0": (body("return 1 / 0"),),
    "no entry `kl`": (
        body("return {'loss': 1}['kl']"),
        "@tf.function\n" + body("return {'loss': 1}['kl'] * a"),
    ),
    "A function calls itself": (body("return f(a) + 1"),),
    "`torch_of_another_course` is not installed": (body("import torch_of_another_course"),),
    "The module has no `kl_divergance`": (body("from bvae_ref.kl import kl_divergance"),),
    "far larger than intended": (
        body("return np.ones((10**9, 10**7))"),
        body("return tf.ones((10**8, 10**8))"),
        body("return [0] * 10**17"),
    ),
    "so yours is not called": (
        "class M(keras.Model):\n    def _losses(self, x):\n        return x\n\n\n"
        "def f(a):\n    return M()._losses(a)\n",
    ),
    "computes its value itself": (
        "class M(keras.Model):\n    def __init__(self):\n        super().__init__()\n"
        "        self.losses = []\n\n\ndef f(a):\n    return M()\n",
    ),
    "stores the name of a class": (
        "import pickle\n\n\ndef f(a):\n    class Own:\n        pass\n\n"
        "    return pickle.dumps(Own())\n",
    ),
    "The brackets do not match": (body("return eval('(1 + 2')"),),
    "Python cannot read this line": (body("return eval('1 +* 2')"),),
    "Keras has no activation": (body("return keras.layers.Dense(3, activation='reul')(a)"),),
    "no such file": (body("return np.load('codes.npy')"),),
}
EVERY = [(wanted, source) for wanted, sources in ERRORS.items() for source in sources]


@cache
def words_of(source: str) -> str:
    """What the learner is told when `f` of this cell is called and stops."""
    with pytest.raises(Crashed) as stopped:
        student(source).call("f", INPUT)
    return str(stopped.value)


@pytest.mark.slow
@pytest.mark.parametrize(("wanted", "source"), EVERY)
def test_the_cause_of_a_real_error_is_named(wanted, source):
    words = words_of(source)
    cause = usual_cause(words)
    assert cause and wanted in cause, f"{words}\n→ {cause}"


@pytest.mark.slow
def test_every_cause_of_the_table_is_met_by_a_real_error():
    found = {usual_cause(words_of(source)) for _, source in EVERY}
    found |= {usual_cause(explain_broken(source, "?", "f")) for _, source, _ in NOT_PYTHON}
    # A cause may fill in names; its words up to the first of them tell it.
    for cause in CAUSES:
        start = max(cause.words.format_map(Blanks()).split("\0"), key=len)
        assert any(start in words for words in found), cause


# What the cause has to say, a cell that is not Python, and the line that is shown.
NOT_PYTHON = (
    ("`“` is a character that Python does not know", "n = 3\nf = “4”\n", "f = “4”"),
    ("**2", "def f(x):\n    return x²\n", "return x²"),
    ("brackets do not match", "def f(x):\n    y = (x + 1\n    return y\n", "y = (x + 1"),
    ("brackets do not match", "def f(x):\n    return x + 1)\n", "return x + 1)"),
    ("closing mark is missing", "f = 'higher\n", "f = 'higher"),
    ("The line above begins a block", "def f(x):\nreturn x\n", "return x"),
    (
        "Was a line of the stub left",
        "def f(x):\n    return x\n        raise NotImplementedError\n",
        "raise NotImplementedError",
    ),
    ("ends with a colon", "def f(x)\n    return x\n", "def f(x)"),
    ("To compare, write `==`", "def f(x):\n    if x = 3:\n        return x\n", "if x = 3:"),
    ("Two things stand side by side", "def f(x):\n    return 2x\n", "return 2x"),
    ("each name once", "def f(x=1, y):\n    return x\n", "def f(x=1, y):"),
    ("including `print`", "def f(x):\n    print 'x'\n", "print 'x'"),
    ("such as a backtick", "def f(x):\n    return x `\n", "return x `"),
)


@pytest.mark.parametrize(("wanted", "source", "line"), NOT_PYTHON)
def test_a_cell_that_is_not_python_is_told_with_its_line_and_cause(wanted, source, line):
    words = explain_broken(source, "?", "f")
    assert f"in the line `{line}`" in words
    assert wanted in usual_cause(words), usual_cause(words)


def test_a_cell_that_stopped_for_another_reason_is_told_too():
    words = explain_broken("f = undefined\n", "NameError: name 'undefined' is not defined", "f")
    assert words == "`f` stopped with NameError: name 'undefined' is not defined"
    assert "Nothing is called `undefined` here" in usual_cause(words)


class Blanks(dict):
    """A sign that no text holds, in place of every name."""

    def __missing__(self, key):
        return "\0"


def test_a_cause_is_short_and_complete_words():
    for cause in CAUSES:
        assert len(cause.words) < 260 and cause.words[-1] in ".?", cause.words
        assert cause.words.count("`") % 2 == 0, cause.words


@pytest.mark.parametrize(
    "source",
    [
        body("raise RuntimeError('the brush is dry')"),
        body("assert a.shape == (1,)"),
        body("return int('abc')"),
        body("raise SystemExit"),
    ],
)
def test_an_error_without_a_usual_cause_is_left_alone(source):
    assert usual_cause(words_of(source)) is None


def test_words_of_another_kind_have_no_cause():
    assert usual_cause("") is None
    assert usual_cause("`f` still raises NotImplementedError: it is not written yet.") is None


def test_the_learners_own_line_is_not_taken_for_the_message():
    source = body("raise RuntimeError('dry')  # NoneType: super().__init__() is not iterable")
    assert "NoneType" in words_of(source) and usual_cause(words_of(source)) is None


def test_a_name_in_a_message_is_shown_as_it_is_and_fills_nothing_in():
    def failing():
        raise KeyError("{kind}")

    with pytest.raises(KeyError) as stopped:
        failing()
    assert usual_cause(explain_crash(stopped.value, "f")) is None
    assert usual_cause("`f` stopped with NameError: name '{kind}' is not defined") is None


def test_the_longest_words_cost_no_time():
    started = time.perf_counter()
    for filler in ("in the line `", ", called by `", "in user code: ", "Error: ", "`: ", "a"):
        usual_cause("`f` stopped with ValueError in the line `" + (filler * 2000)[:LONGEST_WORDS])
        usual_cause("`f` stopped with ValueError: in user code: " + (filler * 2000)[:LONGEST_WORDS])
    assert time.perf_counter() - started < 5


def test_a_learner_reads_the_cause_beside_the_error():
    verdict = judged(
        "1.1", IMPORTS, "def reparameterize(mean, log_var, eps):\n    return mean + std * eps\n"
    )
    assert "Nothing is called `std` here" in verdict.tests[0].cause


def test_a_message_of_any_length_takes_a_bounded_time(monkeypatch):
    """A message of 256 MB cost a minute, which was taken from the learner's other answers."""
    read = []

    class Noise:
        def sub(self, new: str, text: str) -> str:
            read.append(len(text))
            return text

    monkeypatch.setattr(student_words, "NOISE", Noise())
    words = student_words.words_stopped(ValueError("x" * 10**7))
    assert read == [student_words.LONGEST_READ] and len(words) < 500
