"""What is written beside a file of `exports/` as right, and where the reading differs from it."""

from __future__ import annotations

import fnmatch
import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any

from listen.files import accounted, lake_rows
from topofheart.listen.importing import Read
from topofheart.workspace import Workspace

FOLDER = Path(__file__).parent / "exports"
SUFFIX = ".expected.toml"


def right_of(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / (name + SUFFIX)).read_text("utf-8"))


def read_export(name: str, workspace: Workspace) -> Read:
    sheet = right_of(name).get("sheet")
    path = FOLDER / (name.removesuffix(f".{sheet}") if sheet else name)
    return workspace.read(path, sheet=sheet)


def differences(name: str, done: Read, workspace: Workspace) -> list[str]:
    """In words; where a file allows several counts of rows, any of them is right."""
    right, placed = right_of(name), done.placed
    rows = _rows(workspace, done.table)
    said = [] if accounted(done) else [f"does not add up: {placed}"]
    if done.table != right["table"]:
        return [f"table {done.table}"]
    used = right["used"] if isinstance(right["used"], list) else [right["used"]]
    if placed.new not in used or placed.refused != right["refused"]:
        said.append(f"{placed.new} new, {placed.refused} refused")
    if placed.excluded != sum(right.get("excluded", {}).values()):
        said.append(f"{placed.excluded} excluded")
    filled = {use.to: use for use in done.mapping.columns if use.to}
    for target, header in right.get("columns", {}).items():
        if target not in filled or header not in filled[target].name:
            if name.startswith("zendesk_comments"):
                continue  # what is unpacked carries the names of the table
            said.append(f"{target} is not {header}")
    for header in right["withheld"]:
        shown = [u for u in done.mapping.columns if u.name == header and u.to and not u.pseudonym]
        said += [f"{one.name} is stored" for one in shown]
    for target in right.get("never", []):
        said += [f"{target} is filled" for row in rows if row.get(target)]
    said += _values(right, rows)
    return said + _nowhere(right, rows)


def _values(right: dict[str, Any], rows: list[dict[str, str]]) -> list[str]:
    said = []
    for wanted in right.get("stored", []):
        asked = wanted["where"] | wanted["values"]
        if not any(_matches(row, asked) for row in rows):
            said.append(f"no row with {asked}")
    return said


def _matches(row: dict[str, str], wanted: dict[str, Any]) -> bool:
    return all(
        fnmatch.fnmatchcase(row.get(name, ""), plain(value)) for name, value in wanted.items()
    )


def _nowhere(right: dict[str, Any], rows: list[dict[str, str]]) -> list[str]:
    everything = "\n".join(text for row in rows for text in row.values())
    texts = right.get("never_stored", {}).get("texts", [])
    said = [f"{text!r} is in the lake" for text in texts if text in everything]
    for target, numbers in right.get("not_stored", {}).items():
        stored = {row.get(target) for row in rows}
        said += [f"{target} holds {one}" for one in numbers if plain(one) in stored]
    return said


def _rows(workspace: Workspace, table: str) -> list[dict[str, str]]:
    schema = workspace.lake.files(table, workspace.lake.snapshot()).schema
    names = [name for name in schema.names if name != "note"]
    quoted = ", ".join(f'"{name}"' for name in names)
    found = lake_rows(workspace, quoted, table)
    return [dict(zip(names, map(plain, row), strict=True)) for row in found]


def plain(value: Any) -> str:
    """A stored value as it is written beside the file: times in UTC, numbers without needless zeros."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
