"""A text taken apart into segments and words."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from topofheart.understand.sums import negated
from topofheart.understand.words import (
    ENDS_NEGATION,
    LONGEST_WORD,
    NUMBER,
    WORD,
    negates,
    pieces,
    plain,
    segments,
    shouted,
    stem_of,
)

MARKED = st.text(alphabet="ab .!?…,\n'\"maralt but", max_size=80) | st.text(max_size=80)


@given(MARKED)
def test_segments_stand_in_order_within_the_text_and_never_overlap(text: str) -> None:
    spans = segments(text)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


@given(MARKED)
def test_segments_leave_out_nothing_but_blanks(text: str) -> None:
    outside = list(text)
    for start, end in segments(text):
        outside[start:end] = [" "] * (end - start)
    assert not "".join(outside).strip()


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Mooi. Snel!", ["Mooi.", "Snel!"]),
        ("Waar is het?? Ik wacht", ["Waar is het??", "Ik wacht"]),
        ("Mooi, maar duur", ["Mooi", "maar duur"]),
        ("Nice but slow", ["Nice", "but slow"]),
        ("een\ntwee", ["een", "twee"]),
        ("Kost 3.50 euro", ["Kost 3.50 euro"]),
        ("  \n ", []),
        ("", []),
    ],
)
def test_a_sentence_and_what_follows_a_but_are_segments(text: str, parts: list[str]) -> None:
    assert [text[start:end].strip(" ,\n") for start, end in segments(text)] == parts


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("foto's van m'n don’t", ["foto's", "van", "m'n", "don’t"]),
        ("€1.250,00 om 10:30", ["€", "1.250,00", "om", "10:30"]),
        ("wat?! hm...", ["wat", "?!", "hm", "..."]),
        ("blij 😊 :-) <3", ["blij", "😊", ":-)", "<3"]),
        ("één café", ["één", "café"]),
    ],
)
def test_words_are_found_with_apostrophes_amounts_marks_and_emoji(
    text: str, words: list[str]
) -> None:
    assert WORD.findall(text) == words


def test_a_plain_word_is_small_and_its_repeats_are_short() -> None:
    assert plain("SUUUUPER") == "suuper"
    assert plain("Foto´s") == plain("foto’s") == "foto's"
    assert plain("!!!!!") == "!!"
    assert plain("12-03-2026") == NUMBER
    assert len(plain("ab" * 500)) <= LONGEST_WORD


@given(st.from_regex(WORD, fullmatch=True))
def test_a_plain_word_stays_what_it_is(word: str) -> None:
    once = plain(word)
    assert once
    assert once == NUMBER or plain(once) == once


def test_three_capitals_are_shouted_and_two_are_not() -> None:
    assert [shouted(word) for word in ("NIET", "NS", "Niet", "NU")] == [True, False, False, False]


def test_a_word_turns_what_follows_round_in_both_languages() -> None:
    assert all(negates(word) for word in ("niet", "geen", "nooit", "not", "never", "wouldn't"))
    assert not any(negates(word) for word in ("net", "wel", "note", "want"))


def _turned(text: str) -> list[str]:
    """The words that stand under a negation, of a text of segments between bars."""
    parts = [[plain(word) for word in WORD.findall(part)] for part in text.split("|")]
    words = [word for part in parts for word in part]
    segment = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    known = np.arange(len(words))
    turns = np.array([negates(word) for word in words])
    ends = np.array([word in ENDS_NEGATION for word in words])
    hit = negated(known, segment, turns, ends)
    return [word for word, held in zip(words, hit.tolist(), strict=True) if held]


@pytest.mark.parametrize(
    ("text", "turned"),
    [
        ("ik ben niet blij", ["blij"]),
        ("niet een twee drie vier vijf", ["een", "twee", "drie", "vier"]),
        ("niet duur maar goed", ["duur"]),
        ("niet | blij", []),
        ("heel blij", []),
        ("geen haast want alles ging goed", ["haast"]),
        ("isn't it nice", ["it", "nice"]),
    ],
)
def test_a_negation_reaches_four_words_and_not_past_its_segment(
    text: str, turned: list[str]
) -> None:
    assert _turned(text) == turned


def test_the_longest_known_beginning_or_ending_is_the_stem() -> None:
    stems = {"bez*", "bezorg*", "*factuur", "*uur"}
    assert stem_of("bezorging", stems) == "bezorg*"
    assert stem_of("jaarfactuur", stems) == "*factuur"
    assert stem_of("bezet", stems) == "bez*"
    assert stem_of("fiets", stems) is None


def test_pieces_mark_where_a_word_begins_and_ends() -> None:
    assert pieces("nee") == ["<ne", "nee", "ee>", "<nee", "nee>", "<nee>"]
