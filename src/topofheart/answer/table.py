"""An answer as a table: in the terminal with a small drawing of each interval, and in a notebook."""

from __future__ import annotations

import io
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any

from topofheart.answer import beside, journey, ranking, trending, voices
from topofheart.answer.wording import estimate_text, interval_text, span, words
from topofheart.kernel.estimate import Estimate, State
from topofheart.kernel.language import Words
from topofheart.kernel.period import Period

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from topofheart.answer.answer import Answer, Row

DRAWING_WIDTH = 25
WIDE = 120
FACES: dict[str, Any] = {"journey": journey, "voices": voices}
GENTLE = {"cannot_tell": "yellow", "too_few": "yellow", "no_evidence": "yellow"}
VERDICT_STYLES = {
    **dict.fromkeys(("rose", "higher", "rising"), "green"),
    **dict.fromkeys(("fell", "lower", "falling"), "red"),
} | GENTLE
PLANNED_SIZES: tuple[str, ...] = ("margin", "difference")
NUMBERS = ("score", "change", "raw", "interval", "n", "rate", "invited", *beside.NAMES)


def as_text(answer: Answer, width: int = 110) -> str:
    """The table as plain text."""
    from rich.console import Console

    target = io.StringIO()
    show(answer, Console(file=target, width=width, no_color=True, highlight=False))
    return target.getvalue().rstrip() + "\n"


def show(answer: Answer, console: Console) -> None:
    """Print the answer: what was asked, the rows, and what must be known of them."""
    say = words(answer.language)
    from rich.markup import escape as shown

    if not answer.question.get("planned"):
        console.print(f"[bold]{shown(title(answer, say))}[/bold]")
        console.print(_table(answer, say, console.width))
    console.print(
        _listed(notes(answer, say)), style="" if answer.question.get("planned") else "dim"
    )


def _listed(lines: list[str]) -> Table:
    """Sentences behind dots; where one goes on, it stands under itself."""
    from rich.markup import escape as shown
    from rich.table import Table

    grid = Table.grid(padding=(0, 1))
    for line in lines:
        grid.add_row("·", shown(line))
    return grid


def title(answer: Answer, say: Words) -> str:
    asked = answer.question
    name = say(f"metric.{asked['metric']}") if "metric" in asked else say("title.calculation")
    if asked.get("asked") in FACES:
        name = say(f"title.{asked['asked']}") + f" · {name}"
    parts = [str(value) for value in asked.get("by") or ()]
    if asked.get("every"):
        parts.append(say(f"every.{asked['every']}"))
    where = [f"{key} = {', '.join(values)}" for key, values in (asked.get("where") or {}).items()]
    since, until = asked.get("since"), asked.get("until")
    between = [f"{since or ''} … {until or ''}".strip()] if since or until else []
    split = f" {say('title.by')} {' × '.join(parts)}" if parts else ""
    return name + split + "".join(f" · {part}" for part in (*where, *between))


def notes(answer: Answer, say: Words) -> list[str]:
    """The sentences under a table."""
    found = [*beside.notes(answer, say), *(say(f"caveat.{code}") for code in answer.caveats)]
    if face := _face(answer):
        found += face.notes(answer, say)
    if "rank" in answer.question:
        found += ranking.notes(answer, say)
    elif "trend" in answer.question:
        found += trending.notes(answer, say)
    elif "before" in answer.question or any("later" in row.more for row in answer):
        found += [line for row in answer for line in verdict_lines(row, say)]
    else:
        found += _not_told(answer, say)
    asked = answer.question
    if len(answer) == 1 and asked.get("planned"):
        return [*found, _planned(answer[0].estimate, asked, say)]
    level = say.number(100 * float(asked.get("level", 0.95)))
    method = next((row.estimate.method for row in answer if row.estimate.method), "")
    snapshot = asked.get("snapshot")
    made = say("note.method", level=level, method=method)
    return [*found, made + (f" {say('note.snapshot', n=snapshot)}" if snapshot else "")]


def _planned(estimate: Estimate, asked: dict[str, Any], say: Words) -> str:
    """What a planned number means, in a sentence."""
    points: dict[str, str] = {
        name: say.number(100 * asked[name], decimals=1) for name in PLANNED_SIZES if name in asked
    }
    value = estimate.value or 0.0
    if asked["planned"] == "detectable":
        points["change"] = say.number(100 * value, decimals=1)
    return say(
        f"planned.{asked['planned']}",
        answers=say.number(value),
        n=say.number(estimate.n),
        level=say.number(100 * asked["level"]),
        power=say.number(100 * asked["power"]),
        **points,
    )


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


def _face(answer: Answer) -> Any:
    """The module that draws this answer in its own way, if any."""
    return FACES.get(answer.question.get("asked", ""))


def _table(answer: Answer, say: Words, width: int = WIDE) -> Table:
    from rich import box
    from rich.table import Table

    table: Table
    if face := _face(answer):
        table = face.table(answer, say, width)
        return table
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    columns = _columns(answer, say)
    numbers = {say(f"column.{name}") for name in NUMBERS} | {_score_heading(answer, say)}
    for heading, _ in columns:
        right = heading in numbers or heading.endswith(" ")
        table.add_column(heading.strip(), justify="right" if right else "left", no_wrap=True)
    for row in answer:
        table.add_row(*(cell(row) for _, cell in columns))
    return table


def _columns(answer: Answer, say: Words) -> list[tuple[str, Callable[[Row], str]]]:
    """The columns that this answer has, each with what it says of a row."""
    columns: list[tuple[str, Callable[[Row], str]]] = [
        (name, lambda row, name=name: _group(row, name))  # type: ignore[misc]
        for name in dict.fromkeys(name for row in answer for name in row.group)
    ]
    if any(row.period for row in answer):
        columns.append((say("column.period"), lambda row: row.period.label if row.period else "—"))
    compared = any("after" in row.more for row in answer)
    if compared:
        for side, heading in zip(("before", "after"), _sides(answer, say), strict=True):
            columns.append((f"{heading} ", lambda row, side=side: _side(row, side, say)))  # type: ignore[misc]
    columns.append((_score_heading(answer, say), lambda row: estimate_text(row.estimate, say)))
    if any(row.estimate.low is not None or row.estimate.state is not State.SHOWN for row in answer):
        ends = axis([row.estimate for row in answer])
        responded = answer.question.get("metric") == "response"
        counted = say("column.invited" if responded else "column.n")
        columns.append((say("column.interval"), lambda row: interval_text(row.estimate, say)))
        columns.append((counted, lambda row: _count(row, say)))
        columns += beside.columns(answer, say)
        if "trend" not in answer.question and not responded:
            columns.append(("", lambda row: drawing(row.estimate, ends)))
    if "rank" in answer.question:
        columns += ranking.columns(answer, say)
    if any("verdict" in row.more for row in answer):
        columns.append((say("column.verdict"), lambda row: _verdict(row, say)))
    if "trend" in answer.question:
        columns += trending.columns(say)
    return columns


def _score_heading(answer: Answer, say: Words) -> str:
    asked = answer.question
    if "trend" in asked:
        return say("column.slope", every=say(f"every.{asked['every']}"))
    if "rank" in asked:
        return say("column.shrunken")
    if asked.get("metric") == "response":
        return say("column.rate")
    return say("column.change" if any("after" in row.more for row in answer) else "column.score")


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


def _group(row: Row, name: str) -> str:
    from rich.markup import escape as shown

    return shown(row.group.get(name) or "—")


def _count(row: Row, say: Words) -> str:
    """How many answers; of a group that is compared with the others, its own."""
    own = row.more.get("after") if "verdict" in row.more and row.group else None
    n = (own or row.estimate).counted
    return "—" if n is None else say.number(n)


def _side(row: Row, side: str, say: Words) -> str:
    return estimate_text(row.more[side], say) if side in row.more else ""


def _verdict(row: Row, say: Words) -> str:
    verdict = str(row.more.get("verdict", "cannot_tell"))
    style = VERDICT_STYLES.get(verdict, "default")
    return f"[{style}]{say(f'verdict.{verdict}')}[/{style}]"


def axis(estimates: list[Estimate]) -> tuple[float, float]:
    """One axis for all rows, so that the drawings can be compared."""
    fixed = span(estimates[0]) if estimates else None
    if fixed:
        return fixed
    ends = [end for one in estimates for end in (one.low, one.high) if end is not None]
    low, high = min([*ends, 0.0]), max([*ends, 0.0])
    return (low, high if high > low else low + 1)


def drawing(estimate: Estimate, ends: tuple[float, float]) -> str:
    """The interval as a line with the value on it, and the zero of the axis where it has one."""
    if estimate.state is not State.SHOWN or None in (estimate.value, estimate.low, estimate.high):
        return ""

    def place(value: float | None) -> int:
        assert value is not None
        share = (value - ends[0]) / (ends[1] - ends[0])
        return min(DRAWING_WIDTH - 1, max(0, round(share * (DRAWING_WIDTH - 1))))

    marks = [" "] * DRAWING_WIDTH
    if ends[0] < 0 < ends[1]:
        marks[place(0.0)] = "┊"
    for spot in range(place(estimate.low), place(estimate.high) + 1):
        marks[spot] = "─"
    marks[place(estimate.value)] = "●"
    return "".join(marks)


def as_html(answer: Answer) -> str:
    """A plain table for a notebook."""
    say = words(answer.language)
    table = _table(answer, say)
    columns: list[Any] = [column for column in table.columns if column.header != ""]
    head = "".join(f"<th>{escape(str(column.header))}</th>" for column in columns)
    lines = zip(*(column.cells for column in columns), strict=True)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(_unstyled(str(cell)))}</td>" for cell in line) + "</tr>"
        for line in lines
    )
    under = "".join(f"<li>{escape(line)}</li>" for line in notes(answer, say))
    caption = escape(title(answer, say))
    return (
        f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table><ul>{under}</ul>"
    )


def _unstyled(cell: str) -> str:
    from rich.text import Text

    return Text.from_markup(cell).plain
