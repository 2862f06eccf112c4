"""A jailed process that was started anew, not forked: `python -m autograder.jail.fresh`.

Reads its order from standard input, connects back, and serves. Of the layers only the
resource limits can be put on here, and only where the system has them.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from contextlib import suppress
from pathlib import Path

from autograder.jail import child, seal, wire
from autograder.jail.limits import Limits
from autograder.jail.warm import import_frameworks


def main() -> None:
    """Be the process of one submission."""
    order = json.loads(sys.stdin.buffer.read())
    channel = socket.create_connection(("127.0.0.1", order["port"]))
    channel.sendall(order["token"].encode())
    import_frameworks(Path.cwd())
    modules = tuple(order["modules"])
    child.prepare(modules)
    with suppress(ImportError, OSError, ValueError):
        seal.limit(Limits(**order["limits"]))
    wire.send(channel, {"held": [], "missing": {}})
    with suppress(wire.Closed):
        child.serve(channel, modules)
    os._exit(0)


if __name__ == "__main__":
    main()
