"""The commands as people type them: what they print, where, and how they end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

FILE = """Respondent;Datum;NPS;Vestiging;Toelichting;E-mail
{rows}
"""


def run(
    *arguments: str | Path, folder: Path | None = None, **env: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from topofheart.cli.main import main; main()", *map(str, arguments)],
        capture_output=True, text=True, cwd=folder, env={**os.environ, "TOPOFHEART_LANGUAGE": "en", **env},
        check=False, encoding="utf-8",
    )  # fmt: skip


@pytest.fixture
def file(tmp_path: Path) -> Path:
    rows = [
        f"{i};{1 + i % 27:02d}-{1 + i % 6:02d}-2026 10:00;{(i * 7) % 11};{['Gouda', 'Breda'][i % 2]};"
        f"Bel mij op 06-12345678 of mail jan@example.nl, het duurde {i} dagen;k{i % 90}@example.nl"
        for i in range(300)
    ]
    path = tmp_path / "klanten.csv"
    path.write_text(FILE.format(rows="\n".join(rows)), encoding="utf-8")
    return path


def test_help_lists_every_command() -> None:
    done = run("--help")
    assert done.returncode == 0
    for command in (
        "look",
        "kijk",
        "read",
        "nps",
        "response",
        "compare",
        "rank",
        "trend",
        "calc",
        "forget",
        "maintain",
        "tables",
        "tools",
        "demo",
    ):
        assert f"\n  {command}" in done.stdout


def test_calc_nps_prints_the_published_interval() -> None:
    done = run(
        "calc", "nps", "--promoters", 40, "--passives", 50, "--detractors", 10, "--format", "json"
    )
    row = json.loads(done.stdout)["rows"][0]
    assert row["value"] == pytest.approx(0.3)
    assert (row["low"], row["high"]) == pytest.approx((0.16922, 0.42108), abs=1e-5)
    assert (row["n"], row["unit"], row["state"]) == (100, "net_share", "shown")


def test_calc_compare_agrees_with_the_reference() -> None:
    done = run("calc", "compare", "--before", 35, 35, 30, "--after", 40, 40, 20, "--format", "json")
    row = json.loads(done.stdout)["rows"][0]
    assert row["value"] == pytest.approx(0.15)
    assert row["p"] == pytest.approx(0.17775, abs=1e-5)
    assert (row["low"], row["high"]) == pytest.approx((-0.06616, 0.35742), abs=1e-5)
    assert row["verdict"] == "cannot_tell"


@pytest.mark.parametrize(
    ("arguments", "value"),
    [
        (("sample", "--margin", 5), 766),
        (("sample", "--margin", 10, "--variance", 0.4), 151),
        (("sample", "--difference", 10), 782),
        (("sample", "--difference", 5, "--variance", 1), 6277),
    ],
)
def test_calc_sample_agrees_with_the_table(arguments: tuple[object, ...], value: float) -> None:
    done = run("calc", *map(str, arguments), "--format", "json")
    assert json.loads(done.stdout)["rows"][0]["value"] == value


def test_calc_detectable_agrees_with_the_table() -> None:
    done = run("calc", "detectable", "--n", 400, "--format", "json")
    assert json.loads(done.stdout)["rows"][0]["value"] == pytest.approx(0.140, abs=5e-4)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("calc", "nps", "--promoters", 0, "--passives", 0, "--detractors", 0), 1),
        (("calc", "nps", "--promoters", -1, "--passives", 0, "--detractors", 0), 2),
        (("calc", "sample"), 1),
        (("calc", "sample", "--margin", 5, "--difference", 5), 1),
        (("nonsense",), 2),
        (("tables", "nonsense"), 1),
        (("nps", "nowhere"), 1),
        (("look", "nowhere.csv"), 1),
        (("nps", "nowhere", "--where", "unit"), 2),
    ],
)
def test_mistakes_end_with_their_code_and_a_hint(
    arguments: tuple[object, ...], code: int, tmp_path: Path
) -> None:
    done = run(*map(str, arguments), folder=tmp_path)
    assert done.returncode == code
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_read_then_ask_then_read_again(file: Path, tmp_path: Path) -> None:
    acme = tmp_path / "acme"
    first = run("read", acme, file)
    assert first.returncode == 0, first.stderr
    assert "300 rows read: 300 new" in first.stdout
    assert "E-mail" in first.stderr
    again = run("read", acme, file)
    assert "300 already there" in again.stdout
    scores = json.loads(run("nps", acme, "--by", "Vestiging", "--format", "json").stdout)
    assert [row["Vestiging"] for row in scores["rows"]] == ["Breda", "Gouda"]
    assert sum(row["n"] for row in scores["rows"]) == 300
    filtered = json.loads(run("nps", acme, "--where", "Vestiging=Gouda", "--format", "json").stdout)
    assert filtered["rows"][0]["n"] == 150
    compared = run("compare", acme, "--every", "month")
    assert compared.returncode == 0
    assert "verdict" in compared.stdout


def test_rank_and_trend_answer_in_every_format(file: Path, tmp_path: Path) -> None:
    assert run("read", "acme", file, folder=tmp_path).returncode == 0
    ranked = run("rank", "acme", "--by", "vestiging", "--format", "json", folder=tmp_path)
    assert ranked.returncode == 0, ranked.stderr
    assert "few_units" in json.loads(ranked.stdout)["caveats"]
    followed = run("trend", "acme", "--by", "vestiging", "--format", "csv", folder=tmp_path)
    assert followed.returncode == 0, followed.stderr
    assert "verdict" in followed.stdout.splitlines()[0]
    assert "per maand" in run("--language", "nl", "trend", "acme", folder=tmp_path).stdout
    assert (
        run("rank", "acme", "--by", "vestiging", "--every", "month", folder=tmp_path).returncode
        == 2
    )
    assert run("rank", "acme", folder=tmp_path).returncode == 1


def test_dry_run_prints_a_mapping_that_can_be_given_back(file: Path, tmp_path: Path) -> None:
    done = run("read", tmp_path / "acme", file, "--dry-run")
    assert not (tmp_path / "acme" / "lake").exists()
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(done.stdout, encoding="utf-8")
    read = run("read", tmp_path / "acme", file, "--mapping", mapping)
    assert read.returncode == 0, read.stderr
    assert "300 new" in read.stdout


def test_dry_run_says_which_tool_wrote_the_file_and_why(tmp_path: Path) -> None:
    header = "#,How likely are you to recommend us?,Submit Date (UTC),Network ID\n"
    file = tmp_path / "export.csv"
    file.write_text(header + "a1,9,2026-03-04 23:30:00,n1\na2,0,2026-03-05 08:00:00,n2\n")
    done = run("read", tmp_path / "acme", file, "--dry-run")
    why = "Recognised as Typeform: the columns Network ID and Submit Date (UTC)."
    assert f"# {why}" in done.stderr
    assert 'tool = "typeform"' in done.stdout
    other = run("read", tmp_path / "acme", file, "--dry-run", "--tool", "file")
    assert why not in other.stderr
    dutch = run("--language", "nl", "read", tmp_path / "acme", file, "--dry-run")
    assert "Herkend als Typeform: " in dutch.stderr
    wrong = run("read", tmp_path / "acme", file, "--tool", "typofrom")
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert "[unknown_name]" in wrong.stderr


def test_tools_says_of_each_whether_its_shape_is_verified() -> None:
    lines = run("tools").stdout.splitlines()
    assert any(line.split()[:2] == ["typeform", "verified"] for line in lines)
    assert any(line.split()[:2] == ["google_forms", "unverified"] for line in lines)


def test_data_and_words_go_their_own_ways(file: Path, tmp_path: Path) -> None:
    acme = tmp_path / "acme"
    run("read", acme, file)
    assert json.loads(run("nps", acme, "--format", "json").stdout)
    assert run("nps", acme, "--format", "csv").stdout.startswith("state,value,low,high,n,unit")


def test_forget_erases_by_mail_address(file: Path, tmp_path: Path) -> None:
    acme = tmp_path / "acme"
    run("read", acme, file)
    before = json.loads(run("nps", acme, "--format", "json").stdout)["rows"][0]["n"]
    done = run("forget", acme, "K7@Example.nl ")
    assert done.returncode == 0, done.stderr
    after = json.loads(run("nps", acme, "--format", "json").stdout)["rows"][0]["n"]
    assert before - after == 4
    assert run("nps", acme, "--as-of", 1).returncode == 1


@pytest.mark.parametrize(("command", "language"), [("look", "en"), ("kijk", "nl")])
def test_look_writes_one_page_that_names_nobody(
    command: str, language: str, file: Path, tmp_path: Path
) -> None:
    out = tmp_path / "page.html"
    done = run(command, file, "--out", out)
    assert done.returncode == 0, done.stderr
    page = out.read_text(encoding="utf-8")
    assert f'<html lang="{language}"' in page
    assert len(page) < 1_500_000
    for personal in ("06-12345678", "jan@example.nl", "@example.nl"):
        assert personal not in page
    assert "Gouda" in page
    assert sorted(path.name for path in tmp_path.iterdir()) == ["klanten.csv", "page.html"]


def test_look_at_a_file_without_scores_still_gives_a_page(tmp_path: Path) -> None:
    path = tmp_path / "alleen-tekst.csv"
    path.write_text(
        "Toelichting\nIk wacht al drie weken op mijn bestelling en hoor niets\n" * 1,
        encoding="utf-8",
    )
    done = run("look", path, "--out", tmp_path / "page.html")
    assert done.returncode == 0, done.stderr
    assert "drie weken" in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_tables_names_every_column() -> None:
    assert "recommend" in run("tables", "answers").stdout
    assert len(run("tables").stdout.splitlines()) == 32


def test_snapshots_tell_what_was_read(file: Path, tmp_path: Path) -> None:
    run("read", tmp_path / "acme", file)
    assert "klanten.csv" in run("snapshots", tmp_path / "acme").stdout
