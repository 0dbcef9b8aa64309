"""Words of one language looked for in the other."""

from __future__ import annotations

import pytest

from topofheart.understand.pairs import SHORTEST_BEGINNING, also, entries, whole


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("brievenbus", "letterbox"),
        ("Brievenbuspakket", "mailbox"),
        ("mail slot", "brievenbus"),
        ("goesting", None),
        ("engineers", "monteur"),
        ("technieker", "engineer"),
        ("mutualiteit", "health insurance"),
        ("refunded", "terugbetal"),
        ("hypotheek", "mortgage"),
        ("opzegtermijn", "notice period"),
        ("train", "trein"),
        ("eigen risico", "deductible"),
        ("wachtkamer", "waiting room"),
        ("schimmel", "mould"),
    ],
)
def test_word_of_one_language_is_found_in_the_other(word: str, other: str | None) -> None:
    found = [one.rstrip(".") for one in also(word)]
    assert found == [] if other is None else other in found


@pytest.mark.parametrize(
    "word",
    ["", "ab", "olifant", "postzegel", "trainer", "delivery_when", "wachten op de bus", "(waar"],
)
def test_word_that_only_begins_like_an_entry_has_no_other(word: str) -> None:
    assert also(word) == ()


def test_longest_entry_decides() -> None:
    assert "password" in also("wachtwoorden")
    assert "wait" not in also("wachtwoorden")


def test_every_entry_has_both_sides_and_finds_them() -> None:
    lines = entries()
    assert len(lines) >= 900
    assert len(set(lines)) == len(lines)
    for dutch, english in lines:
        for word in (*dutch, *english):
            assert word == word.strip().lower() != ""
        assert also(dutch[0].rstrip(".")) or dutch[0].rstrip(".") in " ".join(english)


def test_short_words_are_meant_whole() -> None:
    assert whole("bus")
    assert whole("train.")
    assert not whole("a" * SHORTEST_BEGINNING)
