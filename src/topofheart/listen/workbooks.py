"""The sheets of a workbook: which hold a table, and which notes, nothing or a chart."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from topofheart.kernel.errors import UnreadableFile

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
TABLE, NOTES, EMPTY, CHART, HIDDEN = "table", "notes", "empty", "chart", "hidden"
LOOKED_AT = 50


@dataclass(frozen=True)
class Sheet:
    name: str
    holds: str
    rows: int


def sheets(path: Path) -> list[Sheet]:
    """The sheets of a workbook in their order."""
    with _whole(path):
        book = _book(path)
        return [
            Sheet(one.name, *_look(book, one.name, str(one.typ), str(one.visible)))
            for one in book.sheets_metadata
        ]


def _look(book: Any, name: str, kind: str, visible: str) -> tuple[str, int]:
    if not kind.endswith("WorkSheet"):
        return CHART, 0
    sheet = book.get_sheet_by_name(name)
    filled = [sum(cell not in ("", None) for cell in row) for row in _first(sheet)]
    held = [count for count in filled if count]
    if not held:
        return EMPTY, 0
    wide = [count for count in held if count > 1]
    if not visible.endswith("Visible"):
        return HIDDEN, sheet.height
    return (TABLE if len(wide) > 1 and len(wide) * 2 >= len(held) else NOTES), sheet.height


def _first(sheet: Any) -> list[list[Any]]:
    rows = sheet.iter_rows()
    return [row for row, _ in zip(rows, range(LOOKED_AT), strict=False)]


def tables(path: Path) -> list[str]:
    """The names of the sheets that hold a table, the longest first."""
    held = [one for one in sheets(path) if one.holds == TABLE]
    return [one.name for one in sorted(held, key=lambda one: -one.rows)]


def rows_of(path: Path, sheet: str | None) -> Any:
    """The rows of one sheet; without a name, of the longest one that holds a table."""
    with _whole(path):
        book = _book(path)
        if sheet is not None and sheet not in book.sheet_names:
            raise UnreadableFile(
                f"{path.name} has no sheet '{sheet}'.",
                code="unknown_sheet",
                hint=f"Its sheets: {', '.join(book.sheet_names)}.",
            )
        name = sheet or next(iter(tables(path)), None) or _longest(book)
        return book.get_sheet_by_name(name).iter_rows()


def _longest(book: Any) -> str:
    return str(max(book.sheet_names, key=lambda one: book.get_sheet_by_name(one).height))


def _book(path: Path) -> Any:
    from python_calamine import CalamineWorkbook

    return CalamineWorkbook.from_path(str(path))


@contextmanager
def _whole(path: Path) -> Iterator[None]:
    """Errors of a damaged workbook, which may show at any sheet, in our words."""
    from python_calamine import CalamineError

    try:
        yield
    except (CalamineError, ValueError) as error:
        raise broken(path, error) from error


def broken(path: Path, error: Exception) -> UnreadableFile:
    return UnreadableFile(
        f"{path.name} is not a workbook that can be read: {error}.",
        code="broken_workbook",
        hint="Open it in a spreadsheet program and save it as XLSX or CSV.",
    )
