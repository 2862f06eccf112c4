"""JupyterHub for a course on one machine: copy to /etc/jupyterhub/jupyterhub_config.py.

Learners and instructors are users of this machine, each with a home that nobody else can read
(`useradd --create-home --key UMASK=077 NAME`). docs/jupyterhub.md says where the other files go.
"""

import os

c = get_config()  # noqa: F821

# Who sees the formgrader. Replace by your instructors' user names.
INSTRUCTORS = {"instructor"}

# A web server in front of it brings TLS and the outside address.
c.JupyterHub.bind_url = "http://127.0.0.1:8000"
c.JupyterHub.cleanup_servers = True
c.Spawner.default_url = "/lab"
# c.Spawner.notebook_dir stays unset: nbgrader looks for assignments below the home, and its links
# and Validate miss them where the server starts in another folder (nbgrader #1076).

# A lesson's kernel needs about 1 GB, and Validate starts a second one. systemd or a container has
# to hold a server to it: LocalProcessSpawner only tells the server.
c.Spawner.mem_limit = "2G"


def _by_role(spawner):
    """Give each role its extensions: Jupyter reads these folders before its own."""
    role = "instructors" if spawner.user.name in INSTRUCTORS else "learners"
    spawner.environment["JUPYTER_CONFIG_PATH"] = os.path.join("/etc/jupyterhub", role)


c.Spawner.pre_spawn_hook = _by_role
