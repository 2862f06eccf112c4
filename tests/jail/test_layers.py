"""What each layer is for: attacks that the guide names get through where a layer is missing.

The whole jail stops all of them (test_attacks.py), so a row of the guide's table shows both
that the layer matters and that the attack is real.
"""

import json
import re
import sys
import time

import pytest
from attacks import corpus
from attacks.arena import SECRETS, SEED, Arena
from coursework import ROOT, notebook

from autograder.grading.service import Service
from autograder.jail.seal import LAYERS

ATTACKS = {attack.name: attack for attack in corpus.ATTACKS}
GUIDE = (ROOT / "docs" / "instructors.md").read_text(encoding="utf-8")
# | missing layers | where that is so | names of attacks, between semicolons |
ROWS = re.findall(r"^\| without ([^|]+) \| [^|]+ \| ([^|]+) \|$", GUIDE, re.MULTILINE)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="the jail's layers are Linux's"),
]


def missing_layers(words: str) -> tuple[str, ...]:
    """The layers that a row of the table leaves off."""
    return tuple(LAYERS) if words == "any layer" else tuple(re.split(r", | and ", words))


@pytest.mark.parametrize(("missing", "names"), ROWS, ids=[row[0] for row in ROWS])
def test_what_the_guide_says_gets_through_does(missing, names, tmp_path):
    layers = missing_layers(missing)
    assert set(layers) <= set(LAYERS)
    with Service(1, corpus.LIMITS, without=layers) as service:
        assert set(service.isolation["missing"]) >= set(layers)
        assert service.isolation["level"] in ("partial", "none")
        solved = service.grade("x", json.dumps(notebook("solutions", 1)).encode(), SEED)
        assert solved["points"] == 8.0, "grading works with the layers that are available"
        assert solved["isolation"]["missing"], "and says so"
        for number, name in enumerate(names.split("; ")):
            folder = tmp_path / str(number)
            folder.mkdir()
            with Arena(folder) as arena:
                raw = json.dumps(ATTACKS[name].notebook(arena.places)).encode()
                result = service.grade(name, raw, SEED)
                earned = {item["id"]: item["points"] for item in result["exercises"]}
                told = any(secret in json.dumps(result) for secret in SECRETS)
                through = earned != ATTACKS[name].earns or told
                # A listener or a shell that was started may need a moment more.
                patience = time.monotonic() + 10
                while not (through := through or arena.unharmed()):
                    assert time.monotonic() < patience, (
                        f"{name!r} does not get through without {missing}"
                    )
                    time.sleep(0.1)


def test_the_guide_has_a_row_for_the_layers_that_most_often_lack():
    assert {row[0] for row in ROWS} >= {"private root and files", "any layer"}
