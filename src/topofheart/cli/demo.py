"""`topofheart demo`: a simulated organisation to try everything on."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import click

from topofheart.cli.printing import say
from topofheart.kernel.language import LANGUAGES, Words, language_of_reader

PAGE = "customer-picture.html"


@click.command()
@click.argument("workspace", default="demo-organisation")
@click.option("--customers", type=click.IntRange(500), default=200_000, show_default=True)
@click.option("--seed", type=int, default=2026, show_default=True)
@click.option("--language", type=click.Choice(LANGUAGES))
def demo(workspace: str, customers: int, seed: int, language: str | None) -> None:
    """Build the simulated organisation and show its customer picture.

    Tureluur makes electric bicycles. Sales outgrow service, a chatbot comes, customers wait and worry,
    and the directors say that all is well. The second time it starts at once.
    """
    from topofheart.cli.printing import print_answer
    from topofheart.demo.workspace import build_workspace
    from topofheart.workspace import open

    language = language or language_of_reader()
    os.environ["TOPOFHEART_LANGUAGE"] = language
    words = Words("cli", language)
    ws = open(workspace)
    if not ws.lake.snapshot().number:
        say(words("demo.building", customers=words.number(customers)))
        build_workspace(ws, seed=seed, customers=customers)
    print_answer(ws.nps(every="quarter", where={"kind": "relationship"}), "table")
    page = Path(workspace) / PAGE
    if not page.exists():
        page.write_text(_page(workspace, language), encoding="utf-8")
    click.echo(words("demo.page", address=page.resolve().as_uri()))
    click.echo(words("demo.next", workspace=workspace))


def _page(workspace: str, language: str) -> str:
    from topofheart.lake.placing import Placed
    from topofheart.listen.importing import Read
    from topofheart.listen.mapping import Mapping
    from topofheart.report.customer_picture import customer_picture
    from topofheart.report.page import render
    from topofheart.workspace import open

    ws = open(workspace)
    snapshot = ws.lake.snapshot()
    answers = snapshot.counts["answers"]
    placed = Placed(answers, answers, 0, 0, 0, 0, 0, 0)
    read = Read("Tureluur", "answers", Mapping("answers", "demo"), (), placed, snapshot.number)
    return render(
        customer_picture(ws, read, made_on=date.today(), language=language), language=language
    )
