"""Writes the reference pages from the program itself: tables, commands, and what its codes say.

python docs/generate.py            write them
python docs/generate.py --check    exit with 1 when one is stale, and name it
"""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click

import topofheart
from topofheart.cli.main import topofheart as program
from topofheart.kernel.estimate import State
from topofheart.lake.tables import TABLES, Table
from topofheart.listen.tool import Signature, Tool, tools
from topofheart.measure.metrics import METRICS

DOCS = Path(__file__).parent
SOURCE = Path(topofheart.__file__).parent
NOTE = "<!-- Made by docs/generate.py; do not edit. -->\n"
VERDICTS = {
    "rose": "the later period is higher, after correction for the number of comparisons",
    "fell": "the later period is lower, after the same correction",
    "higher": "this group is higher than the others, after the same correction",
    "lower": "this group is lower than the others, after the same correction",
    "no_change": "no change shown, while one that matters would probably have shown",
    "no_difference": "no difference shown, while one that matters would probably have shown",
    "cannot_tell": "no difference shown, and too few answers to say that there is none",
    "rising": "most pairs of periods go up, after correction for the number of series",
    "falling": "most pairs of periods go down, after the same correction",
    "no_trend": "no slope shown, and none within the interval would matter in a year",
    "too_short": "fewer than six periods with answers",
}
STATES = {
    State.SHOWN: "there is a value with an interval",
    State.TOO_FEW: "fewer answers than a value with an interval needs",
    State.CANNOT_TELL: "there are answers, but they do not tell how sure a value would be",
    State.NOT_COMPARABLE: "the two sides were measured in ways that cannot be compared",
    State.NO_EVIDENCE: "no answer holds what was asked, or units differ no more than by chance",
}


def pages() -> dict[str, str]:
    return {
        "tables.md": "".join(tables()),
        "commands.md": "".join(commands()),
        "caveats.md": "".join(caveats()),
        "tools.md": "".join(known_tools()),
    }


def tables() -> Iterator[str]:
    yield f"# Tables\n\n{NOTE}\n"
    yield (
        "Every table is optional and so is every column but the id. Times are UTC, days are dates, money is a "
        "decimal with its currency beside it, identifiers are text. A file's other columns are kept as `d_…` "
        "(text, to split by) or `r_…` (numbers). Beside each time stands the local day, `…_on`, on which "
        "periods are counted. Every row also has `key`, `source` and `updated_at`.\n\n"
    )
    yield from (
        f"- [`{one.name}`](#{one.name}): one row per {one.row}\n" for one in TABLES.values()
    )
    for one in TABLES.values():
        yield from _table(one)


def _table(one: Table) -> Iterator[str]:
    yield f"\n## {one.name}\n\nOne row per {one.row}. Id: `{one.id}`."
    yield f" Counted by `{one.day}`." if one.day else ""
    yield f" For: {', '.join(one.used_by)}.\n\n| Column | Type | Meaning | Values |\n| --- | --- | --- | --- |\n"
    for column in one.columns:
        values = " ".join(part for part in (column.domain, column.unit) if part)
        yield f"| `{column.name}` | {column.type} | {column.meaning} | {values} |\n"


def commands() -> Iterator[str]:
    yield f"# Commands\n\n{NOTE}\n"
    yield (
        "Data goes to standard output, words to standard error. The program ends with 0, with 1 after bad "
        "input, with 2 after a wrong call. `TOPOFHEART_LANGUAGE` (`en`, `nl`) chooses the language.\n"
    )
    yield from _command(program, None, "topofheart")


def _command(command: click.Command, parent: click.Context | None, path: str) -> Iterator[str]:
    context = click.Context(
        command, parent, path.split()[-1], max_content_width=80, terminal_width=80
    )
    context.help_option_names = ["-h", "--help"]
    yield f"\n## {path}\n\n```text\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner
            yield from _command(inner, context, f"{path} {name}")


def known_tools() -> Iterator[str]:
    yield f"# Known tools\n\n{NOTE}\n"
    yield (
        "Exports that are recognised by themselves and read as they come out, each described in a file of "
        "`src/topofheart/listen/tools/`. Any other file goes through the [mapper](../how-to/read-your-file.md). "
        "*Unverified* means that no documentation of the shape was found: look at the first rows. "
        "`--tool NAME` overrules the recognition, `--tool file` switches it off.\n\n"
        "| Tool | Name | Table | Shape |\n| --- | --- | --- | --- |\n"
    )
    for one in tools().values():
        sure = "verified" if one.verified else "unverified"
        yield f"| [{one.label}](#{_anchor(one.label)}) | `{one.name}` | `{one.table}` | {sure} |\n"
    for one in tools().values():
        yield from _tool(one)


def _anchor(title: str) -> str:
    return title.lower().replace(" ", "-")


def _tool(one: Tool) -> Iterator[str]:
    yield f"\n## {one.label}\n\n{one.note}\n\n" if one.note else f"\n## {one.label}\n\n"
    yield f"Shape after: {one.documented}.\n\nRecognised by:\n\n"
    yield from (f"- {_signature(each)}\n" for each in one.signatures)
    yield "\n| Column of the tool | Becomes |\n| --- | --- |\n"
    for names, to in one.fields.items():
        yield f"| {_names(names)} | `{to}` |\n"
    for names in one.withheld:
        also = ", a pseudonym if nothing else names the customer" if names in one.pseudonyms else ""
        yield f"| {_names(names)} | withheld{also} |\n"
    for names in one.left_out:
        yield f"| {_names(names)} | left out |\n"
    for names, values in one.exclude.items():
        yield f"| {_names(names)} | rows excluded: {_values(values)} |\n"
    for names, values in one.only.items():
        yield f"| {_names(names)} | only these rows: {_values(values)} |\n"


def _signature(one: Signature) -> str:
    parts = [f"a column {_names(names)}" for names in one.columns]
    parts += [f"a column that begins with `{name}`" for name in one.starting]
    if one.cell:
        place = f" in column {one.place}" if one.place else ""
        width = f" of {' or '.join(map(str, one.width))}" if one.width else ""
        pattern = one.cell.replace("|", "&#124;")
        parts.append(f"a cell{place}{width} like <code>{pattern}</code>")
    return " and ".join(parts)


def _names(names: str) -> str:
    return " or ".join(f"`{name}`" for name in names.split("|"))


def _values(values: list[str]) -> str:
    return ", ".join(f"`{value}`" for value in values)


def caveats() -> Iterator[str]:
    english, dutch = (_words("answer", language) for language in ("en", "nl"))
    yield f"# Scores, states, verdicts, caveats and errors\n\n{NOTE}\n"
    yield "Codes are stable: a program may test for them.\n\n## Scores\n\n"
    yield "| Score | In words | Counts | Unit |\n| --- | --- | --- | --- |\n"
    for metric in METRICS.values():
        counted = ", ".join(f"`{name}`" for name in metric.columns)
        yield f"| `{metric.name}` | {english['metric'][metric.name]} | {counted} | `{metric.unit}` |\n"
    yield "\n## States\n\nOnly `shown` has a value.\n\n| State | In words | Means |\n| --- | --- | --- |\n"
    for state in State:
        words = f"{english['state'][state]} / {dutch['state'][state]}"
        yield f"| `{state}` | {words} | {STATES[state]} |\n"
    yield "\n## Verdicts\n\n| Verdict | In words | Means |\n| --- | --- | --- |\n"
    for verdict, means in VERDICTS.items():
        words = f"{english['verdict'][verdict]} / {dutch['verdict'][verdict]}"
        yield f"| `{verdict}` | {words} | {means} |\n"
    yield "\n## Caveats\n\n| Code | Sentence |\n| --- | --- |\n"
    for code, sentence in english["caveat"].items():
        yield f"| `{code}` | {sentence}<br>{dutch['caveat'][code]} |\n"
    yield "\n## Assumptions of the mapper\n\n| Code | Sentence |\n| --- | --- |\n"
    for code, sentence in _words("listen", "en")["assumption"].items():
        yield f"| `{code}` | {sentence} |\n"
    yield "\n## Errors\n\nBetween square brackets after the sentence.\n\n"
    yield from (f"- `{code}`\n" for code in error_codes())


def error_codes() -> list[str]:
    """Every `code` that an error class has or that is given where one is raised."""
    nodes = [node for path in SOURCE.rglob("*.py") for node in ast.walk(_parsed(path))]
    given = [one.value for one in nodes if isinstance(one, ast.keyword) and one.arg == "code"]
    of_class = [
        one.value
        for one in nodes
        if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == "code"
    ]
    values = [one.value for one in (*given, *of_class) if isinstance(one, ast.Constant)]
    return sorted({value for value in values if isinstance(value, str)})


def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def _words(room: str, language: str) -> dict[str, dict[str, str]]:
    text = (SOURCE / room / "texts" / f"{language}.toml").read_text("utf-8")
    return tomllib.loads(text)


def main(arguments: list[str]) -> int:
    made = {DOCS / "reference" / name: text for name, text in pages().items()}
    if arguments == ["--check"]:
        stale = [
            path
            for path, text in made.items()
            if not path.exists() or path.read_text("utf-8") != text
        ]
        for path in stale:
            print(f"{path.relative_to(DOCS.parent)} is stale: run `make docs`.", file=sys.stderr)
        return 1 if stale else 0
    for path, text in made.items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
