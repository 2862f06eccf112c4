"""Attacks that end, stop or outlast their process, and bombs. All are bounded in themselves."""

from attacks.attack import Attack


def does(name: str, body: str, cell: str = "") -> Attack:
    """An attack whose answer to 1.1 runs `body`, which may fall through."""
    lines = "".join(f"    {line}\n" for line in body.strip().splitlines())
    return Attack(
        name, cell, f"def reparameterize(mean, log_var, eps):\n{lines}    return mean - 99.0\n"
    )


ENDS = [
    Attack("sys.exit in a cell", "import sys\nsys.exit(0)"),
    Attack("os._exit in a cell", "import os\nos._exit(0)"),
    Attack("an endless cell", "while True:\n    pass"),
    does("sys.exit in its answer", "import sys\nsys.exit(0)"),
    does("os._exit in its answer", "import os\nos._exit(0)"),
    does("quits by KeyboardInterrupt", "raise KeyboardInterrupt"),
    does(
        "raises an exception whose text raises",
        "raise Rude()",
        "class Rude(Exception):\n    def __str__(self): raise SystemExit",
    ),
    does("SIGKILL of itself", "import os\nos.kill(os.getpid(), 9)\nos.abort()"),
    does("SIGSTOP of itself", "import os\nos.kill(os.getpid(), 19)"),
    does("a segmentation fault", "import ctypes\nctypes.string_at(0)"),
    does(
        "SIGSTOP and SIGKILL of its parent",
        "import os\nfor number in (19, 9):\n    if os.getppid() > 1:\n        os.kill(os.getppid(), number)",
    ),
    does(
        "kills and stops the test's own process outside",
        """
import os
for number in (9, 19):
    try:
        os.kill(@VICTIM@, number)
    except OSError:
        pass
""",
    ),
    does("signals everything it may", "import os\nos.kill(-1, 0)\nos.killpg(0, 0)"),
]

LOOPS = [
    does("an endless loop", "while True:\n    pass"),
    does("an endless loop in C", "import itertools\nsum(itertools.repeat(0))"),
    does("a power that takes hours", "10 ** (10 ** 9)"),
    does("a regular expression that takes hours", "import re\nre.match(r'(a+)+$', 'a' * 60 + 'b')"),
    does("sleeps", "import time\ntime.sleep(3600)"),
    does(
        "an unkillable finally",
        """
import signal
for number in range(1, 64):
    try:
        signal.signal(number, lambda *_: None)
    except (OSError, ValueError):
        pass
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
    finally:
        continue
""",
    ),
    does(
        "waits for itself",
        "import threading\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()",
    ),
    does(
        "cleans up for ever at exit",
        "import atexit, sys, time\natexit.register(time.sleep, 3600)\nsys.exit(0)",
    ),
]

BOMBS = [
    does(
        "a fork bomb",
        """
import os, time
for _ in range(40):
    if os.fork() == 0:
        time.sleep(20)
        os._exit(0)
""",
    ),
    does(
        "a thread bomb",
        "import threading, time\nfor _ in range(1500):\n    threading.Thread(target=time.sleep, args=(20,), daemon=True).start()",
    ),
    does(
        "a memory bomb",
        "blocks = []\nfor _ in range(16):\n    blocks.append(bytearray(b'x') * (1 << 28))",
    ),
    does(
        "a disk bomb of one file",
        "with open('bomb', 'wb') as file:\n    for _ in range(300):\n        file.write(bytes(1 << 20))",
    ),
    does(
        "a disk bomb of many files",
        "for i in range(8000):\n    with open(f'bomb{i}', 'wb') as file:\n        file.write(bytes(1 << 16))",
    ),
    does(
        "an output bomb",
        "import os, sys\nfor _ in range(200):\n    print('x' * (1 << 20))\n    os.write(1, b'x' * (1 << 20))\n    os.write(2, b'x' * (1 << 20))",
    ),
    does(
        "a recursion bomb",
        "import sys\nsys.setrecursionlimit(10**7)\ndeeper(deeper)",
        "def deeper(f):\n    return f(f) + 1",
    ),
    does("a bomb of descriptors", "files = [open('/dev/null') for _ in range(100_000)]"),
    does("an integer bomb", "n = 7\nfor _ in range(34):\n    n = n * n"),
    does("a string bomb in an error message", "raise ValueError('x' * (1 << 28))"),
]

ESCAPES = [
    does(
        "a daemon that outlives the deadline",
        """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(8)
        open('@CANARY@/survivor', 'w').write('forged')
        os._exit(0)
    os._exit(0)
""",
    ),
    does(
        "a program of its own",
        "import subprocess\nsubprocess.Popen(['/bin/sh', '-c', 'sleep 8; echo forged > @CANARY@/survivor'], start_new_session=True)",
    ),
    does("a shell command", "import os\nos.system('echo forged > @CANARY@/shell')"),
    does(
        "execve by the C library",
        """
import ctypes
libc = ctypes.CDLL(None)
# In a process of its own, if there can be one: this one is ended as soon as it stops answering.
if libc.fork() < 1:
    libc.execve(b'/bin/sh', (ctypes.c_char_p * 4)(b'sh', b'-c', b'echo forged > @CANARY@/execve', None), None)
""",
    ),
    does(
        "namespaces, mounts and a new root",
        """
import ctypes
libc = ctypes.CDLL(None)
libc.unshare(0x10000000 | 0x00020000)
libc.mount(b'@CANARY@', b'.', None, 4096, None)
libc.chroot(b'@CANARY@')
libc.setuid(0)
open('@CANARY@/root', 'w').write('forged')
""",
    ),
    does(
        "ptrace and reading of another process's memory",
        """
import ctypes
libc = ctypes.CDLL(None)
libc.ptrace(16, @VICTIM@, 0, 0)
libc.process_vm_readv(@VICTIM@, None, 0, None, 0, 0)
""",
    ),
    does(
        "lifts its own limits",
        "import resource\nresource.setrlimit(resource.RLIMIT_AS, (-1, -1))\nblocks = [bytearray(b'x') * (1 << 28) for _ in range(16)]",
    ),
]

NETWORK = [
    Attack(
        f"connects by {kind}",
        f"import socket\n\ndef loot():\n{code}\n    return 'SECRET_NETWORK'\n",
    )
    for kind, code in {
        "TCP": "    socket.create_connection(('127.0.0.1', @PORT@), 2).sendall(b'forged')",
        "TCP over IPv6": "    socket.create_connection(('::1', @PORT6@), 2).sendall(b'forged')",
        "UDP": (
            "    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
            "    s.sendto(b'forged', ('127.0.0.1', @UDP@))"
        ),
        "a Unix socket": (
            "    s = socket.socket(socket.AF_UNIX)\n    s.connect('@CANARY@/socket')\n    s.sendall(b'forged')"
        ),
        "an abstract socket": (
            "    s = socket.socket(socket.AF_UNIX)\n    s.connect('\\0@ABSTRACT@')\n    s.sendall(b'forged')"
        ),
        "urllib": (
            "    import urllib.request\n"
            "    urllib.request.urlopen('http://127.0.0.1:@PORT@/', timeout=2).read()"
        ),
    }.items()
]

ATTACKS = [*ENDS, *LOOPS, *BOMBS, *ESCAPES, *NETWORK]
