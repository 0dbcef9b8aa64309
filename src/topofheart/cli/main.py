"""The command `topofheart`: one word per question. Nothing is imported before its word is said."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import click

from topofheart.kernel.errors import TopOfHeartError
from topofheart.kernel.language import LANGUAGES, language_of_reader

COMMANDS = {
    "look": ("look", "Look at one file: one beautiful page, nothing else needed."),
    "kijk": ("look", "Kijk naar één bestand: één mooie pagina, verder niets nodig."),
    "read": ("read", "Read files into a workspace."),
    "nps": ("ask", "Net Promoter Score with its interval."),
    "csat": ("ask", "Share of satisfied customers."),
    "grade": ("ask", "Mean grade from 1 to 10 (rapportcijfer)."),
    "ces": ("ask", "Share of customers for whom it was made easy."),
    "warmth": ("ask", "Whether customers felt understood and cared for."),
    "worry": ("ask", "How much worry the contact took away."),
    "response": ("ask", "Who was invited, who answered, who was not asked?"),
    "compare": ("ask", "Did a score change, do groups differ?"),
    "rank": ("ask", "Which units are truly ahead, and which cannot be told apart."),
    "trend": ("ask", "Where a score is going, and when its level changed."),
    "journey": ("tell", "Every touchpoint: score, contacts, waiting, worry."),
    "voices": ("tell", "What customers say, in quotes that stand for all of them."),
    "words": ("words", "What customers ask, fear and feel."),
    "doctor": ("tell", "What is there, what is missing, which one file would help most."),
    "calc": ("calc", "Calculate from counts, without a workspace."),
    "snapshots": ("keep", "What was read, and when."),
    "audit": ("keep", "Who asked what of single customers, and why."),
    "forget": ("keep", "Erase one customer."),
    "maintain": ("keep", "Carry out erasures, tidy the lake."),
    "tables": ("keep", "The tables that can be brought, with their columns."),
    "tools": ("keep", "The tools whose exports are recognised."),
    "demo": ("demo", "Build the simulated organisation."),
}


class Words(click.Group):
    """A group that knows its commands by name and loads one when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"topofheart.cli.{COMMANDS[name][0]}")
        command: click.Command = getattr(module, name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])


@click.group(cls=Words, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(None, "--version", package_name="topofheart")
@click.option("--language", type=click.Choice(LANGUAGES), help="Language of the words printed.")
def topofheart(language: str | None) -> None:
    """Top of Heart: the customer at the top, from the files you already have.

    Begin with: topofheart look FILE
    """
    if language:
        os.environ["TOPOFHEART_LANGUAGE"] = language
    else:
        os.environ.setdefault("TOPOFHEART_LANGUAGE", language_of_reader())


def main(arguments: list[str] | None = None) -> Any:
    """Run the command; a person's mistake ends with 1, a wrong call with 2."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    try:
        topofheart.main(arguments, prog_name="topofheart", standalone_mode=True)
    except TopOfHeartError as error:
        click.echo(f"topofheart: {error} [{error.code}]", err=True)
        sys.exit(1)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
