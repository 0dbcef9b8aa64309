"""`topofheart look FILE` (in Dutch `kijk`): one file in, one self-contained page out."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

import click

from topofheart.cli.printing import say
from topofheart.kernel.language import LANGUAGES, Words, language_of_reader


def _look(word: str, spoken: str | None, summary: str) -> click.Command:
    @click.command(word, help=summary)
    @click.argument("file", type=click.Path())
    @click.option("--out", type=click.Path(dir_okay=False), help="Where the page is written.")
    @click.option("--language", type=click.Choice(LANGUAGES), default=spoken)
    @click.option("--mapping", type=click.Path(), help="How the file is read, if not as proposed.")
    @click.option("--sheet", help="Sheet of a workbook.")
    def command(
        file: str, out: str | None, language: str | None, mapping: str | None, sheet: str | None
    ) -> None:
        from topofheart.listen.tool import known_tool
        from topofheart.report.customer_picture import customer_picture
        from topofheart.report.hearing import Hearing
        from topofheart.report.page import render
        from topofheart.workspace import open

        language = language or language_of_reader()
        words = Words("cli", language)
        path = Path(file)
        with tempfile.TemporaryDirectory(
            prefix="topofheart-", ignore_cleanup_errors=True
        ) as folder:
            workspace = open(folder)
            read = workspace.read(path, mapping=mapping, sheet=sheet)
            picture = customer_picture(workspace, read, made_on=date.today(), language=language)
            page = render(picture, language=language)
        target = Path(out) if out else Path(words("look.file", name=path.stem))
        target.write_text(page, encoding="utf-8")
        for line in known_tool(read.mapping.tool, read.mapping.recognised, language):
            say(line)
        say(
            words(
                "look.rows",
                read=words.number(read.placed.read),
                used=words.number(picture.source.used),
            )
        )
        if picture.heard:
            for line in Hearing(picture.heard, Words("report", language)).lines():
                say(line)
        click.echo(words("look.done", page=str(target)))

    return command


look = _look(
    "look",
    None,
    "Look at one file: the score, whether it changed, what customers ask, whom to call today.",
)
kijk = _look(
    "kijk",
    "nl",
    "Kijk naar één bestand: het cijfer, of het veranderde, wat klanten vragen, wie te bellen.",
)
