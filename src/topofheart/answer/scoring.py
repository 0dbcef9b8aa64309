"""How scores are said: each with its interval and its drawing; where they are weighted, what that costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from topofheart.answer.columns import Column, drawings, estimates, groups
from topofheart.answer.wording import value_text
from topofheart.kernel.language import Words

if TYPE_CHECKING:
    from topofheart.answer.answer import Answer, Row

WORTH, UNWEIGHTED = "n_effective", "unweighted"


def columns(answer: Answer, say: Words) -> list[Column]:
    return [
        *groups(answer, say),
        *estimates(answer, say, say("column.score")),
        *_weighted(answer, say),
        *drawings(answer),
    ]


def notes(answer: Answer, say: Words) -> list[str]:
    return []


def _weighted(answer: Answer, say: Words) -> list[Column]:
    found = {
        WORTH: lambda row: say.number(row.more[WORTH]) if WORTH in row.more else "",
        UNWEIGHTED: lambda row: _unweighted(row, say),
    }
    return [
        Column(say(f"column.{name}"), cell, number=True)
        for name, cell in found.items()
        if any(row.more.get(name) is not None for row in answer)
    ]


def _unweighted(row: Row, say: Words) -> str:
    if UNWEIGHTED not in row.more:
        return ""
    return value_text(row.more[UNWEIGHTED], row.estimate.unit, say)
