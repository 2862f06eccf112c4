"""Making the released notebooks: the course's address."""

from __future__ import annotations

from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Unicode

from autograder.exercise import registry


class FillAddress(NbGraderPreprocessor):
    """Put the course's address in the place of {{repository}} and {{colab}} on release."""

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
