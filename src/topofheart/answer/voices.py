"""Customers' words in the terminal: in the margin the score or how they judge, the quote beside it."""

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
    heading = "voices.judges" if _contacts(answer) else "column.score"
    drawn.add_column(say(heading), justify="right", no_wrap=True, style="bold")
    drawn.add_column(say("voices.words"), max_width=LINE_WIDTH)
    before: dict[str, str | None] | None = None
    for row in answer:
        if row.group and row.group != before:
            drawn.add_row("", f"[bold]{_group(row, say)}[/bold]")
        before = row.group
        drawn.add_row(_score(row, say), _said(row, say), end_section=True)
    return drawn


def notes(answer: Answer, say: Words) -> list[str]:
    """What it was looked for as, and what one quote stands for."""
    return [*_looked_for(answer, say), _stands(answer, say)]


def _looked_for(answer: Answer, say: Words) -> list[str]:
    also = answer.question.get("about_also")
    labels = [_named(label, say) for label in answer.question.get("about_labels") or ()]
    return [
        *([say("voices.also", words=", ".join(also))] if also else []),
        *([say("voices.labelled", labels="; ".join(labels))] if labels else []),
    ]


def _named(label: str, say: Words) -> str:
    """A label by its name; a group of questions by its id."""
    kind, _, name = label.partition(".")
    if kind == "question":
        return name
    return say(f"label.{name}") if name else say("label.any")


def _stands(answer: Answer, say: Words) -> str:
    told = [row for row in answer if "said" in row.more]
    contacts = _contacts(answer)
    if not told:
        return say("voices.no_contact" if contacts else "voices.none")
    if told[0].estimate.state is not State.SHOWN:
        return say("voices.not_judged" if contacts else "voices.no_score")
    parts = answer.question["count"]
    return say(
        "voices.stands_judged" if contacts else "voices.stands", share=say.number(100 / parts)
    )


def _contacts(answer: Answer) -> bool:
    return answer.question.get("source") == "contacts"


def _group(row: Row, say: Words) -> str:
    from rich.markup import escape

    return escape(" · ".join(value or "–" for value in row.group.values()))


def _score(row: Row, say: Words) -> str:
    if row.more.get("valence"):
        return say(f"label.{row.more['valence']}")
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
    told += [
        say(f"label.{value}") if name == "topic" else str(value)
        for name, value in row.more["from"].items()
    ]
    if row.estimate.state is State.SHOWN:
        share, interval = estimate_text(row.estimate, say), interval_text(row.estimate, say)
        n = say.number(row.estimate.n)
        told.append(
            say(
                "voices.same_judgement" if "valence" in row.more else "voices.same",
                share=share,
                interval=interval,
                n=n,
            ).replace(" %", "\u00a0%")
        )
    return f"{escape(say('voices.quote', words=words))}\n[dim]{escape(' · '.join(told))}[/dim]"
