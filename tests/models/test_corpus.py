"""The corpus keeps to its guide: every line reads, every label is known, and it is as large as is said."""

from __future__ import annotations

from collections import Counter

import pytest
from corpus import Line, line_of, lines

from topofheart.understand.labels import ACTS, EMOTIONS, TOPICS, VALENCES, WORRIES

KINDS = {"comment", "email", "chat", "review", "tweet", "call_note", "reply"}
SECTORS = {
    "web_shop", "telecom", "energy", "bank", "insurer", "public_transport", "car_workshop",
    "hospital", "municipality", "housing", "travel", "software",
}  # fmt: skip
MARKS = {"irony", "dialect", "mixed_language", "clumsy", "slips"}


@pytest.fixture(scope="module")
def corpus() -> list[Line]:
    return lines()


def test_corpus_is_as_large_as_is_said(corpus: list[Line]) -> None:
    languages = Counter(line.language for line in corpus)
    assert len(corpus) >= 8_000
    assert set(languages) == {"nl", "en"}
    assert languages["nl"] / len(corpus) == pytest.approx(2 / 3, abs=0.015)


def test_corpus_has_every_kind_and_sector(corpus: list[Line]) -> None:
    assert {line.kind for line in corpus} == KINDS
    assert {line.sector for line in corpus} == SECTORS


def test_corpus_ids_and_texts_are_unique(corpus: list[Line]) -> None:
    assert len({line.id for line in corpus}) == len(corpus)
    assert len({" ".join(line.text.lower().split()) for line in corpus}) == len(corpus)


def test_corpus_labels_are_those_of_the_guide(corpus: list[Line]) -> None:
    for line in corpus:
        assert len(line.topics) <= 4, line.id
        assert set(line.topics) <= set(TOPICS), line.id
        assert set(line.marks) <= MARKS, line.id
        assert set(line.feels) <= set(ACTS if line.kind == "reply" else EMOTIONS), line.id
        assert line.text.strip(), line.id


def test_corpus_tells_nothing_of_an_employees_feelings(corpus: list[Line]) -> None:
    for line in corpus:
        if line.kind == "reply":
            assert (line.valence, line.worry, line.marks) == ("", (), ()), line.id
        else:
            assert line.valence in VALENCES, line.id


def test_corpus_worry_is_felt_feared_and_marked_together(corpus: list[Line]) -> None:
    for line in corpus:
        assert set(line.worry) <= set(WORRIES), line.id
        assert bool(line.worry) == ("worry" in line.feels and line.kind != "reply"), line.id
        assert bool(line.worry) == bool(line.worries), line.id


def test_corpus_marks_lie_in_their_text(corpus: list[Line]) -> None:
    for line in corpus:
        assert "[?" not in line.text, line.id
        assert "[!" not in line.text, line.id
        for start, end in (*line.questions, *line.worries):
            assert 0 <= start < end <= len(line.text), line.id


def test_line_of_nested_marks_gives_both_spans() -> None:
    line = line_of(
        "chat|bank|neutral|worry|pay|money||[?Komt het [!wel goed!]??] Dank", voice="nl99", number=7
    )
    assert (line.id, line.text) == ("nl99-007", "Komt het wel goed? Dank")
    assert [line.text[start:end] for start, end in line.questions] == ["Komt het wel goed?"]
    assert [line.text[start:end] for start, end in line.worries] == ["wel goed"]


def test_line_of_too_few_fields_names_the_line() -> None:
    with pytest.raises(ValueError, match=r"nl99, line 7: 3 fields, not 8"):
        line_of("chat|bank|neutral", voice="nl99", number=7)
