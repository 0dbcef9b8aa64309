"""Over which period a row of totals counts, from how its start is written and how far starts lie apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from topofheart.listen.clock import moment
from topofheart.listen.days import formats_of
from topofheart.listen.profile import Profile

TOTAL_LINE = re.compile(
    r"(eind|sub)?tota+l(en|s)?|(grand|sub)[ -]?total|total(s|en)?( .{1,20})?|totaal( .{1,20})?|gemiddelde?|average|som|sum",
    re.IGNORECASE,
)
NAMED = (
    ("month", r"maand|month"), ("week", r"week"), ("quarter", r"kwartaal|quarter"),
    ("year", r"jaar|year"), ("day", r"\bdag\b|\bday\b"),
)  # fmt: skip
FEWEST_MONTHS = 3
MONTHS_ONLY = ("%Y-%m", "%m-%Y", "%m/%Y", "%b %Y", "%b-%y", "%b %y", "%Y/%m")


def period_of(profile: Profile) -> str | None:
    """The length of the periods, when the values or the name of the column tell it."""
    if profile.formats and profile.formats[0] in MONTHS_ONLY:
        return "month"
    named = next((p for p, word in NAMED if re.search(word, profile.label.lower())), None)
    days = sorted({one.date() for one in (moment(said) for said in profile.said) if one})
    if len(days) > 1 and all(day.day == 1 for day in days):
        months = min((b.year - a.year) * 12 + b.month - a.month for a, b in pairwise(days))
        return {1: "month", 3: "quarter", 12: "year"}.get(months, named)
    if len(days) > 1:
        return {1: "day", 7: "week"}.get(min((b - a).days for a, b in pairwise(days)), named)
    return named


def months_in(labels: Sequence[str]) -> list[str]:
    """The columns that are months, when there are so many that the file has months beside each other."""
    found = [label for label in labels if _is_month(label)]
    return found if len(found) >= FEWEST_MONTHS else []


def _is_month(label: str) -> bool:
    text = re.sub(r" 00:00(:00)?$", "", label.strip())
    return bool(re.search(r"\d", text)) and bool(formats_of([text]))


def steady_interval(profile: Profile) -> float | None:
    """The length of the intervals in seconds, from the smallest step between their starts."""
    found = {one for one in (moment(said) for said in profile.said) if one}
    if len({one.tzinfo is None for one in found}) != 1:
        return None
    steps = [(b - a).total_seconds() for a, b in pairwise(sorted(found))]
    return min(steps) if steps and min(steps) <= 86_400 else None
