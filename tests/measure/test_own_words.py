"""Words that are an organisation's own: frequent here, rare elsewhere, and how surely so."""

from __future__ import annotations

from topofheart.measure.own_words import Usual, own_words

USUAL = Usual(10_000, {"pakket": 400, "use": 30, "using": 8, "park": 3, "parking": 9})


def questions(word: str, n: int, of: int = 1_000) -> list[str]:
    return [f"Is er een {word}?"] * n + ["Is er een bus?"] * (of - n)


def test_a_word_that_is_frequent_here_and_rare_elsewhere_is_own_and_steady() -> None:
    assert own_words(questions("fietslot", 45), USUAL) == {"fietslot": 1.0}


def test_what_everybody_mentions_or_hardly_anybody_is_not_own() -> None:
    assert own_words(questions("fietslot", 90), USUAL) == {}
    assert own_words(questions("fietslot", 19), USUAL) == {}
    assert own_words(questions("pakket", 60), USUAL) == {}


def test_a_word_that_barely_counts_is_not_steady() -> None:
    [steady] = own_words(questions("fietslot", 20), USUAL).values()
    assert 0.2 < steady < 0.8


def test_what_was_done_or_how_names_nothing() -> None:
    for word in ("gebeld", "geprobeerd", "tried", "finally", "using"):
        assert own_words(questions(word, 60), USUAL) == {}, word
    for word in ("accu", "pees", "speed", "roaming", "parking"):
        assert set(own_words(questions(word, 60), USUAL)) == {word}


def test_a_word_and_its_longer_forms_are_one() -> None:
    said = [*questions("zadel", 40), *questions("zadeltas", 30)]
    assert set(own_words(said, USUAL)) == {"zadel"}


def test_the_same_questions_give_the_same_words_twice() -> None:
    said = questions("fietslot", 21)
    assert own_words(said, USUAL) == own_words(said, USUAL)
    assert own_words([], USUAL) == {}
