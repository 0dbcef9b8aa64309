"""The careful way: records out of any text, JSON or workbook, one by one, with what was wrong.

Each reader yields `Record(row, cells, trouble)`; `row` counts as a spreadsheet does, the header being
row 1. Nothing is dropped: a line that cannot be a record comes out with its trouble.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from topofheart.kernel.errors import UnreadableFile
from topofheart.listen.first_look import TextShape

LONGEST_RECORD_LINES = 2_000
csv.field_size_limit(2**31 - 1)


@dataclass(frozen=True)
class Record:
    row: int
    cells: list[str | None]
    trouble: str | None = None


def text_records(path: Path, shape: TextShape) -> Iterator[Record]:
    """Records of a delimited text file, header rows included.

    NUL bytes are left out, all line ends count, and a quote that is never closed costs its own line
    only, not the rest of the file.
    """
    with path.open("r", encoding=shape.encoding, errors="replace", newline="") as file:
        pending: list[str] = []
        lines = _lines(file)
        row = 0
        while True:
            line = pending.pop(0) if pending else next(lines, None)
            if line is None:
                return
            taken = [line]
            cells = _parse(line, shape.separator)
            while cells is None and len(taken) < LONGEST_RECORD_LINES:
                following = pending.pop(0) if pending else next(lines, None)
                if following is None:
                    break
                taken.append(following)
                if '"' in following:
                    cells = _parse("".join(taken), shape.separator)
            if cells is None:
                pending = taken[1:] + pending
                row += 1
                yield Record(row, [line.rstrip("\r\n")], "a quote is opened and never closed")
            elif cells and any(cells):
                row += 1
                yield Record(row, [cell or None for cell in cells])
            elif cells:
                row += 1


def _lines(file: Iterable[str]) -> Iterator[str]:
    for line in file:
        yield line.replace("\0", "")


def _parse(text: str, separator: str) -> list[str] | None:
    """The cells of one record, or None while a quote is still open."""
    if '"' not in text:
        return text.rstrip("\r\n").split(separator) if text.strip() else []
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            return None
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    return records[0] if records else []


def json_records(path: Path) -> Iterator[Record]:
    """Records of a JSON array (or of the one array inside an object), or of JSON lines."""
    text_lines = path.suffix.lower() in (".jsonl", ".ndjson")
    objects = _json_lines(path) if text_lines else _json_array(path)
    labels: dict[str, int] = {}
    rows: list[tuple[int, dict[str, str | None], str | None]] = []
    for number, one in enumerate(objects, start=2):
        if isinstance(one, dict):
            flat = dict(_flat(one, ""))
            for name in flat:
                labels.setdefault(name, len(labels))
            rows.append((number, flat, None))
        else:
            rows.append((number, {}, "not a JSON object"))
    yield Record(1, list(labels))
    for number, flat, trouble in rows:
        yield Record(number, [flat.get(name) for name in labels], trouble)


def _json_lines(path: Path) -> Iterator[Any]:
    with path.open("r", encoding="utf-8-sig", errors="replace") as file:
        for line in file:
            if line.strip():
                try:
                    yield json.loads(line.replace("\0", ""))
                except ValueError:
                    yield line


def _json_array(path: Path) -> list[Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig", errors="replace"))
    except ValueError as error:
        raise UnreadableFile(
            f"{path.name} is not complete JSON: {error}.",
            code="broken_json",
            hint="Export it again; for one object per line name it .jsonl.",
        ) from error
    if isinstance(found, dict):
        found = next((value for value in found.values() if isinstance(value, list)), [found])
    return found if isinstance(found, list) else [found]


def _flat(one: dict[str, Any], prefix: str) -> Iterator[tuple[str, str | None]]:
    for name, value in one.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        elif isinstance(value, list):
            plain = all(not isinstance(item, dict | list) for item in value)
            text = ", ".join(map(str, value)) if plain else json.dumps(value, ensure_ascii=False)
            yield prefix + name, text or None
        else:
            yield prefix + name, as_text(value)


def workbook_records(path: Path, sheet: str | None) -> Iterator[Record]:
    """Records of one sheet of a workbook; without a name, of the sheet with the most rows."""
    from python_calamine import CalamineError, CalamineWorkbook, WorksheetNotFound

    try:
        book = CalamineWorkbook.from_path(str(path))
        names = book.sheet_names
        name = sheet or max(names, key=lambda one: book.get_sheet_by_name(one).height)
        rows = book.get_sheet_by_name(name).iter_rows()
    except WorksheetNotFound as error:
        raise UnreadableFile(
            f"{path.name} has no sheet '{sheet}'.",
            code="unknown_sheet",
            hint=f"Its sheets: {', '.join(names)}.",
        ) from error
    except (CalamineError, ValueError) as error:
        raise UnreadableFile(
            f"{path.name} is not a workbook that can be read: {error}.",
            code="broken_workbook",
            hint="Open it in a spreadsheet program and save it as XLSX or CSV.",
        ) from error
    for number, cells in enumerate(rows, start=1):
        texts = [as_text(cell) for cell in cells]
        if any(texts):
            yield Record(number, texts)


def as_text(value: Any) -> str | None:
    """A cell as text: whole numbers without `.0`, days and times as ISO 8601."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value).replace("\0", "")
