"""Refused rows: kept as a CSV file with the reason beside each, to repair and read again.

Identity cells are masked: mail and phone are already the pseudonym, names are gone.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

from topofheart.listen.mapping import ColumnUse, Mapping, read_mapping
from topofheart.listen.text_rows import TextRows

REASONS = ("refused_row", "refused_column", "refused_value", "refused_reason")


def keep(
    workspace: Path, rows: TextRows, mapping: Mapping, found: list[tuple[Any, ...]]
) -> Path:
    """Write refused rows and the mapping with which their file can be read again."""
    folder = workspace / "refused"
    folder.mkdir(exist_ok=True)
    number = 1 + len(list(folder.glob("*.csv")))
    path = folder / f"{number:03d}-{rows.path.stem}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*REASONS, *rows.labels])
        writer.writerows(found)
    reasons = tuple(ColumnUse(name) for name in REASONS)
    uses = tuple(replace(use, pseudonym=False) for use in mapping.columns)
    again = replace(mapping, columns=reasons + uses)
    path.with_suffix(".toml").write_text(again.to_toml(), encoding="utf-8")
    return path


def mapping_beside(path: Path) -> Mapping | None:
    """The mapping of a file of refused rows that has come back repaired."""
    beside = path.with_suffix(".toml")
    return read_mapping(beside) if path.parent.name == "refused" and beside.exists() else None
