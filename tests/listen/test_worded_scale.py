"""Scales in words: the words of both languages, and silence where a word is not known."""

from __future__ import annotations

import pytest

from topofheart.listen.worded_scale import worded_scale


@pytest.mark.parametrize(
    ("answers", "scale", "lowest", "highest"),
    [
        (["Zeer tevreden", "ontevreden", "Neutraal"], "1-5", ("ontevreden", "2"), ("zeer tevreden", "5")),
        (["extremely satisfied", "slightly dissatisfied"], "1-7", ("slightly dissatisfied", "3"), ("extremely satisfied", "7")),
        (["★★★★☆", "★☆☆☆☆"], "1-5", ("★☆☆☆☆", "1"), ("★★★★☆", "4")),
        (["FIVE", "TWO"], "1-5", ("two", "2"), ("five", "5")),
    ],
)  # fmt: skip
def test_words_of_a_known_scale_are_its_numbers(
    answers: list[str], scale: str, lowest: tuple[str, str], highest: tuple[str, str]
) -> None:
    found = worded_scale(answers)
    assert found is not None
    assert found.scale == scale
    assert {lowest, highest} <= set(found.meaning.items())


def test_one_unknown_word_makes_it_no_scale() -> None:
    assert worded_scale(["tevreden", "ontevreden", "paars"]) is None


def test_words_of_two_scales_are_not_sure() -> None:
    found = worded_scale(["tevreden", "ontevreden"])
    assert found is not None
    assert not found.sure


def test_same_word_on_every_row_is_no_scale() -> None:
    assert worded_scale(["goed", "Goed "]) is None
