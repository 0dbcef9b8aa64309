"""Columns that have to be worked out from others before they can be mapped.

A day and a clock in two columns become one moment, a week its first day. In tables of totals an average becomes a total, a
percentage with its number of answers becomes counts, and months beside each other come below each other.
What was worked out is said as an assumption.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from topofheart.listen.clock import HOUR
from topofheart.listen.days import formats_of, nearly_all
from topofheart.listen.delimited import Record
from topofheart.listen.profile import Profile
from topofheart.listen.worked import Worked

Cells = list[str | None]
BETWEEN = re.compile(rf"\s*({HOUR})\s*(?:-|–|t/m|tot|to)\s*({HOUR})\s*")
DAY_LABEL = re.compile(r"datum|date|\bdag\b|\bday\b", re.IGNORECASE)
CLOCK_LABEL = re.compile(
    r"tijd|time|\buur\b|hour|interval|kwartier|\bvan\b|from|start|begin", re.IGNORECASE
)
WHOLE_HOUR_LABEL = re.compile(r"^(uur|hour|uur van de dag|hour of (the )?day)$", re.IGNORECASE)
WEEK = re.compile(
    r"(?:(\d{4})\s*[-/ ]?\s*(?:w|wk|week)\.?\s*[-/]?\s*(\d{1,2})|(?:w|wk|week)\.?\s*(\d{1,2})\s*[-/, ]\s*(\d{4}))",
    re.IGNORECASE,
)
QUARTER = re.compile(
    r"(?:(\d{4})\s*[-/ ]?\s*[qk]\s*([1-4])|[qk]\s*([1-4])\s*[-/, ]\s*(\d{4}))", re.IGNORECASE
)
LENGTH_LABEL = re.compile(
    r"duur|duration|wacht|wait|gespreks|handl|afhandel|response|reactie", re.IGNORECASE
)


@dataclass(frozen=True)
class Reshape:
    """New labels, and how records become records with those."""

    labels: list[str]
    records: Callable[[Iterable[Record]], Iterator[Record]]
    worked: tuple[Worked, ...] = ()


def profiles_of(labels: Sequence[str], rows: Sequence[Sequence[str | None]]) -> list[Profile]:
    """Profiles of the first rows of a file."""
    return [
        Profile(label, [str(row[i]) for row in rows if i < len(row) and row[i]], len(rows))
        for i, label in enumerate(labels)
    ]


def day_and_clock(labels: list[str], rows: Sequence[Cells]) -> Reshape | None:
    """A column of days right before one of clocks (`08:00`, `08:00 - 08:30`) as one column of moments."""
    profiles = profiles_of(labels, rows)
    for place, (day, clock) in enumerate(pairwise(profiles)):
        if _is_day(day) and _is_clock(clock):
            return _moments(labels, place)
    return None


def _is_day(profile: Profile) -> bool:
    """Whole days: no value has a clock of its own."""
    if not DAY_LABEL.search(profile.label) or not formats_of(profile.said[:400]):
        return False
    clocks = sum(bool(re.search(r"\d:\d\d", one)) for one in profile.said)
    midnights = sum(one.endswith(("00:00:00", " 00:00")) for one in profile.said)
    return clocks == midnights


def _is_clock(profile: Profile) -> bool:
    named = CLOCK_LABEL.search(profile.label) and not LENGTH_LABEL.search(profile.label)
    if WHOLE_HOUR_LABEL.match(profile.label):
        return bool(profile.numbers) and set(profile.numbers) <= set(range(24))
    written = sum(bool(re.fullmatch(HOUR, one) or BETWEEN.fullmatch(one)) for one in profile.said)
    return bool(named) and bool(profile.said) and nearly_all(written, len(profile.said))


def _moments(labels: list[str], place: int) -> Reshape:
    joined = f"{labels[place]} {labels[place + 1]}"

    def records(found: Iterable[Record]) -> Iterator[Record]:
        for one in found:
            day, clock = [*one.cells[place : place + 2], None, None][:2]
            between = BETWEEN.fullmatch(clock or "")
            hour = re.sub(r"\.\d+$", "", (between.group(1) if between else clock or "").strip())
            hour = f"{int(hour):02d}:00" if hour.isdigit() else hour
            plain = re.sub(r"[ T]00:00(:00)?$", "", day or "")
            cell = f"{plain} {hour}".strip() or None
            cells = [*one.cells[:place], cell, *one.cells[place + 2 :]]
            yield Record(one.row, cells, one.trouble)

    now = [*labels[:place], joined, *labels[place + 2 :]]
    return Reshape(now, records, (Worked("moment", joined, tuple(labels[place : place + 2])),))


def weeks_and_quarters(labels: list[str], rows: Sequence[Cells]) -> Reshape | None:
    """`2026-W09`, `week 9 2026` and `Q1 2026` as the first day of that week or quarter."""
    profiles = profiles_of(labels, rows)
    places = [
        place
        for place, one in enumerate(profiles)
        if nearly_all(sum(first_day(said) is not None for said in one.said), len(one.said))
    ]
    if not places:
        return None

    def records(found: Iterable[Record]) -> Iterator[Record]:
        for one in found:
            cells = list(one.cells)
            for place in places:
                begun = first_day(cells[place] or "")
                cells[place] = begun.isoformat() if begun else cells[place]
            yield Record(one.row, cells, one.trouble)

    return Reshape(labels, records)


def first_day(text: str) -> date | None:
    """The first day of the week (ISO 8601) or quarter that is written in `text`."""
    for pattern in (WEEK, QUARTER):
        found = pattern.fullmatch(text.strip())
        if found:
            year, number = int(found[1] or found[4]), int(found[2] or found[3])
            try:
                return (
                    date.fromisocalendar(year, number, 1)
                    if pattern is WEEK
                    else date(year, 3 * number - 2, 1)
                )
            except ValueError:
                return None
    return None
