"""Calendar periods on which answers are counted: day, ISO week, month, quarter, year."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from topofheart.kernel.errors import InvalidInput

EVERY = ("day", "week", "month", "quarter", "year")
MONTHS_IN = {"month": 1, "quarter": 3, "year": 12}
LABEL = re.compile(r"^(\d{4})(?:-(?:(\d{2})(?:-(\d{2}))?|W(\d{2})|Q([1-4])))?$")


@dataclass(frozen=True, order=True)
class Period:
    """One calendar period, or any run of days (`every` is then `days`). Both ends are included."""

    first: date
    last: date
    every: str = "days"

    @property
    def label(self) -> str:
        """`2026-10-04`, `2026-W40`, `2026-10`, `2026-Q4`, `2026`."""
        first = self.first
        if self.every == "week":
            year, week, _ = first.isocalendar()
            return f"{year}-W{week:02d}"
        if self.every == "month":
            return f"{first:%Y-%m}"
        if self.every == "quarter":
            return f"{first.year}-Q{(first.month + 2) // 3}"
        if self.every == "year":
            return str(first.year)
        return first.isoformat() if self.every == "day" else f"{first}…{self.last}"

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def before(self, steps: int = 1) -> Period:
        """The period that many steps earlier."""
        if self.every == "days":
            return Period(
                self.first - timedelta(self.days * steps), self.last - timedelta(self.days * steps)
            )
        first = self.first
        for _ in range(steps):
            first = period_of(first - timedelta(1), self.every).first
        return period_of(first, self.every)


def period_of(day: date, every: str) -> Period:
    """The calendar period in which a day falls."""
    check_every(every)
    if isinstance(day, datetime):  # what an engine makes of a day that it truncates
        day = day.date()
    if every == "day":
        return Period(day, day, every)
    if every == "week":
        monday = day - timedelta(day.weekday())
        return Period(monday, monday + timedelta(6), every)
    months = MONTHS_IN[every]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return Period(first, _months_later(first, months) - timedelta(1), every)


def calendar_period(first: date, last: date, among: Sequence[str] = EVERY) -> Period | None:
    """The one calendar period that runs from `first` to `last`, or None."""
    periods = (period_of(first, every) for every in among)
    return next((one for one in periods if (one.first, one.last) == (first, last)), None)


def parse_period(text: str) -> Period:
    """Read a label: `2026-10-04`, `2026-W40`, `2026-10`, `2026-Q4`, `2026`, or `FROM…TO` / `FROM..TO`.

    Raises InvalidInput for anything else.
    """
    ends = re.split(r"…|\.\.", text.strip())
    if len(ends) == 2:
        return Period(parse_period(ends[0]).first, parse_period(ends[1]).last)
    match = LABEL.match(text.strip())
    try:
        if match is None:
            raise ValueError
        year, month, day, week, quarter = match.groups()
        if day:
            return period_of(date(int(year), int(month), int(day)), "day")
        if week:
            return period_of(date.fromisocalendar(int(year), int(week), 1), "week")
        if quarter:
            return period_of(date(int(year), int(quarter) * 3, 1), "quarter")
        return period_of(date(int(year), int(month or 1), 1), "month" if month else "year")
    except ValueError:
        raise InvalidInput(
            f"'{text}' is not a period.",
            code="bad_period",
            hint="Write 2026, 2026-Q4, 2026-10, 2026-W40, 2026-10-04 or 2026-01..2026-06.",
        ) from None


def check_every(every: str) -> None:
    if every not in EVERY:
        raise InvalidInput(
            f"'{every}' is not a period to count by.",
            code="bad_period",
            hint=f"Choose from: {', '.join(EVERY)}.",
        )


def _months_later(first: date, months: int) -> date:
    place = first.year * 12 + first.month - 1 + months
    return date(place // 12, place % 12 + 1, 1)
