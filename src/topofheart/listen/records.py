"""Records out of JSON and workbooks, one by one, the same as out of a text file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from topofheart.kernel.errors import UnreadableFile
from topofheart.listen.delimited import Record
from topofheart.listen.workbooks import rows_of

NOT_AN_OBJECT = "not a JSON object"


def json_objects(path: Path) -> list[Any]:
    """The objects of a JSON array (or of the longest one inside an object), or of JSON lines."""
    return list(_json_lines(path)) if path.suffix.lower() != ".json" else _json_array(path)


def records_of(objects: Iterable[Any]) -> Iterator[Record]:
    """A header with every name there is, and a record for each object."""
    labels: dict[str, int] = {}
    rows: list[tuple[int, dict[str, str | None] | str]] = []
    for number, one in enumerate(objects, start=2):
        if isinstance(one, dict):
            flat = dict(_flat(one, ""))
            for name in flat:
                labels.setdefault(name, len(labels))
            rows.append((number, flat))
        else:
            rows.append((number, as_text(one) or ""))
    yield Record(1, list(labels))
    for number, found in rows:
        if isinstance(found, str):
            yield Record(number, [found], NOT_AN_OBJECT)
        else:
            yield Record(number, [found.get(name) for name in labels])


def _json_lines(path: Path) -> Iterator[Any]:
    with path.open("r", encoding="utf-8-sig", errors="as_windows") as file:
        for line in file:
            if line.strip():
                try:
                    yield json.loads(line.replace("\0", ""))
                except (ValueError, RecursionError):
                    yield line.strip()


def _json_array(path: Path) -> list[Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig", errors="as_windows"))
    except (ValueError, RecursionError) as error:
        lines = list(_json_lines(path))
        if len(lines) > 1 and all(isinstance(one, dict) for one in lines):
            return lines
        raise UnreadableFile(
            f"{path.name} is not complete JSON: {error}.",
            code="broken_json",
            hint="Export it again; for one object per line name it .jsonl.",
        ) from error
    return max(_arrays(found), key=len, default=[found])


def _arrays(found: Any) -> Iterator[list[Any]]:
    """The arrays of objects inside, not those inside their objects."""
    if isinstance(found, list):
        yield found
    elif isinstance(found, dict):
        for value in found.values():
            if isinstance(value, dict) or (
                isinstance(value, list) and isinstance((value or [0])[0], dict)
            ):
                yield from _arrays(value)


def _flat(one: dict[str, Any], prefix: str) -> Iterator[tuple[str, str | None]]:
    for name, value in one.items():
        label = as_text(prefix + name) or "column"
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        elif isinstance(value, list):
            plain = all(not isinstance(item, dict | list) for item in value)
            texts = [as_text(item) or "" for item in value]
            text = ", ".join(texts) if plain else json.dumps(value, ensure_ascii=False)
            yield label, as_text(text)
        else:
            yield label, as_text(value)


def workbook_records(path: Path, sheet: str | None) -> Iterator[Record]:
    """Records of one sheet of a workbook; without a name, of the longest that holds a table."""
    for number, cells in enumerate(rows_of(path, sheet), start=1):
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
    text = str(value).replace("\0", "")
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
