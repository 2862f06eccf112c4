"""What a submission must not reach is named also where some of it cannot be listed."""

from __future__ import annotations

import os

from autograder.jail import reach


def test_a_home_that_this_user_cannot_list_holds_no_secret_of_theirs(monkeypatch, tmp_path):
    """As of root of a user namespace, whom the list of users sends to /root."""
    allowed = os.scandir

    def scandir(folder):
        if folder == str(tmp_path):
            raise PermissionError(13, "Permission denied", folder)
        return allowed(folder)

    (tmp_path / "diary").touch()
    monkeypatch.setenv("HOME", str(tmp_path))
    assert str(tmp_path / "diary") in reach.secret_paths()
    monkeypatch.setattr(os, "scandir", scandir)
    assert reach.secret_paths() == [*reach.course_paths(), "/etc/passwd"]
