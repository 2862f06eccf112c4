"""What was handed in is read in place, within limits, and never believed."""

from __future__ import annotations

import os
import stat
import struct
import zipfile

import pytest
from batchwork import put

from autograder.batch import files
from autograder.batch.files import FILE_LIMIT, Refused, open_source, shown


def zipped(path, members: dict[str, bytes], **options):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def refused(source) -> dict[str, str]:
    return {entry.path: entry.refused for entry in source.entries if entry.refused}


def test_a_folder_is_listed_at_any_depth_without_the_systems_own_files(tmp_path):
    for name in ("a.ipynb", "x/y/b.ipynb", ".DS_Store", "__MACOSX/x/._b.ipynb"):
        put(tmp_path / name, name)
    put(tmp_path / "x" / ".ipynb_checkpoints" / "b-checkpoint.ipynb")
    source = open_source(tmp_path)
    assert [entry.path for entry in source.entries] == ["a.ipynb", "x/y/b.ipynb"]
    assert source.read(source.entries[1]) == b"x/y/b.ipynb"


def test_one_notebook_is_taken_alone(tmp_path):
    put(tmp_path / "a.ipynb", "a")
    put(tmp_path / "b.ipynb", "b")
    source = open_source(tmp_path / "b.ipynb")
    assert [source.read(entry) for entry in source.entries] == [b"b"]


def test_links_pipes_and_large_files_of_a_folder_are_refused_and_never_opened(tmp_path):
    put(tmp_path / "secret.txt", "gradebook")
    work = tmp_path / "work"
    put(work / "large.ipynb")
    os.truncate(work / "large.ipynb", FILE_LIMIT + 1)
    os.symlink(tmp_path / "secret.txt", work / "link.ipynb")
    os.symlink(tmp_path, work / "folder")
    os.mkfifo(work / "pipe.ipynb")
    source = open_source(work)
    reasons = refused(source)
    assert set(reasons) == {"large.ipynb", "link.ipynb", "folder", "pipe.ipynb"}
    assert "link" in reasons["folder"] and "51 MiB" not in reasons["large.ipynb"]
    for entry in source.entries:
        with pytest.raises(Refused):
            source.read(entry)


def test_a_file_that_becomes_a_link_or_pipe_after_listing_is_refused(tmp_path):
    put(tmp_path / "secret.txt", "gradebook")
    work = tmp_path / "work"
    for name in ("a.ipynb", "b.ipynb"):
        put(work / name)
    source = open_source(work)
    for name in ("a.ipynb", "b.ipynb"):
        (work / name).unlink()
    os.symlink(tmp_path / "secret.txt", work / "a.ipynb")
    os.mkfifo(work / "b.ipynb")
    for entry in source.entries:
        with pytest.raises(Refused):
            source.read(entry)


def test_names_lose_what_would_turn_a_line_around(tmp_path):
    put(tmp_path / "a\n\u202eb\x1b[31m.ipynb", "x")
    raw = os.fsencode(tmp_path) + b"/\xff.ipynb"
    with open(raw, "wb") as file:
        file.write(b"y")
    source = open_source(tmp_path)
    names = [entry.path for entry in source.entries]
    assert all(name.isprintable() and name.encode("utf-8") for name in names)
    assert sorted(map(source.read, source.entries)) == [b"x", b"y"]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("علی\u200cرضا", "علی\u200cرضا"),
        ("क्\u200dष", "क्\u200dष"),
        ("Zoë 👩🏽\u200d💻 Ek", "Zoë 👩🏽\u200d💻 Ek"),
        ("❤\ufe0f\u200d🔥", "❤\ufe0f\u200d🔥"),
        ("An\u200cn", "An\ufffdn"),
        ("\u200dAnn", "\ufffdAnn"),
        ("ع\u200c\u200cب", "ع\u200c\ufffdب"),
        ("محمد\u202e", "محمد\ufffd"),
        ("a\u2066b\u200fc\u00add\u2060e", "a\ufffdb\ufffdc\ufffdd\ufffde"),
    ],
)
def test_names_keep_joiners_where_their_script_needs_them(name, kept):
    assert shown(name) == kept


def test_a_zip_is_read_without_being_unpacked(tmp_path):
    path = zipped(
        tmp_path / "class.zip",
        {"dir/a.ipynb": b"a", "__MACOSX/dir/._a.ipynb": b"junk", "dir/.DS_Store": b"junk"},
    )
    source = open_source(path)
    assert [(e.path, source.read(e)) for e in source.entries] == [("dir/a.ipynb", b"a")]
    source.close()
    assert os.listdir(tmp_path) == ["class.zip"]


def test_names_in_a_zip_that_lead_outside_are_refused(tmp_path):
    names = ["../../etc/a.ipynb", "/etc/b.ipynb", "C:\\x\\c.ipynb", "x\\..\\..\\d.ipynb", "../"]
    path = zipped(tmp_path / "class.zip", dict.fromkeys([*names, "ok.ipynb"], b"x"))
    source = open_source(path)
    reasons = refused(source)
    assert len(reasons) == 4 and set(reasons.values()) == {"its name points outside the archive"}
    assert all(".." not in name and not name.startswith("/") for name in reasons)
    readable = [entry for entry in source.entries if not entry.refused]
    assert [source.read(entry) for entry in readable] == [b"x"]


def test_links_and_bombs_in_a_zip_are_refused(tmp_path):
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        link = zipfile.ZipInfo("link.ipynb")
        link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("bomb.ipynb", b"0" * (8 * files.MIB))
        archive.writestr("fine.ipynb", os.urandom(1000) * 20)
    source = open_source(path)
    assert set(refused(source)) == {"link.ipynb", "bomb.ipynb"}


def test_a_member_that_lies_about_its_size_is_cut_off(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "FILE_LIMIT", 1000)
    path = zipped(tmp_path / "class.zip", {"a.ipynb": os.urandom(5000)})
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02") + 24
    data[at : at + 4] = struct.pack("<I", 10)
    path.write_bytes(bytes(data))
    source = open_source(path)
    (entry,) = source.entries
    assert not entry.refused
    try:
        assert len(source.read(entry)) <= 10
    except Refused as error:
        assert "damaged" in str(error) or "over" in str(error)


def test_a_damaged_member_costs_itself_alone(tmp_path):
    path = zipped(tmp_path / "class.zip", {"a.ipynb": os.urandom(500), "b.ipynb": b"b" * 500})
    data = bytearray(path.read_bytes())
    data[100] ^= 0xFF
    path.write_bytes(bytes(data))
    source = open_source(path)
    with pytest.raises(Refused, match="damaged"):
        source.read(source.entries[0])
    assert source.read(source.entries[1]) == b"b" * 500


def test_an_encrypted_zip_says_so(tmp_path):
    path = zipped(tmp_path / "class.zip", {"a.ipynb": b"a"})
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    path.write_bytes(bytes(data))
    with pytest.raises(ValueError, match="is encrypted; unpack it with its password"):
        open_source(path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off", b"<html>", b"PK\x05\x06"])
def test_a_broken_zip_says_so(content, tmp_path):
    with pytest.raises(ValueError, match="not a readable zip file"):
        open_source(put(tmp_path / "class.zip", content))


def test_too_many_files_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "ENTRY_LIMIT", 3)
    names = {f"{n}.ipynb": b"x" for n in range(4)}
    with pytest.raises(ValueError, match="holds 4 files; at most 3"):
        open_source(zipped(tmp_path / "class.zip", names))
    for name in names:
        put(tmp_path / "class" / name)
    with pytest.raises(ValueError, match="holds more than 3 files"):
        open_source(tmp_path / "class")


def test_names_of_a_zip_in_utf_8_without_the_flag_are_read_as_such(tmp_path):
    path = zipped(tmp_path / "class.zip", {"aa.ipynb": b"x"})
    data = path.read_bytes().replace(b"aa.ipynb", "é.ipynb".encode())
    path.write_bytes(data)
    source = open_source(path)
    assert [entry.path for entry in source.entries] == ["é.ipynb"] and source.notes == ()


def zip_without_a_flag(path, names: list[str], encoding: str):
    """A zip whose names are in an encoding that nothing in it tells."""
    stand_ins = ["abcd"[n] * len(name.encode(encoding)) for n, name in enumerate(names)]
    data = zipped(path, dict.fromkeys(stand_ins, b"x")).read_bytes()
    for stand_in, name in zip(stand_ins, names, strict=True):
        data = data.replace(stand_in.encode(), name.encode(encoding))
    path.write_bytes(data)
    return open_source(path)


@pytest.mark.parametrize(
    ("names", "encoding", "guessed"),
    [
        (["山田太郎.ipynb", "鈴木 一/予定表.ipynb", "Smith.ipynb"], "cp932", True),
        (["やまだ_1.ipynb", "カトウ/lesson_1.ipynb"], "cp932", True),
        (["Björn Müller.ipynb", "José.ipynb", "Ñandú.ipynb"], "cp437", False),
        (["Åsa.ipynb", "Zoë.ipynb", "François.ipynb", "Jürgen.ipynb"], "cp437", False),
        (["山田太郎.ipynb", "José.ipynb"], "utf-8", False),
    ],
)
def test_names_of_a_zip_without_a_flag_are_guessed_and_the_guess_is_told(
    names, encoding, guessed, tmp_path
):
    source = zip_without_a_flag(tmp_path / "class.zip", names, encoding)
    assert [entry.path for entry in source.entries] == names
    assert [bool(source.read(entry)) for entry in source.entries] == [True] * len(names)
    assert len(source.notes) == guessed
    assert all("code page 932" in note and names[0] in note for note in source.notes)


def test_a_letter_with_its_mark_is_one_character_wherever_a_name_comes_from(tmp_path):
    decomposed = "Jose\u0301.ipynb"
    put(tmp_path / "class" / decomposed)
    zipped(tmp_path / "class.zip", {decomposed: b"x"})
    for where in ("class", "class.zip"):
        source = open_source(tmp_path / where)
        assert [entry.path for entry in source.entries] == ["José.ipynb"]
        assert source.read(source.entries[0]) is not None


@pytest.mark.parametrize(
    ("name", "words"),
    [("nothing", "There is nothing at"), ("class.tar.gz", "not a folder, a zip or")],
)
def test_what_is_neither_folder_zip_nor_notebook_is_named(name, words, tmp_path):
    put(tmp_path / "class.tar.gz")
    with pytest.raises(ValueError, match=words):
        open_source(tmp_path / name)
