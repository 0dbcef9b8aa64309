"""Every row is accounted for: used, the same, repeated, refused with its reason, or excluded."""

from __future__ import annotations

import csv
import math
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from listen.files import HEADER, ROWS, accounted, lake_rows, read, write
from topofheart.kernel.errors import TopOfHeartError, UnreadableFile
from topofheart.lake.duckdb_engine import DuckEngine
from topofheart.listen import importing
from topofheart.listen.importing import Read
from topofheart.listen.mapping import ColumnUse, Mapping
from topofheart.workspace import Workspace, open

MAPPING = Mapping(
    "answers",
    "vuil",
    decimal=",",
    columns=(
        ColumnUse("id", "id"),
        ColumnUse("dag", "answered_at", format="%d-%m-%Y"),
        ColumnUse("klant", "customer_id"),
        ColumnUse("nps", "recommend"),
        ColumnUse("cijfer", "satisfaction"),
        ColumnUse("klaar", "complete"),
        ColumnUse("soort", "kind"),
        ColumnUse("tekst", "comment"),
        ColumnUse("mail", withhold=True),
        ColumnUse("status"),
    ),
    constants={"satisfaction_scale": "1-10"},
    exclude={"status": ["test"]},
)
LABELS = [use.name for use in MAPPING.columns]
GOOD = ["1", "04-03-2026", "K1", "9", "7,5", "ja", "transaction", "prima", "a@b.nl", "echt"]


def dirty(*rows: list[str]) -> str:
    return "\n".join(";".join(row) for row in [LABELS, *rows]) + "\n"


def with_cell(label: str, value: str) -> list[str]:
    row = list(GOOD)
    row[LABELS.index(label)] = value
    return row


def refused(done: Read) -> list[dict[str, str]]:
    if done.refused_file is None:
        return []
    with done.refused_file.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("label", "value", "reason"),
    [
        ("nps", "11", "not a whole number, 0–10"), ("nps", "-1", "not a whole number, 0–10"),
        ("nps", "7,5", "not a whole number, 0–10"), ("nps", "negen", "not a whole number, 0–10"),
        ("nps", "inf", "not a whole number, 0–10"), ("nps", "1e300", "not a whole number, 0–10"),
        ("cijfer", "10,5", "not a number, 1–10"), ("cijfer", "Infinity", "not a number, 1–10"),
        ("cijfer", "goed", "not a number, 1–10"), ("cijfer", "75", "not a number, 1–10"),
        ("dag", "31-02-2026", "not a day or time"), ("dag", "2026-03-04", "not a day or time"),
        ("dag", "infinity", "not a day or time"), ("dag", "04-03-0026", "not a day or time"),
        ("klaar", "misschien", "not yes or no"), ("klaar", "2", "not yes or no"),
        ("soort", "klacht", "not known, relationship"),
    ],
)  # fmt: skip
def test_value_outside_its_domain_is_refused_with_row_column_value_and_reason(
    label: str, value: str, reason: str, workspace: Workspace
) -> None:
    done = read(
        workspace, dirty(GOOD, with_cell(label, value), with_cell("id", "3")), mapping=MAPPING
    )
    assert (done.placed.read, done.placed.new, done.placed.refused) == (3, 2, 1)
    (row,) = refused(done)
    assert (row["refused_row"], row["refused_column"], row["refused_value"]) == ("3", label, value)
    expected = "not a time written as %d-%m-%Y" if label == "dag" else reason
    assert row["refused_reason"].startswith(expected)


@pytest.mark.parametrize("label", ["dag", "klant", "nps", "cijfer", "klaar", "soort", "tekst"])
def test_dash_and_not_applicable_are_empty_and_never_refused(
    label: str, workspace: Workspace
) -> None:
    nothing = ["", "-", "n.v.t.", "N/A", " nvt ", "NaN", "null", "?"]
    rows = [with_cell(label, value) for value in nothing]
    for i, row in enumerate(rows):
        row[0] = str(i)
    done = read(workspace, dirty(*rows), mapping=MAPPING)
    assert (done.placed.new, done.placed.refused) == (len(nothing), 0)
    column = {"dag": "answered_at", "klant": "customer_id", "nps": "recommend", "cijfer": "satisfaction",
              "klaar": "complete", "soort": "kind", "tekst": "comment"}[label]  # fmt: skip
    assert lake_rows(workspace, column) == [(None,)] * len(nothing)


def test_score_of_zero_is_a_score_not_an_empty_cell(workspace: Workspace) -> None:
    read(workspace, dirty(with_cell("nps", "0")), mapping=MAPPING)
    assert lake_rows(workspace, "recommend") == [(0,)]


def test_repeated_excluded_and_withheld_are_counted(workspace: Workspace) -> None:
    rows = [
        GOOD,
        with_cell("nps", "3"),
        with_cell("status", "test"),
        with_cell("id", "2"),
        with_cell("id", "4"),
    ]
    rows[3][LABELS.index("mail")] = ""
    done = read(workspace, dirty(*rows), mapping=MAPPING)
    placed = done.placed
    assert (placed.read, placed.new, placed.repeated, placed.excluded, placed.refused) == (
        5,
        3,
        1,
        1,
        0,
    )
    assert placed.withheld == 4
    assert accounted(done)
    again = read(workspace, dirty(*rows), mapping=MAPPING).placed
    assert (again.new, again.same, again.repeated, again.excluded) == (0, 3, 1, 1)


def test_equal_rows_without_an_id_all_count_and_are_not_doubled(workspace: Workspace) -> None:
    text = "Datum;NPS\n" + "04-03-2026;9\n" * 5 + "04-03-2026;3\n"
    assert read(workspace, text).placed.new == 6
    more = read(workspace, text + "04-03-2026;9\n").placed
    assert (more.new, more.same) == (1, 6)


CELLS = {
    "id": ["1", "2", "3", "", "x", "-"],
    "dag": ["04-03-2026", "4-3-2026", "", "x", "infinity", "1-1-1"],
    "klant": ["K1", "a@b.nl", "", "n.v.t."],
    "nps": ["0", "9", "10", "11", "", "nan", "inf", "7,0", "x"],
    "cijfer": ["7,5", "10", "0", "", "NaN", "1e9", "1.000", "x"],
    "klaar": ["ja", "nee", "1", "", "x"],
    "soort": ["transaction", "Relationship", "", "x"],
    "tekst": ["prima", "", "bel 0612345678", "mail a@b.nl", "nan", "=1+1"],
    "mail": ["a@b.nl", ""],
    "status": ["echt", "test", ""],
}
DIRTY_ROW = st.tuples(*(st.sampled_from(CELLS[label]) for label in LABELS)).map(list)
BROKEN_ROW = st.lists(st.sampled_from(["1", "x", "", "a@b.nl"]), min_size=1, max_size=14)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    rows=st.lists(st.one_of(DIRTY_ROW, DIRTY_ROW, DIRTY_ROW, BROKEN_ROW), max_size=25),
    with_id=st.booleans(),
)
def test_read_is_the_sum_of_its_parts_for_any_dirty_file(
    rows: list[list[str]], with_id: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    workspace = open(tmp_path_factory.mktemp("dirty") / "acme")
    columns = MAPPING.columns if with_id else (ColumnUse("id"), *MAPPING.columns[1:])
    mapping = Mapping(**{**MAPPING.__dict__, "columns": columns})
    done = read(workspace, dirty(*rows), mapping=mapping)
    assert accounted(done)
    assert done.placed.read == sum(any(cell for cell in row) for row in rows)
    assert len(refused(done)) == done.placed.refused
    stored = lake_rows(workspace, "recommend, satisfaction, answered_at, kind")
    assert len(stored) == done.placed.new
    for recommend, satisfaction, answered_at, kind in stored:
        assert recommend is None or 0 <= recommend <= 10
        assert satisfaction is None or (math.isfinite(satisfaction) and 0 <= satisfaction <= 10)
        assert answered_at is None or answered_at > datetime(1900, 1, 1, tzinfo=UTC)
        assert kind in (None, "transaction", "relationship")
    again = read(workspace, dirty(*rows), mapping=mapping)
    assert accounted(again)
    assert (again.placed.new, again.placed.changed) == (0, 0)


def test_repaired_rows_are_in_when_their_file_is_read_again(workspace: Workspace) -> None:
    first = read(
        workspace, dirty(GOOD, with_cell("nps", "11"), with_cell("nps", "12")), mapping=MAPPING
    )
    path = first.refused_file
    assert path is not None
    path.write_text(path.read_text().replace("K1,11,", "K1,8,"))
    again = workspace.read(path)
    assert (again.placed.read, again.placed.refused) == (2, 1)
    assert again.placed.changed == 1
    assert lake_rows(workspace, "recommend") == [(8,)]
    second = again.refused_file
    assert second is not None
    assert second.name == "002-klanten.csv"
    with second.open() as file:
        header = next(csv.reader(file))
    assert header[:4] == ["refused_row", "refused_column", "refused_value", "refused_reason"]
    assert header[4:] == LABELS
    assert (workspace.folder / "mappings" / "vuil.toml").read_text().count("refused") == 0


def test_refused_rows_of_a_fast_file_are_numbered_as_in_a_spreadsheet(workspace: Workspace) -> None:
    """The engine does not count empty lines; rows of separators it does."""
    text = "\n".join(
        [";".join(LABELS), "", ";".join(GOOD), "", ";" * 9, ";".join(with_cell("nps", "11")), ""]
    )
    (row,) = refused(read(workspace, text, mapping=MAPPING))
    assert row["refused_row"] == "6"


def test_file_in_which_every_row_is_refused_changes_nothing(workspace: Workspace) -> None:
    done = read(workspace, dirty(with_cell("nps", "x"), with_cell("dag", "x")), mapping=MAPPING)
    assert (done.placed.refused, done.snapshot) == (2, 0)
    assert workspace.lake.snapshot().versions == {}
    assert not (workspace.folder / "lake" / "answers").exists()


@pytest.mark.parametrize("text", ["Datum;NPS\n", "Datum;NPS\n;\n\n"])
def test_file_without_rows_changes_nothing(text: str, workspace: Workspace) -> None:
    done = read(workspace, text)
    assert (done.placed.read, done.snapshot, done.refused_file) == (0, 0, None)
    assert not (workspace.folder / "mappings").exists()


def _state(workspace: Workspace) -> tuple[dict[str, int], set[str]]:
    """The version of every table as any reader of Delta sees it, and the files of the workspace."""
    versions = {}
    for folder in sorted((workspace.folder / "lake").glob("*")):
        versions[folder.name] = workspace.lake.folder(folder.name).version()
    files = {
        str(path.relative_to(workspace.folder))
        for path in workspace.folder.rglob("*")
        if path.is_file() and "mappings" not in path.parts and path.name != "writer.lock"
    }
    return versions, files


@pytest.mark.parametrize(
    "mistake", ["no table", "too wide", "wrong mapping", "breaks while staging"]
)
def test_error_leaves_the_lake_as_it_was(
    mistake: str, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    read(workspace, dirty(GOOD), mapping=MAPPING)
    before = _state(workspace)
    text, how, name = dirty(with_cell("id", "9")), {"mapping": MAPPING}, "klanten.csv"
    if mistake == "no table":
        text, how = "%PDF-1.7", {}
    elif mistake == "too wide":
        wide = ";".join(f"kolom {i}" for i in range(350))
        text, how, name = (
            f"{wide}\n" + f"{';'.join('12' for _ in range(350))}\n" * 3,
            {},
            "breed.csv",
        )
    elif mistake == "wrong mapping":
        how = {"mapping": Mapping("answers", "x", columns=(ColumnUse("geen", "comment"),))}
    else:
        broken = importing.SqlError("kapot")
        monkeypatch.setattr(importing, "write_parquet", lambda *_: (_ for _ in ()).throw(broken))
    with pytest.raises(TopOfHeartError) as error:
        read(workspace, text, name, **how)  # type: ignore[arg-type]
    assert error.value.hint
    assert _state(workspace) == before
    assert (
        not list((workspace.folder / "staging").glob("*"))
        if (workspace.folder / "staging").exists()
        else True
    )
    if mistake == "too wide":
        assert error.value.code == "too_many_columns"


def test_extra_column_that_holds_a_word_after_all_is_kept_as_text(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sample holds numbers only; no row is lost for a column that nobody asked for."""
    monkeypatch.setattr(importing, "SAMPLE_ROWS", 5)
    text = (
        "Datum;NPS;Leeftijd\n"
        + "".join(f"04-03-2026;{i % 11};{20 + i}\n" for i in range(30))
        + "05-03-2026;9;onbekend\n"
    )
    done = read(workspace, text)
    assert (done.placed.new, done.placed.refused) == (31, 0)
    assert ("onbekend",) in lake_rows(workspace, "d_leeftijd")


def test_fast_reader_that_stumbles_late_gives_way_to_the_careful_one(workspace: Workspace) -> None:
    tidy = "".join(
        f"{i % 28 + 1:02d}-03-2026;{i % 11};tekst nummer {i} is lang genoeg\n"
        for i in range(12_000)
    )
    done = read(
        workspace,
        "Datum;NPS;Toelichting\n" + tidy + "04-03-2026;9\n" + tidy.replace("03-2026", "04-2026"),
    )
    assert (done.placed.read, done.placed.new, done.placed.refused) == (24_001, 24_000, 1)
    assert refused(done)[0]["refused_row"] == "12002"


def test_progress_is_told_and_only_rises_to_one(workspace: Workspace) -> None:
    for text in (HEADER + ROWS * 3_000, (HEADER + ROWS * 3_000).replace("\n", "\r")):
        told: list[float] = []
        read(workspace, text, progress=told.append)
        assert told[-1] == 1.0
        assert told == sorted(set(told))
        assert told.count(1.0) == 1
    assert 0 < told[0] < 0.5


def test_rows_of_sql_and_quotes_are_only_text(workspace: Workspace) -> None:
    evil = "'; DROP TABLE answers; --"
    text = (
        f'Datum,NPS,"{evil}","regio ""x""",Toelichting\n04-03-2026,9,{evil},"a""b",Dit zei hij: {evil}\n'
        * 1
    )
    text += "05-03-2026,0,x,y,Een andere klant zei iets anders\n"
    done = read(workspace, text, f"k{chr(39)}lanten.csv")
    assert done.placed.new == 2
    assert (f"Dit zei hij: {evil}",) in lake_rows(workspace, "comment")


@pytest.mark.slow
def test_60_mb_is_read_in_bounded_memory_either_way(tmp_path: Path) -> None:
    """The high-water mark of a process of its own, fast and careful: `ru_maxrss` would be that of its parent."""
    lines = [
        f"{i % 28 + 1:02d}-03-2026 10:00;K{i % 9999};{i % 11};Het duurde weer {i} minuten te lang;Noord\n"
        for i in range(20_000)
    ]
    body = "".join(lines)
    for end in ("\n", "\r"):
        path = write(tmp_path, (HEADER + body * (60_000_000 // len(body) + 1)).replace("\n", end))
        code = (
            "from pathlib import Path\nfrom topofheart.workspace import open\n"
            f"done = open({str(tmp_path / ('w' + end.encode().hex()))!r}).read({str(path)!r})\n"
            "status = Path('/proc/self/status').read_text()\n"
            "print(done.placed.read, status.split('VmHWM:')[1].split()[0])"
        )
        out = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
        )
        read_rows, kilobytes = map(int, out.stdout.split()[-2:])
        assert read_rows > 700_000
        assert kilobytes < 1_000_000, end.encode().hex()


def test_engine_errors_are_told_in_one_line(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise importing.SqlError("Out of Memory Error: veel\nregels\nuitleg")

    monkeypatch.setattr(DuckEngine, "rows", broken)
    with pytest.raises(UnreadableFile) as error:
        read(workspace, HEADER + ROWS)
    assert "\n" not in error.value.message


def test_grade_outside_its_scale_is_refused(tmp_path: Path) -> None:
    import topofheart as toh

    path = tmp_path / "cijfers.csv"
    path.write_text(
        "Nr,Rapportcijfer\n" + "\n".join(f"{i},{i % 10 + 1}" for i in range(40)) + "\n",
        encoding="utf-8",
    )
    workspace = toh.open(tmp_path / "ws")
    assert workspace.read(path).placed.refused == 0
    path.write_text("Nr,Rapportcijfer\n100,0\n101,7\n", encoding="utf-8")
    placed = workspace.read(path).placed
    assert (placed.refused, placed.new) == (1, 1)
