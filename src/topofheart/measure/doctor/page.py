"""The diagnosis as a short page in the terminal."""

from __future__ import annotations

import io
from datetime import date
from typing import TYPE_CHECKING, Any

from topofheart.kernel.language import Words
from topofheart.lake.tables import TABLES
from topofheart.measure.doctor.diagnosis import Diagnosis, Held, Help, Smell
from topofheart.measure.doctor.needs import rooms

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

WIDTH = 100
WIDE_ENOUGH = 84
WIDE_BAR, NARROW_BAR = 6, 3
MOST_NEEDS = 4
ROOM = "measure/doctor"


def as_text(diagnosis: Diagnosis, width: int = WIDTH) -> str:
    """The page as plain text."""
    from rich.console import Console

    target = io.StringIO()
    show(diagnosis, Console(file=target, width=width, no_color=True, highlight=False))
    return "\n".join(line.rstrip() for line in target.getvalue().splitlines()) + "\n"


def show(diagnosis: Diagnosis, console: Console) -> None:
    """Print the page: what is there, what can be asked, what would help, what to look at."""
    say = Words(ROOM, diagnosis.language)
    width = min(console.width, WIDTH)
    sections = {
        "there": _tables(diagnosis, say, wide=width >= WIDE_ENOUGH),
        "filled": _filled(diagnosis, say, wide=width >= WIDE_ENOUGH),
        "ask": _questions(diagnosis, say),
        "rooms": _rooms(diagnosis, say),
        "look": _smells(diagnosis, say),
        "best": _best(diagnosis.best, say),
    }
    for name, section in sections.items():
        if section is None:
            continue
        console.print(f"[bold]{say(f'heading.{name}')}[/bold]")
        console.print(section, width=width)
        console.print()
    console.print(f"[dim]{say('made', n=say.number(diagnosis.snapshot))}[/dim]")


def _tables(diagnosis: Diagnosis, say: Words, *, wide: bool) -> RenderableType:
    if not diagnosis.tables:
        return f"  {say('nothing')}"
    names = ("table", "rows", "days", "age", "columns")
    headings = [f"[dim]{say(f'column.{name}')}[/dim]" for name in names]
    shown = len(names) if wide else len(names) - 1
    grid = _grid(*("left", "right", "left", "right", "right")[:shown])
    grid.add_row(f"  {headings[0]}", *headings[1:shown])
    for one in diagnosis.tables:
        filled, of = _count_filled(one)
        columns = say("of", n=say.number(filled), of=say.number(of))
        age = _age(one.last, diagnosis.made_on, say)
        cells = (f"  {one.table}", say.number(one.rows), _days(one, wide=wide), age, columns)
        grid.add_row(*cells[:shown])
    return grid


def _days(one: Held, *, wide: bool) -> str:
    if one.first is None or one.last is None:
        return ""
    form = "%Y-%m-%d" if wide else "%Y-%m"
    return f"{one.first:{form}} … {one.last:{form}}"


def _age(last: date | None, today: date, say: Words) -> str:
    if last is None or last > today:
        return ""
    return say("age", n=say.number((today - last).days))


def _count_filled(one: Held) -> tuple[int, int]:
    declared = [name for name in one.filled if name in TABLES[one.table].by_name]
    return sum(one.filled[name] > 0 for name in declared), len(declared)


def _filled(diagnosis: Diagnosis, say: Words, *, wide: bool) -> RenderableType | None:
    """The columns of the answers: the full ones by name, a bar for the others, the empty ones by name."""
    answers = next((one for one in diagnosis.tables if one.table == "answers"), None)
    if answers is None:
        return None
    shares = {name: answers.filled.get(name, 0.0) for name in TABLES["answers"].by_name}
    named = _grid("left", "left")
    for state, share in (("full", 1.0), ("empty", 0.0)):
        if names := [name for name, one in shares.items() if one == share]:
            named.add_row(f"  {say(state)}", f"[dim]{', '.join(names)}[/dim]")
    cells = [
        part
        for name, share in shares.items()
        if 0 < share < 1
        for part in (f"  {name}", f"{_bar(share, WIDE_BAR if wide else NARROW_BAR)}")
    ]
    per_row = 6 if wide else 4
    bars = _grid(*("left", "right") * (per_row // 2))
    for start in range(0, len(cells), per_row):
        bars.add_row(*cells[start : start + per_row])
    from rich.console import Group

    return Group(bars, named) if cells else named


def _bar(share: float, length: int) -> str:
    full = min(length, max(1, round(share * length)))
    percent = "<1" if share < 0.005 else ">99" if share > 0.995 else f"{share * 100:.0f}"
    return f"{'▰' * full}[dim]{'▱' * (length - full)}[/dim] {percent:>3} %"


def _questions(diagnosis: Diagnosis, say: Words) -> RenderableType:
    ready = [say(f"question.{one.name}") for one in diagnosis.questions if not one.lacks]
    grid = _grid("left", "left", "left")
    if ready:
        grid.add_row("  [green]✓[/green]", say("ready"), f"[bold]{', '.join(ready)}[/bold]")
    for one in diagnosis.questions:
        name = say(f"question.{one.name}")
        if one.lacks:
            grid.add_row("  [yellow]○[/yellow]", name, say("lacks", what=_needs(one.lacks, say)))
        elif one.better:
            grid.add_row("  [green]+[/green]", name, say("better", what=_needs(one.better, say)))
    return grid


def _needs(needs: tuple[str, ...], say: Words) -> str:
    """`answers: unit or touchpoint`, a table named once; of several tables the first will do."""
    found: dict[str, list[str]] = {}
    for need in needs:
        table = need.partition(".")[0]
        columns = [one.partition(".")[2] for one in need.split("|") if one.startswith(f"{table}.")]
        found.setdefault(table, []).append(f" {say('or')} ".join(columns))
    return "; ".join(f"{table}: {', '.join(columns)}" for table, columns in found.items())


def _rooms(diagnosis: Diagnosis, say: Words) -> RenderableType:
    grid = _grid("left", "left", "left")
    if whole := [say(f"room.{one.name}") for one in diagnosis.rooms if not one.needs]:
        grid.add_row("  [green]✓[/green]", say("ready"), ", ".join(whole))
    for one in (one for one in diagnosis.rooms if one.needs):
        named = list(one.needs[:MOST_NEEDS])
        rest = len(one.needs) - len(named)
        what = ", ".join(named) + (say("and_more", n=say.number(rest)) if rest else "")
        mark = "[green]+[/green]" if one.has else "[yellow]○[/yellow]"
        grid.add_row(f"  {mark}", say(f"room.{one.name}"), say("lacks", what=what))
    return grid


def _smells(diagnosis: Diagnosis, say: Words) -> RenderableType | None:
    if not diagnosis.tables:
        return None
    if not diagnosis.smells:
        return f"  [green]✓[/green] {say('clean')}"
    grid = _grid("left", "left")
    for one in diagnosis.smells:
        grid.add_row("  [yellow]![/yellow]", sentence(one, say))
    return grid


def sentence(smell: Smell, say: Words) -> str:
    """What was seen, and what to look at."""
    from rich.markup import escape

    told: dict[str, Any] = {
        name: f"{say.number(value * 100)} %"
        if name == "share"
        else say.day(value)
        if isinstance(value, date)
        else say.number(value)
        if isinstance(value, int)
        else ", ".join(value)
        if isinstance(value, list)
        else value
        for name, value in smell.told.items()
    }
    return escape(say(f"smell.{smell.code}", **told))


def _best(best: Help | None, say: Words) -> RenderableType:
    if best is None:
        return f"  {say('complete')}"
    grid = _grid("left", "left")
    opens = ", ".join(say(f"{_kind(one)}.{one}") for one in best.opens)
    grid.add_row("  [red]♥[/red]", f"[bold]{best.table}[/bold] – {say(f'file.{best.table}.name')}")
    whose = say(f"file.{best.table}.whose")
    grid.add_row("", say("takes", n=say.number(best.minutes), whose=whose))
    grid.add_row("", say("opens", what=opens))
    grid.add_row("", say("with", what=", ".join(best.columns)))
    grid.add_row("", f"[dim]{say(f'file.{best.table}.where')}[/dim]")
    return grid


def _kind(name: str) -> str:
    return "room" if name in rooms() else "question"


def _grid(*justified: Any) -> Any:
    from rich.table import Table

    grid = Table.grid(padding=(0, 2, 0, 0))
    for place, justify in enumerate(justified):
        last = place == len(justified) - 1
        grid.add_column(justify=justify, no_wrap=not last, overflow="fold" if last else "ellipsis")
    return grid
