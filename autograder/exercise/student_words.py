"""What to say about missing answers, and about errors that a learner's code raised."""

from __future__ import annotations

import re
import traceback

from autograder.exercise.values import shortened

# Colours, and what TensorFlow says of its own insides around a message.
NOISE = re.compile(r"\x1b?\[[0-9;]*m|\{\{function_node [^}]*\}\}|\[Op:\w+\]( name:.*)?")
# Characters of an error's message that are looked at, whatever its length.
LONGEST_READ = 20_000


def words_missing(name: str) -> str:
    """What is said of an answer that is not there."""
    return (
        f"There is no `{name}` yet. Has its cell been run? After a restart, every cell above must "
        "be run again."
    )


def words_stub(name: str) -> str:
    """What is said of an answer that is still the stub."""
    return f"`{name}` still raises NotImplementedError: it is not written yet."


def words_dots(name: str) -> str:
    """What is said of an answer for which dots stand."""
    return f"`{name}` is still `...`: replace the dots with your answer."


def words_blocked(name: str, other: str, exercise: str) -> str:
    """What is said of an answer that calls another one's stub."""
    return f"`{name}` calls `{other}` of exercise {exercise}, which is not written yet."


def explain_crash(error: BaseException, name: str) -> str:
    """An exception in words: its type, its message and the learner's own line that led there."""
    return f"`{name}` {words_stopped(error)}"


def words_stopped(error: BaseException) -> str:
    """The same without a subject: "stopped with …"."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame.line for frame in frames if is_learners(frame.filename) and frame.line]
    # A message may have any length, and time spent on it is taken from the learner's other answers.
    start = str(error)[:LONGEST_READ]
    message = shortened(" ".join(NOISE.sub("", start).split()), 400)
    where = f" in the line `{own[-1]}`" if own else ""
    # A line that calls another function of the learner's leads to the one that raised.
    if len(own) > 1 and own[-2] != own[-1]:
        where += f", called by `{own[-2]}`"
    return f"stopped with {type(error).__name__}{where}: {message}"


def is_stub(error: NotImplementedError) -> bool:
    """Tell a stub's bare error, also as AutoGraph retells it, from one that a library explains."""
    words = str(error).strip()
    if words.startswith("in user code:"):
        return words.endswith("NotImplementedError:")
    # TensorFlow leaves its own frames out at the end, so the last one may be a learner's line.
    frames = traceback.extract_tb(error.__traceback__)
    return not words or not any("site-packages" in frame.filename for frame in frames)


def is_learners(filename: str) -> bool:
    """Cells compile under names such as <cell 4>, <ipython-input-…> or a ipykernel temp file."""
    return filename.startswith("<") or ("ipykernel" in filename and "site-packages" not in filename)
