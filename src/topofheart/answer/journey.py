"""A journey in the terminal: a column per measure, or lines under each other in a narrow window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from topofheart.answer.drawing import axis, drawing
from topofheart.answer.wording import estimate_text, interval_text
from topofheart.kernel.estimate import Estimate, State
from topofheart.kernel.language import Words

if TYPE_CHECKING:
    from rich.table import Table

    from topofheart.answer.answer import Answer, Row

WIDE_ENOUGH = 100
NOTHING = "–"
TOGETHER = (("contacts", "waiting"), ("asked",), ("worry_before", "worry"))
MEASURES = tuple(one for together in TOGETHER for one in together)


def table(answer: Answer, say: Words, width: int) -> Table:
    from rich import box
    from rich.table import Table

    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    drawn.add_column(str(answer.question["by"][0]), no_wrap=True)
    if width < WIDE_ENOUGH:
        drawn.add_column(say("column.score"))
        for row in answer:
            drawn.add_row(_name(row, say), "\n".join(_lines(answer, row, say)), end_section=True)
        return drawn
    for heading in ("score", "interval", "n"):
        drawn.add_column(say(f"column.{heading}"), justify="right", no_wrap=True)
    measures = [one for one in MEASURES if any(one in row.more for row in answer)]
    for one in measures:
        heading = say(f"journey.{one}", patience=_patience(answer, say))
        drawn.add_column(heading, justify="right", no_wrap=True)
    if not measures:
        drawn.add_column("", no_wrap=True)
    ends = axis([row.estimate for row in answer])
    for row in answer:
        beside = [_cell(row, one, say) for one in measures] or [drawing(row.estimate, ends)]
        drawn.add_row(_name(row, say), *_score(row, say), *beside)
    return drawn


def notes(answer: Answer, say: Words) -> list[str]:
    """How the order of the touchpoints is known, and what the measures beside the score are."""
    measured = {one for row in answer for one in row.more}
    about = [name for name in ("waiting", "worry") if name in measured]
    patience = _patience(answer, say)
    return [
        say(f"journey.order.{answer.question['ordered_by']}"),
        *(say(f"journey.note.{one}", patience=patience) for one in about),
    ]


def _name(row: Row, say: Words) -> str:
    from rich.markup import escape

    if step := row.more.get("step"):
        return f"[dim]{say(f'step.{step}')}[/dim]"
    name = next(iter(row.group.values()), None)
    return escape(name) if name else f"[dim]{say('journey.nowhere')}[/dim]"


def _score(row: Row, say: Words) -> tuple[str, str, str]:
    one = row.estimate
    if one.state is State.NO_EVIDENCE:
        return f"[dim]{NOTHING}[/dim]", "", ""
    return estimate_text(one, say), interval_text(one, say), say.number(one.n)


def _cell(row: Row, measure: str, say: Words) -> str:
    value = row.more.get(measure)
    if isinstance(value, Estimate):
        if value.state is not State.SHOWN:
            return estimate_text(value, say)
        half = _half_width(value, say)
        return f"{_short(value, say)} [dim]{half}[/dim]"
    return f"[dim]{NOTHING}[/dim]" if value is None else say.number(value)


def _short(one: Estimate, say: Words) -> str:
    """Whole percents and one decimal: the last digits of a figure beside the score say nothing."""
    assert one.value is not None
    if one.unit == "share":
        return f"{say.number(one.value * 100)} %"
    return say.number(one.value, decimals=1)


def _half_width(one: Estimate, say: Words) -> str:
    """How far the interval reaches on its longest side."""
    assert one.value is not None
    reach = max(one.value - (one.low or 0.0), (one.high or 0.0) - one.value)
    return (
        f"±{say.number(reach * 100)}"
        if one.unit == "share"
        else f"±{say.number(reach, decimals=1)}"
    )


def _lines(answer: Answer, row: Row, say: Words) -> list[str]:
    """Everything of one touchpoint in a narrow window."""
    score, interval, n = _score(row, say)
    first = f"{score}  [dim]{interval}[/dim]  n {n}" if n else score
    patience = _patience(answer, say)
    told = (
        [
            say(f"journey.said.{one}", value=_cell(row, one, say), patience=patience)
            for one in together
            if row.more.get(one) is not None
        ]
        for together in TOGETHER
    )
    return [first, *(" · ".join(line) for line in told if line)]


def _patience(answer: Answer, say: Words) -> str:
    seconds = float(answer.question["patience_seconds"])
    if seconds < 120:
        return say("journey.seconds", n=say.number(seconds))
    return say(
        "journey.minutes", n=say.number(seconds / 60, decimals=0 if seconds % 60 == 0 else 1)
    )
