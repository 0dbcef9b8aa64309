"""How emotions, judgements, worries and topics are said: the share of the texts that hold each."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from topofheart.answer.columns import Column, drawings, estimates, groups
from topofheart.answer.wording import value_text
from topofheart.kernel.language import Words

if TYPE_CHECKING:
    from topofheart.answer.answer import Answer, Row

KINDS = {"emotions": "emotion", "valence": "valence", "worries": "worry", "topics": "topic"}


def columns(answer: Answer, say: Words) -> list[Column]:
    label = KINDS[answer.question["asked"]]
    others = [column for column in groups(answer, say) if column.heading != label]
    named = Column("", lambda row: _name(row, label, say))
    found = [*others, named, *estimates(answer, say, say("asked.share")), *drawings(answer)]
    if not any("as_read" in row.more for row in answer):
        return found
    return [*found, Column(say("asked.as_read"), lambda row: _as_read(row, say), number=True)]


def _as_read(row: Row, say: Words) -> str:
    """The plain share, before the correction: to see how much the correction does."""
    share = row.more.get("as_read")
    return "" if share is None else value_text(share, "share", say)


def _name(row: Row, label: str, say: Words) -> str:
    from rich.markup import escape

    return escape(row.more["name"]) if "name" in row.more else say(f"label.{row.group[label]}")


def caveat_figures(answer: Answer, say: Words) -> dict[str, str]:
    """The numbers in the caveats: on how many texts the reader was checked, how far it is off elsewhere."""
    asked = answer.question
    figures = {"texts": say.number(asked.get("checked_texts", 0))}
    if "elsewhere" in asked:
        figures["factor"] = say.number(math.exp(asked["elsewhere"]["half"]), decimals=1)
    return figures


def notes(answer: Answer, say: Words) -> list[str]:
    return []
