"""Every way of reading a tool's own shape, given records that no tool would write: no error, no row lost in silence."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topofheart.listen.delimited import Record
from topofheart.listen.header import HEADERS, header_of
from topofheart.listen.reshaped import Reshaped
from topofheart.listen.reshaping import RESHAPES, reshaped
from topofheart.listen.tool import Recognised, recognised, tools

LABELS = st.sampled_from([
    "submission_id", "field_id", "field_label", "field_type", "value_text", "value_number", "collected_at", "id",
    "submitdate", "startlanguage", "submitdate. Date submitted", "survey_type", "score", "Timestamp", "event",
    "timestamp", "properties", "$survey_submission_id", "$survey_questions", "properties.$survey_response",
    "$survey_response_1", "$survey_response_ab", "Rating", "<b>Why</b>?", "",
])  # fmt: skip
CELLS = st.one_of(
    st.none(),
    st.text(max_size=8),
    st.sampled_from([
        "{", "[]", "[[", '{"$survey_id": 1}', '[{"id": "ab", "question": "Why?"}, 3]', "{question_not_shown}", "{lbrace}tab}",
        "survey sent", "nps", "csat", "9", "1980-01-01 00:00:00", "2026/03/04 9:15:00 AM GMT+1", "2026/99/99 9:15:00",
        "'=1+1", '{"$survey_questions": [1, 2], "$survey_response": {"a": [1]}}',
    ]),
)  # fmt: skip


def ways() -> list[Recognised]:
    return [Recognised(tool, row=0) for tool in tools().values() if tool.reshape]


@st.composite
def files(draw: st.DrawFn) -> list[Record]:
    labels = draw(st.lists(LABELS, min_size=1, max_size=9))
    rows = draw(
        st.lists(
            st.lists(CELLS, min_size=len(labels), max_size=len(labels))
            | st.lists(CELLS, min_size=1, max_size=10),
            max_size=8,
        )
    )
    trouble = draw(st.sets(st.integers(0, 8)))
    return [
        Record(1, list(labels)),
        *(
            Record(i + 2, list(row), "broken" if i in trouble else None)
            for i, row in enumerate(rows)
        ),
    ]


def made_of(records: list[Record], way: Recognised) -> tuple[Reshaped, list[Record]]:
    made = reshaped(iter(records), way)
    return made, list(made.records)


@pytest.mark.parametrize("way", ways(), ids=lambda way: way.tool.name)
@given(records=files())
@settings(max_examples=150, deadline=None, derandomize=True)
def test_records_of_any_shape_are_reshaped_and_none_is_lost(
    way: Recognised, records: list[Record]
) -> None:
    made, out = made_of(records, way)
    below = records[1:]
    assert len(set(made.labels)) == len(made.labels)
    assert set(made.questions) | set(made.kinds) | set(made.own_names) <= set(made.labels)
    assert sum(bool(one.trouble) for one in out) >= sum(bool(one.trouble) for one in below)
    if way.tool.name == "formbricks_hub":
        broken = sum(bool(one.trouble) for one in out)
        assert made.noted["records"] + broken == len(below)
    else:
        assert len(out) + made.noted["not_data"] == len(below)
    assert all(len(one.cells) == len(made.labels) for one in out if _whole(one, below, records[0]))


def _whole(record: Record, below: list[Record], header: Record) -> bool:
    source = next((one for one in below if one.row == record.row), None)
    return not record.trouble and source is not None and len(source.cells) == len(header.cells)


@given(rows=st.lists(st.lists(CELLS, min_size=1, max_size=6).filter(any), min_size=1, max_size=6))
@settings(max_examples=150, deadline=None, derandomize=True)
def test_any_first_rows_have_a_header_whatever_tool_is_named(rows: list[list[str | None]]) -> None:
    for tool in tools().values():
        found = recognised(rows, tool.name)
        assert found is not None
        header = header_of(rows, found)
        assert len(set(header.labels)) == len(header.labels)
    assert len(HEADERS) == 3


def events(*rows: tuple[str, ...]) -> Iterator[Record]:
    labels = [
        "event",
        "timestamp",
        "$survey_id",
        "$survey_name",
        "$survey_submission_id",
        "$survey_response",
    ]
    return (
        Record(i + 1, list(row)) for i, row in enumerate(itertools.chain([tuple(labels)], rows))
    )


def test_first_questions_of_two_surveys_are_two_columns() -> None:
    way = next(one for one in ways() if one.tool.name == "posthog")
    made = reshaped(
        events(
            ("survey sent", "2026-03-05T10:00:00Z", "a", "NPS", "x1", "9"),
            ("survey sent", "2026-03-04T10:00:00Z", "b", "Exit", "x2", "Too dear"),
        ),
        way,
    )
    assert {"NPS $survey_response", "Exit $survey_response"} <= set(made.labels)
    assert [one.row for one in made.records] == [3, 2]


def test_every_way_of_reading_belongs_to_a_tool() -> None:
    assert {way.tool.reshape for way in ways()} == set(RESHAPES)
    assert {tool.header for tool in tools().values()} == set(HEADERS)
