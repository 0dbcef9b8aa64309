"""Refused rows: kept as a CSV file with the reason beside each, to repair and read again.

Identity cells are masked: mail and phone are already the pseudonym, names are gone.
"""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from topofheart.answer.formulas import QUOTED, as_it_was, harmless
from topofheart.lake.duckdb_engine import literal
from topofheart.listen.mapping import ColumnUse, Mapping, read_mapping
from topofheart.listen.text_rows import TextRows
from topofheart.listen.tool import PLAIN_FILE

FOLDER = "refused"
REASONS = ("refused_row", "refused_column", "refused_value", "refused_reason")


def keep(workspace: Path, rows: TextRows, mapping: Mapping, found: list[tuple[Any, ...]]) -> Path:
    """Write refused rows and the mapping with which their file can be read again."""
    folder = workspace / FOLDER
    folder.mkdir(exist_ok=True)
    number = 1 + max((int(one.stem[:3]) for one in folder.glob("[0-9][0-9][0-9]*.csv")), default=0)
    of_file = re.sub(r"^\d{3}-", "", rows.path.stem)[:50]
    path = folder / f"{number:03d}-{of_file}.csv"
    before = len(REASONS)
    kept = [before + i for i, label in enumerate(rows.labels) if label not in REASONS]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*REASONS, *(harmless(rows.labels[i - before]) for i in kept)])
        for row in found:
            cells = (*row[:before], *(row[i] for i in kept))
            writer.writerow([harmless(one) if isinstance(one, str) else one for one in cells])
    reasons = tuple(ColumnUse(name) for name in REASONS)
    uses = tuple(
        replace(use, pseudonym=False) for use in mapping.columns if use.name not in REASONS
    )
    again = replace(mapping, columns=reasons + uses, tool=PLAIN_FILE, recognised=None)
    path.with_suffix(".toml").write_text(again.to_toml(), encoding="utf-8")
    return path


def mapping_beside(path: Path) -> Mapping | None:
    """The mapping of a file of refused rows that has come back repaired."""
    beside = path.with_suffix(".toml")
    return read_mapping(beside) if path.parent.name == FOLDER and beside.exists() else None


def as_they_were(rows: TextRows) -> TextRows:
    """The rows of a file of refused ones without the quotes that keep formulas from running."""
    cells = ", ".join(
        f"regexp_replace(c{i}, {literal(QUOTED)}, '\\1') AS c{i}" for i in range(len(rows.labels))
    )
    return replace(
        rows,
        labels=[as_it_was(label) for label in rows.labels],
        select=f"SELECT * REPLACE ({cells}) FROM ({rows.select})",
        numbered=f"SELECT * REPLACE ({cells}) FROM ({rows.numbered})",
    )
