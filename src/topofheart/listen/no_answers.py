"""Rows of a file of answers that are none: tests and spam by a status, and a line of totals below the answers."""

from __future__ import annotations

import re
from collections.abc import Iterable

from topofheart.listen.periods import TOTAL_LINE
from topofheart.listen.profile import Profile

STATUS = re.compile(r"status|state|\btype\b|soort", re.IGNORECASE)
NO_ANSWER = frozenset(
    (
        "test", "testing", "testrespons", "test response", "preview", "survey preview", "voorbeeld", "spam",
        "deleted", "verwijderd",
    )
)  # fmt: skip
MOST_WORDS = 4


def no_answers(profiles: Iterable[Profile]) -> dict[str, list[str]]:
    """The values of each column that make a row no answer."""
    found = {profile.label: _tests(profile) or _totals(profile) for profile in profiles}
    return {label: values for label, values in found.items() if values}


def _tests(profile: Profile) -> list[str]:
    if not STATUS.search(profile.label):
        return []
    found = sorted({said for said in profile.said if said.lower() in NO_ANSWER})
    return found if len(found) < profile.distinct else []


def _totals(profile: Profile) -> list[str]:
    last = profile.values[-1].strip() if profile.values else ""
    once = list(profile.values).count(last) == 1 < profile.distinct
    short = profile.words_per_value < MOST_WORDS
    return [last] if once and short and TOTAL_LINE.fullmatch(last) else []
