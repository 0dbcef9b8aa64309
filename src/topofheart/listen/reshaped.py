"""What a tool's own shape becomes: one label per column, one record per answer."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from topofheart.listen.delimited import Record
from topofheart.listen.header import distinct


@dataclass(frozen=True)
class Reshaped:
    """Labels and records below them; `questions`, `kinds` and `own_names` as in a header.

    `noted` counts what the records themselves cannot tell; it is complete when they have been read.
    """

    labels: list[str]
    records: Iterator[Record]
    questions: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    own_names: dict[str, str] = field(default_factory=dict)
    noted: Counter[str] = field(default_factory=Counter)


def below_header(records: Iterator[Record], row: int) -> tuple[list[str], Iterator[Record]]:
    """The labels at the place `row`, and the records below them."""
    header = next(itertools.islice(records, row, None))
    return distinct([cell or "" for cell in header.cells]), records


def as_dicts(labels: list[str], record: Record) -> dict[str, str]:
    """The cells of a record that say something, by label."""
    return {label: cell for label, cell in zip(labels, record.cells, strict=False) if cell}
