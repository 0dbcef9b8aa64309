"""A lake of contacts with what a reader is said to have understood of each: the truth of a test, word for word."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

import topofheart as toh
from small_organisation import make
from topofheart.lake.adding import add_rows
from topofheart.lake.duckdb_engine import DuckEngine
from topofheart.lake.snapshots import Snapshot

READER = "test-1"
DAY = date(2025, 3, 10)
Told = dict[str, Any]


def asked(type: str, question: str = "Wanneer komt het pakket?", **more: Any) -> Told:
    """One contact in which something is asked."""
    return {"asks": True, "question_types": f" {type} ", "question": question, **more}


def understood_lake(
    folder: Path, told: list[Told], *, reader: str = READER, **tables: pa.Table
) -> toh.Workspace:
    """A workspace with one contact for each; `day`, `channel`, `unit`, `customer` and `text` are of the contact."""
    said = [datetime(*one.get("day", DAY).timetuple()[:3], 12, tzinfo=UTC) for one in told]
    contacts = pa.table(
        {
            "contact_id": [f"C{i}" for i in range(len(told))],
            "customer_id": pa.array([one.get("customer") for one in told], pa.string()),
            "contacted_at": pa.array(said, pa.timestamp("us", "UTC")),
            "channel": [one.get("channel", "mail") for one in told],
            "unit": [one.get("unit", "Breda") for one in told],
            "text": [one.get("text", f"tekst {i}") for i, one in enumerate(told)],
        }
    )
    parts = {"contacts": [contacts], **{name: [rows] for name, rows in tables.items()}}
    workspace = make(folder, parts)
    add_readings(workspace, told, reader=reader)
    return workspace


def add_readings(workspace: toh.Workspace, told: list[Told], *, reader: str = READER) -> None:
    lake, engine = workspace.lake, DuckEngine()
    rows = engine.table(lake.files("contacts", lake.snapshot()))
    keys = {row["contact_id"]: row["key"] for row in engine.read(rows).to_pylist()}
    readings = [_reading(one, f"C{i}", keys[f"C{i}"], reader) for i, one in enumerate(told)]
    with lake.writing() as writer:
        add_rows(writer, engine, "readings", pa.Table.from_pylist(readings, schema=SCHEMA))
        writer.close(Snapshot(0, {}, "understanding"))
    engine.close()


def _reading(one: Told, contact: str, key: int, reader: str) -> Told:
    place = {"day", "channel", "unit", "customer", "text"}
    return {
        "reading_id": f"{contact}|{reader}",
        "text_of": "contacts.text",
        "reader": reader,
        "row_key": key,
        "said_on": one.get("day", DAY),
        "customer_id": one.get("customer"),
        "language": "nl",
        "asks": False,
        "worry": False,
        **{name: value for name, value in one.items() if name not in place},
    }


SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("reading_id", "text_of", "reader", "customer_id")),
        ("row_key", pa.int64()),
        ("said_on", pa.date32()),
        ("asks", pa.bool_()),
        ("worry", pa.bool_()),
        *(
            (name, pa.string())
            for name in ("language", "valence", "emotions", "question", "question_types")
        ),
        *(
            (name, pa.string())
            for name in ("worry_about", "worry_said", "worries", "topic", "topics")
        ),
    ]
)
