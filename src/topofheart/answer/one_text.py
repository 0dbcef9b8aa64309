"""What was understood of one text, on one small page of the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from topofheart.answer.wording import words
from topofheart.kernel.language import Words

if TYPE_CHECKING:
    from rich.console import Console

LEAST_SHOWN = 0.05
WIDTH = 24


def show(found: dict[str, Any], console: Console, language: str) -> None:
    """Language, judgement, feelings with their probability, questions, worry, topics, acts."""
    from rich.markup import escape
    from rich.table import Table

    say = words(language)
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column()
    if found["language"] == "other":
        console.print(say("one_text.not_understood"))
        return
    grid.add_row(say("one_text.language"), say(f"one_text.{found['language']}"))
    if found["valence"]:
        grid.add_row(
            say("one_text.valence"), _bars(found["valence"], (found["valence"]["is"],), say)
        )
        grid.add_row(
            say("one_text.emotions"), _bars(found["emotions"], found["emotions"]["felt"], say)
        )
    for question in found["asks"]["questions"]:
        grid.add_row(say("one_text.asks"), f"“{escape(question)}”")
    for said in found["worry"]["said"]:
        about = ", ".join(say(f"label.{one}") for one in found["worry"]["about"])
        grid.add_row(say("one_text.worry"), f"{about} [dim]“{escape(said)}”[/dim]")
    if found["topics"]:
        grid.add_row(
            say("one_text.topics"), ", ".join(say(f"label.{one}") for one in found["topics"])
        )
    if found["acts"]:
        grid.add_row(
            say("one_text.acts"), ", ".join(say(f"one_text.{one}") for one in found["acts"])
        )
    console.print(grid)


def _bars(likely: dict[str, Any], held: Any, say: Words) -> str:
    """Each label with its chance; those that hold are bold."""
    chances = {name: value for name, value in likely.items() if isinstance(value, float)}
    shown = sorted(
        (name for name in chances if name in held or chances[name] >= LEAST_SHOWN),
        key=lambda name: -chances[name],
    )
    told = [
        f"{'[bold]' if name in held else '[dim]'}{say('label.' + name)} {say.number(100 * chances[name])} %"
        f"{'[/bold]' if name in held else '[/dim]'}"
        for name in shown
    ]
    return " · ".join(told) or "–"
