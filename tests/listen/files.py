"""Files written on the spot, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from deltalake import DeltaTable

from topofheart.lake.duckdb_engine import DuckEngine
from topofheart.listen.importing import Read
from topofheart.listen.mapping import Mapping
from topofheart.listen.text_rows import open_rows
from topofheart.workspace import Workspace

HEADER = "Datum;Klantnummer;NPS;Toelichting;Regio\n"
ROWS = (
    "04-03-2026 09:15;K001;9;Snel en vriendelijk geholpen;Noord\n"
    "05-03-2026 10:00;K002;0;Ik wacht al drie weken op antwoord;Zuid\n"
    "06-03-2026 11:30;K003;10;Prima hoor, dank jullie wel;Noord\n"
    "07-03-2026 12:45;K004;7;Kan nog net iets sneller;Zuid\n"
)


@dataclass(frozen=True)
class Seen:
    """A file as rows of text."""

    careful: bool
    labels: list[str]
    rows: list[tuple[str | None, ...]]
    troubles: list[str | None]
    numbers: list[int]


def seen(path: Path, engine: DuckEngine, *, careful: bool, sheet: str | None = None) -> Seen:
    opened = open_rows(path, engine, path.parent, careful=careful, sheet=sheet)
    rows = engine.rows(f"SELECT * FROM ({opened.numbered}) ORDER BY row")
    plain = engine.rows(opened.select)
    assert [row[:-1] for row in rows] == plain
    return Seen(
        opened.careful,
        opened.labels,
        [row[:-2] for row in rows],
        [row[-2] for row in rows],
        [row[-1] for row in rows],
    )


def write(folder: Path, text: str | bytes, name: str = "klanten.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def read(workspace: Workspace, text: str | bytes, name: str = "klanten.csv", **how: Any) -> Read:
    workspace.folder.parent.mkdir(parents=True, exist_ok=True)
    return workspace.read(write(workspace.folder.parent, text, name), **how)


def lake_rows(
    workspace: Workspace, columns: str = "*", table: str = "answers"
) -> list[tuple[Any, ...]]:
    """The rows of a table as any other program reads them."""
    version = workspace.lake.snapshot().versions.get(table)
    if version is None:
        return []
    stored = DeltaTable(f"{workspace.lake.address}/{table}", version=version).to_pyarrow_table()
    with duckdb.connect() as other:
        other.execute("SET TimeZone = 'UTC'")
        other.register("stored", stored)
        found = other.sql(f"SELECT {columns} FROM stored ORDER BY ALL").to_arrow_table()
    return [tuple(row.values()) for row in found.to_pylist()]


def uses(mapping: Mapping) -> dict[str, str]:
    """What each column of the file became, in one word."""
    return {
        use.name: ("hidden:" if use.pseudonym else "") + use.to
        if use.to
        else "withheld"
        if use.withhold
        else ""
        for use in mapping.columns
    }


def accounted(done: Read) -> bool:
    placed = done.placed
    parts = (
        placed.new,
        placed.changed,
        placed.same,
        placed.repeated,
        placed.refused,
        placed.excluded,
    )
    return placed.read == sum(parts) and min(parts) >= 0


def bytes_of(folder: Path) -> bytes:
    """Everything in every file under a folder."""
    return b"\0".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
