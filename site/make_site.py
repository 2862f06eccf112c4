"""Build the course's web site: static pages that ask nothing of any other server.

    python site/make_site.py out/site                trains the model to play with, runs the lessons
    python site/make_site.py out/site --not-run      lessons without outputs, pages in a minute

Pages are the files of docs/, the untouched lessons as learners get them (never their solutions), a
page for every module of the reference, and site/index.md. Sphinx makes them with MyST-NB, which
reads our Markdown and notebooks as they are, and Furo, a theme that loads nothing from elsewhere;
formulas become MathML here, so no script has to draw them. Executed lessons are kept beside the
site, until a lesson or the code changes.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from PIL import Image

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", MPLBACKEND="agg", BVAE_DATA="strokes")

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from lesson_pages import executed, for_reading, notebooks, say  # noqa: E402

from autograder.exercise import registry  # noqa: E402
from bvae_ref.page_design import FORMULAS  # noqa: E402

NOT_YET = (
    "*The links to Colab do not work yet: this copy has no address. "
    "`bvae address https://github.com/OWNER/REPO` gives it one.*"
)


def gathered(folder: Path, kept: Path | None) -> None:
    """Write everything that Sphinx reads into `folder`.

    Args:
        folder: empty.
        kept: where executed lessons are kept; None leaves them without outputs.
    """
    for page in (ROOT / "docs").glob("*.md"):
        shutil.copy(page, folder)
    shutil.copytree(ROOT / "docs" / "study", folder / "study")
    for name in ("conf.py", "mathml.py", "icon.svg"):
        shutil.copy(HERE / name, folder)
    for name in ("_static", "extra", "lessons", "api"):
        (folder / name).mkdir()
    for path in (FORMULAS, HERE / "site.css", HERE / "site.js"):
        shutil.copy(path, folder / "_static")
    moving = shutil.copy(ROOT / "docs" / "morphing.png", folder / "extra")
    Image.open(moving).save(folder / "extra" / "still.png")  # its first picture alone
    (folder / "install.md").write_text(install_page(), encoding="utf-8")
    (folder / "index.md").write_text(home(), encoding="utf-8")
    for name, path in notebooks().items():
        notebook = json.loads(path.read_text(encoding="utf-8"))
        if kept is not None:
            notebook = executed(name, notebook, kept)
        text = json.dumps(for_reading(notebook), ensure_ascii=False)
        (folder / "lessons" / f"{name}.ipynb").write_text(text, encoding="utf-8")
    write_api(folder / "api")
    for page in folder.glob("*.md"):
        text = linked_home(page.read_text(encoding="utf-8"), folder)
        page.write_text(text, encoding="utf-8")


def linked_home(text: str, folder: Path) -> str:
    """A page of docs/ whose links to files that are not on the site lead to the repository.

    Args:
        text: Markdown.
        folder: what the site is made from.
    """
    course = registry.course()

    def there(found: re.Match) -> str:
        target = found[2]
        if (folder / target).exists() or not (ROOT / "docs" / target).exists():
            return found[0]
        place = (ROOT / "docs" / target).resolve().relative_to(ROOT).as_posix()
        return f"[{found[1]}]({course.repository}/blob/{course.branch}/{place})"

    return re.sub(r"(?<!!)\[([^\]]*)\]\(([^):#]+)\)", there, text)


def install_page() -> str:
    """The README's section on installing, as a page."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    section = re.search(r"^## Install\n(.*?)^## ", readme, re.MULTILINE | re.DOTALL)
    if section is None:
        raise ValueError("README.md has no section '## Install' that another one follows.")
    return f"# Install\n{section[1]}"


def home() -> str:
    """The first page, with the course's address and the list of lessons."""
    course = registry.course()
    colab = course.repository.replace(
        "https://github.com/", "https://colab.research.google.com/github/"
    )
    values = {
        "colab": f"{colab}/blob/{course.branch}",
        "note": "" if course.has_address else NOT_YET,
        "lessons": "\n".join(f"lessons/lesson_{n}" for n in course.lessons),
    }
    text = (HERE / "index.md").read_text(encoding="utf-8")
    return re.sub(r"\{\{(\w+)\}\}", lambda found: values[found[1]], text)


def modules() -> list[str]:
    """The reference's modules by their dotted names, packages left out."""
    return [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in sorted((ROOT / "bvae_ref").rglob("*.py"))
        if path.name != "__init__.py"
    ]


def write_api(folder: Path) -> None:
    """A page for every module, and their list."""
    names = modules()
    for name in names:
        text = f"# `{name}`\n\n```{{eval-rst}}\n.. automodule:: {name}\n   :members:\n```\n"
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    pages = "\n".join(names)
    text = (
        "# Every function\n\nThe docstrings of `bvae_ref`, module by module. "
        "[The reference](../reference.md) says what they compute and where each formula comes "
        f"from.\n\n```{{toctree}}\n{pages}\n```\n"
    )
    (folder / "index.md").write_text(text, encoding="utf-8")


def write_play(path: Path) -> None:
    """The explorer with models of two sizes, trained here on strokes."""
    from bvae_ref.data.loading import load
    from bvae_ref.explorer import explore
    from bvae_ref.training import TrainConfig, train

    say("training the models to play with ...")
    sizes = {"two latents, β = 4": (2, 4.0, 10), "sixteen latents, β = 1": (16, 1.0, 20)}
    rows = TrainConfig(data="strokes", split="train[:8000]", held_out="test[:1000]")
    models = {
        name: train(
            rows.with_changes(latent_dim=latents, beta=beta, epochs=epochs), None, progress=False
        ).model
        for name, (latents, beta, epochs) in sizes.items()
    }
    held_out = load("strokes", "test[:1000]", quiet=True)
    explore(models, held_out.images, held_out.labels, title="The latent explorer").save(path)


def finished(page: Path) -> None:
    """Mend what Sphinx and MyST-NB tell screen readers: a heading's level, a summary's name."""
    text = page.read_text(encoding="utf-8")
    text = text.replace('role="heading">', 'role="heading" aria-level="2">')
    text = text.replace(' aria-label="Toggle hidden content"', "")
    page.write_text(text, encoding="utf-8")


def is_strange(target: Path) -> bool:
    """Whether a folder holds what this command did not write and must not replace."""
    return target.is_dir() and any(target.iterdir()) and not (target / "searchindex.js").is_file()


def build(target: Path, run: bool, play: Path | None = None) -> int:
    """Write the site whole, or leave what is there; return the number of pages.

    Args:
        target: the site's folder.
        run: run the lessons first.
        play: a page to play with, instead of training models for one.

    Raises:
        RuntimeError: a lesson stopped, or Sphinx has warnings.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        source, made = Path(scratch) / "source", Path(scratch) / "site"
        source.mkdir()
        gathered(source, target.parent / f"{target.name}-lessons" if run else None)
        if play is None:
            write_play(source / "extra" / "play.html")
        else:
            shutil.copy(play, source / "extra" / "play.html")
        command = ["-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html"]
        doctrees = str(Path(scratch) / "doctrees")
        ended = subprocess.run(
            [sys.executable, *command, "-d", doctrees, str(source), str(made)],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        if ended.returncode:
            raise RuntimeError("Sphinx has warnings, above; mend them and build again.")
        for name in (".buildinfo", "objects.inv"):
            (made / name).unlink(missing_ok=True)
        pages = sorted(made.rglob("*.html"))
        for page in pages:
            if page.name != "play.html":
                finished(page)
        # GitHub Pages would leave out folders that begin with an underscore.
        (made / ".nojekyll").touch()
        shutil.rmtree(target, ignore_errors=True)
        made.rename(target)
    return len(pages)


def main(arguments: list[str] | None = None) -> int:
    """Build the site."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="where index.html goes, such as out/site")
    parser.add_argument("--not-run", action="store_true", help="leave lessons without outputs")
    parser.add_argument("--play", type=Path, help="an explorer's page, instead of a new one")
    asked = parser.parse_args(arguments)
    if asked.play and not asked.play.is_file():
        parser.error(f"there is no {asked.play}; --play takes a page that `bvae explore` wrote")
    if find_spec("myst_nb") is None:
        parser.error('the site is made with an extra: pip install -e ".[local,site]"')
    if is_strange(asked.folder):
        parser.error(f"{asked.folder} holds something else than a site; name a new or empty folder")
    try:
        pages = build(asked.folder.resolve(), not asked.not_run, asked.play)
    except RuntimeError as error:
        raise SystemExit(f"{error} Nothing in {asked.folder} was changed.") from None
    say(f"{pages} pages; open {asked.folder / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
