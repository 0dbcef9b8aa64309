"""How days and times are written: formats tried on a column's values, and their SQL.

A format is `iso`, `iso zoned` (with Z or an offset), `unix`, `unix ms`, or a strptime pattern.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

ISO = re.compile(r"^\d{4}-\d{1,2}-\d{1,2}([T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?)?$")
ZONED = re.compile(r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)? ?(Z|UTC|[+-]\d{2}(:?\d{2})?)$")
CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
DAYS = (
    "%d-%m-%Y", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y/%m/%d", "%Y%m%d", "%d-%m-%y", "%d/%m/%y",
    "%m/%d/%y", "%d %b %Y", "%b %d, %Y", "%d-%b-%Y", "%d-%b-%y", "%Y-%m",
)  # fmt: skip
MONTHS = {
    "jan": "jan(?:uary|uari)?", "feb": "feb(?:ruary|ruari)?", "mar": "maart|mrt|mar(?:ch)?",
    "apr": "apr(?:il)?", "may": "mei|may", "jun": "june?|juni", "jul": "july?|juli",
    "aug": "aug(?:ustus|ust)?", "sep": "sep(?:t(?:ember)?)?", "oct": "o[kc]t(?:ober)?",
    "nov": "nov(?:ember)?", "dec": "dec(?:ember)?",
}  # fmt: skip


def formats_of(values: Sequence[str]) -> list[str]:
    """The formats that fit every one of these values; two of them when day and month may be swapped."""
    if not values:
        return []
    if all(ISO.match(value) for value in values):
        return ["iso"]
    if all(ZONED.match(value) for value in values):
        return ["iso zoned"]
    english = [short_months(value) for value in values]
    patterns = [day + clock for day in DAYS for clock in CLOCKS]
    fitting = [pattern for pattern in patterns if _fits(english[0], pattern)]
    for value in english[1:]:
        fitting = [pattern for pattern in fitting if _fits(value, pattern)]
        if not fitting:
            break
    if fitting:
        return fitting
    if all(re.fullmatch(r"1[0-9]{9}(\.\d+)?", value) for value in values):
        return ["unix"]
    return ["unix ms"] if all(re.fullmatch(r"1[0-9]{12}", value) for value in values) else []


def short_months(value: str) -> str:
    """Dutch and English months in three English letters: `4 maart 2026` → `4 mar 2026`."""
    value = value.lower()
    if re.search("[a-z]{3}", value):
        for short, names in MONTHS.items():
            value = re.sub(rf"\b(?:{names})\b\.?", short, value)
    return value


def _fits(value: str, pattern: str) -> bool:
    try:
        return 1900 < datetime.strptime(value, pattern).year < 2100
    except ValueError:
        return False


def instant_sql(text: str, format: str, zone: str) -> str:
    """SQL for the UTC instant written in `text`; NULL where it is not written so.

    A time without an offset is on the clock of `zone`.
    """
    if format == "iso zoned":
        return f"try_cast({text} AS TIMESTAMP WITH TIME ZONE)"
    if format.startswith("unix"):
        scale = 1_000 if format == "unix ms" else 1_000_000
        return f"make_timestamptz((try_cast({text} AS DOUBLE) * {scale})::BIGINT)"
    return f"timezone('{zone}', {clock_sql(text, format)})"


def clock_sql(text: str, format: str) -> str:
    """SQL for the time on the wall written in `text`, without a zone."""
    if format in ("", "iso"):
        return f"try_cast({text} AS TIMESTAMP)"
    if "%b" in format:
        text = f"lower({text})"
        for short, names in MONTHS.items():
            text = f"regexp_replace({text}, '\\b(?:{names})\\b\\.?', '{short}')"
    return f"try_strptime({text}, '{format}')"


def local_day_sql(instant: str, zone: str) -> str:
    """SQL for the calendar day of an instant on the clock of `zone`."""
    return f"timezone('{zone}', {instant})::DATE"
