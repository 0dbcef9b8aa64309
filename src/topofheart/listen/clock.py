"""Moments as conversations write them, in the order day, month, year or the one that the file tells.

Every spelling of `days.py`, and the short ones of chats: `01-03-2026 10:02`, `3/1/26, 10:02 PM`, `10:02`.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from functools import lru_cache

from topofheart.listen.days import CLOCKS, DAYS, short_months

DAY = r"\d{1,4}[-/.]\d{1,2}[-/.]\d{2,4}|\d{1,2}\.? [a-zA-Zé]{3,9}\.?,? \d{4}|[a-zA-Z]{3,9} \d{1,2},? \d{4}"
HOUR = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,6})?)?(?:[\s\u202f]?[AaPp]\.?[Mm]\.?)?"
MOMENT = rf"(?:(?:{DAY})(?:,?[\sT\u202f]+|T)(?:om |at )?{HOUR}(?:Z|[+-]\d{{2}}:?\d{{2}})?|{HOUR})"
ONLY_HOUR = re.compile(HOUR)


@lru_cache(maxsize=100_000)
def moment(text: str, on: date | None = None, *, month_first: bool = False) -> datetime | None:
    """The moment written in `text`; an hour alone is on the day `on`."""
    plain = re.sub(r"[\s\u202f]+", " ", text).strip().replace(" om ", " ").replace(" at ", " ")
    if re.fullmatch(r"[12]\d{9}(\.\d+)?", plain):
        return datetime.fromtimestamp(float(plain)).astimezone()
    if re.fullmatch(r"[12]\d{12}", plain):
        return datetime.fromtimestamp(int(plain) / 1000).astimezone()
    if ONLY_HOUR.fullmatch(plain):
        hour = _hour(plain)
        return datetime.combine(on, hour) if on and hour else None
    try:
        return datetime.fromisoformat(plain.replace(",", "."))
    except ValueError:
        pass
    english = short_months(re.sub(r"(?i)([ap])\.m\.?", r"\1m", plain.replace(", ", " ")))
    days = sorted(DAYS, key=lambda one: one.startswith("%d/%m")) if month_first else DAYS
    for day in days:
        for clock in CLOCKS[:5]:
            try:
                found = datetime.strptime(english, day.replace(",", "") + clock)
            except ValueError:
                continue
            if found.year > 1900:
                return found
    return None


def _hour(text: str) -> time | None:
    plain = re.sub(r"\.(?=[mM])|\.$", "", text.replace(",", ".")).upper().replace(" ", "")
    for pattern in ("%H:%M", "%H:%M:%S", "%H:%M:%S.%f", "%I:%M%p", "%I:%M:%S%p"):
        try:
            return datetime.strptime(plain, pattern).time()
        except ValueError:
            continue
    return None


def months_first(texts: list[str]) -> bool:
    """Whether these short days can only be written with the month first."""
    pairs = [re.match(r"\D*(\d{1,2})/(\d{1,2})/\d{2,4}", text) for text in texts]
    found = [(int(one.group(1)), int(one.group(2))) for one in pairs if one]
    second = any(day > 12 for _, day in found)
    return second and not any(day > 12 for day, _ in found)
