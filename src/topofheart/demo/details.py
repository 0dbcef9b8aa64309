"""The details that fill the slots of a sentence: places, days, ages, and invented private data.

Mail addresses end in example.nl, telephone numbers count up from 12345, and the accounts are of a
bank that does not exist (their check number is right, so that redaction is tested fairly).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from topofheart.demo.firm import BIKES, UNITS

Filler = Callable[[int, int, int, int], str]

_NAMES = ("Sanne", "Mo", "Lotte", "Daan", "Fatima", "Jeroen", "Ilse", "Yusuf", "Marieke", "Tim",
          "Petra", "Achmed", "Willem", "Joyce", "Kees", "Noor")  # fmt: skip
_SURNAMES = (
    "jansen",
    "de.vries",
    "bakker",
    "el.amrani",
    "visser",
    "smit",
    "yilmaz",
    "mulder",
    "pieters",
)
_WEEKDAYS = (
    ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag"),
    ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"),
)
_MONTHS = (
    (
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
    ),
    (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
    ),
)
_SLOT = re.compile(r"\{(\w+)\}")


def filled(text: str, unit: int, weeks: int, person: int, language: int) -> str:
    """The text with every slot filled; the same person gives the same details."""
    return _SLOT.sub(lambda slot: FILLERS[slot[1]](unit, weeks, person, language), text)


def _account(person: int) -> str:
    account = f"{person:010d}"
    letters = "".join(str(int(one, 36)) for one in f"DEMO{account}NL00")
    return f"NL{98 - int(letters) % 97:02d}DEMO{account}"


def _mail(person: int) -> str:
    name, surname = _NAMES[person % 16].lower(), _SURNAMES[person // 16 % 9]
    return f"{name}.{surname}{person % 97}@example.nl"


FILLERS: dict[str, Filler] = {
    "city": lambda unit, weeks, person, language: UNITS[unit],
    "weeks": lambda unit, weeks, person, language: str(weeks),
    "days": lambda unit, weeks, person, language: str(2 + weeks + person % 5),
    "name": lambda unit, weeks, person, language: _NAMES[person % 16],
    "bike": lambda unit, weeks, person, language: BIKES[person // 7 % 5],
    "order": lambda unit, weeks, person, language: f"TU-26{person % 1_000_000:06d}",
    "mail": lambda unit, weeks, person, language: _mail(person),
    "phone": lambda unit, weeks, person, language: f"06-12345{person % 1000:03d}",
    "iban": lambda unit, weeks, person, language: _account(person),
    "age": lambda unit, weeks, person, language: str(37 + person // 11 % 48),
    "kid": lambda unit, weeks, person, language: str(4 + person // 13 % 12),
    "km": lambda unit, weeks, person, language: str(6 + person // 17 % 31),
    "euro": lambda unit, weeks, person, language: str(15 + person // 19 % 170),
    "times": lambda unit, weeks, person, language: str(3 + person // 23 % 5),
    "year": lambda unit, weeks, person, language: str(2016 + person // 29 % 8),
    "weekday": lambda unit, weeks, person, language: _WEEKDAYS[language][person // 31 % 6],
    "weekday2": lambda unit, weeks, person, language: _WEEKDAYS[language][
        (person // 31 + 2 + person % 3) % 6
    ],
    "month": lambda unit, weeks, person, language: _MONTHS[language][person // 37 % 10],
}
