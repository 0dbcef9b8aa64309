"""The columns of a table of estimates: what every kind of answer has, and how one is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from topofheart.answer.drawing import axis, drawing
from topofheart.answer.wording import estimate_text, interval_text
from topofheart.kernel.estimate import State
from topofheart.kernel.language import Words

if TYPE_CHECKING:
    from topofheart.answer.answer import Answer, Row


@dataclass(frozen=True)
class Column:
    """A heading and what stands under it in each row; numbers stand to the right.

    One that can be `spared` is left out where the screen is too narrow for all.
    """

    heading: str
    cell: Callable[[Row], str]
    number: bool = False
    spared: bool = False


def groups(answer: Answer, say: Words) -> list[Column]:
    """What each row is of."""
    names = dict.fromkeys(name for row in answer for name in row.group)
    found = [Column(name, lambda row, name=name: _group(row, name)) for name in names]  # type: ignore[misc]
    if any(row.period for row in answer):
        found.append(
            Column(say("column.period"), lambda row: row.period.label if row.period else "—")
        )
    return found


def estimates(answer: Answer, say: Words, heading: str, *, counted: str = "n") -> list[Column]:
    """The value, and where there is one its interval and what it rests on."""
    found = [Column(heading, lambda row: estimate_text(row.estimate, say), number=True)]
    if not has_intervals(answer):
        return found
    return [
        *found,
        Column(say("column.interval"), lambda row: interval_text(row.estimate, say), number=True),
        Column(say(f"column.{counted}"), lambda row: _count(row, say), number=True),
    ]


def drawings(answer: Answer) -> list[Column]:
    """The intervals as lines under each other."""
    if not has_intervals(answer):
        return []
    ends = axis([row.estimate for row in answer])
    return [Column("", lambda row: drawing(row.estimate, ends), spared=True)]


def has_intervals(answer: Answer) -> bool:
    return any(
        row.estimate.low is not None or row.estimate.state is not State.SHOWN for row in answer
    )


def _group(row: Row, name: str) -> str:
    from rich.markup import escape as shown

    return shown(row.group.get(name) or "—")


def _count(row: Row, say: Words) -> str:
    """How many answers; of a group that is compared with the others, its own."""
    own = row.more.get("after") if "verdict" in row.more and row.group else None
    n = (own or row.estimate).counted
    return "—" if n is None else say.number(n)
