"""Workbooks, JSON and Parquet: the same rows as the CSV of the same content."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from listen.files import accounted, lake_rows, read, seen, uses, write
from topofheart.kernel.errors import UnreadableFile
from topofheart.lake.duckdb_engine import DuckEngine
from topofheart.workspace import Workspace, open

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
LABELS = ["Datum", "Klantnummer", "NPS", "Cijfer", "Opgelost", "Toelichting"]
ROWS = [
    (datetime(2026, 3, 4, 9, 15), "K1", 9, 7.5, True, "Snel en goed geholpen, dank"),
    (datetime(2026, 3, 5, 10, 0), "K2", 0, 1, False, "Waarom duurt\ndit zo lang"),
    (datetime(2026, 3, 6, 23, 59, 59), "K3", 10, None, None, 'Hij zei "prima" tegen mij'),
    (datetime(2026, 3, 29, 4, 0), "K4", 7, 10, True, "Geen idee wat ik moet doen 😀"),
]
COLUMNS = "answered_at, answered_on, customer_id, recommend, satisfaction, d_opgelost, comment"


def as_csv(separator: str) -> str:
    def cell(value: object) -> str:
        text = (
            "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
        )
        return '"' + text.replace('"', '""') + '"'

    return "\n".join(separator.join(map(cell, row)) for row in [tuple(LABELS), *ROWS])


def as_xlsx(path: Path) -> None:
    book = openpyxl.Workbook()
    small = book.active
    small.title = "Uitleg"
    small.append(["Dit is de uitleg"])
    sheet = book.create_sheet("Antwoorden")
    for row in [tuple(LABELS), *ROWS]:
        sheet.append(list(row))
    book.save(path)


def as_json(path: Path, shape: str) -> None:
    rows = [dict(zip(LABELS, row, strict=True)) for row in ROWS]
    if shape == "lines":
        path.write_text("\n".join(json.dumps(row, default=str) for row in rows))
    else:
        whole = (
            {"meta": {"tags": ["a"]}, "next": None, "data": {"items": rows}}
            if shape == "object"
            else rows
        )
        path.write_text(json.dumps(whole, default=str, ensure_ascii=False))


def as_parquet(path: Path) -> None:
    columns = {label: [row[i] for row in ROWS] for i, label in enumerate(LABELS)}
    columns["Datum"] = [moment.replace(tzinfo=AMSTERDAM) for moment in columns["Datum"]]  # type: ignore[attr-defined]
    table = pa.table(columns).set_column(
        0, "Datum", pa.array(columns["Datum"], pa.timestamp("us", tz="Europe/Amsterdam"))
    )
    pq.write_table(table, path)


@pytest.fixture(scope="module")
def as_in_csv(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[object, ...]]:
    folder = tmp_path_factory.mktemp("csv")
    workspace = open(folder / "acme")
    read(workspace, as_csv(","))
    rows = lake_rows(workspace, COLUMNS)
    assert len(rows) == len(ROWS)
    return rows


@pytest.mark.parametrize(
    "name",
    [
        "a.tsv",
        "a.xlsx",
        "array.json",
        "object.json",
        "lines.json",
        "lines.jsonl",
        "a.parquet",
        "utf16.csv",
    ],
)
def test_other_format_gives_the_rows_of_the_csv(
    name: str, tmp_path: Path, workspace: Workspace, as_in_csv: list[tuple[object, ...]]
) -> None:
    path = tmp_path / name
    if name.endswith(".xlsx"):
        as_xlsx(path)
    elif "json" in name:
        as_json(path, path.stem)
    elif name.endswith(".parquet"):
        as_parquet(path)
    else:
        path.write_bytes(as_csv("\t").encode("utf-16" if "16" in name else "utf-8"))
    done = workspace.read(path)
    assert accounted(done)
    assert done.placed.new == len(ROWS)
    assert lake_rows(workspace, COLUMNS) == as_in_csv
    assert workspace.read(path).placed.same == len(ROWS)


def test_workbook_with_gaps_keeps_its_row_numbers(
    tmp_path: Path, shared_engine: DuckEngine
) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["B2"] = "Rapportage maart"
    for place, value in {"B4": "Datum", "C4": "Cijfer", "D4": "Goed", "B5": date(2026, 3, 4), "C5": 8.5,
                         "D5": True, "B8": datetime(2026, 3, 5, 10, 30), "C8": 10, "D8": "x"}.items():  # fmt: skip
        sheet[place] = value
    sheet.merge_cells("B2:D2")
    sheet.append([])
    book.create_sheet("leeg")
    book.save(tmp_path / "a.xlsx")
    found = seen(tmp_path / "a.xlsx", shared_engine, careful=False)
    assert found.labels == ["Datum", "Cijfer", "Goed"]
    assert found.rows == [("2026-03-04", "8.5", "true"), ("2026-03-05 10:30:00", "10", "x")]
    assert found.numbers == [5, 8]


def test_workbook_with_formulas_gives_their_values_or_nothing(
    tmp_path: Path, shared_engine: DuckEngine
) -> None:
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    book.active.append(["x", "=1+1"])
    book.save(tmp_path / "a.xlsx")
    assert seen(tmp_path / "a.xlsx", shared_engine, careful=False).rows == [("x", None)]


def test_sheet_by_name_is_read_and_an_unknown_one_refused_with_the_names(
    tmp_path: Path, shared_engine: DuckEngine
) -> None:
    as_xlsx(tmp_path / "a.xlsx")
    found = seen(tmp_path / "a.xlsx", shared_engine, careful=False, sheet="Uitleg")
    assert found.labels == ["Dit is de uitleg"]
    with pytest.raises(UnreadableFile, match="no sheet 'Blad9'") as error:
        seen(tmp_path / "a.xlsx", shared_engine, careful=False, sheet="Blad9")
    assert "Uitleg, Antwoorden" in str(error.value.hint)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.xlsx", b"PK\x03\x04broken", "broken_workbook"),
        ("a.xls", b"\xd0\xcf\x11\xe0broken", "broken_workbook"),
        ("a.xls", b"Datum;NPS\n1;2\n", "broken_workbook"),
        ("a.xlsx", b"", "broken_workbook"),
        ("a.json", b'[{"a": 1}, {"a"', "broken_json"),
        ("a.json", b"[" * 100_000, "broken_json"),
        ("a.json", b"[]", "empty_file"),
        ("a.jsonl", b"", "empty_file"),
        ("a.parquet", b"PAR1broken", "broken_parquet"),
        ("a.parquet", b"", "broken_parquet"),
    ],
)
def test_broken_file_is_refused_with_a_hint_and_writes_nothing(
    name: str, content: bytes, code: str, workspace: Workspace
) -> None:
    with pytest.raises(UnreadableFile) as error:
        read(workspace, content, name)
    assert error.value.code == code
    assert error.value.hint
    assert workspace.lake.snapshot().number == 0
    assert lake_rows(workspace) == []


def test_json_lines_that_are_broken_are_refused_one_by_one(workspace: Workspace) -> None:
    lines = '{"NPS": 9, "Datum": "2026-03-04"}\nkapot\n{"NPS": 0, "Datum": "2026-03-05"}\n[1]\n{"NPS": 3'
    done = read(workspace, lines, "a.jsonl")
    assert accounted(done)
    assert (done.placed.new, done.placed.refused) == (2, 3)
    assert done.refused_file is not None
    text = done.refused_file.read_text()
    assert text.count("not a JSON object") == 3
    assert "kapot" in text


def test_json_objects_inside_become_columns_and_lists_text(
    tmp_path: Path, shared_engine: DuckEngine
) -> None:
    rows = [
        {
            "a": {"b": 1, "c": {"d": True}},
            "tags": ["x", "y"],
            "n": None,
            "deep": [{"e": 1}],
            "f": 9.0,
        },
        {"z": "\ud83d kapot", "a": {"b": 2.5}, "nul": "x\0y"},
    ]
    path = write(tmp_path, json.dumps(rows), "a.json")
    found = seen(path, shared_engine, careful=False)
    assert found.labels == ["a.b", "a.c.d", "tags", "n", "deep", "f", "z", "nul"]
    assert found.rows == [
        ("1", "true", "x, y", None, '[{"e": 1}]', "9", None, None),
        ("2.5", None, None, None, None, None, "? kapot", "xy"),
    ]


def test_parquet_of_every_type_is_text_as_in_a_csv(
    tmp_path: Path, shared_engine: DuckEngine
) -> None:
    moment = datetime(2026, 3, 4, 12, 0)
    table = pa.table(
        {
            "utc": pa.array([moment], pa.timestamp("ms", tz="UTC")),
            "wall": pa.array([moment], pa.timestamp("ns")),
            "day": pa.array([date(2026, 3, 4)]),
            "whole": pa.array([9.0]),
            "half": pa.array([7.5]),
            "nan": pa.array([float("nan")]),
            "money": pa.array([Decimal("12.50")]),
            "small": pa.array([3], pa.int8()),
            "flag": pa.array([True]),
            "tags": pa.array([["a", "b"]]),
            "deep": pa.array([{"x": 1}]),
            "word": pa.array(["é"]).dictionary_encode(),
            "none": pa.nulls(1),
            "o'\"brien": pa.array(["x"]),
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    found = seen(tmp_path / "a.parquet", shared_engine, careful=False)
    assert found.labels == table.column_names
    assert found.rows == [
        ("2026-03-04 12:00:00+00", "2026-03-04 12:00:00", "2026-03-04", "9", "7.5", "nan", "12.50", "3", "true",
         "a, b", '{"x":1}', "é", None, "x"),
    ]  # fmt: skip
    assert found.numbers == [2]


def test_zone_of_parquet_times_is_theirs_and_of_bare_times_the_workspace_s(
    tmp_path: Path, workspace: Workspace
) -> None:
    wall = [datetime(2026, 7, 1, 0, 30)]
    for name, kind in (
        ("met.parquet", pa.timestamp("us", tz="UTC")),
        ("zonder.parquet", pa.timestamp("us")),
    ):
        pq.write_table(pa.table({"Datum": pa.array(wall, kind), "NPS": [9]}), tmp_path / name)
        workspace.read(tmp_path / name)
    found = lake_rows(workspace, "read_from, epoch(answered_at)::BIGINT, answered_on")
    utc = int(datetime(2026, 7, 1, 0, 30, tzinfo=ZoneInfo("UTC")).timestamp())
    assert found == [("met", utc, date(2026, 7, 1)), ("zonder", utc - 7200, date(2026, 7, 1))]


def test_mapping_of_a_workbook_is_that_of_the_csv(tmp_path: Path, workspace: Workspace) -> None:
    as_xlsx(tmp_path / "a.xlsx")
    write(tmp_path, as_csv(";"), "a.csv")
    assert uses(workspace.propose(tmp_path / "a.xlsx")) == uses(
        workspace.propose(tmp_path / "a.csv")
    )
