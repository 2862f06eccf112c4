"""Say in one sentence why the course cannot be installed here, if it cannot: exit 1.

Run by whatever Python there is, so this keeps to what all of them can read.
"""

import platform
import sys

FIRST, LAST = (3, 10), (3, 13)


def obstacle(version, system, machine):
    """Why TensorFlow is not to be had on a machine, and what to do; "" where it is."""
    found = "%d.%d" % tuple(version[:2])
    if not FIRST <= tuple(version[:2]) <= LAST:
        return (
            "This is Python %s, and the course needs 3.10 to 3.13, for which there is TensorFlow: "
            "install one of those, and run `make setup PYTHON=python3.12`." % found
        )
    if system == "Darwin" and machine == "x86_64":
        return (
            "There is no TensorFlow for Macs with Intel processors any more (2.16 was the last): "
            "open the lessons in Colab, or this repository in a container (.devcontainer)."
        )
    return ""


if __name__ == "__main__":
    words = obstacle(sys.version_info, platform.system(), platform.machine())
    if words:
        sys.exit(words)
