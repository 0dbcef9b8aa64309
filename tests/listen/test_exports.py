"""The tools' own files of `exports/`, read as they are, against what is right beside each of them."""

from __future__ import annotations

import fnmatch
import tomllib
from pathlib import Path
from typing import Any

import pytest

from listen.files import accounted, lake_rows
from listen.strange_files import as_text
from topofheart.listen.assumptions import decided
from topofheart.listen.importing import Read
from topofheart.workspace import Workspace

FOLDER = Path(__file__).parent / "exports"
SUFFIX = ".expected.toml"
EXPECTED = sorted(path.relative_to(FOLDER) for path in FOLDER.rglob("*" + SUFFIX))
each_export = pytest.mark.parametrize("name", [str(path)[: -len(SUFFIX)] for path in EXPECTED])


@each_export
def test_export_as_it_comes_out_is_read_as_its_maker_meant(name: str, workspace: Workspace) -> None:
    right = tomllib.loads((FOLDER / (name + SUFFIX)).read_text(encoding="utf-8"))
    sheet = right.get("sheet")
    path = FOLDER / (name.removesuffix("." + sheet) if sheet else name)
    done = _read(right, workspace, path, sheet)

    assert done.table == right["table"]
    different = differences(right, done, workspace)
    assert not different, "\n".join(different)


@each_export
def test_export_read_twice_changes_nothing(name: str, workspace: Workspace) -> None:
    right = tomllib.loads((FOLDER / (name + SUFFIX)).read_text(encoding="utf-8"))
    sheet = right.get("sheet")
    path = FOLDER / (name.removesuffix("." + sheet) if sheet else name)
    workspace.read(path, sheet=sheet)
    before = lake_rows(workspace, table=right["table"])
    again = workspace.read(path, sheet=sheet)
    assert (again.placed.new, again.placed.changed) == (0, 0)
    assert lake_rows(workspace, table=right["table"]) == before


def _read(right: dict[str, Any], workspace: Workspace, path: Path, sheet: str | None) -> Read:
    """Read by somebody who answers the question that must be asked: it was the recommendation."""
    mapping, assumptions = workspace.proposal(path, sheet=sheet)
    for one in assumptions:
        if right.get("ask", "?") in one.column and "recommend" in one.others:
            mapping = decided(mapping, one, "recommend")
    columns = [one.column for one in assumptions]
    assert "ask" not in right or any(right["ask"] in column for column in columns), columns
    return workspace.read(path, mapping=mapping, sheet=sheet)


def differences(right: dict[str, Any], done: Read, workspace: Workspace) -> list[str]:
    """Everything in which the reading is not what is written beside the file."""
    rows = _stored(workspace, right["table"])
    return [
        *_tool(right["tool"], done.mapping.tool),
        *_accounts(right, done, rows),
        *_columns(right, done, rows),
        *_values(right, rows),
        *_nowhere(right, rows),
        *_score(right, workspace),
    ]


def _stored(workspace: Workspace, table: str) -> list[dict[str, str]]:
    names = workspace.lake.files(table, workspace.lake.snapshot()).schema.names
    quoted = ", ".join(f'"{name}"' for name in names)
    return [
        dict(zip(names, map(as_text, row), strict=True))
        for row in lake_rows(workspace, quoted, table)
    ]


def _tool(right: str, said: str) -> list[str]:
    """`zendesk-tickets` is Zendesk."""
    known = said.replace("-", "_").startswith(right)
    return [] if known else [f"taken for {said}, and it is {right}"]


def _accounts(right: dict[str, Any], done: Read, rows: list[dict[str, str]]) -> list[str]:
    placed = done.placed
    said = []
    if not accounted(done):
        said.append(f"the account does not add up: {placed}")
    counted = {
        "read": (done.noted.get("records", placed.read), right["read"]),
        "refused": (placed.refused, right["refused"]),
        "left out": (placed.excluded + placed.repeated, sum(right.get("excluded", {}).values())),
        "in the lake": (len(rows), right.get("submissions", right.get("used"))),
    }
    return said + [
        f"{number} {what}, not {wanted}"
        for what, (number, wanted) in counted.items()
        if number not in _any_of(wanted)
    ]


def _any_of(wanted: Any) -> list[Any]:
    return wanted if isinstance(wanted, list) else [wanted]


def _columns(right: dict[str, Any], done: Read, rows: list[dict[str, str]]) -> list[str]:
    said = []
    uses = done.mapping.columns
    for target, header in right.get("columns", {}).items():
        of_it = [use for use in uses if any(part in use.name for part in _any_of(header))]
        if target not in {use.to for use in of_it}:
            became = [f"{use.name} → {use.to or '-'}" for use in of_it]
            said.append(f"{target} is not filled by {header} ({', '.join(became) or 'no column'})")
    for header in right["withheld"]:
        for use in uses:
            if header == use.name and use.to and not use.pseudonym:
                said.append(f"{header} is stored as {use.to}")
    for target in right.get("never", []):
        if any(row.get(target) for row in rows):
            said.append(f"{target} is filled")
    return said


def _values(right: dict[str, Any], rows: list[dict[str, str]]) -> list[str]:
    said = []
    for wanted in right.get("stored", []):
        where = {name: _written(value) for name, value in wanted["where"].items()}
        found = [row for row in rows if _matches(row, where)]
        values = {name: _written(value) for name, value in wanted["values"].items()}
        if not found:
            said.append(f"no row where {where}")
        elif not any(_matches(row, values) for row in found):
            got = {name: found[0].get(name, "") for name in values}
            said.append(f"where {where}: {got}, not {values}")
    return said


def _written(value: Any) -> str:
    """A value of the fixture in the words of `as_text`."""
    return as_text(float(value)) if type(value) in (int, float) else as_text(value)


def _matches(row: dict[str, str], wanted: dict[str, str]) -> bool:
    return all(
        fnmatch.fnmatchcase(row.get(name, ""), text) if "*" in text else row.get(name, "") == text
        for name, text in wanted.items()
    )


def _nowhere(right: dict[str, Any], rows: list[dict[str, str]]) -> list[str]:
    everything = "\n".join(text for row in rows for text in row.values())
    texts = right.get("never_stored", {}).get("texts", [])
    said = [f"{text!r} is in the lake" for text in texts if text in everything]
    for target, numbers in right.get("not_stored", {}).items():
        stored = {row.get(target) for row in rows}
        said += [f"{target} holds {n}" for n in numbers if _written(n) in stored]
    return said


def _score(right: dict[str, Any], workspace: Workspace) -> list[str]:
    if "score" not in right:
        return []
    wanted = right["score"]
    estimate = workspace.score(wanted["metric"]).rows[0].estimate
    if estimate.n == wanted["n"] and estimate.value == pytest.approx(wanted["value"]):
        return []
    return [f"{wanted['metric']} {estimate.value} of {estimate.n}, not {wanted}"]
