"""The examination of a workspace: what its tables hold, what can be asked, what would help."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from topofheart.lake.tables import MADE, TABLES
from topofheart.measure.doctor import needs
from topofheart.measure.doctor.diagnosis import Diagnosis, Held, Help, Question, Room
from topofheart.measure.doctor.smells import smells
from topofheart.measure.reader import Reader

if TYPE_CHECKING:
    import ibis.expr.types as ir

OF_THE_LAKE = ("key", "read_from", "read_row", "updated_at")


def examine(reader: Reader, folder: Path, *, today: date) -> Diagnosis:
    """The diagnosis of a workspace at one snapshot; one pass over each table in the engine."""
    tables = [_held(reader, name) for name in TABLES if name not in MADE]
    held = {one.table: one for one in tables if one is not None}
    filled = {
        f"{name}.{column}"
        for name, one in held.items()
        for column, share in one.filled.items()
        if share > 0
    }
    asked = [
        Question(one.question, one.lacking(filled), one.improved_by(filled))
        for one in needs.questions()
    ]
    helps = [
        Help(file.table, file.minutes, file.columns, tuple(needs.opened_by(file, filled)))
        for file in needs.missing_files(held)
    ]
    return Diagnosis(
        made_on=today,
        snapshot=reader.snapshot.number,
        tables=tuple(held.values()),
        questions=tuple(asked),
        rooms=tuple(_room(name, uses, held) for name, uses in needs.rooms().items()),
        helps=tuple(one for one in helps if one.opens),
        smells=tuple(smells(reader, folder, held, today)),
    )


def _held(reader: Reader, name: str) -> Held | None:
    """The rows, days and filled columns of a table; None when it has no row."""
    files = reader.files(name)
    if not files.uris:
        return None
    day = TABLES[name].day
    columns = [one for one in files.schema.names if one not in (*OF_THE_LAKE, TABLES[name].id)]
    rows = reader.engine.table(files)
    sums: dict[str, Any] = {f"filled_{i}": rows[one].count() for i, one in enumerate(columns)}
    if day:
        sums |= {"first": rows[day].min(), "last": rows[day].max()}
    found = reader.engine.read(_counted(rows, sums)).to_pylist()[0]
    n = int(found["n"])
    if not n:
        return None
    shares = {one: int(found[f"filled_{i}"]) / n for i, one in enumerate(columns)}
    return Held(name, n, found.get("first"), found.get("last"), shares)


def _counted(rows: ir.Table, sums: dict[str, Any]) -> ir.Table:
    return rows.agg(n=rows.count(), **sums)


def _room(name: str, uses: tuple[str, ...], held: dict[str, Held]) -> Room:
    return Room(
        name,
        has=tuple(one for one in uses if one in held),
        needs=tuple(one for one in uses if one not in held),
    )
