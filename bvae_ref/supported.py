"""Say in one sentence why the course cannot be installed on a machine, if it cannot.

`python3 bvae_ref/supported.py` ends with exit code 1 then. Run by whatever Python there is, so this
keeps to what all of them can read.
"""

import platform
import sys
import sysconfig

FIRST = (3, 10)
LAST = (3, 13)
SUPPORTED = (
    "The course runs on 64-bit CPython 3.10 to 3.13 on Linux with glibc, Windows (x86-64) and Macs "
    "with Apple silicon"
)
ELSEWHERE = "open the lessons in Colab, or this repository in a container (.devcontainer)."


def obstacle(version, system, machine, libc="glibc", bits=64, implementation="CPython"):
    """Why TensorFlow is not to be had on a machine, and what to do; "" where it is.

    Args:
        version: of Python, such as (3, 12).
        system, machine: as `platform` names them, such as "Linux" and "x86_64".
        libc: "musl" on Alpine, for instance.
        bits: of an address, 32 or 64.
        implementation: "CPython", "PyPy" and so on
    """
    found = "%d.%d" % tuple(version[:2])
    another = "install one of those, and run `make setup PYTHON=python3.12`."
    if not FIRST <= tuple(version[:2]) <= LAST:
        return "%s, and this is Python %s: %s" % (SUPPORTED, found, another)
    if implementation != "CPython":
        return "%s, and this is %s: %s" % (SUPPORTED, implementation, another)
    if bits != 64:
        return "%s, and this Python has %d bits: install one of 64 bits." % (SUPPORTED, bits)
    if system == "Darwin" and machine == "x86_64":
        return "%s, and this Mac has an Intel processor (or this Python is made for one): %s" % (
            SUPPORTED,
            ELSEWHERE,
        )
    if system == "Linux" and libc == "musl":
        return "%s, and this Linux has musl, as Alpine has: %s" % (SUPPORTED, ELSEWHERE)
    if system == "Windows" and machine.upper().startswith("ARM"):
        return (
            "%s, and this is a Python for Windows on ARM: install the one for x86-64, which runs "
            "there too, or %s" % (SUPPORTED, ELSEWHERE)
        )
    if system == "Linux" and machine not in ("x86_64", "aarch64"):
        return "%s (x86-64 or aarch64), and this processor is %s: %s" % (
            SUPPORTED,
            machine,
            ELSEWHERE,
        )
    return ""


def here():
    """The obstacle on this machine, or ""."""
    musl = "musl" in str(sysconfig.get_config_var("SOABI")) or platform.libc_ver()[0] == "musl"
    # A Python for x86-64 also runs on Windows on ARM, and says so here.
    windows_on_arm = sysconfig.get_platform() == "win-arm64"
    machine = platform.machine()
    if platform.system() == "Windows":
        machine = "ARM64" if windows_on_arm else "AMD64"
    return obstacle(
        sys.version_info,
        platform.system(),
        machine,
        "musl" if musl else "glibc",
        64 if sys.maxsize > 2**32 else 32,
        platform.python_implementation(),
    )


if __name__ == "__main__":
    sys.exit(here() or 0)
