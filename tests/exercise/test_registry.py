"""Where the engine finds packages."""

from __future__ import annotations

import pytest

from autograder.exercise import registry


def test_a_package_is_found_by_its_name():
    assert (registry.package_folder(registry.lesson_package(1)) / "probes.py").is_file()


def test_what_is_no_package_with_files_of_its_own_is_named(tmp_path, monkeypatch):
    (tmp_path / "bare_folder").mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    for name in ("bare_folder", "there_is_none"):
        with pytest.raises(registry.BadCourse, match=f"no package {name} with an __init__"):
            registry.package_folder(name)
