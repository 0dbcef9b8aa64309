"""What lies beside the scores: the journey, customers' own words, and what the data still lack."""

from __future__ import annotations

import sys
from typing import Any

import click

from topofheart.cli.ask import filters
from topofheart.cli.printing import format_option, level_option, print_answer


@click.command()
@click.argument("workspace")
@click.option("--score", "metric", help="Which score; without it the one that the answers hold.")
@click.option("--by", default="touchpoint", show_default=True, help="The steps of the journey.")
@click.option("--where", multiple=True, callback=filters, help="NAME=VALUE; may be repeated.")
@click.option("--since", help="From this day, month, quarter or year.")
@click.option("--until", help="Until the end of this day, month, quarter or year.")
@click.option(
    "--patience", "patience_seconds", type=click.FloatRange(0, min_open=True), default=300.0,
    show_default=True, help="Seconds that a customer may wait.",
)  # fmt: skip
@level_option
@click.option("--as-of", type=int, help="Ask an earlier snapshot.")
@format_option
def journey(workspace: str, form: str, **how: Any) -> None:
    """Every touchpoint in the order of the journey: score, contacts, waiting and worry.

    The order is `journey = ["order", "delivery"]` in the workspace's config.toml, else that of the
    names of the steps, else that of the days after the order.
    """
    from topofheart.workspace import open

    print_answer(open(workspace).journey(**how), form)


@click.command()
@click.argument("workspace")
@click.argument("about", nargs=-1)
@click.option("--by", multiple=True, help="Split by this; may be repeated.")
@click.option("--where", multiple=True, callback=filters, help="NAME=VALUE; may be repeated.")
@click.option("--since", help="From this day, month, quarter or year.")
@click.option("--until", help="Until the end of this day, month, quarter or year.")
@click.option("--of", type=click.Choice(("answers", "contacts")), help="Comments, or contacts.")
@click.option("--count", type=int, default=5, show_default=True, help="Quotes in each group.")
@click.option("--as-of", type=int, help="Ask an earlier snapshot.")
@format_option
def voices(workspace: str, form: str, **how: Any) -> None:
    """What customers say, in a few of their own words that stand for all of them.

    ABOUT keeps texts with a word that begins so, in Dutch or English, or about that topic, worry,
    emotion or group of questions: `voices acme letterbox`.
    """
    from topofheart.workspace import open

    print_answer(open(workspace).voices(**how), form)


@click.command()
@click.argument("workspace")
@click.option("--as-of", type=int, help="Examine an earlier snapshot.")
@click.option(
    "--format", "form", type=click.Choice(("page", "json")), default="page", show_default=True
)
def doctor(workspace: str, form: str, as_of: int | None) -> None:
    """What is there and how well it is filled, what can be asked, what misleads, and the one file
    that would help most."""
    from topofheart.workspace import open

    diagnosis = open(workspace).doctor(as_of=as_of)
    if form == "json":
        click.echo(diagnosis.to_json())
        return
    from rich.console import Console

    from topofheart.measure.doctor.page import show

    show(diagnosis, Console(width=None if sys.stdout.isatty() else 120, highlight=False))
