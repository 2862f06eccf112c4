"""Control groups: which group is ours, what its limits are, and that the kernel holds them."""

import os
import signal
import sys
import time

import pytest

from autograder.jail import control_groups
from autograder.jail.limits import Limits

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="control groups are Linux's")
LIMITS = Limits(memory_gb=0.125, processes=20)
HYBRID = "36 35 0:31 / {point}/memory rw - cgroup cgroup rw,memory\n"
UNIFIED = "37 35 0:32 {root} {point} rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"


def proc(tmp_path, groups: str, mounts: str):
    """A folder that tells of groups and mounts as /proc does."""
    (tmp_path / "proc" / "self").mkdir(parents=True)
    (tmp_path / "proc" / "self" / "cgroup").write_text(groups, "utf-8")
    (tmp_path / "proc" / "self" / "mountinfo").write_text(mounts, "utf-8")
    return tmp_path / "proc"


def delegated(tmp_path, monkeypatch, controllers="cpuset cpu memory pids"):
    """A folder that looks like a delegated group with two processes, and its /proc."""
    group = tmp_path / "groups" / "user.slice" / "run-1.scope"
    group.mkdir(parents=True)
    for name, text in (
        ("cgroup.controllers", controllers),
        ("cgroup.procs", "11\n12\n"),
        ("cgroup.subtree_control", ""),
    ):
        (group / name).write_text(text, "ascii")
    marks = {(str(group), "user.delegate"): b"1"}

    def mark(path, name):
        if (str(path), name) not in marks:
            raise OSError("no such attribute")
        return marks[str(path), name]

    monkeypatch.setattr(os, "getxattr", mark, raising=False)
    mounts = UNIFIED.format(root="/", point=tmp_path / "groups")
    return group, proc(tmp_path, "0::/user.slice/run-1.scope\n", mounts)


@pytest.mark.parametrize(
    ("groups", "root", "below"),
    [
        ("0::/user.slice/run-1.scope\n", "/", "user.slice/run-1.scope"),
        ("4:memory:/\n0::/a\n", "/", "a"),
        ("0::/\n", "/", ""),
        ("0::/docker/1\n", "/docker/1", ""),
        ("0::/docker/2\n", "/docker/1", None),  # what is mounted is another's
        ("0::/../elsewhere\n", "/", None),
        ("4:memory:/\n", "/", None),  # version 1 alone
    ],
)
def test_the_own_group_is_found_through_what_is_mounted(groups, root, below, tmp_path):
    mounts = HYBRID.format(point=tmp_path) + UNIFIED.format(root=root, point=tmp_path)
    wanted = None if below is None else tmp_path / below
    assert control_groups.own_group(proc(tmp_path, groups, mounts)) == wanted


def test_a_system_without_proc_has_no_group(tmp_path):
    assert control_groups.own_group(tmp_path) is None
    assert control_groups.claim(tmp_path) is None


def test_a_group_that_nobody_delegated_is_left_alone(tmp_path, monkeypatch):
    group, told = delegated(tmp_path, monkeypatch)
    monkeypatch.setattr(os, "getxattr", lambda *_: b"0", raising=False)
    assert control_groups.claim(told) is None
    assert not (group / control_groups.LEAF).exists()


def test_a_group_without_the_controllers_is_left_alone(tmp_path, monkeypatch):
    group, told = delegated(tmp_path, monkeypatch, controllers="hugetlb")
    assert control_groups.claim(told) is None
    assert not (group / control_groups.LEAF).exists()


def test_limits_are_the_submissions(tmp_path):
    groups = control_groups.ControlGroups(tmp_path, "submissions-1")
    group = groups.made(5, LIMITS)
    written = {path.name: path.read_text("ascii") for path in group.iterdir()}
    assert written["memory.max"] == str(128 * 2**20)
    assert written["pids.max"] == "20"
    assert groups.made(5, Limits()) == group, "one that is there is taken as it is"
    groups.remove(6)


def _ended(group, work) -> int:
    """How a process that joins the group, and does this, ends."""
    pid = os.fork()
    if pid == 0:
        try:
            control_groups.join(group)
            work()
            os._exit(0)
        finally:
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _take(megabytes: int) -> None:
    bytearray(megabytes * 2**20)


def _fork_often() -> None:
    for _ in range(40):
        if os.fork() == 0:
            time.sleep(5)
            os._exit(0)


def test_the_kernel_holds_a_submission_to_its_limits():
    groups = control_groups.claim(limits=LIMITS)
    if groups is None:
        pytest.skip("no control group is delegated here; `systemd-run -p Delegate=yes` does so")
    group = groups.made(1, LIMITS)
    try:
        assert _ended(group, lambda: _take(60)) == 0
        assert _ended(group, lambda: _take(200)) == -signal.SIGKILL
        assert _ended(group, _fork_often) == 1
    finally:
        (group / "cgroup.kill").write_text("1", "ascii")
        deadline = time.monotonic() + 10
        while "populated 1" in (group / "cgroup.events").read_text("ascii"):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        groups.remove(1)
    assert not group.exists()
