"""`topofheart read WORKSPACE FILE …`: files into a workspace, every row accounted for."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from topofheart.cli.printing import say

if TYPE_CHECKING:
    from topofheart.listen.importing import Progress, Read
    from topofheart.listen.mapping import Mapping
    from topofheart.workspace import Workspace

BIG_FILE_BYTES = 20_000_000
SCORES = ("recommend", "satisfaction", "effort", "warmth_1", "worry_before")


@click.command()
@click.argument("workspace")
@click.argument("files", nargs=-1, required=True, type=click.Path())
@click.option("--mapping", type=click.Path(), help="A mapping file, as --dry-run prints it.")
@click.option("--table", help="Which table the file holds; 'answers' when it is not clear.")
@click.option("--source", help="Name of the source; the same source again does not double rows.")
@click.option("--sheet", help="Sheet of a workbook.")
@click.option("--tool", help="The tool that wrote it, if not as recognised; 'file' for none.")
@click.option("--dry-run", is_flag=True, help="Print how the file would be read, and stop.")
def read(
    workspace: str,
    files: tuple[str, ...],
    mapping: str | None,
    table: str | None,
    source: str | None,
    sheet: str | None,
    tool: str | None,
    dry_run: bool,
) -> None:
    """Read files into a workspace, which is made when it is not there.

    CSV, TSV, XLSX, JSON, JSONL and Parquet with any columns, and exports of known tools as they
    come out (`topofheart tools`).
    """
    from topofheart.listen.mapping import read_mapping
    from topofheart.workspace import open

    ws = open(workspace)
    asking = dry_run or (mapping is None and sys.stdin.isatty())
    one_by_one = asking and not (mapping or table or source or sheet)
    for path, part in [
        (Path(name), one)
        for name in files
        for one in (_parts(Path(name)) if one_by_one else [sheet])
    ]:
        given = read_mapping(Path(mapping)) if mapping else None
        if asking:
            given = given or _agreed(ws, path, table, source, part, tool, ask=not dry_run)
        if dry_run:
            assert given
            click.echo(given.to_toml(), nl=False)
            continue
        with _progress(path) as progress:
            done = ws.read(
                path, mapping=given, table=table, source=source, sheet=part, tool=tool,
                progress=progress,
            )  # fmt: skip
        _account(done)


def _parts(path: Path) -> list[str | None]:
    """The sheets of a workbook that are read one by one, because each holds a table."""
    from topofheart.listen.workbooks import WORKBOOKS, tables

    if path.suffix.lower() not in WORKBOOKS or not path.is_file():
        return [None]
    held = tables(path)
    return list(held) if len(held) > 1 else [None]


def _agreed(
    ws: Workspace,
    path: Path,
    table: str | None,
    source: str | None,
    sheet: str | None,
    tool: str | None,
    *,
    ask: bool,
) -> Mapping:
    """The proposed mapping; on a terminal each assumption is put to the person."""
    from topofheart.kernel.language import language_of_reader
    from topofheart.listen.assumptions import decided, sentence
    from topofheart.listen.tool import known_tool

    mapping, assumptions = ws.proposal(path, table=table, source=source, sheet=sheet, tool=tool)
    for line in known_tool(mapping.tool, mapping.recognised, language_of_reader()):
        say(f"# {line}")
    for one in assumptions:
        question = sentence(one, language_of_reader())
        if ask and one.others:
            choice = click.prompt(
                question, type=click.Choice([one.taken, *one.others]), default=one.taken, err=True
            )
            if one.code == "which_table" and choice != one.taken:
                return _agreed(ws, path, choice, source, sheet, tool, ask=ask)
            mapping = decided(mapping, one, choice)
        else:
            say(f"# {question} {one.taken}")
    return mapping


class _progress:
    """A bar on a terminal for files that take a while."""

    def __init__(self, path: Path) -> None:
        big = path.is_file() and path.stat().st_size > BIG_FILE_BYTES
        self.bar = None
        if big and sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import Progress as Bar

            self.bar = Bar(console=Console(stderr=True), transient=True)
            self.task = self.bar.add_task(path.name, total=1.0)

    def __enter__(self) -> Progress | None:
        if self.bar is None:
            return None
        self.bar.start()
        return lambda share: self.bar.update(self.task, completed=share) if self.bar else None

    def __exit__(self, *_: object) -> None:
        if self.bar is not None:
            self.bar.stop()


def _account(done: Read) -> None:
    """Every row accounted for, on one line, and what to do about the refused ones."""
    from topofheart.kernel.language import Words, language_of_reader
    from topofheart.listen.assumptions import sentence
    from topofheart.listen.tool import known_tool

    placed, language = done.placed, language_of_reader()
    noted = Words("listen", language)
    counts = {
        "new": placed.new,
        "changed": placed.changed,
        "already there": placed.same,
        "repeated in the file": placed.repeated,
        "refused": placed.refused,
        "left out (test, spam, erased)": placed.excluded,
    }
    told = ", ".join(f"{count:,} {what}" for what, count in counts.items() if count)
    sheet = f" ({done.sheet})" if done.sheet else ""
    click.echo(
        f"{done.file}{sheet} → {done.table}: {placed.read:,} rows read: {told or 'nothing in them'}."
    )
    for line in known_tool(done.mapping.tool, done.mapping.recognised, language):
        say(f"  {line}")
    for what, count in done.excluded.items():
        say(f"  {count:,} × {what}")
    for code, count in done.noted.items():
        say(f"  {count:,} {noted(f'noted.{code}')}.")
    if placed.withheld:
        hidden = ", ".join(
            use.name for use in done.mapping.columns if use.withhold or use.pseudonym
        )
        say(f"  {placed.withheld:,} cells that tell who somebody is stayed outside ({hidden}).")
    if done.table == "answers" and not any(use.to in SCORES for use in done.mapping.columns):
        say(
            "  No score was recognised. --dry-run prints the mapping; say in it which column is the score."
        )
    for one in done.assumptions:
        say(f"  {sentence(one, language)} → {one.taken}")
    if done.refused_file:
        say(f"  Refused rows with their reasons: {done.refused_file}")
        say("  Repair them there and read that file.")
    for other in done.beside:
        _account(other)
    for part in done.unread:
        say(f"  Sheet '{part.name}' was not read: {noted(f'sheet.{part.holds}')}.")
