"""What the text of an answer shows, whatever the cause: facts about its syntax tree."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import partial

from autograder.judging.verdict import Mistake

LOOPS = (ast.For, ast.While)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
# Whose results are the point of calling them.
COMPUTING = ("tf", "np", "keras")
ACTING = ("print", "seed", "assert", "set_", "put", "copyto", "fill", "save", "shuffle", "config")


def facts(source: str, names: tuple[str, ...]) -> Iterator[Mistake]:
    """What can be said about the functions of these names, the most informative first.

    Args:
        source: the cell that defines the answer.
        names: the answer's; a class counts with its methods.
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return
    functions = list(_functions(tree, names))
    for fact in FACTS:
        for function in functions:
            yield from fact(function)


def _functions(tree: ast.AST, names: tuple[str, ...]) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name in names:
            yield node
        if isinstance(node, ast.ClassDef) and node.name in names:
            yield from (item for item in node.body if isinstance(item, ast.FunctionDef))


def _own(function: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function without those of functions inside it."""
    for node in ast.iter_child_nodes(function):
        yield node
        if not isinstance(node, (*FUNCTIONS, ast.Lambda, ast.ClassDef)):
            yield from _own(node)


def _return_in_a_loop(function: ast.FunctionDef) -> Iterator[Mistake]:
    for loop in (node for node in _own(function) if isinstance(node, LOOPS)):
        if any(isinstance(step, ast.Return) for step in loop.body):
            yield Mistake(
                "return inside the loop",
                f"The `return` of `{function.name}` is inside the loop, so the function ends in "
                "the loop's first round.",
                "How far is the line with `return` indented?",
            )


def _no_return(function: ast.FunctionDef) -> Iterator[Mistake]:
    if function.name == "__init__":
        return
    returns = [node for node in _own(function) if isinstance(node, (ast.Return, ast.Yield))]
    stub = any(isinstance(node, ast.Raise) for node in _own(function))
    if not stub and not any(node.value is not None for node in returns):
        yield Mistake(
            "no return",
            f"`{function.name}` has no `return` with a value, so it returns None.",
            "Which line should return the result?",
        )


def _unused_parameter(function: ast.FunctionDef) -> Iterator[Mistake]:
    read = {
        node.id
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    for item in [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]:
        if item.arg not in read and item.arg not in ("self", "training", "cls", "inputs"):
            yield Mistake(
                f"{item.arg} is never read",
                f"`{item.arg}` is a parameter of `{function.name}`, but no line uses it.",
                f"Where should `{item.arg}` be used?",
            )


def _overwritten_parameter(function: ast.FunctionDef) -> Iterator[Mistake]:
    names = {item.arg for item in function.args.args} - {"self"}
    for step in function.body:
        if isinstance(step, ast.Assign) and len(step.targets) == 1:
            target, read = step.targets[0], _names(step.value)
            if isinstance(target, ast.Name) and target.id in names - read:
                yield Mistake(
                    f"{target.id} is overwritten",
                    f"`{target.id}` gets a new value in `{ast.unparse(step)}` before the value "
                    "that was passed in is used.",
                    f"What happens to the `{target.id}` that the caller passes?",
                )
            names -= read
        else:
            names -= _names(step)


def _names(node: ast.AST) -> set[str]:
    return {item.id for item in ast.walk(node) if isinstance(item, ast.Name)}


def _truthy_word(function: ast.FunctionDef) -> Iterator[Mistake]:
    for node in _own(function):
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
            word = next((v for v in node.values if isinstance(v, ast.Constant) and v.value), None)
            if word is not None and any(isinstance(v, ast.Compare) for v in node.values):
                yield Mistake(
                    "a condition that always holds",
                    f"In `{ast.unparse(node)}` the part after `or` is a value by itself, which "
                    "counts as true.",
                    "What is compared with the second value?",
                )


def _lost_result(function: ast.FunctionDef) -> Iterator[Mistake]:
    for node in _own(function):
        if not isinstance(node, ast.Expr):
            continue
        value = node.value
        computed = isinstance(value, ast.BinOp) or (
            isinstance(value, ast.Call) and _root(value.func) in COMPUTING
        )
        if computed and not _acts(value):
            yield Mistake(
                "a result that is not kept",
                f"`{ast.unparse(value)[:80]}` is computed, but its result is not kept: such "
                "functions return a new tensor or array and leave the old one unchanged.",
                "Which name should hold the result?",
            )


def _acts(value: ast.AST) -> bool:
    """Whether a call is made for what it does: printing, seeding, checking, filling in place."""
    if not isinstance(value, ast.Call):
        return False
    name = value.func.attr if isinstance(value.func, ast.Attribute) else ""
    return (
        name == "at"
        or any(word in name for word in ACTING)
        or any(k.arg == "out" for k in value.keywords)
    )


def _root(node: ast.AST) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _operator(
    kind: type[ast.operator], name: str, words: str, look: str, function: ast.FunctionDef
) -> Iterator[Mistake]:
    """An operator that is often taken for another one."""
    for node in _own(function):
        if isinstance(node, ast.BinOp) and isinstance(node.op, kind):
            yield Mistake(name, f"`{ast.unparse(node)}`{words}", look)


_caret = partial(
    _operator,
    ast.BitXor,
    "^ for a power",
    ": in Python `^` is not a power; it works on bits.",
    "How is a square written in Python?",
)
_whole_division = partial(
    _operator,
    ast.FloorDiv,
    "// cuts off",
    " divides and drops the fraction.",
    "Should the quotient be a whole number here?",
)


def _own_noise(function: ast.FunctionDef) -> Iterator[Mistake]:
    given = [item.arg for item in function.args.args if item.arg in ("eps", "noise")]
    drawn = [
        node
        for node in _own(function)
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith((".normal", ".randn"))
    ]
    if given and drawn:
        yield Mistake(
            "extra noise",
            f"`{ast.unparse(drawn[0].func)}` draws noise, but `{given[0]}` already holds the "
            "noise.",
            "Which of the two does the docstring ask for?",
        )


# Nothing else needs to be found out where one of these holds.
DECISIVE = ("return inside the loop", "no return")
FACTS: tuple[Callable[[ast.FunctionDef], Iterator[Mistake]], ...] = (
    _return_in_a_loop,
    _no_return,
    _own_noise,
    _overwritten_parameter,
    _unused_parameter,
    _truthy_word,
    _caret,
    _lost_result,
    _whole_division,
)
