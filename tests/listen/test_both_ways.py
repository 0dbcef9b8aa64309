"""A text file read the fast way (the engine's reader) and the careful way gives the same rows.

The strange files are those that CSV readers are known to pass over in silence: see the table.
"""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from listen.files import Seen, seen, write
from topofheart.kernel.errors import UnreadableFile
from topofheart.lake.duckdb_engine import DuckEngine, SqlError
from topofheart.listen import delimited, first_look, text_rows
from topofheart.listen.delimited import UNCLOSED, records

FAST, CAREFUL = True, False
PLAIN = [("1", "x"), ("2", "y")]
BOM = b"\xef\xbb\xbf"

# name: (bytes, the way it is read, labels, rows)
GOOD: dict[str, tuple[bytes, bool, list[str], list[tuple[str | None, ...]]]] = {
    "comma": (b"a,b\n1,x\n2,y\n", FAST, ["a", "b"], PLAIN),
    "semicolon": (b"a;b\n1;x\n2;y\n", FAST, ["a", "b"], PLAIN),
    "tab": (b"a\tb\n1\tx\n2\ty\n", FAST, ["a", "b"], PLAIN),
    "bar": (b"a|b\n1|x\n2|y\n", FAST, ["a", "b"], PLAIN),
    "no line end at the end": (b"a,b\n1,x\n2,y", FAST, ["a", "b"], PLAIN),
    "BOM": (BOM + b"a,b\n1,x\n2,y\n", FAST, ["a", "b"], PLAIN),
    "BOM and quotes": (BOM + b'"a","b"\n1,x\n2,y\n', FAST, ["a", "b"], PLAIN),
    "BOM without header": (BOM + b"1,2\n3,4\n", FAST, ["column 1", "column 2"], [("1", "2"), ("3", "4")]),
    "CRLF": (b"a,b\r\n1,x\r\n2,y\r\n", FAST, ["a", "b"], PLAIN),
    "lone CR": (b"a;b\r1;x\r2;y\r", CAREFUL, ["a", "b"], PLAIN),
    "mixed line ends": (b"a,b\r\n1,x\n2,y\n3,z\r4,w\r\n", CAREFUL, ["a", "b"], [*PLAIN, ("3", "z"), ("4", "w")]),
    "UTF-16 LE with BOM": ("\ufeffa;b\n1;é\n".encode("utf-16-le"), CAREFUL, ["a", "b"], [("1", "é")]),
    "UTF-16 BE with BOM": ("\ufeffa;b\n1;é\n".encode("utf-16-be"), CAREFUL, ["a", "b"], [("1", "é")]),
    "UTF-16 without BOM": ("a;b\n1;é\n".encode("utf-16-le"), CAREFUL, ["a", "b"], [("1", "é")]),
    "cp1252": ("a;b\n1;é kost €5\n".encode("cp1252"), CAREFUL, ["a", "b"], [("1", "é kost €5")]),
    "quoted line ends": (b'a,b\n1,"x\ny"\n2,"x\r\ny"\n', CAREFUL, ["a", "b"], [("1", "x\ny"), ("2", "x\r\ny")]),
    "quoted line ends of one kind": (b'a,b\n1,"x\n\ny"\n2,y\n', FAST, ["a", "b"], [("1", "x\n\ny"), ("2", "y")]),
    "rows inside a quoted cell": (b'a,b\n1,"\n3,4\n5,6\n"\n2,y\n', FAST, ["a", "b"], [("1", "\n3,4\n5,6\n"), ("2", "y")]),
    "doubled quotes": (b'a,b\n1,"zei ""nee"""\n2,""""\n', FAST, ["a", "b"], [("1", 'zei "nee"'), ("2", '"')]),
    "quote inside a cell": (b'a,b\n1,5" buis\n2,x"y"z\n', FAST, ["a", "b"], [("1", '5" buis'), ("2", 'x"y"z')]),
    "spaces around quotes": (b'a,b\n1, "x, y" \n"2" ,y\n', FAST, ["a", "b"], [("1", "x, y"), ("2", "y")]),
    "quotes after a closing quote": (b'a,b\n1,"x"y\n2,y\n', CAREFUL, ["a", "b"], [("1", "xy"), ("2", "y")]),
    "backslashes": (b'a,b\n1,\\\n2,\\"x\n', FAST, ["a", "b"], [("1", "\\"), ("2", '\\"x')]),
    "quoted nothing": (b'a,b\n1,""\n"2",y\n', FAST, ["a", "b"], [("1", None), ("2", "y")]),
    "the word NULL": (b"a,b\nNULL,\\N\n2,y\n", FAST, ["a", "b"], [("NULL", "\\N"), ("2", "y")]),
    "number signs": (b"a,b\n#1,x\n#,y\n", FAST, ["a", "b"], [("#1", "x"), ("#", "y")]),
    "spaces in cells": (b"a,b\n 1 ,  x\n2,y y\n", FAST, ["a", "b"], [(" 1 ", "  x"), ("2", "y y")]),
    "empty lines": (b"a,b\n\n1,x\n\n\n2,y\n\n", FAST, ["a", "b"], PLAIN),
    "empty lines before the header": (b"\n\na,b\n1,x\n2,y\n", CAREFUL, ["a", "b"], PLAIN),
    "a title and an empty line": (b"Rapport 2026\n\na,b,c\n1,x,y\n2,y,z\n", CAREFUL, ["a", "b", "c"], [("1", "x", "y"), ("2", "y", "z")]),
    "Excel's own hint": (b"sep=;\r\na;b\r\n1;x\r\n2;y\r\n", FAST, ["a", "b"], PLAIN),
    "lines of spaces": (b"a,b\n1,x\n   \n2,y\n", CAREFUL, ["a", "b"], PLAIN),
    "rows of separators": (b"a,b\n,\n1,x\n , \n2,y\n,\n", FAST, ["a", "b"], PLAIN),
    "trailing separators": (b"a;b;\n1;x;\n2;y;\n", FAST, ["a", "b"], PLAIN),
    "trailing separators in rows only": (b"a;b\n1;x;;\n2;y;;\n", FAST, ["a", "b"], PLAIN),
    "NUL bytes": (b"a,b\n1,x\0\n2,y\n", CAREFUL, ["a", "b"], PLAIN),
    "one column": (b"a\n1\n\nx, y; z\n", FAST, ["a"], [("1",), ("x, y; z",)]),
    "one column of spaces": (b"a\nx\n  \ny\n", FAST, ["a"], [("x",), ("y",)]),
    "one row": (b"a,b\n1,x\n", FAST, ["a", "b"], [("1", "x")]),
    "header only": (b"a,b\n", FAST, ["a", "b"], []),
    "header only without line end": (b"a,b", FAST, ["a", "b"], []),
    "duplicate and empty headers": (b"a,a,,a (2)\n1,2,3,4\n", FAST, ["a", "a (2)", "column 3", "a (2) (2)"], [("1", "2", "3", "4")]),
    "no header": (b"9,1\n8,2\n", FAST, ["column 1", "column 2"], [("9", "1"), ("8", "2")]),
    "line ends in headers": (b'"a\nb","c\n\nd"\n1,x\n2,y\n', FAST, ["a b", "c d"], PLAIN),
    "quotes in names": (b'"a ""x""","b\'s"\n1,x\n2,y\n', FAST, ['a "x"', "b's"], PLAIN),
    "SQL in names and cells": (
        b"a'; DROP TABLE x; --,\"b\"\"; DROP TABLE y; --\"\n'; DROP TABLE answers; --,${x}\n", FAST,
        ["a'; DROP TABLE x; --", 'b"; DROP TABLE y; --'], [("'; DROP TABLE answers; --", "${x}")]),
    "emoji and right to left": ("a,תגובה\n😀👨‍👩‍👧,שלום עולם\n".encode(), FAST, ["a", "תגובה"], [("😀👨‍👩‍👧", "שלום עולם")]),
    "separators of other kinds in cells": (b"a;b\n1,5;x|y\n2,5;x\ty\n", FAST, ["a", "b"], [("1,5", "x|y"), ("2,5", "x\ty")]),
    "control characters": ("a,b\n1,x\x0b\x0c\x1c\u2028\x85y\n".encode(), FAST, ["a", "b"], [("1", "x\x0b\x0c\x1c\u2028\x85y")]),
    "very long header": (b"a" * 5000 + b",b\n1,x\n", FAST, ["a" * 5000, "b"], [("1", "x")]),
    "1,000 columns": (
        ",".join(f"k{i}" for i in range(1000)).encode() + b"\n" + b",".join([b"1"] * 1000) + b"\n", FAST,
        [f"k{i}" for i in range(1000)], [("1",) * 1000]),
}  # fmt: skip

# name: (bytes, rows that are good, the reasons for the others with their row in a spreadsheet)
BAD: dict[str, tuple[bytes, list[tuple[str | None, ...]], dict[int, str]]] = {
    "too few": (b"a,b,c\n1,2,3\n4,5\n6,7,8\n", [("1", "2", "3"), ("6", "7", "8")], {3: "2 cells where 3 are expected (cut off?)"}),
    "too many": (b"a,b,c\n1,2,3\n4,5,6,7\n6,7,8\n", [("1", "2", "3"), ("6", "7", "8")], {3: "4 cells where 3 are expected"}),
    "cut off": (b"a,b,c\n1,2,3\n4,5", [("1", "2", "3")], {3: "2 cells where 3 are expected (cut off?)"}),
    "cut off in a quoted cell": (b'a,b,c\n1,2,3\n4,5,"x', [("1", "2", "3")], {3: UNCLOSED}),
    "quote never closed": (b'a,b\n1,x\n2,"abc\n3,z\n4,w\n', [("1", "x"), ("3", "z"), ("4", "w")], {3: UNCLOSED}),
    "quote never closed, quoted cells after it": (
        b'a,b\n1,x\n2,"abc\n3,"z"\n4,"p ""q"" r"\n5,"v\nw"\n',
        [("1", "x"), ("3", "z"), ("4", 'p "q" r'), ("5", "v\nw")], {3: UNCLOSED}),
    "two quotes never closed": (
        b'a,b\n1,"x\n2,y\n3,"z\n4,w\n', [("2", "y"), ("4", "w")], {2: UNCLOSED, 4: UNCLOSED}),
    "empty lines count": (b"a,b\n1,x\n\n\n2\n\n3,z\n", [("1", "x"), ("3", "z")], {5: "1 cells where 2 are expected (cut off?)"}),
    "a cell of lines is one row": (b'a,b\n1,"x\n\ny"\n2\n', [("1", "x\n\ny")], {3: "1 cells where 2 are expected (cut off?)"}),
}  # fmt: skip


def both(path: Path, engine: DuckEngine) -> tuple[Seen, Seen]:
    """The file read as it is read by itself (as the importer does: again, when the engine stumbles),
    and the careful way."""
    try:
        first = seen(path, engine, careful=False)
    except SqlError:
        first = seen(path, engine, careful=True)
    return first, seen(path, engine, careful=True)


@pytest.mark.parametrize("name", GOOD)
def test_text_file_however_written_gives_its_rows_both_ways(
    name: str, tmp_path: Path, shared_engine: DuckEngine
) -> None:
    content, way, labels, rows = GOOD[name]
    first, careful = both(write(tmp_path, content), shared_engine)
    assert (careful.labels, careful.rows) == (labels, rows)
    assert (first.labels, first.rows, first.troubles) == (labels, rows, [None] * len(rows))
    assert first.careful is not way


@pytest.mark.parametrize("name", BAD)
def test_text_file_with_broken_rows_refuses_only_those(
    name: str, tmp_path: Path, shared_engine: DuckEngine
) -> None:
    content, good, reasons = BAD[name]
    first, careful = both(write(tmp_path, content), shared_engine)
    assert first == careful
    found = zip(first.rows, first.troubles, first.numbers, strict=True)
    split = [(row, trouble, number) for row, trouble, number in found]
    assert [row for row, trouble, _ in split if trouble is None] == good
    assert {number: trouble for _, trouble, number in split if trouble} == reasons


@pytest.mark.parametrize(
    "late", [b"x\0y", b'"open', b"few", b"1,2,3", b"\xe9t\xe9", b'"a"b', b"r\rs"]
)
def test_text_file_strange_after_a_tidy_start_is_read_the_careful_way(
    late: bytes, tmp_path: Path, shared_engine: DuckEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_look, "SAMPLE_BYTES", 500)
    tidy = b"".join(b"%d,tekst %d\n" % (i, i) for i in range(2_010))
    row = late if b"," in late or late == b"few" else b"7," + late
    first, careful = both(write(tmp_path, b"a,b\n" + tidy + row + b"\n" + tidy), shared_engine)
    assert first == careful
    assert first.careful
    assert len(first.rows) == 4_021 + (late == b"r\rs")


def test_cp1252_after_a_tidy_start_keeps_its_letters(
    tmp_path: Path, shared_engine: DuckEngine
) -> None:
    tidy = "".join(f"{i};café\n" for i in range(3_000)).encode()
    first, _ = both(
        write(tmp_path, b"a;b\n" + tidy + "9;één €\n".encode("cp1252") + tidy), shared_engine
    )
    assert [row for row in first.rows if row[1] != "café"] == [("9", "één €")]


def test_huge_cell_is_read_both_ways(tmp_path: Path, shared_engine: DuckEngine) -> None:
    cell = "tekst, " * 3_000_000
    first, careful = both(write(tmp_path, f'a,b\n1,"{cell}"\n2,y\n'), shared_engine)
    assert first == careful
    assert first.rows == [("1", cell), ("2", "y")]


def test_row_numbers_count_empty_lines_as_a_spreadsheet_does(
    tmp_path: Path, shared_engine: DuckEngine
) -> None:
    careful = both(write(tmp_path, b"a,b\n\n1,x\n\n2,y\n,\n3,z\n"), shared_engine)[1]
    assert careful.numbers == [3, 5, 7]


def test_file_name_with_pattern_signs_is_one_file(
    tmp_path: Path, shared_engine: DuckEngine
) -> None:
    write(tmp_path, b"a,b\n1,ander\n", "export1.csv")
    for name in ("export[1].csv", "export*.csv", "export?.csv", "export{1,2}.csv", "o'brien.csv"):
        first, _ = both(write(tmp_path, b"a,b\n1,x\n2,y\n", name), shared_engine)
        assert (first.rows, first.careful) == (PLAIN, False)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", b"", "empty_file"),
        ("a.csv", b"\n\n \n", "empty_file"),
        ("a.csv", BOM + b"\n", "empty_file"),
        ("a.csv", b";;;\n;;;\n", "empty_file"),
        ("a.csv", b"PK\x03\x04rest", "not_a_table"),
        ("a.csv", b"\x89PNG\r\n", "not_a_table"),
        ("a.csv", b"%PDF-1.7", "not_a_table"),
        ("a.csv", b"\x1f\x8b\x08", "not_a_table"),
        ("a.csv", b"\xd0\xcf\x11\xe0", "not_a_table"),
        ("a.csv", b"<!DOCTYPE html><table>", "not_a_table"),
        ("a.csv", b"PAR1xxxx", "not_a_table"),
        ("a.docx", b"x", "unknown_format"),
        ("a", b"x", "unknown_format"),
    ],
)
def test_file_that_is_no_table_is_refused_with_a_hint(
    name: str, content: bytes, code: str, tmp_path: Path, shared_engine: DuckEngine
) -> None:
    for careful in (False, True):
        with pytest.raises(UnreadableFile) as error:
            seen(write(tmp_path, content, name), shared_engine, careful=careful)
        assert error.value.code == code
        assert error.value.hint


def test_file_that_cannot_be_opened_is_refused_with_a_hint(
    tmp_path: Path, shared_engine: DuckEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in (tmp_path, tmp_path / "geen.csv"):
        with pytest.raises(UnreadableFile, match=r"is a folder|is not there"):
            seen(path, shared_engine, careful=False)
    path = write(tmp_path, b"a,b\n1,2\n")

    def closed(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", closed)
    with pytest.raises(UnreadableFile, match="Permission denied"):
        seen(path, shared_engine, careful=False)


CELL = st.text(st.sampled_from("ab1é😀 ,;\t|\"\n\r\\#'-"), max_size=6).map(
    lambda text: text.replace("\r", "\r\n").replace("\r\n\n", "\r\n")
)


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    rows=st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=8),
    separator=st.sampled_from(",;\t|"),
    end=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_written_table_is_read_as_written_both_ways(
    rows: list[list[str]], separator: str, end: str, quoting: int, encoding: str,
    tmp_path_factory: pytest.TempPathFactory, shared_engine: DuckEngine,
) -> None:  # fmt: skip
    file = io.StringIO()
    writer = csv.writer(file, delimiter=separator, lineterminator=end, quoting=quoting)  # type: ignore[arg-type]
    writer.writerow(["naam", "score", "tekst"])
    writer.writerows([["1", "2", "3"]] * 12 + rows)
    path = write(tmp_path_factory.mktemp("t"), file.getvalue().encode(encoding))
    said = [row for row in rows if any(cell.strip(" ") for cell in row)]
    written = [("1", "2", "3")] * 12 + [tuple(cell or None for cell in row) for row in said]
    first, careful = both(path, shared_engine)
    assert first.rows == careful.rows == written


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    body=st.lists(
        st.sampled_from(
            [b"a", b"1", b",", b",", b",", b";", b"\n", b"\n", b'"', b'"', b'""', b" ", b"\\", b"#"]
        ),
        max_size=30,
    ).map(b"".join)
)
def test_any_bytes_are_read_the_same_both_ways(
    body: bytes, tmp_path_factory: pytest.TempPathFactory, shared_engine: DuckEngine
) -> None:
    """Behind more tidy rows than are compared when the file is opened."""
    path = write(tmp_path_factory.mktemp("t"), b"a,b,c\n" + b"1,2,3\n" * 12 + body)
    compared = text_rows.ROWS_READ_BOTH_WAYS
    text_rows.ROWS_READ_BOTH_WAYS = 0
    try:
        first, careful = both(path, shared_engine)
    finally:
        text_rows.ROWS_READ_BOTH_WAYS = compared
    assert (first.rows, first.troubles) == (careful.rows, careful.troubles)


def test_unclosed_quotes_on_every_line_take_no_longer_than_the_lines() -> None:
    """Looking ahead stops at the first quote that cannot be the closing one."""
    lines = [f'{i},"{i}\n' for i in range(20_000)]
    found = list(records(lines, ",", 2))
    assert len(found) == 20_000
    assert all(one.trouble for one in found)


def test_quote_open_for_longer_than_a_record_may_be_costs_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(delimited, "LONGEST_RECORD", 1_000)
    lines = ['1,"open\n', *(f"{i},tekst\n" for i in range(200)), '9,"dicht"\n']
    found = list(records(lines, ",", 2))
    assert [one.row for one in found if one.trouble] == [1]
    assert len(found) == 202


@pytest.mark.slow
def test_rows_inside_quoted_cells_of_a_big_file_are_never_split(
    tmp_path: Path, shared_engine: DuckEngine
) -> None:
    """The engine's reader starts in several places at once, also in the middle of such a cell."""
    dice = random.Random(7)
    path = tmp_path / "big.csv"
    expected = 0
    with path.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["a", "b", "c"])
        while file.tell() < 60_000_000:
            cell = "\n".join([f"{i},x,{i}" for i in range(dice.randint(0, 400))] + ["y,z"])
            writer.writerow([expected, cell, "end"])
            expected += 1
    first, _ = both(path, shared_engine)
    assert len(first.rows) == expected
    assert all(row[2] == "end" for row in first.rows)
