"""How a response is said: what became of the invitations, and what the silent could still change."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from topofheart.answer.columns import Column, estimates, groups
from topofheart.answer.wording import estimate_text, interval_text
from topofheart.kernel.language import Words

if TYPE_CHECKING:
    from topofheart.answer.answer import Answer

COUNTS = ("answered", "bounced", "declined", "withheld")
BOUNDS, ALIKE = "worst_case", "representativeness"
WRITTEN = {BOUNDS: interval_text, ALIKE: estimate_text}


def columns(answer: Answer, say: Words) -> list[Column]:
    return [
        *groups(answer, say),
        *estimates(answer, say, say("column.rate"), counted="invited"),
        *(_count(name, say) for name in COUNTS if any(row.more.get(name) for row in answer)),
        *(_estimate(name, say) for name in WRITTEN if any(name in row.more for row in answer)),
    ]


def notes(answer: Answer, say: Words) -> list[str]:
    """Why invitations were withheld, and how the columns are read."""
    reasons: Counter[str] = Counter()
    for row in answer:
        reasons.update(row.more.get("reasons", {}))
    listed = ", ".join(f"{reason} ({say.number(n)})" for reason, n in reasons.most_common())
    explained = [name for name in WRITTEN if any(name in row.more for row in answer)]
    return [
        *([say("note.withheld", reasons=listed)] if reasons else []),
        *(say(f"note.{name}") for name in explained),
    ]


def _count(name: str, say: Words) -> Column:
    return Column(
        say(f"column.{name}"),
        lambda row: say.number(row.more[name]) if name in row.more else "",
        number=True,
    )


def _estimate(name: str, say: Words) -> Column:
    return Column(
        say(f"column.{name}"),
        lambda row: WRITTEN[name](row.more[name], say) if name in row.more else "",
        number=True,
    )
