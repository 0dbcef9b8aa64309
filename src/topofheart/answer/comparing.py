"""How a comparison is said: both sides, the difference, the verdict, and what it would take to tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from topofheart.answer.columns import Column, drawings, estimates, groups
from topofheart.answer.wording import estimate_text, interval_text
from topofheart.kernel.language import Words
from topofheart.kernel.period import Period

if TYPE_CHECKING:
    from topofheart.answer.answer import Answer, Row

GENTLE = {"cannot_tell": "yellow", "too_few": "yellow", "no_evidence": "yellow"}
VERDICT_STYLES = {
    **dict.fromkeys(("rose", "higher", "rising"), "green"),
    **dict.fromkeys(("fell", "lower", "falling"), "red"),
} | GENTLE


def columns(answer: Answer, say: Words) -> list[Column]:
    sides = zip(("before", "after"), _sides(answer, say), strict=True)
    return [
        *groups(answer, say),
        *(
            Column(heading, lambda row, side=side: _side(row, side, say), number=True)  # type: ignore[misc]
            for side, heading in sides
        ),
        *estimates(answer, say, say("column.change")),
        *drawings(answer),
        verdicts(say),
    ]


def verdicts(say: Words) -> Column:
    return Column(say("column.verdict"), lambda row: _verdict(row, say))


def notes(answer: Answer, say: Words) -> list[str]:
    """Between periods what it would take to tell, row by row; between groups in one line."""
    if "before" in answer.question or any("later" in row.more for row in answer):
        return [line for row in answer for line in verdict_lines(row, say)]
    return _not_told(answer, say)


def _not_told(answer: Answer, say: Words) -> list[str]:
    """What could have been seen between groups: one line for all of them."""
    sizes = [row.more["detectable"] for row in answer if row.more.get("detectable")]
    if not any(row.more.get("verdict") == "cannot_tell" for row in answer) or not sizes:
        return []
    unit = answer[0].estimate.unit
    low, high = (_size(size, unit, say) for size in (min(sizes), max(sizes)))
    return [say("note.groups", low=low, high=high) if low != high else say("note.group", size=low)]


def verdict_lines(row: Row, say: Words) -> list[str]:
    """What it would take to tell, for a comparison that cannot."""
    more = row.more
    if more.get("verdict") != "cannot_tell":
        return []
    label = ", ".join(value or "—" for value in row.group.values())
    lead = f"{label}: " if label else ""
    lines = []
    if more.get("detectable"):
        unit = row.estimate.unit
        lines.append(say("note.detectable", change=_size(more["detectable"], unit, say)))
    if wider := more.get("wider"):
        lines.append(
            say(
                f"wider.{wider['verdict']}",
                earlier=_period(wider["earlier"], say),
                later=_period(wider["later"], say),
                change=estimate_text(wider["estimate"], say),
                interval=interval_text(wider["estimate"], say),
            )
        )
    elif more.get("decidable_on"):
        lines.append(
            say(
                "note.decidable",
                month=say.month(more["decidable_on"]),
                n=say.number(more["answers_needed"]),
            )
        )
    return [lead + " ".join(lines)] if lines else []


def _size(value: float, unit: str, say: Words) -> str:
    if "share" in unit:
        return say("size.points", n=say.number(value * 100, decimals=1))
    return say.number(value, decimals=2)


def _period(period: Period, say: Words) -> str:
    return f"{say.day(period.first)} – {say.day(period.last)}"


def _sides(answer: Answer, say: Words) -> tuple[str, str]:
    """What is compared with what: two periods, or the others with the group."""
    periods = {
        (row.more["earlier"].label, row.more["later"].label)
        for row in answer
        if "later" in row.more
    }
    if len(periods) == 1:
        return next(iter(periods))
    kind = "period" if periods or not answer.question.get("by") else "group"
    return say(f"column.before.{kind}"), say(f"column.after.{kind}")


def _side(row: Row, side: str, say: Words) -> str:
    return estimate_text(row.more[side], say) if side in row.more else ""


def _verdict(row: Row, say: Words) -> str:
    verdict = str(row.more.get("verdict", "cannot_tell"))
    style = VERDICT_STYLES.get(verdict, "default")
    return f"[{style}]{say(f'verdict.{verdict}')}[/{style}]"
