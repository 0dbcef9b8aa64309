"""Customers' questions in the terminal: each with how often, whether it grows, the worry behind it, and quotes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from topofheart.answer.wording import estimate_text, interval_text
from topofheart.kernel.estimate import State
from topofheart.kernel.language import Words

if TYPE_CHECKING:
    from rich.table import Table

    from topofheart.answer.answer import Answer, Row

QUOTES_SHOWN = 3
STEADY = 0.6
NARROW = 100
BESIDE, NARROW_BESIDE, LEAST_WIDTH = 74, 58, 24


def table(answer: Answer, say: Words, width: int) -> Table:
    from rich import box
    from rich.table import Table

    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    drawn.add_column("", justify="right", no_wrap=True, style="dim")
    others = BESIDE if width >= NARROW else NARROW_BESIDE
    drawn.add_column(say("asked.column"), width=max(LEAST_WIDTH, width - others))
    drawn.add_column(say("asked.times"), justify="right", no_wrap=True)
    orders = any(row.more.get("per_100_orders") for row in answer)
    if orders and width >= NARROW:
        drawn.add_column(say("asked.orders"), justify="right", no_wrap=True)
    drawn.add_column(say("asked.moving"), min_width=12, max_width=16)
    drawn.add_column(say("asked.behind"), min_width=14, max_width=20)
    for place, row in enumerate(answer, 1):
        if "count" not in row.more:
            continue
        cells = [str(place), _question(row, say), _times(row, say)]
        if orders and width >= NARROW:
            cells.append(_rate(row.more["per_100_orders"], say))
        drawn.add_row(*cells, _moving(row, say), _worry(row, say), end_section=True)
    return drawn


def notes(answer: Answer, say: Words) -> list[str]:
    shown = [row for row in answer if "count" in row.more]
    if not shown:
        return [say("asked.none")]
    groups = say.number(answer.question["groups"])
    return [say("asked.ranked", shown=say.number(len(shown)), groups=groups)]


def _question(row: Row, say: Words) -> str:
    """Its name, and in small print a few real ones and what else is known."""
    from rich.markup import escape

    lines = [f"[bold]{escape(str(row.more['name']))}[/bold]"]
    said = [say("asked.quote", words=" ".join(one.split())) for one in row.more["quotes"]]
    lines += [f"[dim]{escape(one)}[/dim]" for one in said[:QUOTES_SHOWN]]
    known = _known(row, say)
    if known:
        lines.append(f"[dim italic]{escape(' · '.join(known))}[/dim italic]")
    return "\n".join(lines)


def _known(row: Row, say: Words) -> list[str]:
    more = row.more
    found = []
    if more["pinned"]:
        found.append(say("asked.pinned"))
    if more["answered_before"] is not None:
        found.append(say("asked.answered", share=say.number(100 * more["answered_before"])))
    one, two = more["nps"], more["nps_of_others"]
    if one and two and one.state is State.SHOWN and two.state is State.SHOWN:
        found.append(say("asked.nps", one=estimate_text(one, say), two=estimate_text(two, say)))
    before, after = more["worry_before"], more["worry_after"]
    if before and after and before.state is State.SHOWN and after.state is State.SHOWN:
        values = {"before": estimate_text(before, say), "after": estimate_text(after, say)}
        found.append(say("asked.worry_measured", **values))
    if more["stability"] is not None and more["stability"] < STEADY:
        found.append(say("asked.unsteady"))
    return found


def _times(row: Row, say: Words) -> str:
    share, interval = estimate_text(row.estimate, say), interval_text(row.estimate, say)
    return f"{say.number(row.more['count']['n'])}\n{share}\n[dim]{interval}[/dim]"


def _rate(rate: dict[str, float] | None, say: Words) -> str:
    if rate is None:
        return ""
    low, high = say.number(rate["low"], decimals=1), say.number(rate["high"], decimals=1)
    return f"{say.number(rate['value'], decimals=1)}\n[dim]{low} … {high}[/dim]"


def _moving(row: Row, say: Words) -> str:
    told = say(f"asked.{row.more['trend']}")
    since: Any = row.more["since"]
    if since is None:
        return told if row.more["trend"] in ("rising", "falling") else f"[dim]{told}[/dim]"
    return f"{told}\n[dim]{say('asked.since', month=say.month(since))}[/dim]"


def _worry(row: Row, say: Words) -> str:
    worry = row.more["worry"]
    if worry["about"] is None:
        return ""
    sure = (
        say("asked.said", n=say.number(worry["said_by"]))
        if worry["confirmed"]
        else say("asked.supposed")
    )
    return f"{say('label.' + worry['about'])}\n[dim]{sure}[/dim]"
