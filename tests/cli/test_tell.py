"""`journey`, `voices` and `doctor` as people type them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from small_organisation import answers, contacts, make
from topofheart.cli.main import topofheart


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tables = {"answers": [answers(400, seed=4)], "contacts": [contacts(200)]}
    return make(tmp_path_factory.mktemp("tell") / "acme", tables).folder


def run(*arguments: object) -> Result:
    done = CliRunner().invoke(topofheart, [str(one) for one in arguments])
    assert done.exit_code == 0, done.output
    return done


def test_journey_prints_the_steps_in_order(folder: Path) -> None:
    text = run("journey", folder).output
    assert text.index("order") < text.index("delivery") < text.index("repair")
    rows = json.loads(run("journey", folder, "--score", "csat", "--format", "json").output)["rows"]
    assert rows[0]["unit"] == "share"


def test_voices_prints_quotes_about_a_word(folder: Path) -> None:
    rows = json.loads(run("voices", folder, "wacht", "--format", "json").output)["rows"]
    assert rows[0]["said"] == "Waar blijft mijn bestelling? Ik wacht al weken."
    assert "“Waar blijft" in run("voices", folder).output


def test_doctor_prints_a_page_or_json(folder: Path) -> None:
    assert "The one file that would help most" in run("doctor", folder).output
    found = json.loads(run("doctor", folder, "--format", "json").output)
    assert found["helps"][0]["table"] == "invitations"
