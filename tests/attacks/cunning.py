"""Attacks on what lies between the steps of a grading: stand-ins, the two runs, restarts, words."""

from attacks.attack import Attack, code_cell

WRONG = "def reparameterize(mean, log_var, eps):\n    return mean - 99.0\n"


def text_cell(source: str) -> dict:
    """A text cell of format 4.5."""
    return {"cell_type": "markdown", "id": "hostile1", "metadata": {}, "source": source}


def many(count: int, source: str):
    """Makes that many code cells; `{}` in the source is the cell's number."""
    return lambda: [code_cell(source.format(i), f"hostile{i}") for i in range(1, count + 1)]


def answers(name: str, expression: str, helper: str = "") -> Attack:
    """An attack whose answer to 1.1 is one expression."""
    return Attack(
        name,
        answer=f"{helper}\ndef reparameterize(mean, log_var, eps):\n    return {expression}\n",
    )


# The learner's own driver, changed: replies to questions about 1.1 are what `forged` says.
DRIVER = """
import sys
driver = sys.modules["autograder.jail.child"]._Driver
plain_answer = driver.answer
seen = []
def answer(self, request):
    if "reparameterize" in str(request.get("args")):
        seen.append(request["args"][1].ravel()[:1].tolist())
        return forged(request)
    return plain_answer(self, request)
driver.answer = answer
"""

BETWEEN = [
    Attack(
        "keeps a stand-in for another exercise",
        "kept = []\n",
        WRONG,
        honest=(),
        others={
            "1.2": """
class Sampling(keras.layers.Layer):
    def __init__(self, seed=None, **kwargs):
        kept.append(reparameterize)
        raise ValueError("this one is lost")
""",
            "1.3": """
def posterior_draws(mean, log_var, eps):
    return kept[-1](mean, log_var, eps)
faulty_line_1_3 = 1
""",
        },
        earns={"1.1": 0.0, "1.2": 0.0, "1.3": 0.0, "1.4": 0.0},
    ),
    Attack(
        "takes a stand-in's text out of linecache for another exercise",
        """
import linecache
def stolen():
    namespace = {"tf": tf, "np": np, "keras": keras}
    for name in list(linecache.cache):
        if name.startswith("<stand-in"):
            exec("".join(linecache.getlines(name)), namespace)
    return namespace["reparameterize"]
""",
        WRONG,
        honest=(),
        others={
            "1.3": "def posterior_draws(mean, log_var, eps):\n"
            "    return stolen()(mean, log_var, eps)\nfaulty_line_1_3 = 1\n"
        },
        earns={"1.1": 0.0, "1.2": 0.0, "1.3": 0.0, "1.4": 0.0},
    ),
    Attack(
        "tells in the visible run what the hidden one asked",
        "seen = []\n",
        """
def reparameterize(mean, log_var, eps):
    seen.append(float(mean[0, 0]))
    # Each of its four tests ends at its first question.
    words = ("SECRET_HIDDEN " if len(seen) > 4 else "") + str(seen)
    raise RuntimeError(words)
""",
    ),
    Attack(
        "tells what the hidden run asked in the words of an answer not written",
        "def forged(request):\n"
        "    return {'error': ['NotWritten', f'SECRET_HIDDEN {seen}']}\n" + DRIVER,
        WRONG,
    ),
    Attack(
        "tells what the hidden run asked in the words of a blocked answer",
        "def forged(request):\n"
        "    return {'error': ['Blocked', f'SECRET_HIDDEN {seen}']}\n" + DRIVER,
        WRONG,
    ),
    Attack(
        "dies whenever a stand-in arrives",
        """
import os, sys
sys.modules["autograder.jail.child"]._Driver.do_stand_in = lambda *a: os._exit(3)
""",
        WRONG,
        others={"1.2": "class Sampling:\n    pass\n"},
    ),
    Attack(
        "sleeps whenever a stand-in arrives",
        """
import sys, time
sys.modules["autograder.jail.child"]._Driver.do_stand_in = lambda *a: time.sleep(60)
""",
        WRONG,
        others={"1.2": "class Sampling:\n    pass\n"},
    ),
    Attack(
        "answers a cell with an array",
        """
import sys
driver = sys.modules["autograder.jail.child"]._Driver
driver.do_cell, plain_cell = (lambda self, r: [plain_cell(self, r), np.zeros(4)][1]), driver.do_cell
""",
        WRONG,
    ),
    Attack(
        "ends the process in what it added to the set-up cell",
        more=lambda: [
            {**code_cell("import os\nreparameterize = os._exit(3)"), "id": "setup"},
        ],
        answer=WRONG,
    ),
    Attack(
        "answers the next questions before they are asked",
        """
import sys
wire = sys.modules["autograder.jail.wire"]
plain_send, ahead = wire.send, []
def send(channel, value, deadline=None):
    plain_send(channel, value, deadline)
    nonce, _, number = str(value.get("to", "")).partition("-")
    if ahead and number:
        plain_send(channel, {"to": f"{nonce}-{int(number) + 1}", "value": 1.0})
wire.send = send
""",
        "def reparameterize(mean, log_var, eps):\n    ahead.append(1)\n    return mean - 99.0\n",
    ),
    Attack(
        "patches what stand-ins are made of",
        """
tf.exp = lambda x: x * 0.0
tf.GradientTape.gradient = lambda self, *a, **k: [np.zeros((3, 2)), np.zeros((3, 2))]
import builtins
plain_compile = builtins.compile
builtins.compile = lambda source, name, *a, **k: plain_compile(
    "" if "stand-in" in str(name) else source, name, *a, **k)
""",
        WRONG,
        honest=(),
        others={"1.4": "def pathwise_gradients(*a):\n    return reparameterize(*a), 0.0\n"},
        earns={"1.1": 0.0, "1.2": 0.0, "1.3": 0.0, "1.4": 0.0},
    ),
]

ANSWERS = [
    answers("returns a megabyte of text", "'<script>alert(1)</script>' * 40_000"),
    answers("returns a list of a hundred thousand", "list(range(100_000))"),
    answers(
        "returns lists in lists",
        "deep(12)",
        "def deep(n):\n    return [deep(n - 1)] * 2 if n else ['x' * 90]",
    ),
    answers("returns a dict of twenty thousand names", "{f'k{i}' * 3: i for i in range(20_000)}"),
    answers("returns many bytes of no entries", "np.zeros((0, 2**38), 'float32')"),
    answers("returns denormal numbers", "np.full(mean.shape, 5e-324)"),
    answers("returns a number of four thousand digits", "10**4000"),
    answers("returns sixty-four million truths", "np.ones((2**13, 2**12, 2), bool)"),
    Attack(
        "draws sixty million truths in place of noise",
        """
import sys
probes = sys.modules["autograder.course.lesson_1.probes"]
probes.draws = lambda answers, seed, pairs: [np.ones((len(pairs[0][0]), 50_000), bool)] * 2
probes.first_draws = lambda answers, seeds, means: [np.ones((4, 2**21), bool)] * 6
""",
        WRONG,
        others={"1.2": "class Sampling:\n    pass\n"},
    ),
    Attack(
        "returns gradients of thirty million truths",
        "",
        WRONG,
        others={
            "1.4": "def pathwise_gradients(mean, log_var, eps):\n"
            "    wide = np.ones((mean.shape[0], 4_000_000), bool)\n    return wide, wide\n"
        },
    ),
    Attack(
        "writes markup, formulas and control characters into its errors",
        """raise ValueError("=cmd|' /C calc'!A0 \\x1b]8;;x\\x07 \\x00\\x0b </script><script>alert(1)"
" <img src=x onerror=alert(1)> [x](javascript:alert(1)) ]]> \\ud800 \\u202e `<b>`")""",
        """
def reparameterize(mean, log_var, eps):
    raise ValueError("=1+1 \\x00\\x1b[31m ]]> <script>alert(1)</script> `<img src=x onerror=y>`")
""",
    ),
]

NOTEBOOKS = [
    Attack("four thousand cells that fail", answer=WRONG, more=many(4000, "exec('x' * 3000)")),
    Attack("cells of blanks", answer=WRONG, more=many(1, " " * 8_000 + "a b {}")),
    Attack(
        "a cell of blanks before what looks like a shell line",
        answer=WRONG,
        more=many(4, "x = (\n" + " " * 190_000 + "!{}"),
    ),
    Attack(
        "twelve thousand statements on one line",
        answer=WRONG,
        more=many(1, "a=1;" * 12_000),
    ),
    Attack(
        "a chain of helpers in the wrong order",
        answer="def reparameterize(mean, log_var, eps):\n    return h0()\n",
        more=lambda: [
            code_cell("\n".join(f"def h{i}(): return h{i + 1}()" for i in range(s, s + 4000)))
            for s in range(0, 12_000, 4000)
        ],
    ),
    Attack(
        "code nested as deep as it goes",
        answer=WRONG,
        more=lambda: [
            code_cell("x = " + "(" * 5000 + ")" * 5000),
            code_cell("x = " + "-" * 90_000 + "1"),
            code_cell("x = a" + ".b" * 60_000),
            code_cell("x = 1" + " + 1" * 40_000),
            code_cell("x = " + "lambda: " * 3000 + "1"),
            code_cell("x = " + "[" * 190 + "exec('1')" + "]" * 190),
            code_cell(
                "\n".join(" " * i + "if 1:" for i in range(99)) + "\n" + " " * 99 + "exec('1')"
            ),
        ],
    ),
    Attack(
        "half a megabyte of text cells that are code",
        answer=WRONG,
        more=lambda: [text_cell("def reparameterise(): pass\n" * 7000) for _ in range(3)],
    ),
    Attack(
        "a million empty lists beside a cell's source",
        answer=WRONG,
        more=lambda: [{**code_cell("x = 1"), "metadata": {"a": [[]] * 1_000_000}}],
    ),
    Attack(
        "a name of a hundred thousand letters in place of its answer",
        answer=f"def {'z' * 100_000}(mean, log_var, eps):\n    return mean - 99.0\n",
    ),
]

KERNEL = [
    Attack(
        "asks to outlive its parent",
        """
import ctypes
def loot():
    libc = ctypes.CDLL(None)
    if libc.prctl(1, 0, 0, 0, 0) == 0:
        return "SECRET_ORPHAN"
    return "held"
""",
    ),
    Attack(
        "hides memory from its limit in pipes",
        """
import ctypes, mmap, os
def loot():
    libc = ctypes.CDLL(None, use_errno=True)
    read, write = os.pipe()
    memory = mmap.mmap(-1, 4096)
    memory[:1] = b"x"
    start = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    vector = (ctypes.c_size_t * 2)(start, 4096)
    return "SECRET_MEMORY" if libc.vmsplice(write, vector, 1, 0) > 0 else "held"
""",
    ),
    Attack(
        "makes a file that no limit counts",
        """
import ctypes
def loot():
    libc = ctypes.CDLL(None, use_errno=True)
    found = [number for number in (319, 447) if libc.syscall(number, b"x", 0) >= 0]
    return "SECRET_MEMORY" if found else "held"
""",
    ),
    Attack(
        "hands its descriptors to the judge",
        """
import os, socket
def loot():
    sockets = (n for n in os.listdir("/proc/self/fd") if "socket" in os.readlink(f"/proc/self/fd/{n}"))
    channel = int(next(sockets))
    for _ in range(50):
        socket.send_fds(socket.socket(fileno=channel), [b"BPV1"], [os.open("/dev/null", 0)])
    return "sent"
""",
    ),
    Attack(
        "makes itself a subreaper, a tracer's friend and hard to find",
        """
import ctypes, os
def loot():
    libc = ctypes.CDLL(None)
    for option in (36, 15, 4, 0x59616D61):
        libc.prctl(option, b"systemd" if option == 15 else 1, 0, 0, 0)
    return ["SECRET_PARENT", os.getppid()] if os.getppid() else "alone"
""",
    ),
]

ATTACKS = [*BETWEEN, *ANSWERS, *NOTEBOOKS, *KERNEL]
