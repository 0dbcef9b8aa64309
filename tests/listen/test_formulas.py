"""Formulas in customers' cells: harmless on every way out to a spreadsheet, and themselves again on the way back."""

from __future__ import annotations

import csv
import io
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from listen.files import lake_rows, read
from topofheart.cli.main import topofheart
from topofheart.workspace import Workspace

FORMULAS = (
    "=cmd|' /C calc'!A0",
    "+HYPERLINK(A1)",
    "-1+cmd",
    "@SUM(1+1)*cmd",
    "\t=1+1 after a tab",
    "\r=1+1 after a return",
)
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def cells(text: str) -> list[str]:
    return [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]


def runs(cell: str) -> bool:
    """Whether a spreadsheet would take this cell for a formula."""
    try:
        float(cell)
    except ValueError:
        return cell.startswith(DANGEROUS)
    return False


def file_with(values: tuple[str, ...], *, wrong: str = "") -> str:
    """Answers of shops that are called like formulas; `wrong` is the score of each shop's last one."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(["Datum", "NPS", "Vestiging", "=Toelichting(1)"])
    for number in range(8):
        for value in (*values, "-5"):
            writer.writerow([f"{number + 11}-03-2026", str(number % 4), value, f"{value} {number}"])
    for value in (*values, "-5") if wrong else ():
        writer.writerow(["30-03-2026", wrong, value, f"{value} 99"])
    return target.getvalue()


@pytest.mark.parametrize("command", ["nps", "compare"])
def test_answer_as_csv_by_a_group_that_is_a_formula_is_harmless(
    command: str, workspace: Workspace
) -> None:
    done = read(workspace, file_with(FORMULAS))
    assert "unit" in {use.to for use in done.mapping.columns}
    result = CliRunner().invoke(
        topofheart, [command, str(workspace.folder), "--by", "unit", "--format", "csv"]
    )
    assert result.exit_code == 0
    assert "cmd" in result.output
    assert [cell for cell in cells(result.stdout) if runs(cell)] == []


def test_answer_as_csv_numbers_stay_numbers(workspace: Workspace) -> None:
    read(workspace, file_with(FORMULAS))
    answer = workspace.nps(by="unit")
    rows = list(csv.DictReader(io.StringIO(answer.to_csv(), newline="")))
    values = [row["value"] for row in rows if row["state"] == "shown"]
    assert values
    assert all(float(value) <= 1 for value in values)
    assert any(float(value) < 0 for value in values)
    assert "-5" in {row["by_unit"] for row in rows}


def test_refused_rows_formulas_are_harmless_and_numbers_stay(workspace: Workspace) -> None:
    done = read(workspace, file_with(FORMULAS, wrong="99"))
    assert done.refused_file is not None
    text = Path(done.refused_file).read_text(encoding="utf-8")
    assert "cmd" in text
    assert [cell for cell in cells(text) if runs(cell)] == []
    assert not any(cell.startswith("'99") for cell in cells(text))


def test_refused_rows_repaired_and_read_again_hold_what_the_customer_wrote(
    workspace: Workspace,
) -> None:
    done = read(workspace, file_with(FORMULAS, wrong="99"))
    assert done.refused_file is not None
    refused = Path(done.refused_file)
    refused.write_text(refused.read_text(encoding="utf-8").replace(",99,", ",9,"), encoding="utf-8")
    assert workspace.read(refused).placed.new == len(FORMULAS) + 1
    stored = {unit for (unit,) in lake_rows(workspace, "unit")}
    assert {value.strip() for value in FORMULAS} | {"-5"} == {str(unit).strip() for unit in stored}


def test_mapping_of_a_file_with_a_formula_for_a_header_is_still_a_mapping(
    workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "klanten.csv"
    path.write_text(file_with(FORMULAS), encoding="utf-8")
    result = CliRunner().invoke(topofheart, ["read", str(workspace.folder), str(path), "--dry-run"])
    names = [column["name"] for column in tomllib.loads(result.stdout)["columns"]]
    assert "=Toelichting(1)" in names
