"""The ways in which rows become rows of a table, one after the other."""

from __future__ import annotations

from collections.abc import Sequence

from topofheart.listen.delimited import Record
from topofheart.listen.reshape import Cells, Reshape, day_and_clock, weeks_and_quarters
from topofheart.listen.totals import totals

WAYS = (weeks_and_quarters, day_and_clock, totals)


def reshapes(labels: list[str], rows: Sequence[Cells]) -> list[Reshape]:
    """What has to be done to the records of a file, in this order; nothing for most files."""
    found: list[Reshape] = []
    for way in WAYS:
        one = way(labels, rows)
        if one:
            found.append(one)
            labels = one.labels
            rows = [record.cells for record in one.records(Record(0, row) for row in rows)]
    return found
