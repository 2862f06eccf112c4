"""The page's modules as one script: a page in one file has no place to import from."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "js"
_IMPORT = re.compile(r'^import (\{[^}]*\}) from "\./(\w+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?(?:function|class|const|let) (\w+))", re.MULTILINE)


@cache
def bundle(first: str = "main") -> str:
    """A module and all that it imports, each a function that returns what it exports.

    Only `import { … } from "./NAME.js";` and exports of declarations are understood.

    Raises:
        FileNotFoundError: a module that is imported does not exist.
        ValueError: modules import each other in a circle.
    """
    texts: dict[str, str] = {}
    _gather(first, texts)
    head = '\n"use strict";\nconst modules = {};\n'
    return head + "".join(_wrapped(name, text) for name, text in texts.items())


def _gather(name: str, texts: dict[str, str], on_the_way: tuple[str, ...] = ()) -> None:
    """Put a module after those that it imports."""
    if name in on_the_way:
        raise ValueError(f"modules import each other in a circle: {' → '.join(on_the_way)}.")
    if name in texts:
        return
    text = (FOLDER / f"{name}.js").read_text(encoding="utf-8")
    for _, other in _IMPORT.findall(text):
        _gather(other, texts, (*on_the_way, name))
    texts[name] = text


def _wrapped(name: str, text: str) -> str:
    exported = ", ".join(found[1] for found in _EXPORT.findall(text))
    body = _IMPORT.sub(r"const \1 = modules.\2;\n", text)
    body = _EXPORT.sub(r"\1", body)
    return f"modules.{name} = (() => {{\n{body}return {{ {exported} }};\n}})();\n"
