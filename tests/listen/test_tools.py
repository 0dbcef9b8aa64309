"""Exports of survey tools, each as its documentation says and with what is right written beside it.

The files and their `.expected.toml` were made by somebody who did not see the readers.
"""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from listen.files import accounted, lake_rows, uses
from topofheart.listen.assumptions import decided
from topofheart.listen.importing import Read
from topofheart.workspace import Workspace, open

EXPORTS = Path(__file__).parent / "exports"
SURVEY_TOOLS = (
    "chatwoot", "delighted", "fider", "formbricks", "formbricks_hub", "google_forms", "limesurvey", "microsoft_forms",
    "posthog", "qualtrics", "surveymonkey", "touchpoints", "typeform",
)  # fmt: skip
OTHER_NAMES = {"limesurvey_vv": "limesurvey", "touchpoints_a11": "touchpoints"}


def expected(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.with_name(path.name + ".expected.toml").read_text("utf-8"))


def tool_of(path: Path) -> str:
    named = expected(path).get("tool", "")
    return OTHER_NAMES.get(named, named)


FILES = [
    path
    for path in sorted(EXPORTS.iterdir())
    if path.with_name(path.name + ".expected.toml").exists() and tool_of(path) in SURVEY_TOOLS
]


@pytest.fixture(scope="module")
def read_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Workspace, Read]]:
    """Every file read by a person who says, where it is asked, which question was the recommendation."""
    done = {}
    for path in FILES:
        workspace = open(tmp_path_factory.mktemp("tools") / "acme")
        mapping, assumptions = workspace.proposal(path)
        for one in assumptions:
            part = expected(path)["columns"].get("recommend", "")
            if "recommend" in one.others and part in one.column:
                mapping = decided(mapping, one, "recommend")
        done[path.name] = workspace, workspace.read(path, mapping=mapping)
    return done


every_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
Done = dict[str, tuple[Workspace, Read]]


@every_file
def test_export_is_recognised_with_a_reason(path: Path, read_files: Done) -> None:
    _, done = read_files[path.name]
    assert (done.mapping.tool, done.table) == (tool_of(path), expected(path)["table"])
    assert done.mapping.recognised_by


@every_file
def test_every_row_of_an_export_is_accounted_for(path: Path, read_files: Done) -> None:
    _, done = read_files[path.name]
    right, placed = expected(path), done.placed
    left_out = placed.excluded + placed.repeated
    rows = done.noted.get("records", placed.read)
    assert accounted(done)
    assert (rows, placed.refused) == (right["read"], right["refused"])
    assert placed.new == right.get("submissions", right.get("used"))
    assert left_out == sum(right.get("excluded", {}).values())
    assert sum(done.excluded.values()) == placed.excluded


@every_file
def test_columns_of_an_export_fill_the_right_columns(path: Path, read_files: Done) -> None:
    _, done = read_files[path.name]
    filled = {use.to: use.name for use in done.mapping.columns if use.to}
    for column, part in expected(path).get("columns", {}).items():
        assert part in filled[column]


@every_file
def test_identities_of_an_export_stay_outside(path: Path, read_files: Done) -> None:
    _, done = read_files[path.name]
    right = expected(path)
    found = uses(done.mapping)
    for part in right.get("withheld", []):
        hidden = {found[name] for name in found if part in name}
        assert hidden
        assert hidden <= {"withheld", "hidden:customer_id"}
    assert not set(right.get("never", [])) & set(found.values())


@every_file
def test_rows_of_an_export_are_stored_with_their_values(path: Path, read_files: Done) -> None:
    workspace, _ = read_files[path.name]
    right = expected(path)
    for row in right.get("stored", []):
        ((column, value),) = row["where"].items()
        names = list(row["values"])
        found = [
            dict(zip(names, one[1:], strict=True))
            for one in lake_rows(workspace, ", ".join([column, *names]), right["table"])
            if plain(one[0]) == value
        ]
        assert len(found) == 1, row
        for name, text in row["values"].items():
            stored = plain(found[0][name])
            if isinstance(text, str) and text.startswith("*"):
                assert text.strip("*") in stored
            else:
                assert stored == text, (row, name)


@every_file
def test_score_of_an_export_is_the_one_by_hand(path: Path, read_files: Done) -> None:
    right = expected(path).get("score")
    if right:
        workspace, _ = read_files[path.name]
        answer = workspace.score(right["metric"])
        assert answer.rows[0].estimate.value == pytest.approx(right["value"])
        assert answer.rows[0].estimate.n == right["n"]


@every_file
def test_export_read_again_changes_nothing(path: Path, read_files: Done) -> None:
    workspace, done = read_files[path.name]
    again = workspace.read(path).placed
    assert (again.new, again.changed, again.same) == (0, 0, done.placed.new)


def plain(value: Any) -> Any:
    """A stored value as the files of what is right write it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value.isoformat() if isinstance(value, date) else value
