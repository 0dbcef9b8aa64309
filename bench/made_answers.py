"""Answers made up for measuring: the same for the same number of rows, on every machine.

Customers answer three times on average and unequally often; days rise through three years, as in an
export. Everything is made by DuckDB and put into the lake as files, without the importer.
"""

from __future__ import annotations

import re
from pathlib import Path

import topofheart as toh
from topofheart.lake.duckdb_engine import DuckEngine, key_sql, literal
from topofheart.lake.files import new_file_name
from topofheart.lake.placing import write_parquet
from topofheart.lake.schema import SQL, arrow_schema, stored_types
from topofheart.lake.snapshots import Snapshot
from topofheart.lake.tables import table

ROWS_PER_FILE = 2_000_000
DAYS = 1095
BY = ["touchpoint", "segment"]
TOUCHPOINTS = "['order', 'delivery', 'repair', 'return', 'invoice', 'advice', 'visit', 'call']"
SEGMENTS = "['consumer', 'business', 'lease', 'dealer', 'public']"
COMMENT = (
    "'De reparatie ' || ['duurde lang', 'was snel klaar', 'is twee keer verzet', 'ging goed'][1 + draw(10, 4)] || "
    "', en ' || ['niemand belde terug', 'ik werd netjes gebeld', 'de monteur luisterde', 'wat kost dit nu'][1 + draw(11, 4)] || "
    "'. Nummer ' || i || ' graag nakijken.'"
)
MADE = {
    "answer_id": "'R' || i",
    "customer_id": "'K' || customer",
    "answered_at": "moment",
    "answered_on": "timezone('Europe/Amsterdam', moment)::DATE",
    "kind": "'transaction'",
    "touchpoint": f"{TOUCHPOINTS}[1 + draw(3, 8)]",
    "recommend": "CASE WHEN draw(4, 50) = 0 THEN NULL ELSE least(10, draw(5, 9) + draw(6, 5)) END",
    "d_segment": f"{SEGMENTS}[1 + (hash(customer) % 5)::BIGINT]",
}


def made(first: int, rows: int, of: int, extra: dict[str, str] | None = None) -> str:
    """SELECT of `rows` answers from number `first` on, out of `of` in all."""
    columns = ", ".join(f"{sql} AS {name}" for name, sql in (MADE | (extra or {})).items())
    people = max(1, of // 3)
    for number in range(12, 0, -1):
        columns = _drawn(columns, number)
    return (
        f"SELECT {columns} FROM (SELECT i, "
        f"floor({people} * pow((hash(i * 31 + 1) % 1000000007) / 1000000007, 1.3))::BIGINT AS customer, "
        f"TIMESTAMPTZ '2023-01-01 08:00:00+00' + to_days((i * {DAYS} // {of})::INTEGER) "
        f"+ to_seconds((hash(i * 31 + 2) % 40000)::DOUBLE) AS moment "
        f"FROM range({first}, {first + rows}) numbers(i))"
    )


def _drawn(sql: str, number: int) -> str:
    """`draw(k, m)`: the k-th pseudo-random number of a row, from 0 to m − 1."""
    return re.sub(rf"draw\({number}, (\d+)\)", rf"((hash(i * 31 + {number}) % \1)::BIGINT)", sql)


def lake(folder: Path, rows: int) -> toh.Workspace:
    """A workspace whose lake holds this many answers, in one snapshot."""
    workspace = toh.open(folder)
    types = stored_types(table("answers"), {"d_segment": "text"})
    engine = DuckEngine(memory="2GB")
    with workspace.lake.writing() as writer:
        writer.ensure("answers", arrow_schema(types))
        paths = []
        for first in range(0, rows, ROWS_PER_FILE):
            path = workspace.lake.staging / new_file_name()
            write_parquet(
                engine, _stored(first, min(ROWS_PER_FILE, rows - first), rows, types), path
            )
            paths.append(path)
        writer.commit("answers", add=paths, remove=[], act="add")
        writer.close(Snapshot(0, {}, "import", "made"))
    engine.close()
    return workspace


def _stored(first: int, rows: int, of: int, types: dict[str, str]) -> str:
    system = {
        "key": key_sql("'made|' || answer_id"),
        "read_from": literal("made"),
    }
    columns = ", ".join(
        f"{system.get(name, name if name in MADE else 'NULL')}::{SQL[kind]} AS {name}"
        for name, kind in types.items()
    )
    return f"SELECT {columns} FROM ({made(first, rows, of)})"


def files(workspace: toh.Workspace) -> list[str]:
    """The data files of the answers, for the programs beside ours."""
    return workspace.lake.files("answers", workspace.lake.snapshot()).uris


def csv(path: Path, rows: int, *, first: int, bad_share: float = 0.0) -> None:
    """An export: id, customer, time, score, kind, touchpoint, segment, and a comment in every second row."""
    step = round(1 / bad_share) if bad_share else 0
    score = (
        f"CASE WHEN i % {step} = 7 THEN 'elf' ELSE recommend::VARCHAR END" if step else "recommend"
    )
    extra = {"i": "i", "comment": f"CASE WHEN i % 2 = 0 THEN {COMMENT} END"}
    engine = DuckEngine(memory="2GB")
    engine.sql(
        f"COPY (SELECT answer_id, customer_id, strftime(answered_at, '%Y-%m-%d %H:%M:%S') AS answered_at, "
        f"{score} AS recommend, kind, touchpoint, d_segment AS segment, comment "
        f"FROM ({made(first, rows, first + rows, extra)})) TO {literal(str(path))} (HEADER)"
    )
    engine.close()
