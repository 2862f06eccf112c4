"""A machine with a JupyterHub as docs/jupyterhub.md makes one: users, files, servers.

Everything happens in a mount and a process namespace: /home, /srv and what is added to /etc exist
in there alone, and every process ends with it. Only out/hub is kept: the environment and npm's
proxy, so that a second time takes seconds.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from submissions import REPOSITORY

RECIPE = REPOSITORY / "docs" / "jupyterhub"
KEPT = REPOSITORY / "out" / "hub"
PLACE = Path("/srv/hub")
PYTHON = PLACE / "env" / "bin" / "python"
COURSE = "beyond-pixels"
PASSWORD = "of this test alone"
INSIDE = ("unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")
# Everybody logs in with one password, at a free port; the rest is the recipe's.
HUB = """
load_subconfig("/etc/jupyterhub/jupyterhub_config.py")
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_port = {hub_port}
c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = {password!r}
c.Authenticator.allow_all = True
c.ConfigurableHTTPProxy.command = {proxy!r}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api_port}"
c.Spawner.http_timeout = c.Spawner.start_timeout = 180
"""


class CannotRun(RuntimeError):
    """This machine cannot play a hub; the message says what it lacks."""


def make_machine() -> None:
    """Give this process's mount namespace homes, services and an /etc of its own."""
    KEPT.mkdir(parents=True, exist_ok=True)
    _run("mount", "--make-rprivate", "/")
    kept = os.open(KEPT, os.O_PATH)  # the checkout itself may lie below /home or /srv
    repository = os.open(REPOSITORY, os.O_PATH)
    for folder in ("/home", "/srv"):
        Path(folder).mkdir(exist_ok=True)
        _run("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", folder)
    for folder, source in ((PLACE, kept), (REPOSITORY, repository)):
        if not folder.exists():
            folder.mkdir(parents=True)
            _run("mount", "--bind", f"/proc/self/fd/{source}", str(folder), keep=(source,))
    for name in ("upper", "work"):
        Path("/srv/etc", name).mkdir(parents=True)
    layers = "lowerdir=/etc,upperdir=/srv/etc/upper,workdir=/srv/etc/work"
    _run("mount", "-t", "overlay", "overlay", "-o", layers, "/etc")


def install() -> None:
    """Install the course for all users, with JupyterHub and its proxy."""
    if not PYTHON.exists():
        _run("uv", "venv", "-q", "--python", _everybodys_python(), str(PLACE / "env"))
    course = f"{REPOSITORY}[local,instructor,hub]"
    again = ("--reinstall-package", "beyond-pixels")
    _run("uv", "pip", "install", "-q", "--python", str(PYTHON), *again, course)
    if not _proxy().exists():
        _run("npm", "install", "--silent", "--prefix", str(PLACE), "configurable-http-proxy")


def add_users(*names: str) -> None:
    """Users whose homes nobody else can read, as the recipe says."""
    for name in names:
        _run("useradd", "--create-home", "--key", "UMASK=077", "--shell", "/bin/bash", name)


def put_files(instructor: str) -> None:
    """The recipe's files where its page says, and the course in the instructor's home."""
    for source, target in (
        ("jupyterhub_config.py", "/etc/jupyterhub/jupyterhub_config.py"),
        ("learners", "/etc/jupyterhub/learners"),
        ("instructors", "/etc/jupyterhub/instructors"),
        ("everybody/nbgrader_config.py", "/etc/jupyter/nbgrader_config.py"),
    ):
        Path(target).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (RECIPE / source).is_dir() else shutil.copy
        copy(RECIPE / source, target)
    Path("/srv/nbgrader/exchange").mkdir(parents=True)
    Path("/srv/nbgrader/exchange").chmod(0o777)
    home = Path("/home", instructor)
    (home / ".jupyter").mkdir()
    shutil.copy(RECIPE / "an_instructors_home" / "nbgrader_config.py", home / ".jupyter")
    course = home / COURSE
    for lesson in (0, 1, 2):
        shutil.copytree(
            REPOSITORY / "solutions" / f"lesson_{lesson}", course / "solutions" / f"lesson_{lesson}"
        )
    shutil.copy(REPOSITORY / "nbgrader_config.py", course)
    _run("chown", "-R", f"{instructor}:", str(home))


def as_user(name: str, role: str, *command: str, folder: str = "") -> subprocess.CompletedProcess:
    """Run a command of the environment as a user's server would, in the home or below it."""
    user = pwd.getpwnam(name)
    return subprocess.run(
        [str(PYTHON.with_name(command[0])), *command[1:]],
        cwd=Path(user.pw_dir, folder),
        env=_environment()
        | {
            "HOME": user.pw_dir,
            "USER": name,
            "JUPYTER_CONFIG_PATH": f"/etc/jupyterhub/{role}",
        },
        user=user.pw_uid,
        group=user.pw_gid,
        extra_groups=[],
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


@contextmanager
def running_hub(log: Path) -> Iterator[str]:
    """The hub's address, while it runs."""
    port, hub_port, api_port = _free_ports(3)
    work = Path("/srv/hub-work")
    work.mkdir()
    config = work / "config.py"
    config.write_text(
        HUB.format(
            port=port,
            hub_port=hub_port,
            api_port=api_port,
            password=PASSWORD,
            proxy=[shutil.which("node"), str(_proxy())],
        ),
        encoding="utf-8",
    )
    with log.open("w", encoding="utf-8") as file:
        hub = subprocess.Popen(
            [str(PYTHON), "-m", "jupyterhub", "-f", str(config)],
            cwd=work,
            env=_environment(),
            stdout=file,
            stderr=file,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            _answers(f"{address}/hub/login", hub, log)
            yield address
        finally:
            hub.terminate()
            hub.wait(60)


def _answers(address: str, hub: subprocess.Popen, log: Path) -> None:
    end = time.monotonic() + 180
    while time.monotonic() < end and hub.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.5)
    raise CannotRun(f"JupyterHub does not answer:\n{log.read_text(encoding='utf-8')[-3000:]}")


def _environment() -> dict[str, str]:
    return {
        "PATH": f"{PYTHON.parent}:/usr/local/bin:/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "BVAE_DATA": "strokes",
    }


def _everybodys_python() -> str:
    """A supported Python that ordinary users can run."""
    for name in (sys.base_prefix + "/bin/python3", "/usr/local/bin/python3", "/usr/bin/python3"):
        path = Path(name)
        seen = path.is_file() and all(
            folder.stat().st_mode & 0o001 for folder in path.resolve().parents
        )
        asked = "import sys; sys.exit(not (3, 10) <= sys.version_info < (3, 14))"
        if seen and subprocess.run([name, "-c", asked]).returncode == 0:
            return name
    raise CannotRun("no Python 3.10 to 3.13 that ordinary users can run: install one below /usr.")


def _proxy() -> Path:
    return PLACE / "node_modules" / "configurable-http-proxy" / "bin" / "configurable-http-proxy"


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for item in sockets:
        item.bind(("127.0.0.1", 0))
    ports = [item.getsockname()[1] for item in sockets]
    for item in sockets:
        item.close()
    return ports


def _run(*command: str, keep: tuple[int, ...] = ()) -> None:
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", pass_fds=keep)
    if done.returncode:
        raise CannotRun(f"{' '.join(command)}: {(done.stdout + done.stderr).strip()[-2000:]}")
