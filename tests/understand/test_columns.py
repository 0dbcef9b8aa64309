"""Readings as columns: what is told of each text, and nothing where nothing is understood."""

from __future__ import annotations

import pyarrow as pa
import pytest

from topofheart.understand.asked import catalogue, known_group
from topofheart.understand.columns import BETWEEN, NUMBERS, arrow, columns, listed
from topofheart.understand.reading import PLACE, reading, readings

TEXTS = [
    "Waar blijft mijn pakket? Ik ben bang dat het te laat komt. Past het door de brievenbus?",
    "Где моя посылка?",
    "",
    "Thank you, lovely service!",
]
ALWAYS = {"language"}


def rows(texts: list[str], *, replies: bool = False) -> list[dict[str, object]]:
    return arrow(list(readings(texts, replies=replies))).to_pylist()


def test_a_text_that_is_not_understood_has_empty_columns() -> None:
    for row in rows(TEXTS)[1:3]:
        assert row["language"] == "other"
        assert {name for name, value in row.items() if value is not None} == ALWAYS


def test_a_reply_has_only_its_language_topics_and_acts() -> None:
    (row,) = rows(["Onze excuses voor de late levering. Wat is uw bestelnummer?"], replies=True)
    filled = {name for name, value in row.items() if value is not None}
    assert {"language", "acts"} <= filled <= {"language", "acts", "topic", "topics"}
    assert " apologise " in str(row["acts"])


def test_columns_say_what_the_readings_say() -> None:
    found = list(readings(TEXTS))
    for one, row in zip(found, arrow(found).to_pylist(), strict=True):
        assert row["language"] == one.language
        assert row["valence"] == one.valence
        assert row["question"] == (BETWEEN.join(one.questions) or None)
        assert row["worries"] == listed(one.worries)
        assert row["worry_about"] == (one.worries[0] if one.worries else None)
        assert row["topic"] == (one.topics[0] if one.topics else None)
        if one.understood:
            assert (row["asks"], row["worry"]) == (one.asks, one.worry)
            for column, label in NUMBERS.items():
                assert row[column] == pytest.approx(float(one.likely[PLACE[label]]), abs=0.006)


def test_each_question_has_a_type_or_a_topic_with_a_form() -> None:
    types = [str(row["question_types"]).split() for row in rows(TEXTS) if row["question_types"]]
    assert types
    for one in (name for names in types for name in names):
        known_group(one)
    assert "delivery_letterbox" in {one.id for one in catalogue().types}
    (row,) = rows(["Past het door de brievenbus?"])
    assert row["question_types"] == " delivery_letterbox "


def test_a_name_in_a_list_can_be_looked_for_whole() -> None:
    assert listed(("pay", "price")) == " pay price "
    assert listed(()) is None


def test_columns_have_the_same_types_whatever_the_texts_and_without_any() -> None:
    none = arrow([])
    assert none.num_rows == 0
    assert none.schema == arrow(list(readings(TEXTS))).schema
    assert none.schema == arrow(list(readings([""]))).schema
    assert none.schema.field("asks").type == pa.bool_()
    assert none.column_names == list(columns([]))


def test_probabilities_are_written_in_two_digits_and_told_in_three() -> None:
    one = reading("Wanneer komt mijn pakket? Ik ben bang dat het te laat is.")
    for name, value in columns([one]).items():
        if name.startswith("p_"):
            assert value[0].as_py() == round(value[0].as_py(), 2), name
    for label, probability in one.probabilities.items():
        assert probability == round(probability, 3), label
