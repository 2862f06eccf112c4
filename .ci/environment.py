"""Make the virtual environment that the Makefile uses, or keep the one that is there.

python3 .ci/environment.py FOLDER           keep an environment that works, whatever its Python
python3 .ci/environment.py FOLDER --mine    only one of the Python that runs this

Whatever is half made or broken is made anew. Where the course cannot be installed, one sentence
says why before anything is downloaded. Run by whatever Python there is.
"""

import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "bvae_ref"))
sys.dont_write_bytecode = True

import supported  # noqa: E402

ASK = "import sys; print('%d.%d' % sys.version_info[:2])"
NO_VENV = (
    "This Python cannot make environments with pip (on Debian and Ubuntu: "
    "`sudo apt install python3-venv`)."
)


def output(*words):
    """What a command prints, or None where it fails or does not exist."""
    try:
        process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        said = process.communicate()[0]
    except OSError:
        return None
    return said.decode("utf-8", "replace").strip() if process.returncode == 0 else None


def fault(folder, uv, version):
    """Why an environment has to be made anew, or ""; without a version a supported one will do."""
    python = os.path.join(folder, "bin", "python")
    found = output(python, "-c", ASK)
    if found is None:
        return "has no Python that runs"
    if version and found != version:
        return "has Python %s, not %s" % (found, version)
    first, last = ("%d.%d" % bound for bound in (supported.FIRST, supported.LAST))
    if not version and output(python, os.path.join(ROOT, "bvae_ref", "supported.py")) is None:
        return "has Python %s, not %s to %s" % (found, first, last)
    if not uv and output(python, "-m", "pip", "--version") is None:
        return "has no pip that runs"
    return ""


def main(folder, mine):
    """Make or keep the environment; the exit code, or a sentence."""
    uv = output("uv", "--version") is not None
    version = "%d.%d" % sys.version_info[:2]
    words = "is not there"
    if os.path.lexists(folder):
        words = fault(folder, uv, version if mine else None)
        if not words:
            return 0
        print("%s %s: it is made anew." % (folder, words))
    if supported.here():
        return supported.here()
    if os.path.islink(folder) or os.path.isfile(folder):
        os.remove(folder)
    elif os.path.isdir(folder):
        shutil.rmtree(folder)
    if uv:
        make = ["uv", "venv", "-q", "--python", sys.executable, folder]
    else:
        make = [sys.executable, "-m", "venv", folder]
    if subprocess.call(make):
        shutil.rmtree(folder, ignore_errors=True)
        return NO_VENV
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], "--mine" in sys.argv))
