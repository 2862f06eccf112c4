"""Which of several right answers is most similar to the learner's."""

from __future__ import annotations

import ast
import inspect
import linecache
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from autograder.exercise.declaration import Exercise
    from autograder.judging.bank import Written


class Closest(NamedTuple):
    """The nearest of the candidates.

    Attributes:
        written: the candidate, or None when none is left to show.
        twin: whether the learner's own answer is written the same way as one that is known.
    """

    written: Written | None
    twin: bool


def closest(
    source: str | None,
    candidates: Sequence[Written],
    answers: Sequence[str] = (),
    shown: Sequence[str] = (),
) -> Closest | None:
    """The candidate most like `source`.

    Local names, comments, docstrings, types and the way numbers are spelt play no part. Of
    candidates equally like it the first is taken.

    Args:
        source: the learner's code, or None when it was not found.
        candidates: right answers of the bank.
        answers: names whose definitions are compared, with what they use; all when none is
            defined.
        shown: code that the learner sees anyway; candidates like it are left out, and so are
            those like the learner's own.

    Returns:
        None when `source` was not found, cannot be read or is still the stub.
    """
    own = tokens(source, answers) if source else None
    if not own or "NotImplementedError" in own:
        return None
    known = [tokens(code, answers) for code in shown]
    offered = [(tokens(item.source, answers), item) for item in candidates]
    twin = own in known or any(own == other for other, _ in offered)
    left = [(other, item) for other, item in offered if other not in [own, *known]]
    best = max(left, key=lambda pair: _likeness(own, pair[0]), default=(None, None))
    return Closest(best[1], twin)


def beside(
    namespace: Mapping[str, object], exercise: Exercise, shown: Sequence[str]
) -> list[tuple[str, str]]:
    """The variant of the bank most like the learner's answer, to be shown next to `shown`.

    Returns:
        one pair of a head and code ("" when there is only something to say), or none.
    """
    from autograder.judging.bank import variants  # late: a check needs none of it

    source = own_source(namespace, exercise.answers)
    nearest = closest(source, variants(exercise.id), exercise.answers, shown)
    if nearest is None or not (nearest.written or nearest.twin):
        return []
    twin = "Yours is written in the same way as one of ours." if nearest.twin else ""
    if nearest.written is None:
        return [(twin, "")]
    lead = f"{twin} Closest to it" if twin else "Closest to yours"
    return [(f"{lead}: {nearest.written.name}", nearest.written.source)]


def own_source(namespace: Mapping[str, object], answers: Sequence[str]) -> str | None:
    """The text of the cells that define the answers, or None when one cannot be found.

    Answers that are no function and no class, such as a number, have no text of their own.
    """
    files = []
    for name in answers:
        answer = namespace.get(name)
        if callable(answer):
            file = _file_of(answer, name)
            if file is None:
                return None
            files.append(file)
    # Each cell once; its lines are where IPython and tracebacks find them.
    return "\n".join("".join(linecache.getlines(file)) for file in dict.fromkeys(files)) or None


def tokens(source: str, answers: Sequence[str] = ()) -> tuple[str, ...] | None:
    """Code as a row of words: kinds of syntax, operators, and names that are not local.

    Returns:
        None when it is not Python, or nested too deeply to be read.
    """
    try:
        parts = _used(ast.parse(source), answers)
        return tuple(word for part in parts for word in _words(part, _locals(part)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _used(tree: ast.Module, answers: Sequence[str]) -> list[ast.stmt]:
    """The definitions of the answers and of what they use, in the order they are written."""
    defined = {part.name: part for part in tree.body if hasattr(part, "name")}
    waiting, used = [name for name in answers if name in defined], set()
    while waiting:
        name = waiting.pop()
        used.add(name)
        names = {node.id for node in ast.walk(defined[name]) if isinstance(node, ast.Name)}
        waiting += sorted((names & defined.keys()) - used)
    return [part for name, part in defined.items() if name in used] or tree.body


def _locals(part: ast.AST) -> set[str]:
    """Names that the part itself gives: they could be any."""
    given = set()
    for node in ast.walk(part):
        if isinstance(node, ast.arg):
            given.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            given.add(node.id)
        elif isinstance(node, ast.FunctionDef) and node is not part:
            given.add(node.name)
    return given


def _words(node: ast.AST, own: set[str]) -> Iterator[str]:
    """One node in words, then what is inside it, in the order of the text."""
    match node:
        case ast.Name():
            yield "name" if node.id in own else node.id
            return
        case ast.Constant():
            yield _constant(node.value)
            return
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
            yield _constant(-number)
            return
        case ast.Attribute():
            yield from _words(node.value, own)
            yield "." + node.attr
            return
        case ast.arg():
            yield "argument"
            return
        case ast.AnnAssign(value=ast.expr() as value):
            node = ast.Assign(targets=[node.target], value=value)
        case ast.expr_context():
            return
    yield type(node).__name__
    if isinstance(node, ast.keyword) and node.arg:
        yield node.arg + "="
    for field, inside in ast.iter_fields(node):
        parts = inside if isinstance(inside, list) else [inside]
        for number, part in enumerate(parts):
            annotation = field == "returns"
            docstring = field == "body" and number == 0 and _is_text(part)
            if isinstance(part, ast.AST) and not annotation and not docstring:
                yield from _words(part, own)


def _is_text(node: ast.AST) -> bool:
    inside = node.value if isinstance(node, ast.Expr) else None
    return isinstance(inside, ast.Constant) and isinstance(inside.value, str)


def _constant(value) -> str:
    """2, 2.0 and 2e0 are one number; every text is alike."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return repr(value + 0.0) if abs(value) < 1e300 else "large"
    return "text" if isinstance(value, str) else repr(value)


def _likeness(one: tuple[str, ...], other: tuple[str, ...] | None) -> float:
    return SequenceMatcher(None, one, other or (), autojunk=False).ratio()


def _file_of(answer: object, name: str) -> str | None:
    """The file, or cell, that holds the definition of `name`; None when there is no such text."""
    answer = getattr(answer, "python_function", answer)  # a tf.function
    parts = vars(answer).values() if isinstance(answer, type) else [answer]
    for part in parts:
        code = getattr(inspect.unwrap(part) if callable(part) else part, "__code__", None)
        if code and any(name in line for line in linecache.getlines(code.co_filename)):
            return code.co_filename
    return None
