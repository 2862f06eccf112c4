"""Every system call number, asked of a process that is closed in: those of the list pass."""

import json
import platform
import subprocess
import sys

import pytest

# Asks the kernel for every number with arguments that it would refuse with something else.
ASK = """
import ctypes, json, os, signal
import pyseccomp
from autograder.jail import kernel, system_calls

libc = ctypes.CDLL(None, use_errno=True)
program = system_calls.program(1)
bad = [ctypes.c_long(-1)] * 6
answers = {}
for number in [*range(620), *(0x40000000 + number for number in (0, 1, 39, 59, 520))]:
    ours, theirs = os.pipe()
    pid = os.fork()
    if pid == 0:
        kernel.no_new_privileges()
        kernel.filter_system_calls(program)
        signal.alarm(1)
        ctypes.set_errno(0)
        result = libc.syscall(ctypes.c_long(number), *bad)
        os.write(theirs, str(ctypes.get_errno() if result < 0 else 0).encode())
        os._exit(0)
    os.close(theirs)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    said = os.read(ours, 16)
    os.close(ours)
    answers[number] = int(said) if said else status
passed = []
with_conditions = "fcntl ioctl prctl clone kill tgkill prlimit64"
for name in f"{system_calls.ALLOWED} {with_conditions}".split():
    try:
        passed.append(pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name))
    except ValueError:
        pass
print(json.dumps({"answers": answers, "passed": passed}))
"""
EPERM, ENOSYS, SIGSYS = 1, 38, -31
# uretprobe and uprobe: the kernel lets them past every filter, and serves its own trampolines only.
PROBES = {335, 336}


@pytest.mark.slow
@pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() != "x86_64", reason="numbers are x86-64's"
)
def test_no_number_reaches_the_kernel_but_those_of_the_list():
    done = subprocess.run(
        [sys.executable, "-c", ASK], capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout)
    answers = {int(number): answer for number, answer in found["answers"].items()}
    passed = set(found["passed"])
    others = {n: a for n, a in answers.items() if n < 0x40000000 and n not in passed | PROBES}
    assert len(others) > 450
    assert {n: a for n, a in others.items() if a not in (EPERM, ENOSYS)} == {}
    assert {a for n, a in answers.items() if n >= 0x40000000} == {SIGSYS}, "the x32 table is open"
    reached = {n for n in passed & answers.keys() if answers[n] not in (EPERM, ENOSYS)}
    assert len(reached) > 100, "the list lets nothing pass"
