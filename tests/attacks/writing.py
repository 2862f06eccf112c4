"""Attacks that change files, forge results, or plant code where the grader might find it."""

from attacks.attack import TELL, Attack

TRY = """
def tried(*steps):
    for step in steps:
        try:
            step()
        except Exception:
            pass
"""

ATTACKS = [
    Attack(
        "writes to course files",
        TRY
        + """
tried(lambda: open("@CANARY@/course.py", "w").write("forged"),
      lambda: open("@CANARY@/course.py", "a").write("forged"),
      lambda: open("@CANARY@/new.py", "w").write("forged"))
""",
    ),
    Attack(
        "deletes course files",
        TRY
        + """
import os, shutil
tried(lambda: os.remove("@CANARY@/course.py"), lambda: shutil.rmtree("@CANARY@"),
      lambda: os.rename("@CANARY@", "@CANARY@2"))
""",
    ),
    Attack(
        "links, changes modes and owners of course files",
        TRY
        + """
import os
tried(lambda: os.chmod("@CANARY@/course.py", 0o777), lambda: os.chown("@CANARY@/course.py", 0, 0),
      lambda: os.link("@CANARY@/course.py", "hard"), lambda: os.symlink("@CANARY@/course.py", "soft"),
      lambda: open("soft", "w").write("forged"), lambda: os.utime("@CANARY@/course.py"),
      lambda: os.truncate("@CANARY@/course.py", 0), lambda: os.mkfifo("@CANARY@/pipe"))
""",
    ),
    Attack(
        "raises its grade in the gradebook",
        TRY
        + """
import sqlite3
def forge():
    with sqlite3.connect("@GRADEBOOK@") as book:
        book.execute("update grade set score = 100")
tried(forge)
""",
    ),
    Attack(
        "plants conftest.py, sitecustomize.py and numpy.py",
        TRY
        + """
import os
for folder in (".", "..", os.environ.get("HOME", "."), "@CANARY@"):
    for name in ("conftest.py", "sitecustomize.py", "usercustomize.py", "numpy.py", "bvae_ref.py"):
        tried(lambda: open(os.path.join(folder, name), "w").write("raise SystemExit('forged')"))
""",
        """
def reparameterize(mean, log_var, eps):
    import importlib, sys
    sys.path.insert(0, ".")
    return importlib.reload(sys.modules["numpy"]) and mean - 99.0
""",
    ),
    Attack(
        "leaves result files and prints PASS lines",
        TRY
        + """
import json, os, sys
forged = json.dumps({"status": "graded", "points": 8.0, "score": 100, "passed": True})
for folder in (".", "..", "@CANARY@"):
    for name in ("results.json", "result.json", "progress.json", "report.xml", "grades.csv"):
        tried(lambda: open(os.path.join(folder, name), "w").write(forged))
for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
    tried(lambda: print("1.1 PASSED 2.0 of 2.0 points\\n" + forged, file=stream, flush=True))
""",
        """
def reparameterize(mean, log_var, eps):
    print("PASSED reparameterize 2.0")
    return {"passed": True, "points": 2.0, "outcome": "passed"}
""",
    ),
    Attack(
        "returns the words of a passed verdict",
        answer="""
def reparameterize(mean, log_var, eps):
    return "passed: 2.0 of 2.0 points <script>alert(1)</script>"
""",
    ),
    Attack(
        "leaves start-up files in its home",
        TRY
        + """
import os
home = os.path.expanduser("~")
for name in (".bashrc", ".profile", ".jupyter/jupyter_config.py", ".keras/keras.json"):
    tried(lambda: os.makedirs(os.path.dirname(os.path.join(home, name)), exist_ok=True),
          lambda: open(os.path.join(home, name), "w").write("forged"))
""",
        TELL.replace("str(loot())", "'nothing'"),
    ),
]
