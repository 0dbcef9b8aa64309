"""What stands beside the estimates of some answers: what weighting costs, and what became of invitations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from topofheart.answer.wording import estimate_text, interval_text, value_text
from topofheart.kernel.estimate import Estimate
from topofheart.kernel.language import Words

if TYPE_CHECKING:
    from topofheart.answer.answer import Answer, Row

UNWEIGHTED = "unweighted"
COUNTS = ("n_effective", "answered", "bounced", "declined", "withheld")
BOUNDS, ALIKE = "worst_case", "representativeness"
NAMES = (*COUNTS, UNWEIGHTED, BOUNDS, ALIKE)

Column = tuple[str, Callable[["Row"], str]]


def columns(answer: Answer, say: Words) -> list[Column]:
    """The columns that this answer has, each with what it says of a row."""
    found = [_count(name, say) for name in COUNTS if any(row.more.get(name) for row in answer)]
    for name, written in ((BOUNDS, interval_text), (ALIKE, estimate_text)):
        if any(name in row.more for row in answer):
            found.append(_estimate(name, written, say))
    if any(UNWEIGHTED in row.more for row in answer):
        found.append((say(f"column.{UNWEIGHTED}"), lambda row: _unweighted(row, say)))
    return found


def _unweighted(row: Row, say: Words) -> str:
    return (
        value_text(row.more[UNWEIGHTED], row.estimate.unit, say) if UNWEIGHTED in row.more else ""
    )


def _count(name: str, say: Words) -> Column:
    return say(f"column.{name}"), lambda row: say.number(row.more[name]) if name in row.more else ""


def _estimate(name: str, written: Callable[[Estimate, Words], str], say: Words) -> Column:
    return (
        say(f"column.{name}"),
        lambda row: written(row.more[name], say) if name in row.more else "",
    )


def notes(answer: Answer, say: Words) -> list[str]:
    """Why invitations were withheld, and how the columns are read."""
    reasons: Counter[str] = Counter()
    for row in answer:
        reasons.update(row.more.get("reasons", {}))
    listed = ", ".join(f"{reason} ({say.number(n)})" for reason, n in reasons.most_common())
    explained = [name for name in (BOUNDS, ALIKE) if any(name in row.more for row in answer)]
    return [
        *([say("note.withheld", reasons=listed)] if reasons else []),
        *(say(f"note.{name}") for name in explained),
    ]
