"""Making the released notebooks: the course's address, and cells without their solutions."""

from __future__ import annotations

from nbgrader.preprocessors import ClearSolutions, NbGraderPreprocessor
from traitlets import Unicode

from autograder.exercise import registry


class FillAddress(NbGraderPreprocessor):
    """Put the course's address in place of {{repository}} and {{colab}} on release."""

    repository = Unicode(
        registry.course().repository, help="Address of the course's repository"
    ).tag(config=True)
    branch = Unicode(
        registry.course().branch, help="Branch that learners' notebooks are opened from"
    ).tag(config=True)

    def preprocess_cell(self, cell, resources, cell_index):
        colab = self.repository.replace(
            "https://github.com/", "https://colab.research.google.com/github/"
        )
        cell.source = cell.source.replace("{{repository}}", self.repository).replace(
            "{{colab}}", f"{colab}/blob/{self.branch}"
        )
        return cell, resources


class ClearAnswers(ClearSolutions):
    """Clear the solutions, and leave nothing at the top level of a cell that raises.

    A stub inside a function raises when it is called. One at the top level would stop "Run All":
    there dots stand for an answer that is a value, and a comment for anything else.
    """

    def preprocess_cell(self, cell, resources, cell_index):
        cell, resources = super().preprocess_cell(cell, resources, cell_index)
        if cell.cell_type == "code":
            stub = self.code_stub[resources["language"]]
            comments = [line for line in stub.split("\n") if line.startswith("#")]
            for before, after in (("= ...\n", ""), ("\n", "\n".join(comments))):
                cell.source = cell.source.replace(f"{before}{stub}", f"{before}{after}").rstrip(
                    "\n"
                )
        return cell, resources
