"""What the doctor found, as plain data; `page.py` draws it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from topofheart.kernel.language import language_of_reader


@dataclass(frozen=True)
class Held:
    """One table that is there: its rows, the days it covers, and the share of rows each column fills."""

    table: str
    rows: int
    first: date | None
    last: date | None
    filled: dict[str, float]


@dataclass(frozen=True)
class Question:
    """One question: what it lacks (empty: it can be asked), and what would make it say more."""

    name: str
    lacks: tuple[str, ...] = ()
    better: tuple[str, ...] = ()


@dataclass(frozen=True)
class Room:
    """A room that is still to come: the tables it will use that are there, and the others."""

    name: str
    has: tuple[str, ...]
    needs: tuple[str, ...]


@dataclass(frozen=True)
class Help:
    """A file that would help: how many minutes it takes, and the questions and rooms it opens."""

    table: str
    minutes: int
    columns: tuple[str, ...]
    opens: tuple[str, ...]


@dataclass(frozen=True)
class Smell:
    """Something in the data that may mislead: a code of `smell` in `texts/`, and what it names."""

    code: str
    told: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Diagnosis:
    """The state of a workspace on a day."""

    made_on: date
    snapshot: int
    tables: tuple[Held, ...]
    questions: tuple[Question, ...]
    rooms: tuple[Room, ...]
    helps: tuple[Help, ...]
    smells: tuple[Smell, ...]
    language: str = field(default_factory=language_of_reader)

    @property
    def best(self) -> Help | None:
        """The one file that would help most."""
        return self.helps[0] if self.helps else None

    def as_dict(self) -> dict[str, Any]:
        plain = asdict(self)
        del plain["language"]
        return plain

    def to_json(self) -> str:
        return json.dumps(self.as_dict(), ensure_ascii=False, indent=2, default=str)

    def __str__(self) -> str:
        from topofheart.measure.doctor.page import as_text

        return as_text(self)
