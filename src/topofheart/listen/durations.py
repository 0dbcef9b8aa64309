"""Lengths of time as files write them, in the unit in which a table counts them.

`minutes`, `hours` and `days` multiply; `clock` reads `0:03:25`, and `3:25` as minutes and seconds, or as
hours and minutes where a table counts hours.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from topofheart.listen.amounts import number, number_sql
from topofheart.listen.days import nearly_all

SECONDS = {"ms": 0.001, "seconds": 1.0, "minutes": 60.0, "hours": 3_600.0, "days": 86_400.0}
COUNTED_IN = {"s": "seconds", "min": "minutes", "h": "hours", "days": "days"}
NAMED = {
    "ms": r"\b(ms|milliseconden|milliseconds)\b",
    "seconds": r"\b(s|sec|secs|seconden|seconds)\b",
    "minutes": r"\b(m|min|mins|minuten|minutes)\b",
    "hours": r"\b(h|u|uur|uren|hrs?|hours?)\b",
    "days": r"\b(d|dagen|days)\b",
}
CLOCK = r"(?:(\d+):)?(\d+):([0-5]\d(?:[.,]\d+)?)"
FORMATS = (*SECONDS, "clock")


def unit_of(label: str, values: Sequence[str]) -> str:
    """How lengths of time are written in a column; empty when nothing tells."""
    if nearly_all(sum(bool(re.fullmatch(CLOCK, value)) for value in values), len(values)):
        return "clock"
    words = re.sub(r"[_.]+", " ", label.lower())
    return next((unit for unit, pattern in NAMED.items() if re.search(pattern, words)), "")


def seconds(text: str, format: str, decimal: str) -> float | None:
    """The seconds written in `text`, or None."""
    if format != "clock":
        found = number(text, decimal)
        return None if found is None else found * SECONDS[format or "seconds"]
    clock = re.fullmatch(CLOCK, text.strip())
    if clock is None:
        return None
    hours, minutes, rest = clock.groups()
    return float(hours or 0) * 3600 + float(minutes) * 60 + float(rest.replace(",", "."))


def duration_sql(text: str, format: str, counted_in: str, decimal: str) -> str:
    """SQL for a length of time in the unit `counted_in`, which is one of `COUNTED_IN`."""
    own = SECONDS[COUNTED_IN[counted_in]]
    if format != "clock":
        return f"({number_sql(text, decimal)}) * {SECONDS[format] / own!r}"
    first, second, third = (
        f"try_cast(replace(regexp_extract(trim({text}), '^{CLOCK}$', {i}), ',', '.') AS DOUBLE)"
        for i in (1, 2, 3)
    )
    two = 3600 if counted_in == "h" else 60
    total = (
        f"CASE WHEN {first} IS NULL THEN {second} * {two} + {third} * {two // 60} "
        f"ELSE {first} * 3600 + {second} * 60 + {third} END"
    )
    return f"(({total}) / {own!r})"
