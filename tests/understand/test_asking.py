"""A question is told whole: with the sentence it ends, and with what it is about."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topofheart.understand.asking import asked_in
from topofheart.understand.words import segments


def told(text: str, *parts: str) -> list[str]:
    spans = [(start, end) for start, end in segments(text) if text[start:end].strip() in parts]
    assert len(spans) == len(parts)
    return [text[start:end].strip() for start, end in asked_in(text, spans)]


@pytest.mark.parametrize(
    ("text", "part", "whole"),
    [
        (
            "I got my card but it has not gone through?",
            "but it has not gone through?",
            "I got my card but it has not gone through?",
        ),
        (
            "Het pakket kwam, maar waar is de doos?",
            "maar waar is de doos?",
            "Het pakket kwam, maar waar is de doos?",
        ),
        ("My transfer is gone. Please help!", "Please help!", "My transfer is gone. Please help!"),
        ("De auto staat stil. Wat nu?", "Wat nu?", "De auto staat stil. Wat nu?"),
        ("Hallo. Waar is mijn pakket?", "Waar is mijn pakket?", "Waar is mijn pakket?"),
        ("Kunt u mij helpen?", "Kunt u mij helpen?", "Kunt u mij helpen?"),
    ],
)
def test_a_question_comes_with_what_it_is_about(text: str, part: str, whole: str) -> None:
    assert told(text, part) == [whole]


def test_two_questions_that_come_to_hold_each_other_are_told_once() -> None:
    text = "Is my card lost? What now?"
    assert told(text, "Is my card lost?", "What now?") == [text]


@given(st.text(alphabet="ab ?.,\nbut maar help", max_size=60), st.data())
def test_what_is_told_lies_in_the_text_in_order_and_apart(text: str, data: st.DataObject) -> None:
    spans = sorted(data.draw(st.sets(st.sampled_from(segments(text))))) if segments(text) else []
    found = asked_in(text, spans)
    assert all(0 <= start < end <= len(text) for start, end in found)
    assert all(one[1] <= two[0] for one, two in pairwise(found))
    assert all(any(a <= start and end <= b for a, b in found) for start, end in spans)
