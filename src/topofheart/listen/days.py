"""How days and times are written: formats found in a column's values, and their SQL.

A format is `iso` (with or without an offset, also mixed), `unix`, `unix ms`, `excel` (days since 1900) or
a strptime pattern. A time without an offset is on the clock of the file's zone; the hour that the
clock skips counts from before the change, the hour that comes twice is its second time.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

ISO_CLOCK = r"\d{4}-\d{1,2}-\d{1,2}([T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?)?"
ISO_OFFSET = r"\d{4}-\d{1,2}-\d{1,2}[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)? ?(Z|UTC|[+-]\d{2}(:?\d{2})?)"
WRITTEN = {
    "iso": f"{ISO_CLOCK}|{ISO_OFFSET}",
    "unix": r"[12]\d{9}(\.\d+)?",
    "unix ms": r"[12]\d{12}",
    "excel": r"[2-7]\d{4}([.,]\d+)?",
}
CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", ", %H:%M", ", %H:%M:%S", " %H.%M")
DAYS = (
    "%d-%m-%Y", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y/%m/%d", "%Y%m%d", "%d-%m-%y", "%d/%m/%y",
    "%m/%d/%y", "%m-%d-%Y", "%d %b %Y", "%b %d, %Y", "%b %d %Y", "%d-%b-%Y", "%d-%b-%y", "%d/%b/%Y", "%d/%b/%y", "%Y-%m",
    "%m-%Y", "%m/%Y", "%Y/%m", "%b %Y", "%b-%Y", "%b-%y", "%b %y",
)  # fmt: skip
MONTHS = {
    "jan": "jan(?:uary|uari)?", "feb": "feb(?:ruary|ruari)?", "mar": "maart|mrt|mar(?:ch)?",
    "apr": "apr(?:il)?", "may": "mei|may", "jun": "june?|juni", "jul": "july?|juli",
    "aug": "aug(?:ustus|ust)?", "sep": "sep(?:t(?:ember)?)?", "oct": "o[kc]t(?:ober)?",
    "nov": "nov(?:ember)?", "dec": "dec(?:ember)?",
}  # fmt: skip
ASIDE = (
    r"\b(?:(?:maan|dins|woens|donder|vrij|zater|zon)dag|(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|ma|di|wo|do|vr|za|zo|mon|tue|wed|thu|fri|sat|sun|om|at|uur)\b[.,]? ?"
)
FITTING = 0.8
FIRST_TRIED = 12


def nearly_all(found: int, asked: int) -> bool:
    """Whether so few values are otherwise that those are mistakes: one, or one in five."""
    return found > 0 and asked - found <= max(asked > 2, (1 - FITTING) * asked)


def formats_of(values: Sequence[str]) -> list[str]:
    """The formats that fit these values best, and nearly all of them.

    Several when the values do not tell them apart, such as day and month the other way round.
    """
    likely = [value for value in values if 5 <= len(value) <= 40 and re.search(r"\d\d", value)]
    if not nearly_all(len(likely), len(values)):
        return []
    for name, written in WRITTEN.items():
        if nearly_all(sum(bool(re.fullmatch(written, value)) for value in likely), len(values)):
            return [name]
    english = [short_months(value) for value in likely]
    every = [day + clock for day in DAYS for clock in CLOCKS]
    tried = [one for one in every if any(_fits(value, one) for value in english[:FIRST_TRIED])]
    fitting = {one: sum(_fits(value, one) for value in english) for one in tried}
    best = max(fitting.values(), default=0)
    return [
        one for one, count in fitting.items() if count == best and nearly_all(best, len(values))
    ]


def short_months(value: str) -> str:
    """Dutch and English months in three English letters: `4 maart 2026` → `4 mar 2026`."""
    value = value.lower()
    if re.search("[a-z]{3}", value):
        for short, names in MONTHS.items():
            value = re.sub(rf"\b(?:{names})\b\.?", short, value)
        value = re.sub(ASIDE, "", value).strip()
    return value


def _fits(value: str, pattern: str) -> bool:
    try:
        return 1900 < datetime.strptime(value, pattern).year < 2100
    except ValueError:
        return False


def instant_sql(text: str, format: str, zone: str) -> str:
    """SQL for the UTC instant written in `text`; NULL where it is not written so."""
    if format not in ("", "iso"):
        written = _elsewhere_sql(text, format)
        return written if format.startswith("unix") else f"timezone('{zone}', {written})"
    plain = f"trim({text})"
    return (
        f"CASE WHEN {is_usual_sql(text)} THEN timezone('{zone}', try_cast({text} AS TIMESTAMP)) "
        f"WHEN regexp_full_match({plain}, '{ISO_CLOCK}') "
        f"THEN timezone('{zone}', try_cast({plain} AS TIMESTAMP)) "
        f"WHEN regexp_full_match({plain}, '{ISO_OFFSET}') "
        f"THEN try_cast(replace({plain}, ' +', '+') AS TIMESTAMP WITH TIME ZONE) END"
    )


def is_usual_sql(text: str) -> str:
    """SQL for whether this can only be an ISO day, or day and time, without an offset."""
    return f"(strlen({text}) = 10 OR (strlen({text}) = 19 AND {text}[17] = ':'))"


def day_sql(text: str, format: str, zone: str) -> str:
    """SQL for the day written in `text`, on the clock of `zone`; NULL where it is not written so."""
    if format in ("", "iso") or format.startswith("unix"):
        return local_day_sql(instant_sql(text, format, zone), zone)
    return f"{_elsewhere_sql(text, format)}::DATE"


def local_day_sql(instant: str, zone: str) -> str:
    """SQL for the calendar day of an instant on the clock of `zone`."""
    return f"timezone('{zone}', {instant})::DATE"


def _elsewhere_sql(text: str, format: str) -> str:
    """SQL for what is not ISO: an instant for `unix`, otherwise a time on the wall."""
    number = f"try_cast(replace({text}, ',', '.') AS DOUBLE)"
    if format.startswith("unix"):
        scale = 1_000 if format == "unix ms" else 1_000_000
        micros = f"{number} * {scale}"
        return (
            f"CASE WHEN {micros} BETWEEN 0 AND 4e15 THEN make_timestamptz(({micros})::BIGINT) END"
        )
    if format == "excel":
        seconds = f"round({number} * 86400)"
        counted = f"TIMESTAMP '1899-12-30' + to_seconds({seconds}::BIGINT)"
        return f"CASE WHEN {number} BETWEEN 1 AND 73050 THEN {counted} END"
    if "%b" in format:
        text = f"lower({text})"
        for short, names in MONTHS.items():
            text = f"regexp_replace({text}, '\\b(?:{names})\\b\\.?', '{short}')"
        text = f"trim(regexp_replace({text}, '{ASIDE}', '', 'g'))"
    # The engine takes these words for times in any format.
    words = "('infinity', '-infinity', 'epoch')"
    return f"CASE WHEN lower(trim({text})) NOT IN {words} THEN try_strptime({text}, '{format}') END"
