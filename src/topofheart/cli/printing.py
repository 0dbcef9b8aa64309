"""How commands print: data on stdout in the asked format, words on stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from topofheart.answer.answer import Answer

FORMATS = ("table", "csv", "json")


def format_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--format", "form", type=click.Choice(FORMATS), default="table", show_default=True
    )(command)


def level_option(command: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--level", type=click.FloatRange(0.5, 0.9999), default=0.95, show_default=True,
        help="Level of the interval.",
    )(command)  # fmt: skip


def print_answer(answer: Answer, form: str) -> None:
    if form == "json":
        click.echo(answer.to_json())
    elif form == "csv":
        click.echo(answer.to_csv(), nl=False)
    else:
        from rich.console import Console

        from topofheart.answer.table import show

        show(answer, Console(width=None if sys.stdout.isatty() else 120, highlight=False))


def say(text: str) -> None:
    """Words to the person, not data."""
    click.echo(text, err=True)
