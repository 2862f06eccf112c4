"""Hostile submissions: each earns what its honest parts deserve, and leaves nothing behind."""

import hashlib
import json
import sys
import time

import pytest
from attacks import cunning, ending, frames, lying, patching, reading, writing
from attacks.arena import SECRETS, Arena, fight, processes_of
from coursework import ROOT

from autograder.jail.limits import Limits

ATTACKS = [
    attack
    for module in (reading, writing, patching, frames, lying, ending, cunning)
    for attack in module.ATTACKS
]
LIMITS = Limits(
    call_seconds=6, cell_seconds=6, submission_seconds=60, memory_gb=3, scratch_mb=32, processes=100
)

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
    """The results of all attacks, and what the arena looked like afterwards."""
    from autograder.grading.service import Service

    before = course_digest()
    with Arena(tmp_path_factory.mktemp("arena")) as arena:
        with Service(workers=4, limits=LIMITS) as service:
            if service.isolation["level"] != "full":
                pytest.skip(f"isolation is not full here: {service.isolation['missing']}")
            results, neighbours = fight(service, ATTACKS, arena, workers=3)
            folder = service.scratch_folder
            trusted = service.process_ids()
            leftovers = processes_of(folder, trusted), [path.name for path in folder.iterdir()]
        time.sleep(9)  # longer than any daemon of an attack would wait
        return {
            "results": results,
            "neighbours": neighbours,
            "harm": arena.unharmed(),
            "trusted": trusted,
            "processes": leftovers[0],
            "scratch": leftovers[1],
            "after": (folder.exists(), processes_of(folder, set())),
            "course": (before, course_digest()),
        }


def test_there_are_enough_attacks_and_each_has_a_name_of_its_own():
    names = [attack.name for attack in ATTACKS]
    assert len(names) >= 45 and len(set(names)) == len(names)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_earns_what_its_honest_parts_deserve(attack, battle):
    result = battle["results"][attack.name]
    assert result["status"] == "graded", result["reason"]
    earned = {exercise["id"]: exercise["points"] for exercise in result["exercises"]}
    assert earned == attack.earns, json.dumps(result, indent=1, ensure_ascii=False)[:6000]
    assert result["points"] == sum(attack.earns.values())


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_nothing_secret_comes_out_in_a_result(attack, battle):
    text = json.dumps(battle["results"][attack.name], ensure_ascii=False)
    assert not [secret for secret in SECRETS if secret in text]
    assert len(text) < 200_000


def test_no_attack_disturbs_its_neighbour(battle):
    assert len(battle["neighbours"]) >= 10
    assert {result["points"] for result in battle["neighbours"]} == {8.0}


def test_no_attack_changes_a_file_reaches_a_listener_or_hurts_a_process(battle):
    assert battle["harm"] == []
    assert battle["course"][0] == battle["course"][1]


def test_no_attack_leaves_a_process_or_a_file(battle):
    assert len(battle["trusted"]) == 5, "a warm parent and four judges"
    assert battle["processes"] == [] and battle["scratch"] == []
    assert battle["after"] == (False, [])
