"""Who handed in what: every learner once, the newest attempt, nothing lost."""

from __future__ import annotations

import hashlib
import os
import zipfile

import pytest
from batchwork import notebook_bytes, put

from autograder.batch.collect import collect, of_one_learner
from autograder.batch.files import open_source
from autograder.batch.keys import key_of

NOTEBOOK = notebook_bytes(1)


def collected(folder, files: dict[str, bytes | None], as_zip: bool, **options):
    """The collection of a folder, or of a zip, with these files; None stands for a notebook."""
    content = {name: NOTEBOOK if data is None else data for name, data in files.items()}
    if as_zip:
        path = folder / "download.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in content.items():
                archive.writestr(name, data)
        return collect(open_source(path), **options)
    for name, data in content.items():
        put(folder / "handed_in" / name, data)
    return collect(open_source(folder / "handed_in"), **options)


def who(collection) -> dict[str, str]:
    """Learner → file that counts, for collections with one submission each."""
    return {item.learner: item.file for item in collection.submissions}


@pytest.mark.parametrize("as_zip", [False, True])
def test_canvas_names_learner_id_lateness_and_attempt(as_zip, tmp_path):
    names = [
        "doejane_LATE_12345_678901_lesson_1-2.ipynb",
        "doejane_12345_678900_lesson_1.ipynb",
        "doejane_12345_678902_lesson_1-1.ipynb",
        "zhang-wei_12346_678903_mine_final.ipynb",
        "lopezana_12347_text.html",
    ]
    found = collected(tmp_path, dict.fromkeys(names[:4]) | {names[4]: b"<p>see mail"}, as_zip)
    doe, lopez, zhang = found.submissions
    assert (doe.learner, doe.learner_id, doe.late) == ("doejane", "12345", True)
    assert doe.file == "lesson_1-2.ipynb" and doe.lesson == 1 and len(doe.notes) == 2
    assert (zhang.learner, zhang.file, zhang.late) == ("zhang-wei", "mine_final.ipynb", False)
    assert (lopez.learner, lopez.file) == ("lopezana", "text.html")
    assert sum("a newer attempt counts" in line for line in found.set_aside) == 2


@pytest.mark.parametrize("as_zip", [False, True])
@pytest.mark.parametrize("mark", ["_assignsubmission_file_/", "_assignsubmission_file/"])
def test_moodle_names_learner_and_id(mark, as_zip, tmp_path):
    names = [f"Jane Doe_123456{mark}lesson_1.ipynb", f"Jane Doe_123457{mark}lesson_1.ipynb"]
    text = {f"Ana López_99{mark.replace('file', 'onlinetext')}onlinetext.html": b"text"}
    found = collected(tmp_path, dict.fromkeys(names) | text, as_zip)
    assert [item.learner_id for item in found.submissions] == ["99", "123456", "123457"]
    assert who(found) == {
        "Ana López": "onlinetext.html",
        "Jane Doe (123456)": "lesson_1.ipynb",
        "Jane Doe (123457)": "lesson_1.ipynb",
    }


def test_moodle_without_folders_is_read_too(tmp_path):
    names = ["Jane Doe_123456_assignsubmission_file_lesson_1.ipynb"]
    assert who(collected(tmp_path, dict.fromkeys(names), True)) == {"Jane Doe": "lesson_1.ipynb"}


@pytest.mark.parametrize("top", ["", "submitted/"])
def test_nbgraders_tree_gives_student_and_lesson(top, tmp_path):
    files = {
        f"{top}alice/lesson_1/lesson_1.ipynb": None,
        f"{top}alice/lesson_1/timestamp.txt": b"2024-01-01",
        f"{top}alice/lesson_2/lesson_2.ipynb": notebook_bytes(2),
        f"{top}bob/lesson_1/lesson_1.ipynb": notebook_bytes(2),
        f"{top}carl/lesson_1/lesson_1.py": b"x = 1",
        f"{top}dora/lesson_1/timestamp.txt": b"2024-01-01",
    }
    if top:
        files |= {"source/lesson_1/lesson_1.ipynb": None, "gradebook.db": b"SQLite"}
    found = collected(tmp_path, files, False)
    assert [(s.key, s.asked) for s in found.submissions] == [
        ("alice.lesson_1", 1),
        ("alice.lesson_2", 2),
        ("bob.lesson_1", 1),
        ("carl.lesson_1", 1),
        ("dora.lesson_1", 1),
    ]
    assert found.set_aside == ()


def test_assignment_keeps_one_of_nbgraders_assignments(tmp_path):
    files = {"submitted/a/lesson_1/lesson_1.ipynb": None, "submitted/a/week2/x.ipynb": None}
    found = collected(tmp_path, files, False, assignment="week2")
    assert [(s.key, s.file, s.asked) for s in found.submissions] == [
        ("a.lesson_1", "x.ipynb", None)
    ]
    with pytest.raises(ValueError, match="no submitted/STUDENT/week3/ with files"):
        collected(tmp_path, files, False, assignment="week3")


def test_nbgraders_own_file_counts_before_a_copy_of_it(tmp_path):
    files = dict.fromkeys(["lesson_1.ipynb", "lesson_1-Copy1.ipynb", "scratch.ipynb"])
    found = collected(tmp_path, {f"a/lesson_1/{name}": None for name in files}, False)
    os.utime(tmp_path / "handed_in/a/lesson_1/scratch.ipynb", (2e9, 2e9))
    assert who(collect(open_source(tmp_path / "handed_in"))) == {"a": "lesson_1.ipynb"}
    assert len(found.set_aside) == 2


@pytest.mark.parametrize(
    ("names", "learners"),
    [
        (["alice.ipynb", "x/bob.ipynb", "x/carl.ipynb"], {"alice", "bob", "carl"}),
        (["alice/lesson_1.ipynb", "bob/lesson_1 (2).ipynb"], {"alice", "bob"}),
        (["alice/mine.ipynb", "bob/work.ipynb"], {"alice", "bob"}),
        (["alice_lesson_1.ipynb", "lesson_1_bob.ipynb", "carl-lesson-1 (1).ipynb"],
         {"alice", "bob", "carl"}),
        (["lesson_1/alice.ipynb", "lesson_1/bob.ipynb"], {"alice", "bob"}),
        (["w3/lesson_1/alice.ipynb", "w3/lesson_1/bob.ipynb"], {"alice", "bob"}),
        (["A/alice/lesson_1.ipynb", "A/bob/lesson_1.ipynb", "B/carl/lesson_1.ipynb"],
         {"alice", "bob", "carl"}),
        (["A/sam.ipynb", "A/tom.ipynb", "B/sam.ipynb", "B/tim.ipynb"],
         {"sam (A/sam.ipynb)", "sam (B/sam.ipynb)", "tom", "tim"}),
        (["lesson_1/lesson_1.ipynb"], {"handed_in"}),
    ],
)  # fmt: skip
def test_plain_folders_name_learners_by_file_or_by_folder(names, learners, tmp_path):
    found = collected(tmp_path, dict.fromkeys(names), False)
    assert {item.learner for item in found.submissions} == learners
    assert len(found.submissions) == len(names) == len({s.key for s in found.submissions})


# A class in which Bob solved the lesson, and what Eve names her files to take his place.
BY_EVE = {
    "nbgrader": (
        "submitted/{}/lesson_1/lesson_1.ipynb",
        ["submitted/eve/lesson_1/bob/lesson_1/lesson_1.ipynb", "submitted/eve/lesson_1/bob.ipynb"],
    ),
    "folders": (
        "{}/lesson_1.ipynb",
        [
            "eve/bob/lesson_1/lesson_1.ipynb",
            "eve/bob/lesson_1.ipynb",
            "eve/bob.ipynb",
            "eve/x_1_assignsubmission_file_/lesson_1.ipynb",
            "eve/submitted/bob/lesson_1/lesson_1.ipynb",
        ],
    ),
    "lessons' folders": (
        "{}/lesson_1/lesson_1.ipynb",
        ["eve/lesson_1/bob/lesson_1/lesson_1.ipynb", "eve/bob/lesson_1/lesson_1.ipynb"],
    ),
    "sections": (
        "A/{}/lesson_1.ipynb",
        ["A/eve/bob/lesson_1.ipynb", "A/eve/A/bob/lesson_1.ipynb"],
    ),
    "Canvas": (
        "{}_{id}_9001_lesson_1.ipynb",
        [
            "eve_22_9002_x_1_assignsubmission_file_y.ipynb",
            "eve_22_9002_bob_1_9001_lesson_1-9.ipynb",
            "eve_22_9003_x_bob_LATE_1_9001_lesson_1-7.ipynb",
        ],
    ),
    "Moodle": (
        "{} Doe_{id}_assignsubmission_file_/lesson_1.ipynb",
        [
            "eve Doe_22_assignsubmission_file_/bob Doe_11_assignsubmission_file_/lesson_1.ipynb",
            "eve Doe_22_assignsubmission_file_/bob_11_9001_lesson_1.ipynb",
            "eve Doe_22_assignsubmission_file_/bob/lesson_1/lesson_1.ipynb",
        ],
    ),
}
BY_EVE |= {
    "Blackboard": (
        "W 1_{}_attempt_2026-11-03-10-14-09_lesson_1.ipynb",
        [
            "W 1_eve_attempt_2026-11-03-10-14-09_x_bob_attempt_2027-11-03-10-14-09_lesson_1.ipynb",
            "W 1_eve_attempt_2026-11-03-10-14-09_bob_11_9001_lesson_1.ipynb",
        ],
    ),
    "Brightspace": (
        "{id}-99 - {} Doe - Nov 3, 2026 1014 AM/lesson_1.ipynb",
        [
            "22-99 - eve Doe - Nov 3, 2026 1014 AM/11-99 - bob Doe - Nov 4, 2026 1014 AM/x.ipynb",
            "22-99 - eve Doe - Nov 3, 2026 1014 AM/11-99 - bob Doe - Nov 4, 2026 1 AM - x.ipynb",
        ],
    ),
    "ILIAS": (
        "Week 1/Submissions/Doe_{0}_{0}_{id}/20261103101409_lesson_1.ipynb",
        [
            "Week 1/Submissions/Doe_eve_eve_22/Doe_bob_bob_11/20271103101409_lesson_1.ipynb",
            "Week 1/Submissions/Doe_eve_eve_22/20271103101409_Doe_bob_bob_11_lesson_1.ipynb",
        ],
    ),
    "GitHub Classroom": (
        "week-1-submissions/week-1-{}/lessons/lesson_1/lesson_1.ipynb",
        [
            "week-1-submissions/week-1-eve/week-1-bob/lessons/lesson_1/lesson_1.ipynb",
            "week-1-submissions/week-1-eve/lessons/lesson_1/bob/lessons/lesson_1/lesson_1.ipynb",
            "week-1-submissions/week-1-eve/bob.ipynb",
        ],
    ),
}
IDS = {"bob": 11, "eve": 22, "cy": 33, "dan": 44}


@pytest.mark.parametrize("as_zip", [False, True])
@pytest.mark.parametrize("layout", BY_EVE)
def test_no_file_name_of_a_learner_takes_the_place_of_another(layout, as_zip, tmp_path):
    pattern, names = BY_EVE[layout]
    honest = {pattern.format(name, id=number): name for name, number in IDS.items()}
    files = {path: notebook_bytes(1, f"by {name}") for path, name in honest.items()}
    (plain,) = [path for path, name in honest.items() if name == "eve"]
    own = hashlib.sha256(files[plain]).hexdigest()
    for evil in names:
        for beside in (True, False):  # with her own notebook in its place, or without
            mine = notebook_bytes(1, f"evil {evil} {beside}")
            given = files | {evil: mine}
            if not beside:
                del given[plain]
            folder = tmp_path / f"{names.index(evil)}{beside}"
            folder.mkdir()
            found = collected(folder, given, as_zip)
            by_name = {s.learner.replace("Doe", "").strip(" ,"): s for s in found.submissions}
            assert by_name.keys() == IDS.keys(), (evil, beside)
            for name, path in ((n, p) for p, n in honest.items() if n != "eve"):
                assert by_name[name].content == hashlib.sha256(files[path]).hexdigest(), evil
            assert by_name["eve"].content in (own, hashlib.sha256(mine).hexdigest())
            assert "eve" in by_name["eve"].key, evil


def test_a_name_that_a_platform_did_not_give_is_set_aside(tmp_path):
    names = ["bob_11_901_lesson_1.ipynb", "cy_33_903_lesson_1.ipynb", "lesson_1.ipynb"]
    found = collected(tmp_path, dict.fromkeys(names), True)
    assert who(found) == {"bob": "lesson_1.ipynb", "cy": "lesson_1.ipynb"}
    assert found.set_aside == (
        "lesson_1.ipynb was not graded: its name is not one that Canvas gives.",
    )


def test_a_layout_can_be_given(tmp_path):
    names = ["x/y_1_2_lesson_1.ipynb", "x/z_12_34_lesson_1.ipynb"]
    found = collected(tmp_path, dict.fromkeys(names), True, layout="folders")
    assert who(found).keys() == {"x"}
    found = collected(tmp_path, dict.fromkeys(names), True, layout="canvas")
    assert who(found).keys() == {"z"}
    assert len(found.set_aside) == 1
    assert len(collected(tmp_path, dict.fromkeys(names), True, layout="files").submissions) == 2


def test_lessons_of_one_learner_are_separate_and_attempts_at_one_are_not(tmp_path):
    files = {
        "alice/lesson_1.ipynb": notebook_bytes(1),
        "alice/lesson_1 (2).ipynb": notebook_bytes(1, "better"),
        "alice/other name.ipynb": notebook_bytes(2),
        "alice/scratch.ipynb": b'{"cells": []}',
    }
    found = collected(tmp_path, files, False)
    assert [(s.key, s.file) for s in found.submissions] == [
        ("alice.lesson_1", "lesson_1 (2).ipynb"),
        ("alice.lesson_2", "other name.ipynb"),
        ("alice.notebook", "scratch.ipynb"),
    ]


def test_a_readable_attempt_counts_before_a_newer_one_that_cannot_be_read(tmp_path):
    put(tmp_path / "handed_in" / "alice" / "lesson_1.ipynb", NOTEBOOK)
    os.symlink(tmp_path, tmp_path / "handed_in" / "alice" / "lesson_1-2.ipynb")
    found = collect(open_source(tmp_path / "handed_in"))
    assert who(found) == {"alice": "lesson_1.ipynb"}


def test_of_two_notebooks_the_one_of_the_asked_lesson_counts(tmp_path):
    files = {"a/lesson_1.ipynb": notebook_bytes(1), "a/lesson_2.ipynb": notebook_bytes(2)}
    found = collected(tmp_path, files, False, lesson=1)
    assert [(s.file, s.asked) for s in found.submissions] == [("lesson_1.ipynb", 1)]


def test_a_learner_without_a_notebook_is_not_lost(tmp_path):
    files = {
        "alice/lesson_1.ipynb": None,
        "bob/lesson_1.py": b"x = 1",
        "bob/notes.txt": b"see the other file",
        "carl/lesson_1.ipynb.txt": None,
    }
    found = collected(tmp_path, files, False)
    assert who(found) == {
        "alice": "lesson_1.ipynb",
        "bob": "lesson_1.py",
        "carl": "lesson_1.ipynb.txt",
    }
    assert found.set_aside == ("bob/notes.txt was not graded: it is not a notebook.",)


def test_in_a_flat_folder_a_print_is_work_and_a_list_is_not(tmp_path):
    files = {"alice.ipynb": None, "bob.pdf": b"%PDF", "roster.csv": b"alice,bob"}
    found = collected(tmp_path, files, False)
    assert who(found) == {"alice": "alice.ipynb", "bob": "bob.pdf"}
    assert found.set_aside == ("roster.csv was not graded: it is not a notebook.",)


@pytest.mark.parametrize("files", [{}, {"roster.csv": b"x"}, {"__MACOSX/._a.ipynb": b"x"}])
def test_nothing_to_grade_is_an_error(files, tmp_path):
    (tmp_path / "handed_in").mkdir()
    with pytest.raises(ValueError, match="nothing to grade"):
        collected(tmp_path, files, False)


def test_keys_are_safe_distinct_and_the_same_in_every_run():
    names = ["alice", "Alice", "al ice", "ALICE", "../alice", "con", "", "Ünal", "李明", "李", "."]
    names += ["a" * 300, "a" * 299, "x/y", "x-y", "alice\n", key_of("Alice", None).split(".")[0]]
    keys = [key_of(name, 1) for name in names]
    assert len({key.lower() for key in keys}) == len(names)
    assert keys == [key_of(name, 1) for name in names]
    for key in keys:
        name, _, lesson = key.partition(".")
        assert lesson == "lesson_1" and 0 < len(name) <= 70
        assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789_-") and name != "con"
    assert key_of("alice", 2) == "alice.lesson_2" and key_of("alice", None) == "alice.notebook"


def test_keys_do_not_depend_on_who_else_handed_in(tmp_path):
    few = collected(tmp_path / "few", {"B/sam.ipynb": None, "B/tim.ipynb": None}, False)
    more = {"A/sam.ipynb": None, "A/x.ipynb": None, "B/sam.ipynb": None, "B/tim.ipynb": None}
    many = collected(tmp_path / "many", more, False)
    assert {s.key for s in few.submissions} < {s.key for s in many.submissions}


def test_all_files_of_one_learners_folder_are_theirs(tmp_path):
    for name in ("my lesson_1.ipynb", "deep/lesson_1-2.ipynb", "numpy.py"):
        put(tmp_path / name, NOTEBOOK)
    (found,) = of_one_learner(open_source(tmp_path), "Jane", None)
    assert (found.learner, found.file, found.lesson) == ("Jane", "lesson_1-2.ipynb", 1)


# Platform → names in one zip, and learner → platform's id, file that counts.
AS_PLATFORMS_WRITE = {
    "students by number": (
        [f"student-{number}.ipynb" for number in range(1, 6)],
        {f"student-{number}": ("", f"student-{number}.ipynb") for number in range(1, 6)},
    ),
    "browser's downloads": (
        ["alice.ipynb", "alice (1).ipynb", "Bob - Copy of lesson_1.ipynb", "cy-2.ipynb"],
        {
            "alice": ("", "alice (1).ipynb"),
            "Bob": ("", "Bob - Copy of lesson_1.ipynb"),
            "cy-2": ("", "cy-2.ipynb"),
        },
    ),
    "anonymous Canvas": (
        ["anon_x7k2p_678901_a.ipynb", "anon_a1b2c_678902_a-1.ipynb", "anon_a1b2c_678903_a.ipynb"],
        {"anonymous (x7k2p)": ("x7k2p", "a.ipynb"), "anonymous (a1b2c)": ("a1b2c", "a-1.ipynb")},
    ),
    "Moodle, blind": (
        [
            "Participant 12_12_assignsubmission_file/lesson_1.ipynb",
            "Participant_13_assignsubmission_file/lesson_1.ipynb",
        ],
        {"Participant 12": ("12", "lesson_1.ipynb"), "Participant": ("13", "lesson_1.ipynb")},
    ),
    "Blackboard": (
        [
            "W_1_jdoe_attempt_2026-11-04-10-14-09_second.ipynb",
            "W_1_jdoe_attempt_2026-11-03-10-14-09_first-9.ipynb",
            "W_1_jdoe_attempt_2026-11-03-10-14-09.txt",
            "W_1_a_nn_attempt_2026-11-03-10-14-09_lesson_1.ipynb",
        ],
        {"jdoe": ("jdoe", "second.ipynb"), "a_nn": ("a_nn", "lesson_1.ipynb")},
    ),
    "Brightspace": (
        [
            "1234-567 - Jane Doe - Nov 3, 2026 1014 AM/early.ipynb",
            "1234-567 - Jane Doe - Nov 12, 2026 914 AM/late.ipynb",
            "1235-567 - Ann-Li Ek - Nov 3, 2026 1014 PM/lesson_1.ipynb",
            "index.html",
        ],
        {"Jane Doe": ("1234", "late.ipynb"), "Ann-Li Ek": ("1235", "lesson_1.ipynb")},
    ),
    "Brightspace without folders": (
        [
            "1234-567 - Jane Doe - Nov 12, 2026 914 AM - late.ipynb",
            "1234-567 - Jane Doe - Nov 3, 2026 1014 AM - early.ipynb",
            "1235-567 - Bo - Nov 3, 2026 1014 PM - a - b.ipynb",
        ],
        {"Jane Doe": ("1234", "late.ipynb"), "Bo": ("1235", "a - b.ipynb")},
    ),
    "ILIAS": (
        [
            "Week 1/Submissions/Doe_Jane_jdoe_123/20261103101409_early.ipynb",
            "Week 1/Submissions/Doe_Jane_jdoe_123/20261104101409_late.ipynb",
            "Week 1/Submissions/Van Roe_Bo_broe_124/20261103101409_lesson_1.ipynb",
        ],
        {"Doe, Jane": ("jdoe", "late.ipynb"), "Van Roe, Bo": ("broe", "lesson_1.ipynb")},
    ),
}


@pytest.mark.parametrize("platform", AS_PLATFORMS_WRITE)
def test_learners_and_attempts_are_read_as_their_platform_writes_them(platform, tmp_path):
    names, expected = AS_PLATFORMS_WRITE[platform]
    found = collected(tmp_path, dict.fromkeys(names), True)
    assert {s.learner: (s.learner_id, s.file) for s in found.submissions} == expected
    # The platform's own rule explains older attempts; a guess from names does not.
    guessed = platform == "browser's downloads"
    assert found.unexplained == (len(found.set_aside) if guessed else 0)


def test_lateness_stands_in_an_anonymous_zip_too(tmp_path):
    names = ["anon_LATE_x7k2p_678901_a.ipynb", "anon_a1b2c_678902_a.ipynb"]
    found = collected(tmp_path, dict.fromkeys(names), True)
    assert {s.learner_id: s.late for s in found.submissions} == {"x7k2p": True, "a1b2c": False}


CLONE = [
    *("README.md", ".gitignore", "bvae_ref/model.py"),
    *("lessons/lesson_1/lesson_1.ipynb", "solutions/lesson_1/lesson_1.ipynb"),
]


@pytest.mark.parametrize("above", ["", "week-1-submissions/"])
def test_a_clone_of_the_repository_is_one_learner(above, tmp_path):
    names = [f"{above}week-1-{who}/{name}" for who in ("ann", "bo", "cy") for name in CLONE]
    files = dict.fromkeys(names) | {
        f"{above}week-1-dan/mine.ipynb": None,
        f"{above}week-1-eve/README.md": b"to be done",
    }
    found = collected(tmp_path, files, False)
    assert who(found) == {
        **dict.fromkeys(("ann", "bo", "cy"), "lesson_1.ipynb"),
        "dan": "mine.ipynb",
    }
    assert all("solutions" not in s.entry.path for s in found.submissions)
    assert found.set_aside == (
        f"{above}week-1-eve was not graded: no notebook and no other work was handed in.",
    )
    assert found.unexplained == 1


def test_a_readme_is_nobodys_work(tmp_path):
    files = {"ann/lesson_1.ipynb": None, "ann/README.md": b"x", "bo/readme.txt": b"x"}
    found = collected(tmp_path, files, False)
    assert who(found) == {"ann": "lesson_1.ipynb"}
    assert [line.partition(" was")[0] for line in found.set_aside] == ["bo"]
