"""`topofheart words …`: what customers ask, fear and feel, in their own words."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from topofheart.cli.ask import filters
from topofheart.cli.printing import format_option, level_option, print_answer, say
from topofheart.kernel.errors import InvalidInput

TEXTS_AT_ONCE = 50_000


@click.group()
def words() -> None:
    """What customers ask, fear and feel; read on this machine, in Dutch and English."""


@words.command()
@click.argument("source", required=False)
@click.option("--text", help="Read this one text.")
@click.option("--reply", is_flag=True, help="The text is a reply of the organisation.")
@click.option("--column", help="The column with the texts, of a file.")
@click.option("--out", type=click.Path(path_type=Path), help="Where to write: .parquet or .csv.")
@click.option("--format", "form", type=click.Choice(("table", "json")), default="table")
def read(
    source: str | None,
    text: str | None,
    reply: bool,
    column: str | None,
    out: Path | None,
    form: str,
) -> None:
    """Read one text, the texts of a file, or every text of a workspace that was not read yet.

    SOURCE is a workspace, or a file with --column and --out.
    """
    if text is not None:
        return _one(text, reply=reply, form=form)
    if source is None:
        raise click.UsageError("Give a workspace, a file, or --text.")
    if not Path(source).is_file():
        if column is not None or out is not None:
            raise InvalidInput(f"There is no file {source}.", code="no_file")
        if not Path(source).is_dir():
            raise InvalidInput(
                f"{source} is neither a workspace nor a file.",
                code="not_a_workspace",
                hint="Read data into a workspace first: topofheart read WORKSPACE FILE.",
            )
        return _workspace(source)
    if column is None or out is None:
        raise click.UsageError("For a file, say --column and --out.")
    return _file(Path(source), column, out)


def _one(text: str, *, reply: bool, form: str) -> None:
    from topofheart.understand.reading import reading

    found = reading(text, reply=reply)
    if form == "json":
        click.echo(json.dumps(found.as_dict(), ensure_ascii=False, indent=1))
        return
    from rich.console import Console

    from topofheart.answer.one_text import show
    from topofheart.kernel.language import language_of_reader

    console = Console(width=None if sys.stdout.isatty() else 100, highlight=False)
    show(found.as_dict(), console, language_of_reader())


def _workspace(folder: str) -> None:
    from topofheart.workspace import open

    def progress(done: int, total: int) -> None:
        say(f"{done:,} / {total:,}")

    done = open(folder).understand(progress)
    say(f"{done.read:,} texts read, {done.not_understood:,} of them in neither language.")


def _file(path: Path, column: str, out: Path) -> None:
    """The file's rows with the columns of what is understood behind them."""
    from topofheart.understand.files import understand_file

    if out.suffix not in (".parquet", ".csv"):
        raise InvalidInput(
            f"{out} is neither .parquet nor .csv.", code="bad_suffix", hint="Name it texts.parquet."
        )
    count = understand_file(path, column, out)
    say(f"{count:,} texts read: {out}")


def _of_texts(command: Any) -> Any:
    """The options of a question over texts."""
    for option in reversed(
        (
            click.argument("workspace"),
            click.option(
                "--where", multiple=True, callback=filters, help="NAME=VALUE; may be repeated."
            ),
            click.option("--since", help="From this day, month, quarter or year."),
            click.option("--until", help="Until the end of this day, month, quarter or year."),
            click.option(
                "--of", type=click.Choice(("answers", "contacts")), help="Comments, or contacts."
            ),
            click.option("--as-of", type=int, help="Ask an earlier snapshot."),
        )
    ):
        command = option(command)
    return level_option(format_option(command))


def _split(command: Any) -> Any:
    by = click.option("--by", multiple=True, help="Split by this; may be repeated.")
    every = click.option(
        "--every",
        type=click.Choice(("day", "week", "month", "quarter", "year")),
        help="Per period.",
    )
    return by(every(_of_texts(command)))


@words.command()
@_of_texts
@click.option(
    "--count", type=click.IntRange(1, 200), default=15, show_default=True, help="Groups shown."
)
def questions(workspace: str, form: str, **how: Any) -> None:
    """What customers ask, ranked by how often, how worried and how unanswered."""
    _ask("questions", workspace, form, how)


@words.command()
@_split
def emotions(workspace: str, form: str, **how: Any) -> None:
    """How many texts show each emotion."""
    _ask("emotions", workspace, form, how)


@words.command()
@_split
def valence(workspace: str, form: str, **how: Any) -> None:
    """How many texts judge negatively, positively, both ways or not."""
    _ask("valence", workspace, form, how)


@words.command()
@_split
def worries(workspace: str, form: str, **how: Any) -> None:
    """How many texts hold a worry, and what is feared."""
    _ask("worries", workspace, form, how)


@words.command()
@_split
def topics(workspace: str, form: str, **how: Any) -> None:
    """What customers write about."""
    _ask("topics", workspace, form, how)


@words.command()
@click.argument("workspace")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The CSV file.")
@click.option("--of", type=click.Choice(("answers", "contacts")), help="Comments, or contacts.")
@click.option("--count", type=click.IntRange(1, 10_000), default=200, show_default=True)
def sample(workspace: str, out: Path, of: str | None, count: int) -> None:
    """Draw texts by chance for a person to judge, who does not see what was read.

    The same texts each time; with a larger --count more beside them.
    """
    from topofheart.kernel.language import Words, language_of_reader
    from topofheart.workspace import open

    drawn = open(workspace).sample_texts(out, of=of, count=count)
    sentences = Words("cli", language_of_reader())
    say(sentences.count(f"sample.{drawn.of}", drawn.count, file=out, workspace=workspace))


@words.command()
@click.argument("workspace")
@click.argument("file", type=click.Path(path_type=Path))
@format_option
def check(workspace: str, file: Path, form: str) -> None:
    """Read a judged sample back: how often the reader was right, and correct shares by it."""
    from topofheart.workspace import open

    print_answer(open(workspace).check_texts(file), form)


def _ask(kind: str, workspace: str, form: str, how: dict[str, Any]) -> None:
    from topofheart.workspace import open

    given = {name: value for name, value in how.items() if value not in (None, ())}
    print_answer(getattr(open(workspace), kind)(**given), form)


@words.command()
@click.argument("workspace")
@click.option(
    "--about",
    multiple=True,
    help="A word or its beginning, in either language, or a topic, worry, emotion or group of questions.",
)
@click.option("--where", multiple=True, callback=filters, help="NAME=VALUE; may be repeated.")
@click.option("--since", help="From this day, month, quarter or year.")
@click.option("--until", help="Until the end of this day, month, quarter or year.")
@click.option("--of", type=click.Choice(("answers", "contacts")), help="Comments, or contacts.")
@click.option("--count", type=int, default=5, show_default=True)
@format_option
def quotes(workspace: str, form: str, **how: Any) -> None:
    """Customers' own words about something, spread as their scores or judgements are."""
    from topofheart.workspace import open

    print_answer(open(workspace).voices(**how), form)


@words.command()
@click.argument("workspace")
@click.argument("group")
@click.argument("into")
def merge(workspace: str, group: str, into: str) -> None:
    """Count GROUP as INTO from now on; with `words apart` it is undone."""
    _change(workspace, lambda groups: groups.merge(group, into))


@words.command()
@click.argument("workspace")
@click.argument("group")
@click.argument("new")
@click.argument("word", nargs=-1, required=True)
def split(workspace: str, group: str, new: str, word: tuple[str, ...]) -> None:
    """Questions of GROUP with a word that begins with WORD become the group NEW."""
    _change(workspace, lambda groups: groups.split(group, new, word))


@words.command()
@click.argument("workspace")
@click.argument("group")
def apart(workspace: str, group: str) -> None:
    """Undo the merge or the split of GROUP."""
    _change(workspace, lambda groups: groups.apart(group))


@words.command()
@click.argument("workspace")
@click.argument("group")
@click.argument("name")
@click.option("--in", "language", type=click.Choice(("nl", "en")), help="The language of the name.")
def rename(workspace: str, group: str, name: str, language: str | None) -> None:
    """Call GROUP by another name."""
    from topofheart.kernel.language import language_of_reader

    _change(workspace, lambda groups: groups.rename(group, language or language_of_reader(), name))


@words.command()
@click.argument("workspace")
@click.argument("group")
@click.option("--off", is_flag=True, help="Let it go again.")
def pin(workspace: str, group: str, off: bool) -> None:
    """Keep GROUP at the top."""
    _change(workspace, lambda groups: groups.pin(group, on=not off))


def _change(workspace: str, act: Any) -> None:
    from filelock import FileLock

    from topofheart.measure.question_groups import read_groups, write_groups
    from topofheart.understand.asked import known_group

    folder = Path(workspace)
    if not folder.is_dir():
        raise InvalidInput(f"{workspace} is not a workspace.", code="not_a_workspace")
    with FileLock(folder / "questions.lock"):
        before = read_groups(folder)
        after = act(before)
        for id in after.named():
            known_group(id, after.own())
        write_groups(folder, after)
    say("kept in questions.toml")
