"""What nbgrader's Validate is given to run, and what it says of a notebook that lost its checks."""

import copy

import nbformat
import pytest
from coursework import grade_id, notebook
from nbgrader.validator import Validator

from autograder.nbgrader_plugin import RepairForValidate, course_id
from autograder.nbgrader_plugin.validating import Execute


def prepared(data: dict):
    """The notebook that Validate runs in place of this one."""
    nb = nbformat.from_dict(copy.deepcopy(data))
    return RepairForValidate().preprocess(nb, {})[0]


def told(data: dict) -> str:
    """What Validate says of the notebook as a whole, "" for nothing."""
    failed = Validator()._get_failed_cells(prepared(data))
    return "\n".join(
        Validator()._extract_error(cell) for cell in failed if "as a whole" in cell.source
    )


def test_a_notebook_as_it_was_released_is_told_nothing():
    assert told(notebook("lessons", 1)) == ""


def test_a_check_that_is_gone_is_named_and_comes_back():
    data = copy.deepcopy(notebook("lessons", 1))
    data["cells"] = [cell for cell in data["cells"] if grade_id(cell) != "check-1-2"]
    assert "The check of 1.2 was missing; it was put back." in told(data)
    assert "check-1-2" in {grade_id(cell) for cell in prepared(data).cells}


def test_a_notebook_without_marks_is_told_so_and_checked_all_the_same():
    data = copy.deepcopy(notebook("lessons", 1))
    for cell in data["cells"]:
        cell["metadata"] = {}
    assert "not as it was handed out" in told(data)
    marked = {grade_id(cell) for cell in prepared(data).cells}
    assert marked >= {grade_id(cell) for cell in notebook("lessons", 1)["cells"]}


def test_demonstrations_are_left_out_and_everything_else_is_run():
    tag = Execute.skip_cells_with_tag.default_value
    assert tag == "skip-execution", "as nbclient calls it"
    cells = prepared(notebook("lessons", 4)).cells
    skipped = [cell for cell in cells if tag in cell.metadata.get("tags", [])]
    assert skipped and all("demo" in cell.metadata["tags"] for cell in skipped)
    assert not any(grade_id(cell) for cell in skipped)


def test_a_notebook_of_another_course_stays_as_it_is():
    other = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1")])
    assert RepairForValidate().preprocess(other, {})[0] is other


@pytest.mark.parametrize(
    ("files", "name"),
    [
        ({}, "own"),
        ({"user/nbgrader_config.py": "c.CourseDirectory.course_id = 'ml101'"}, "ml101"),
        ({"hub/nbgrader_config.json": '{"CourseDirectory": {"course_id": "hub"}}'}, "hub"),
        ({"hub/nbgrader_config.py": "c = get_config()\nc.Exchange.course_id = 'old'"}, "old"),
        ({"hub/nbgrader_config.py": "c = get_config()\nc.Exchange.root = '/srv'"}, "own"),
        (
            {
                "user/nbgrader_config.py": "c.CourseDirectory.course_id = 'ours'",
                "hub/nbgrader_config.py": "c.CourseDirectory.course_id = 'hub'",
            },
            "ours",
        ),
        (
            {
                "course/nbgrader_config.py": "from autograder.nbgrader_plugin import course_id\n"
                "c.CourseDirectory.course_id = course_id('own')",
                "user/nbgrader_config.py": "load_subconfig('../course/nbgrader_config.py')",
                "hub/nbgrader_config.py": "c.CourseDirectory.course_id = 'hub'",
            },
            "hub",
        ),
    ],
)
def test_the_hubs_name_of_the_course_wins_where_there_is_one(files, name, tmp_path):
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    assert course_id("own", [str(tmp_path / "user"), str(tmp_path / "hub")]) == name
