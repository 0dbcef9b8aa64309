"""An answer as a table: in the terminal with a small drawing of each interval, and in a notebook.

Each kind of answer has a file beside this one that tells its columns, or its whole table, and its notes.
"""

from __future__ import annotations

import io
from html import escape
from typing import TYPE_CHECKING, Any

from topofheart.answer import (
    checking,
    comparing,
    journey,
    labelled,
    planning,
    questions,
    ranking,
    responding,
    scoring,
    trending,
    voices,
)
from topofheart.answer.wording import words
from topofheart.kernel.language import Words

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from topofheart.answer.answer import Answer
    from topofheart.answer.columns import Column

WIDE = 120
BETWEEN = 3  # the room between two columns
FACES: dict[str, Any] = {
    "check": checking,
    "compare": comparing,
    "journey": journey,
    "rank": ranking,
    "response": responding,
    "trend": trending,
    "voices": voices,
    "questions": questions,
    **dict.fromkeys(labelled.KINDS, labelled),
}
TITLED = ("journey", "voices")
NAMELESS = ("questions", "check", *labelled.KINDS)


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
    if kind_of(answer) == "voices" and asked.get("source") == "contacts":
        name = say("title.voices") + f" · {say('voices.contacts')}"
    elif kind_of(answer) in TITLED:
        name = say(f"title.{kind_of(answer)}") + f" · {name}"
    if kind_of(answer) in NAMELESS:
        name = say(f"title.{kind_of(answer)}")
    parts = [str(value) for value in asked.get("by") or ()]
    if asked.get("every"):
        parts.append(say(f"every.{asked['every']}"))
    where = [f"{key} = {', '.join(values)}" for key, values in (asked.get("where") or {}).items()]
    since, until = asked.get("since"), asked.get("until")
    between = [f"{since or ''} … {until or ''}".strip()] if since or until else []
    split = f" {say('title.by')} {' × '.join(parts)}" if parts else ""
    return name + split + "".join(f" · {part}" for part in (*where, *between))


def kind_of(answer: Answer) -> str:
    """Which question was asked."""
    asked = answer.question
    if "asked" in asked or asked.get("metric") == "response":
        return str(asked.get("asked", "response"))
    compared = "compare" if any("verdict" in row.more for row in answer) else "score"
    return next((kind for kind in ("rank", "trend") if kind in asked), compared)


def _face(answer: Answer) -> Any:
    return FACES.get(kind_of(answer), scoring)


def notes(answer: Answer, say: Words) -> list[str]:
    """The sentences under a table."""
    asked = answer.question
    face = _face(answer)
    figures = face.caveat_figures(answer, say) if hasattr(face, "caveat_figures") else {}
    caveats = (say(f"caveat.{code}", **figures) for code in answer.caveats)
    found = [*caveats, *face.notes(answer, say)]
    if len(answer) == 1 and asked.get("planned"):
        return [*found, planning.sentence(answer, say)]
    level = say.number(100 * float(asked.get("level", 0.95)))
    methods = dict.fromkeys(row.estimate.method for row in answer if row.estimate.method)
    method = "; ".join(methods) if face is labelled else next(iter(methods), "")
    snapshot = asked.get("snapshot")
    made = "" if face is checking else say("note.method", level=level, method=method)
    told = say("note.snapshot", n=snapshot) if snapshot else ""
    return [*found, f"{made} {told}".strip()]


def _table(answer: Answer, say: Words, width: int = WIDE) -> Table:
    from rich import box
    from rich.table import Table

    face = _face(answer)
    if hasattr(face, "table"):
        whole: Table = face.table(answer, say, width)
        return whole
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    columns = [
        (column, [column.cell(row) for row in answer]) for column in face.columns(answer, say)
    ]
    if _width(columns) > width:
        columns = [(column, cells) for column, cells in columns if not column.spared]
    for column, _ in columns:
        table.add_column(column.heading, justify="right" if column.number else "left", no_wrap=True)
    for line in zip(*(cells for _, cells in columns), strict=True):
        table.add_row(*line)
    return table


def _width(columns: list[tuple[Column, list[str]]]) -> int:
    from rich.cells import cell_len

    widest = (
        max(cell_len(_unstyled(one)) for one in [column.heading, *cells])
        for column, cells in columns
    )
    return sum(widest) + BETWEEN * (len(columns) - 1) + 2


def as_html(answer: Answer) -> str:
    """A plain table for a notebook."""
    say = words(answer.language)
    own = hasattr(_face(answer), "table")
    # No room for drawings: a notebook has charts.
    table = _table(answer, say, WIDE if own else 0)
    columns: list[Any] = [column for column in table.columns if column.header != "" or not own]
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
