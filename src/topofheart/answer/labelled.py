"""How emotions, judgements, worries and topics are said: the share of the texts that hold each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from topofheart.answer.columns import Column, drawings, estimates, groups
from topofheart.kernel.language import Words

if TYPE_CHECKING:
    from topofheart.answer.answer import Answer, Row

KINDS = {"emotions": "emotion", "valence": "valence", "worries": "worry", "topics": "topic"}


def columns(answer: Answer, say: Words) -> list[Column]:
    label = KINDS[answer.question["asked"]]
    others = [column for column in groups(answer, say) if column.heading != label]
    named = Column("", lambda row: _name(row, label, say))
    return [*others, named, *estimates(answer, say, say("asked.share")), *drawings(answer)]


def _name(row: Row, label: str, say: Words) -> str:
    from rich.markup import escape

    return escape(row.more["name"]) if "name" in row.more else say(f"label.{row.group[label]}")


def notes(answer: Answer, say: Words) -> list[str]:
    return []
