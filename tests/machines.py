"""Other machines than this one, as far as one can be made of it: users, namespaces, installs.

Each is a command line that runs another one, and needs root and util-linux; nothing outside the
mount namespace that it makes changes.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
USER = 64242
REFUSE_NAMESPACES = """
import errno, os, sys
import pyseccomp as seccomp
rules = seccomp.SyscallFilter(seccomp.ALLOW)
for name in ("unshare", "setns", "mount", "umount2", "pivot_root"):
    rules.add_rule(seccomp.ERRNO(errno.EPERM), name)
rules.load()
os.execvp(sys.argv[1], sys.argv[1:])
"""
ABSENT = """
import importlib.machinery, runpy, sys
finder, absent = importlib.machinery.PathFinder, sys.argv[1].split(",")
find = finder.find_spec
def find_spec(name, path=None, target=None):
    return None if name.partition(".")[0] in absent else find(name, path, target)
finder.find_spec = find_spec
sys.argv[1:] = sys.argv[2:]
runpy.run_module(sys.argv.pop(1), run_name="__main__", alter_sys=True)
"""


def can_be_made() -> bool:
    """Whether this process may make them."""
    tools = all(map(shutil.which, ("unshare", "setpriv", "mount")))
    return sys.platform == "linux" and os.geteuid() == 0 and tools


def ordinary_user(home: Path) -> list[str]:
    """A user without any rights, who can reach Python and this checkout, and owns `home`."""
    os.chown(home, USER, USER)
    lines = ["set -e", "mount --make-rprivate /", *_ways_through([sys.base_prefix, ROOT, home])]
    environment = f"HOME={shlex.quote(str(home))} USER=learner"
    person = f"setpriv --reuid {USER} --regid {USER} --clear-groups"
    return _in_own_mounts([*lines, f'exec {person} env {environment} "$@"'])


def root_of_a_user_namespace() -> list[str]:
    """Root in name: one user of the machine, mapped to 0."""
    return ["unshare", "--user", "--map-root-user"]


def without_namespaces() -> list[str]:
    """As where AppArmor, Docker's default profile or a hub on Kubernetes allows none."""
    return [sys.executable, "-c", REFUSE_NAMESPACES]


def installed_for_all_users() -> list[str]:
    """The course below /usr/local, as `pip install .` puts it there, and imported from there."""
    folder = f"/usr/local/lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"
    course = shlex.quote(str(ROOT))
    packages = [path for path in sys.path if path.endswith("site-packages")]
    path = os.pathsep.join([folder, str(ROOT / "tests"), *packages])
    return _in_own_mounts(
        [
            "set -e",
            "mount --make-rprivate /",
            "mount -t tmpfs -o size=64m,mode=755 tmpfs /usr/local/lib",
            f"mkdir -p {folder}",
            f"cp -r {course}/autograder {course}/bvae_ref {folder}/",
            f"cp -r {course}/lessons {folder}/autograder/course/lessons",
            f'exec env PYTHONPATH={shlex.quote(path)} "$@"',
        ]
    )


def _in_own_mounts(lines: list[str]) -> list[str]:
    return ["unshare", "--mount", "bash", "-c", "\n".join(lines), "bash"]


def _ways_through(folders) -> list[str]:
    """Commands that let everyone reach these folders where one above them is closed."""
    lines = []
    for folder in map(Path, folders):
        closed = [path for path in folder.parents if not path.stat().st_mode & 0o001]
        if closed:
            stage, place, top = '"$stage"', shlex.quote(str(folder)), shlex.quote(str(closed[-1]))
            lines += [
                "stage=$(mktemp -d)",
                f"mount --rbind {place} {stage}",
                f"mountpoint -q {top} || mount -t tmpfs -o mode=755,size=1m tmpfs {top}",
                f"mkdir -p {place}",
                f"mount --move {stage} {place}",
                f"rmdir {stage}",
            ]
    return lines


def without_packages(*names: str) -> list[str]:
    """A Python in which these packages are not installed; takes a module's name and arguments."""
    return [sys.executable, "-c", ABSENT, ",".join(names)]
