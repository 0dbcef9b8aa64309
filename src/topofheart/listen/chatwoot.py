"""Chatwoot's CSAT export: a last line that is no data, and a header in the language of the account."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from topofheart.listen.delimited import Record
from topofheart.listen.reshaped import Reshaped, below_header

IN_ORDER = [
    "Agent Name", "Rating", "Feedback Comment", "Contact Name", "Contact Email Address", "Contact Phone Number",
    "Link to the conversation", "Recorded date", "Review Notes",
]  # fmt: skip


def reshaped(records: Iterator[Record], row: int) -> Reshaped:
    labels, below = below_header(records, row)
    known = set(labels) & set(IN_ORDER)
    own_names = {} if known else dict(zip(labels, IN_ORDER, strict=False))
    noted: Counter[str] = Counter()
    return Reshaped(labels, _without_last_line(below, noted), own_names=own_names, noted=noted)


def _without_last_line(records: Iterator[Record], noted: Counter[str]) -> Iterator[Record]:
    """The last line tells the reporting period, in its first cell."""
    before: Record | None = None
    for record in records:
        if before:
            yield before
        before = record
    if before and not before.trouble and not any(before.cells[1:]):
        noted["not_data"] += 1
    elif before:
        yield before
