"""Attacks that read what is not theirs, and carry it out in an error message."""

from attacks.attack import Attack

READ = """
def loot():
    return "SECRET" + "_FILE " + open("{path}", errors="replace").read()
"""

ATTACKS = [
    Attack("reads the tests", READ.format(path="@REPO@/autograder/course/lesson_1/fault.py")),
    Attack("reads the reference", READ.format(path="@REPO@/bvae_ref/sampling.py")),
    Attack("reads the solutions", READ.format(path="@REPO@/autograder/course/solutions.json")),
    Attack("reads the gradebook", READ.format(path="@GRADEBOOK@")),
    Attack("reads another submission", READ.format(path="@NEIGHBOUR@")),
    Attack("reads the list of users", READ.format(path="/etc/passwd")),
    Attack(
        "reads the environment",
        """
import os
def loot():
    found = dict(os.environ)
    import ctypes
    getenv = ctypes.CDLL(None).getenv
    getenv.restype = ctypes.c_char_p
    found["libc"] = getenv(b"BVAE_SECRET")
    for name in ("self", "1", "@GRADER@"):
        try:
            found[name] = open(f"/proc/{name}/environ").read()
        except OSError as error:
            found[name] = type(error).__name__
    return {key: text for key, text in found.items() if "SECRET" in str(text)} or "nothing"
""",
    ),
    Attack(
        "lists every process in /proc",
        """
import os
def loot():
    others = [name for name in os.listdir("/proc") if name.isdigit() and name != str(os.getpid())]
    return ["SECRET_PROCESS", others] if others else "alone"
""",
    ),
    Attack(
        "opens other processes' descriptors, memory and command lines",
        """
import os
def loot():
    found = []
    for pid in ("@GRADER@", "@VICTIM@"):
        for what in ("cmdline", "maps", "mem", "fd", "environ", "cwd", "root/etc/hostname"):
            try:
                path = f"/proc/{pid}/{what}"
                os.listdir(path) if what in ("fd", "cwd") else open(path, "rb").read(10)
                found.append("SECRET_PROCESS " + path)
            except OSError:
                pass
    return found
""",
    ),
    Attack(
        "searches its own memory for the grader's seed and secrets",
        """
import os
def loot():
    needles = [b"SECRET_" + b"ENVIRONMENT", b"5772" + b"15664"]
    found, seen = [], 0
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
        for line in maps:
            span, rights = line.split()[:2]
            start, end = (int(item, 16) for item in span.split("-"))
            if "rw" not in rights or end - start > 1 << 26 or seen > 1 << 28:
                continue
            try:
                memory.seek(start)
                text = memory.read(end - start)
            except (OSError, ValueError):
                continue
            seen += len(text)
            found += [needle.decode() for needle in needles if text.count(needle) > 4]
    return found
""",
    ),
    Attack(
        "searches all objects for exercises, verdicts and expected values",
        """
import gc, sys
def loot():
    kinds = {type(item).__name__ for item in gc.get_objects()}
    found = kinds & {"Exercise", "Misconception", "Verdict", "TestResult", "Test"}
    modules = [name for name in sys.modules if name.startswith(("autograder.course.lesson_", "autograder.judging.judge"))
        and not name.endswith(("lesson_1", "probes"))]
    return ["SECRET_OBJECT", found, modules] if found or modules else "nothing"
""",
    ),
    Attack(
        "walks the frames of its caller",
        """
import sys
def loot():
    frame, names = sys._getframe(), {}
    while frame:
        names.update({key: str(value)[:80] for key, value in frame.f_locals.items()})
        frame = frame.f_back
    wanted = ("seed", "rng", "expected", "points", "verdict", "exercise")
    return {"SECRET_FRAME": key for key in names if key in wanted}
""",
    ),
    Attack(
        "imports the reference",
        "from bvae_ref.sampling import reparameterize as theirs",
        "reparameterize = theirs",
    ),
    Attack(
        "imports the reference inside its answer",
        answer="""
def reparameterize(mean, log_var, eps):
    import bvae_ref.sampling
    return bvae_ref.sampling.reparameterize(mean, log_var, eps)
""",
    ),
    Attack(
        "imports the exercises and takes the reference out of them",
        answer="""
def reparameterize(mean, log_var, eps):
    from autograder.exercise import registry
    return registry.get("1.1").reference["reparameterize"](mean, log_var, eps)
""",
    ),
    Attack(
        "imports the reference past the import hooks",
        """
import importlib.util, sys
sys.meta_path[:] = [item for item in sys.meta_path if "laceholder" not in type(item).__name__]
for name in [name for name in sys.modules if name.startswith(("bvae_ref", "autograder"))]:
    del sys.modules[name]
sys.path[:0] = ["@REPO@"]
spec = importlib.util.spec_from_file_location("stolen", "@REPO@/bvae_ref/sampling.py")
stolen = importlib.util.module_from_spec(spec)
try:
    spec.loader.exec_module(stolen)
except OSError:
    import bvae_ref.sampling as stolen
""",
        "reparameterize = stolen.reparameterize",
    ),
    Attack(
        "compiles the reference from its bytecode cache",
        """
import glob, marshal
def loot():
    code = marshal.loads(open(glob.glob("@REPO@/bvae_ref/__pycache__/sampling*.pyc")[0], "rb").read()[16:])
    exec(code, globals())
    return "SECRET_BYTECODE"
""",
    ),
    Attack(
        "reads the solution that git keeps",
        """
import glob
def loot():
    return ["SECRET_GIT", glob.glob("@REPO@/.git/*")] if glob.glob("@REPO@/.git/*") else "nothing"
""",
    ),
]
