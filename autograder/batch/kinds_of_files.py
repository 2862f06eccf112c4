"""What stands for a learner's work where there is no notebook, and what only came along."""

from __future__ import annotations

import re

from autograder.batch.handed_in import HandedIn
from autograder.intake import shadowing

# What a repository brings along with every submission, and what a platform does.
OF_REPOSITORY = re.compile(r"readme(\..*)?|license(\..*)?|\.git\w+|\.\w*ignore", re.IGNORECASE)
OF_PLATFORM = ("timestamp.txt", "index.html")
# Somebody's work in place of a notebook, the likeliest first; a list of names is none.
WORK_ENDINGS = (".json", ".py", ".html", ".htm", ".pdf", ".docx", ".odt", ".rtf", ".zip")


def is_work(item: HandedIn) -> bool:
    """Whether a file that is no notebook may be what somebody handed in for one."""
    return item.file.lower().endswith(WORK_ENDINGS) and not shadowing([item.file])


def rank(item: HandedIn) -> tuple:
    """The likeliest work first; a module that stands in another's way is the least likely."""
    endings = [n for n, ending in enumerate(WORK_ENDINGS) if item.file.lower().endswith(ending)]
    kind = endings[0] if endings else len(WORK_ENDINGS)
    return bool(shadowing([item.file])), brought_along(item), kind, item.file


def brought_along(item: HandedIn) -> bool:
    """Files that nobody needs to hear of: every submission has them."""
    of_all = item.file in OF_PLATFORM or bool(OF_REPOSITORY.fullmatch(item.file))
    return item.brought_along or of_all
