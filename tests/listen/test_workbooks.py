"""Workbooks with several sheets: each is read as what it is, and the others are named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.chart import BarChart

from listen.files import lake_rows, read
from listen.right import FOLDER, differences, read_export
from topofheart.kernel.errors import UnreadableFile
from topofheart.listen.stacked import stacked
from topofheart.workspace import Workspace

BOOK = FOLDER / "workbook.xlsx"
SHEETS = ("Antwoorden", "Contacten", "Uitnodigingen")


def book(path: Path, **sheets: list[list[Any]]) -> Path:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


ANSWERS = [["Datum", "NPS", "Toelichting"], *([f"2026-03-0{i}", i, f"Wat een verhaal nummer {i}"] for i in range(1, 10))]  # fmt: skip


@pytest.mark.parametrize("sheet", SHEETS)
def test_named_sheet_is_read_as_its_maker_meant(sheet: str, workspace: Workspace) -> None:
    done = read_export(f"workbook.xlsx.{sheet}", workspace)
    assert differences(f"workbook.xlsx.{sheet}", done, workspace) == []
    assert done.beside == ()


def test_workbook_without_a_named_sheet_is_read_whole(workspace: Workspace) -> None:
    done = workspace.read(BOOK)
    found = {one.sheet: (one.table, one.placed.new) for one in (done, *done.beside)}
    assert found == {
        "Antwoorden": ("answers", 4),
        "Contacten": ("contacts", 2),
        "Uitnodigingen": ("invitation_counts", 2),
    }
    assert done.sheet == "Antwoorden"
    assert [one.mapping.source for one in (done, *done.beside)] == [
        "workbook-antwoorden", "workbook-contacten", "workbook-uitnodigingen",
    ]  # fmt: skip
    assert {one.name: one.holds for one in done.unread} == {"Leeswijzer": "notes", "Leeg": "empty"}
    again = workspace.read(BOOK)
    assert [one.placed.new for one in (again, *again.beside)] == [0, 0, 0]


def test_named_sheet_and_whole_workbook_do_not_double_rows(workspace: Workspace) -> None:
    workspace.read(BOOK, sheet="Antwoorden")
    assert workspace.read(BOOK).placed.new == 0
    assert len(lake_rows(workspace, "recommend")) == 4


def test_chart_and_hidden_sheets_are_named(tmp_path: Path, workspace: Workspace) -> None:
    path = book(tmp_path / "b.xlsx", Data=ANSWERS, Codes=[["a", "b"], [1, 2], [3, 4]])
    made = openpyxl.load_workbook(path)
    made["Codes"].sheet_state = "hidden"
    chart = made.create_chartsheet("Plaatje")
    chart.add_chart(BarChart())
    made.save(path)
    done = workspace.read(path)
    assert (done.sheet, done.placed.new, done.beside) == ("", 9, ())
    assert {one.name: one.holds for one in done.unread} == {"Codes": "hidden", "Plaatje": "chart"}


def test_workbook_with_one_table_keeps_the_name_of_its_file(
    tmp_path: Path, workspace: Workspace
) -> None:
    done = workspace.read(book(tmp_path / "klanten.xlsx", Uitleg=[["Lees dit"]], Data=ANSWERS))
    assert done.mapping.source == "klanten"


def test_unknown_sheet_is_refused_with_the_names(workspace: Workspace) -> None:
    with pytest.raises(UnreadableFile) as error:
        workspace.read(BOOK, sheet="Weg")
    assert "Antwoorden" in error.value.hint


def test_merged_cells_above_the_header_are_no_header(tmp_path: Path, workspace: Workspace) -> None:
    path = book(
        tmp_path / "b.xlsx",
        Data=[
            ["Klantonderzoek 2026", None, None, None],
            ["Klant", None, "Oordeel", None],
            ["Datum", "Vestiging", "NPS", "Toelichting"],
            *(["2026-03-02", "Utrecht", i, f"Verhaal nummer {i} van ons"] for i in range(11)),
        ],
    )
    made = openpyxl.load_workbook(path)
    made["Data"].merge_cells("A2:B2")
    made["Data"].merge_cells("C2:D2")
    made.save(path)
    done = workspace.read(path)
    assert {use.name: use.to for use in done.mapping.columns} == {
        "Datum": "answered_at", "Vestiging": "unit", "NPS": "recommend", "Toelichting": "comment",
    }  # fmt: skip
    assert done.placed.new == 11


def test_groups_tell_equal_names_apart() -> None:
    upper = ["Maand", "Telefoon", None, "Chat", None]
    lower = [None, "Aangeboden", "Afgehandeld", "Aangeboden", "Afgehandeld"]
    labels = stacked(upper, lower, ["2026-01", "10", "9", "5", "4"])
    assert labels == [
        "Maand", "Telefoon Aangeboden", "Telefoon Afgehandeld", "Chat Aangeboden", "Chat Afgehandeld",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "rows",
    [
        (["Datum", "NPS", None], ["2026-03-02", "9", "Goed"], ["2026-03-03", "8", "Wel"]),
        (["Naam", "Plaats"], ["Ann", "Utrecht"], ["Bas", "Zwolle"]),
        (["Datum", None, "NPS"], ["maandag", "x", "negen"], ["dinsdag", "y", "acht"]),
    ],
)
def test_row_of_data_is_no_second_header(rows: tuple[list[str | None], ...]) -> None:
    assert stacked(*rows) is None


def test_csv_with_a_group_row_is_read_below_it(workspace: Workspace) -> None:
    table = "Respondent;;Oordeel;\nDatum;Vestiging;NPS;Toelichting\n02-03-2026;Utrecht;9;Goed geholpen door u\n05-03-2026;Zwolle;0;Er wordt nooit opgenomen\n"
    done = read(workspace, table)
    assert {use.to for use in done.mapping.columns} == {
        "answered_at",
        "unit",
        "recommend",
        "comment",
    }
