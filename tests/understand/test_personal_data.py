"""Redaction held against the labelled texts: what is found of each kind, and what is blanked for nothing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

import labelled_texts
from labelled_texts import Tally
from topofheart.understand.redaction import found

NUMBERS = ("mail", "phone", "iban", "bsn", "postcode", "plate")


@pytest.fixture(scope="module")
def held_out() -> Mapping[tuple[str, str], Tally]:
    return labelled_texts.tallies(labelled_texts.texts("held_out"), found)


def together(counts: Mapping[tuple[str, str], Tally], kind: str) -> Tally:
    return sum((one for (of, _), one in counts.items() if of == kind), Tally())


def test_the_set_is_as_large_and_as_hard_as_promised() -> None:
    texts = [one for half in labelled_texts.HALVES for one in labelled_texts.texts(half)]
    assert len(texts) >= 600
    assert sum(not one.marked for one in texts) >= 200
    assert 0.5 < sum(one.language == "nl" for one in texts) / len(texts) < 0.75


def test_the_halves_have_no_text_in_common() -> None:
    development, held_out = ({one.text for one in labelled_texts.texts(half)} for half in labelled_texts.HALVES)  # fmt: skip
    assert not development & held_out


@pytest.mark.parametrize("kind", NUMBERS)
def test_numbers_and_addresses_of_the_held_out_half_are_found(
    held_out: Mapping[tuple[str, str], Tally], kind: str
) -> None:
    assert together(held_out, kind).recall >= 0.97


@pytest.mark.parametrize("language", ["nl", "en"])
def test_names_of_the_held_out_half_are_found_and_little_else(
    held_out: Mapping[tuple[str, str], Tally], language: str
) -> None:
    names = held_out["name", language]
    assert names.recall >= 0.85
    assert names.precision >= 0.9


def test_texts_without_personal_data_stay_whole() -> None:
    texts = [one.text for one in labelled_texts.texts("held_out") if not one.marked]
    spoiled = [text for text in texts if found(text)]
    assert len(spoiled) / len(texts) <= 0.05


def test_the_tally_counts_a_find_that_runs_on_as_wrong() -> None:
    one = labelled_texts.parsed("bel {phone:0612345678} of {name:Jan}", "nl")
    counts = labelled_texts.tallies(
        [one], lambda text: [s for s in found(text) if s.kind == "phone"]
    )
    assert counts["phone", "nl"] == Tally(marked=1, covered=1, found=1, right=1)
    assert counts["name", "nl"] == Tally(marked=1)
    wide = labelled_texts.tallies([one], lambda text: [found(text)[0]._replace(start=0)])
    assert wide["phone", "nl"] == Tally(marked=1, covered=1, found=1, right=0)


def test_the_privacy_page_says_what_was_measured() -> None:
    program = Path(__file__).parents[2] / "docs" / "redaction.py"
    done = subprocess.run([sys.executable, program, "--check"], capture_output=True, check=False)
    assert done.returncode == 0, "run python docs/redaction.py"
