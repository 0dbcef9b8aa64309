"""Customers' words in the terminal: the score that was given in the margin, the quote beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from topofheart.answer.wording import estimate_text, interval_text
from topofheart.kernel.estimate import State
from topofheart.kernel.language import Words

if TYPE_CHECKING:
    from rich.table import Table

    from topofheart.answer.answer import Answer, Row

LINE_WIDTH = 84


def table(answer: Answer, say: Words, width: int) -> Table:
    from rich import box
    from rich.table import Table

    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    drawn.add_column(say("column.score"), justify="right", no_wrap=True, style="bold")
    drawn.add_column(say("voices.words"), max_width=LINE_WIDTH)
    before: dict[str, str | None] | None = None
    for row in answer:
        if row.group and row.group != before:
            drawn.add_row("", f"[bold]{_group(row, say)}[/bold]")
        before = row.group
        drawn.add_row(_score(row, say), _said(row, say), end_section=True)
    return drawn


def notes(answer: Answer, say: Words) -> list[str]:
    """What one quote stands for."""
    told = [row for row in answer if "said" in row.more]
    if not told:
        return [say("voices.none")]
    if told[0].estimate.state is not State.SHOWN:
        return [say("voices.no_score")]
    parts = answer.question["count"]
    return [say("voices.stands", n=say.number(parts), share=say.number(100 / parts))]


def _group(row: Row, say: Words) -> str:
    from rich.markup import escape

    return escape(" · ".join(value or "–" for value in row.group.values()))


def _score(row: Row, say: Words) -> str:
    score = row.more.get("score")
    if score is None:
        return ""
    return say.number(score, decimals=0 if float(score).is_integer() else 1)


def _said(row: Row, say: Words) -> str:
    """The words, and under them in small print where they come from and how many gave that score."""
    from rich.markup import escape

    words = " ".join(str(row.more.get("said", "")).split())
    if not words:
        return say("state.no_evidence")
    day = row.more.get("day")
    told = [say.day(day)] if day else []
    told += [str(value) for value in row.more["from"].values()]
    if row.estimate.state is State.SHOWN:
        share, interval = estimate_text(row.estimate, say), interval_text(row.estimate, say)
        n = say.number(row.estimate.n)
        told.append(
            say("voices.same", share=share, interval=interval, n=n).replace(" %", "\u00a0%")
        )
    return f"{escape(say('voices.quote', words=words))}\n[dim]{escape(' · '.join(told))}[/dim]"
