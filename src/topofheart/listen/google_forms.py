"""Google Forms: times such as `2026/03/04 9:15:00 AM GMT+1`, made into times that say their offset."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from topofheart.listen.delimited import Record
from topofheart.listen.reshaped import Reshaped, below_header

WITH_ZONE = re.compile(
    r"(\d{4}/\d{1,2}/\d{1,2} \d{1,2}:\d{2}:\d{2})(?: ([ap])\.?m\.?)?"
    r"(?: (?:(?:gmt|utc)([+-]\d{1,2})(?::(\d{2}))?|([a-z]{3,4})))?",
    re.IGNORECASE,
)
HOURS = {
    "gmt": 0,
    "utc": 0,
    "wet": 0,
    "bst": 1,
    "west": 1,
    "cet": 1,
    "cest": 2,
    "eet": 2,
    "eest": 3,
}


def reshaped(records: Iterator[Record], row: int) -> Reshaped:
    labels, below = below_header(records, row)
    return Reshaped(labels, (_with_time(record) for record in below))


def _with_time(record: Record) -> Record:
    first, *others = record.cells
    return replace(record, cells=[iso(first) if first else first, *others])


def iso(text: str) -> str:
    """The time as ISO 8601; as it is when it is written otherwise. Letters of a zone that
    is not known leave the time on the clock of the file."""
    found = WITH_ZONE.fullmatch(text.strip())
    if not found:
        return text
    clock, half, hours, minutes, letters = found.groups()
    pattern, plain = ("%I:%M:%S %p", f"{clock} {half}m") if half else ("%H:%M:%S", clock)
    try:
        time = datetime.strptime(plain, f"%Y/%m/%d {pattern}")
    except ValueError:
        return text
    ahead = int(hours) if hours else HOURS.get((letters or "").lower())
    offset = "" if ahead is None else f"{ahead:+03d}:{minutes or '00'}"
    return f"{time:%Y-%m-%d %H:%M:%S}{offset}"
