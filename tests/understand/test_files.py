"""`words read FILE --column … --out …`: a file's texts understood without a workspace."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pyarrow as pa
import pyarrow.csv as csv
import pyarrow.parquet as pq
import pytest

from topofheart.cli.main import main
from topofheart.kernel.errors import InvalidInput, UnknownName, UnreadableFile
from topofheart.understand import files
from topofheart.understand.columns import arrow
from topofheart.understand.files import understand_file
from topofheart.understand.reading import readings

TEXTS = ["Waar blijft mijn pakket?", None, "mail jan@example.nl", "Wat fijn, bedankt!"]
RUN = "from topofheart.cli.main import main; main()"
IN_SMALL_PARTS = "from topofheart.understand import files; files.AT_ONCE = 2048; "
MEGABYTE = 1 << 20
MOST_GROWTH = 150 * MEGABYTE
LONGEST_WAIT_SECONDS = 60


def a_file(path: Path, **columns: list[object]) -> Path:
    rows = pa.table({"id": list(range(len(TEXTS))), "comment": TEXTS} | columns)
    (csv.write_csv if path.suffix == ".csv" else pq.write_table)(rows, path)
    return path


def read_back(path: Path) -> pa.Table:
    return csv.read_csv(path) if path.suffix == ".csv" else pq.read_table(path)


@pytest.mark.parametrize("given", ["in.csv", "in.parquet"])
@pytest.mark.parametrize("wanted", ["out.csv", "out.parquet"])
def test_a_file_is_written_with_what_is_understood_behind_its_rows(
    tmp_path: Path, given: str, wanted: str
) -> None:
    out = tmp_path / wanted
    assert understand_file(a_file(tmp_path / given), "comment", out) == len(TEXTS)
    rows = read_back(out)
    assert [int(one) for one in rows["id"].to_pylist()] == [0, 1, 2, 3]
    assert rows["comment"].to_pylist()[2] == "mail [mail]"
    assert rows.column_names == ["id", "comment", *arrow([]).column_names]
    told = list(readings(TEXTS))
    assert rows["language"].to_pylist() == [one.language for one in told]
    assert [one or None for one in rows["valence"].to_pylist()] == [one.valence for one in told]
    assert {path.name for path in tmp_path.iterdir()} == {given, wanted}


def test_a_missing_column_is_refused_with_those_that_are_there(tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    with pytest.raises(UnknownName, match=r"id, comment") as refused:
        understand_file(a_file(tmp_path / "in.csv"), "remark", out)
    assert "remark" in refused.value.message
    assert not out.exists()


def test_a_name_that_the_file_has_itself_stays_its_own(tmp_path: Path) -> None:
    four: list[object] = ["a", "b", "c", "d"]
    given = a_file(tmp_path / "in.csv", valence=four, understood_valence=four, topic=four)
    understand_file(given, "comment", tmp_path / "out.parquet")
    rows = pq.read_table(tmp_path / "out.parquet")
    assert len(set(rows.column_names)) == len(rows.column_names)
    assert rows["valence"].to_pylist() == rows["understood_valence"].to_pylist() == four
    assert rows["understood_understood_valence"].to_pylist()[3] == "positive"
    assert "understood_topic" in rows.column_names


def test_a_file_can_have_its_text_in_a_column_named_as_ours(tmp_path: Path) -> None:
    given = tmp_path / "in.csv"
    csv.write_csv(pa.table({"question": ["Waar is het?", "Prima"]}), given)
    understand_file(given, "question", tmp_path / "out.parquet")
    rows = pq.read_table(tmp_path / "out.parquet")
    assert rows["question"].to_pylist() == ["Waar is het?", "Prima"]
    assert rows["understood_question"].to_pylist() == ["Waar is het?", None]


@pytest.mark.parametrize("wanted", ["out.csv", "out.parquet"])
def test_a_file_without_rows_gives_one_without_rows(tmp_path: Path, wanted: str) -> None:
    given = tmp_path / "in.csv"
    given.write_text("id,comment\n")
    assert understand_file(given, "comment", tmp_path / wanted) == 0
    rows = read_back(tmp_path / wanted)
    assert rows.num_rows == 0
    assert rows.column_names == ["id", "comment", *arrow([]).column_names]


def test_numbers_in_the_column_of_texts_are_read_as_text(tmp_path: Path) -> None:
    pq.write_table(pa.table({"comment": [1, 2, None]}), tmp_path / "in.parquet")
    understand_file(tmp_path / "in.parquet", "comment", tmp_path / "out.parquet")
    rows = pq.read_table(tmp_path / "out.parquet")
    assert rows["comment"].to_pylist() == ["1", "2", None]
    assert set(rows["language"].to_pylist()) == {"other"}


@pytest.mark.parametrize("name", ["in.csv", "in.parquet"])
def test_what_is_no_table_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\x00\x01\xff\xfe" * 100)
    with pytest.raises((UnreadableFile, UnknownName)):
        understand_file(tmp_path / name, "comment", tmp_path / "out.parquet")
    assert not (tmp_path / "out.parquet").exists()


def test_an_unknown_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as refused:
        understand_file(a_file(tmp_path / "in.csv"), "comment", tmp_path / "no" / "out.csv")
    assert refused.value.code == "no_folder"


@pytest.mark.parametrize("wanted", ["out.csv", "out.parquet"])
def test_an_error_half_way_leaves_nothing_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: str
) -> None:
    given = _two_batches(tmp_path / "in.parquet", monkeypatch)
    (tmp_path / wanted).write_text("older")
    _stop_at_second(monkeypatch)
    with pytest.raises(RuntimeError, match="stop"):
        understand_file(given, "comment", tmp_path / wanted)
    assert {path.name for path in tmp_path.iterdir()} == {"in.parquet", wanted}
    assert (tmp_path / wanted).read_text() == "older"


def _two_batches(path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(files, "AT_ONCE", 2048)
    pq.write_table(pa.table({"comment": ["Waar is het?"] * 5_000}), path)
    return path


def _stop_at_second(monkeypatch: pytest.MonkeyPatch) -> None:
    understood, calls = files._understood, []

    def stopping(batch: pa.Table, column: str) -> pa.Table:
        calls.append(batch)
        if len(calls) == 2:
            raise RuntimeError("stop")
        return understood(batch, column)

    monkeypatch.setattr(files, "_understood", stopping)


def test_killed_half_way_leaves_nothing_under_the_name(tmp_path: Path) -> None:
    given, out = tmp_path / "in.parquet", tmp_path / "out.parquet"
    pq.write_table(pa.table({"comment": ["Waar is het? Ik wacht al lang."] * 200_000}), given)
    running = _reading(given, out, IN_SMALL_PARTS + RUN)
    try:
        part = tmp_path / "out.parquet.part"
        due = time.monotonic() + LONGEST_WAIT_SECONDS
        while not part.exists() and running.poll() is None and time.monotonic() < due:
            time.sleep(0.02)
        assert part.exists(), "it never began to write"
        os.kill(running.pid, signal.SIGKILL)
    finally:
        running.kill()
        running.wait()
    assert not out.exists()


@pytest.mark.slow
def test_200_000_rows_take_no_more_memory_than_50_000(tmp_path: Path) -> None:
    peaks = []
    for rows in (50_000, 200_000):
        given = tmp_path / f"{rows}.parquet"
        texts = [f"Waar blijft bestelling {one % 1000}? Ik wacht al weken." for one in range(rows)]
        pq.write_table(pa.table({"comment": texts}), given)
        out = tmp_path / f"{rows}.out.parquet"
        peaks.append(_peak_bytes(_reading(given, out)))
        assert pq.read_metadata(out).num_rows == rows
    assert peaks[1] - peaks[0] < MOST_GROWTH, [round(one / MEGABYTE) for one in peaks]


def _reading(given: Path, out: Path, run: str = RUN) -> subprocess.Popen[bytes]:
    command = ["words", "read", str(given), "--column", "comment", "--out", str(out)]
    return subprocess.Popen([sys.executable, "-c", run, *command])


def _peak_bytes(running: subprocess.Popen[bytes]) -> int:
    """The most memory that it was seen to use until it ended well."""
    peak, watched = 0, psutil.Process(running.pid)
    while running.poll() is None:
        try:
            peak = max(peak, watched.memory_info().rss)
        except psutil.NoSuchProcess:
            break
        time.sleep(0.05)
    assert running.wait() == 0
    return peak


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["nothing.csv", "--column", "comment", "--out", "out.csv"], "no_file"),
        (["in.csv", "--column", "remark", "--out", "out.csv"], "unknown_name"),
        (["in.csv", "--column", "comment", "--out", "out.txt"], "bad_suffix"),
        (["in.csv", "--column", "comment", "--out", "no/out.csv"], "no_folder"),
    ],
)
def test_the_command_refuses_with_a_code(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: str,
) -> None:
    a_file(tmp_path / "in.csv")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(["words", "read", *arguments])
    assert ended.value.code == 1
    assert f"[{code}]" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


def test_the_command_says_how_many_texts_were_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given, out = a_file(tmp_path / "in.csv"), tmp_path / "out.csv"
    with pytest.raises(SystemExit) as ended:
        main(["words", "read", str(given), "--column", "comment", "--out", str(out)])
    assert not ended.value.code
    assert "4 texts" in capsys.readouterr().err
    assert out.exists()
