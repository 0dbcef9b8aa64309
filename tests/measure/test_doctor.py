"""What the doctor says of a workspace: what is there, what is missing, what misleads."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import topofheart as toh
from small_organisation import answers, contacts, customers, make, make_all
from topofheart.kernel.language import Words
from topofheart.lake.tables import MADE, TABLES
from topofheart.measure.doctor import needs
from topofheart.measure.doctor.diagnosis import Diagnosis
from topofheart.measure.doctor.examine import examine
from topofheart.measure.doctor.page import ROOM, as_text, sentence

TODAY = date(2026, 7, 1)
WHOLE = answers(1_000, seed=1)


def examined(workspace: toh.Workspace, today: date = TODAY) -> Diagnosis:
    return examine(workspace.reader(), workspace.folder, today=today)


def put(table: pa.Table, column: str, values: list[Any]) -> pa.Table:
    return table.set_column(
        table.schema.get_field_index(column),
        column,
        pa.array(values, table.schema.field(column).type),
    )


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Diagnosis:
    return examined(make_all(tmp_path_factory.mktemp("doctor"), 1_000))


def test_tables_are_told_with_rows_days_and_how_well_they_are_filled(found: Diagnosis) -> None:
    held = {one.table: one for one in found.tables}
    assert list(held) == ["customers", "answers"]
    every = [*WHOLE.to_pylist(), *answers(500, seed=2, first=1_000, extra=True).to_pylist()]
    assert held["answers"].rows == len(every)
    days = [one["answered_at"].date() for one in every]
    assert (held["answers"].first, held["answers"].last) == (min(days), max(days))
    said = sum(one["comment"] is not None for one in every) / len(every)
    assert held["answers"].filled["comment"] == pytest.approx(said)
    assert held["answers"].filled["d_device"] == pytest.approx(500 / 1_500)


def test_questions_that_can_be_asked_lack_nothing_and_the_others_say_what(
    found: Diagnosis,
) -> None:
    lacks = {one.name: one.lacks for one in found.questions}
    assert lacks["nps"] == lacks["voices"] == lacks["weighting"] == lacks["clusters"] == ()
    assert lacks["response"] == ("invitations.outcome",)
    assert lacks["waiting"] == ("contacts.wait_seconds",)
    better = {one.name: one.better for one in found.questions}
    assert better["journey"] == ("contacts.reason",)


def test_one_file_helps_most_and_says_what_it_opens(found: Diagnosis) -> None:
    assert found.best is not None
    assert (found.best.table, found.best.minutes) == ("invitations", 20)
    assert "response" in found.best.opens
    helped = {one.table: one.opens for one in found.helps}
    assert {"journey", "waiting", "questions", "forecast"} <= {
        *helped["contacts"],
        *helped["contact_counts"],
    }
    assert "customers" not in helped


def test_file_that_has_come_helps_no_more_and_totals_count(tmp_path: Path) -> None:
    counts = pa.table({"counted_on": [date(2026, 1, 1)], "sent": [90.0], "answered": [30.0]})
    workspace = make(
        tmp_path / "w",
        {"answers": [WHOLE], "contacts": [contacts()], "invitation_counts": [counts]},
    )
    found = examined(workspace)
    assert {one.name: one.lacks for one in found.questions}["response"] == ()
    assert not {"invitations", "contacts"} & {one.table for one in found.helps}
    assert found.best is not None
    assert found.best.table == "customers"


def test_workspace_without_data_needs_the_answers_first(tmp_path: Path) -> None:
    found = examined(toh.open(tmp_path / "empty"))
    assert (found.tables, found.smells) == ((), ())
    assert found.best is not None
    assert found.best.table == "answers"
    assert all(one.lacks for one in found.questions)
    assert "Nothing yet" in as_text(found)


def test_later_rooms_name_the_tables_that_they_will_use(found: Diagnosis) -> None:
    rooms = {one.name: one for one in found.rooms}
    assert rooms["retention"].needs == ()
    assert rooms["forecast"].has == ()
    for name, one in rooms.items():
        uses = {
            table.name
            for table in TABLES.values()
            if name in table.used_by and table.name not in MADE
        }
        assert {*one.has, *one.needs} == uses


UNITS = [("Breda", "Gouda", "Utrecht")[i % 3] for i in range(1_000)]
SMELLS: dict[str, Callable[[pa.Table], pa.Table]] = {
    "no_kind": lambda one: one.drop_columns(["kind"]),
    "no_customer": lambda one: one.drop_columns(["customer_id"]),
    "no_days": lambda one: one.drop_columns(["answered_at"]),
    "one_day": lambda one: put(one, "answered_at", [datetime(2026, 6, 1, tzinfo=UTC)] * 1_000),
    "future": lambda one: put(one, "answered_at", [datetime(2027, 6, 1, tzinfo=UTC) + timedelta(i) for i in range(1_000)]),
    "stale": lambda one: put(one, "answered_at", [datetime(2025, 6, 1, tzinfo=UTC) + timedelta(i % 9) for i in range(1_000)]),
    "scale_unknown": lambda one: put(one, "satisfaction_scale", [None] * 9 + ["1-5"] * 991),
    "perhaps_1_to_10": lambda one: put(one, "recommend", [max(1, i % 11) for i in range(1_000)]),
    "only_tens": lambda one: put(put(one, "unit", UNITS), "recommend", [10 if unit == "Gouda" else i % 11 for i, unit in enumerate(UNITS)]),
    "copies": lambda one: put(one, "comment", ["Alles was weer prima in orde, dank u."] * 40 + [None] * 960),
}  # fmt: skip


def clean() -> pa.Table:
    """Answers with nothing wrong: every comment its own, and the last of them recent."""
    comments = [f"Comment number {i} is about {i * 7} and nothing else" for i in range(1_000)]
    return put(WHOLE, "comment", comments)


@pytest.mark.parametrize("code", SMELLS)
def test_smell_is_noticed(code: str, tmp_path: Path) -> None:
    found = examined(make(tmp_path / "w", {"answers": [SMELLS[code](clean())]}))
    assert code in {one.code for one in found.smells}


def test_clean_answers_smell_of_nothing(tmp_path: Path) -> None:
    found = examined(make(tmp_path / "w", {"answers": [clean()]}))
    assert found.smells == ()
    assert "Nothing that would mislead" in as_text(found)


def test_refused_rows_and_withheld_invitations_are_noticed(tmp_path: Path) -> None:
    outcomes = ["withheld" if i % 5 == 0 else "no_answer" for i in range(200)]
    sent = pa.table({"invitation_id": [f"I{i}" for i in range(200)], "outcome": outcomes})
    workspace = make(tmp_path / "w", {"answers": [clean()], "invitations": [sent]})
    (workspace.folder / "refused").mkdir()
    (workspace.folder / "refused" / "001-file.csv").write_text("a,b\n" + "1,2\n" * 60)
    smells = {one.code: one.told for one in examined(workspace).smells}
    assert smells["withheld"] == {"n": 40, "share": 0.2}
    assert smells["many_refused"]["n"] == 60


def test_only_tens_everywhere_is_no_sign_of_begging(tmp_path: Path) -> None:
    happy = put(put(clean(), "unit", UNITS), "recommend", [10] * 1_000)
    found = examined(make(tmp_path / "w", {"answers": [happy]}))
    assert "only_tens" not in {one.code for one in found.smells}


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("width", [60, 120])
def test_page_fits_its_window_in_both_languages(
    found: Diagnosis, language: str, width: int
) -> None:
    text = as_text(replace(found, language=language), width)
    assert all(len(line) <= width for line in text.splitlines())
    assert "invitations" in text
    assert "♥" in text


@pytest.mark.parametrize("language", ["en", "nl"])
def test_everything_that_can_be_said_has_words(language: str) -> None:
    say = Words(ROOM, language)
    for file in needs.missing_files(()):
        assert file.table in TABLES
        assert set(file.columns) <= set(TABLES[file.table].by_name)
        assert all(say(f"file.{file.table}.{part}") for part in ("name", "whose", "where"))
    for one in needs.questions():
        assert say(f"question.{one.question}")
        for need in (*(part for way in one.ways for part in way), *one.better):
            for column in need.split("|"):
                table, name = column.split(".")
                assert name in TABLES[table].by_name
    assert all(say(f"room.{room}") for room in needs.rooms())


def test_every_smell_reads_as_a_sentence(tmp_path: Path) -> None:
    bad = SMELLS["only_tens"](SMELLS["copies"](clean())).drop_columns(["kind", "customer_id"])
    found = examined(make(tmp_path / "w", {"answers": [bad], "customers": [customers(20)]}))
    sentences = [sentence(one, Words(ROOM, "nl")) for one in found.smells]
    assert len(sentences) >= 4
    assert not any("{" in one or "None" in one for one in sentences)


def test_diagnosis_is_the_same_as_json(found: Diagnosis) -> None:
    plain = json.loads(found.to_json())
    assert plain["tables"][1]["table"] == "answers"
    assert plain["helps"][0]["table"] == "invitations"
    assert plain["made_on"] == "2026-07-01"
