"""Hostile submissions: each earns what its honest parts deserve, and leaves nothing behind."""

import hashlib
import json
import os
import subprocess
import sys

import machines
import pytest
from attacks.corpus import ATTACKS, outcome
from coursework import ROOT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="the jail's layers are Linux's"),
]


def course_digest() -> str:
    """One digest of every file of the course that counts."""
    digest = hashlib.sha256()
    for folder in ("autograder", "bvae_ref", "lessons", "solutions"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and path.suffix in (".py", ".json", ".ipynb", ".css"):
                digest.update(str(path).encode() + path.read_bytes())
    return digest.hexdigest()


@pytest.fixture(scope="module")
def battle(tmp_path_factory):
    """The outcome of all attacks on this machine as it is."""
    before = course_digest()
    found = outcome(tmp_path_factory.mktemp("arena"))
    if "refused" in found or found["isolation"]["level"] != "full":
        pytest.skip(f"isolation is not full here: {found.get('refused', found.get('isolation'))}")
    return found | {"course": (before, course_digest())}


def test_there_are_enough_attacks_and_each_has_a_name_of_its_own():
    names = [attack.name for attack in ATTACKS]
    assert len(names) >= 52 and len(set(names)) == len(names)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_earns_what_its_honest_parts_deserve(attack, battle):
    assert attack.name not in battle["failed"]
    assert battle["earned"][attack.name] == attack.earns


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_nothing_secret_comes_out_in_a_result(attack, battle):
    assert battle["told"][attack.name] == []
    assert battle["characters"][attack.name] < 200_000


def test_no_attack_disturbs_its_neighbour(battle):
    assert len(battle["neighbours"]) >= 10
    assert set(battle["neighbours"]) == {8.0}


def test_no_attack_changes_a_file_reaches_a_listener_or_hurts_a_process(battle):
    assert battle["harm"] == []
    assert battle["course"][0] == battle["course"][1]


def test_no_attack_leaves_a_process_or_a_file(battle):
    assert battle["trusted"] == 5, "a warm parent and four judges"
    assert battle["left"] == []


# Without namespaces a file's size can be asked for, and a parent's number; nothing else gets out.
SIZES = [
    "makes itself a subreaper, a tracer's friend and hard to find told ['SECRET_']",
    "learns the sizes of others' files told ['SECRET_']",
]
# name → how it is made, arguments of the corpus, level of isolation, what is told nonetheless.
ELSEWHERE = {
    "ordinary user": (["user"], [], "full", []),
    "root of a user namespace": (["user", "rootless"], [], "full", []),
    "installed for all users": (["installed"], [], "full", []),
    "root without namespaces": (["bare"], [], "partial", SIZES),
    "ordinary user without namespaces": (["user", "bare"], [], "partial", SIZES),
    "ordinary user, no namespaces, Landlock 5": (["user", "bare"], [5], "partial", SIZES),
    "ordinary user, no namespaces, Landlock 3": (["user", "bare"], [3], "partial", SIZES),
    "ordinary user, no namespaces, Landlock 1": (["user", "bare"], [1], "partial", SIZES),
    "ordinary user, Landlock 1": (["user"], [1], "full", []),
    "installed for all users, no namespaces": (["installed", "bare"], [], "partial", SIZES),
}


@pytest.mark.nightly
@pytest.mark.skipif(not machines.can_be_made(), reason="other users are made by root of Linux")
@pytest.mark.parametrize("name", ELSEWHERE)
def test_the_corpus_is_held_on_other_machines(name, tmp_path):
    kinds, landlock, level, known = ELSEWHERE[name]
    tmp_path.chmod(0o755)
    home = tmp_path / "home"
    home.mkdir()
    prefixes = {
        "user": lambda: machines.ordinary_user(home),
        "rootless": machines.root_of_a_user_namespace,
        "installed": machines.installed_for_all_users,
        "bare": machines.without_namespaces,
    }
    before = course_digest()
    done = subprocess.run(
        [
            *(word for kind in kinds for word in prefixes[kind]()),
            *(sys.executable, "-m", "attacks.corpus", str(home / "arena")),
            *(f"--landlock={version}" for version in landlock),
        ],
        cwd=home,
        env=os.environ | {"PYTHONPATH": str(ROOT / "tests")},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout)
    assert found["faults"] == known
    assert found["isolation"]["level"] == level, found["isolation"]
    assert before == course_digest()
