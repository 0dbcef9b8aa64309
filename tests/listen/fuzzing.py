"""Broken files by the thousand, each made again from its number alone.

`fuzzed(number)` takes one of the exports or strange files and spoils it: a few bytes, its encoding, its separators, its
header, its rows, its cells. `trial` reads some of them and says what should not have been.
"""

from __future__ import annotations

import random
import re
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from listen.files import accounted
from listen.light_lake import LightLake
from listen.strange_files import strange_files
from topofheart.kernel.errors import TopOfHeartError
from topofheart.lake import adding, duckdb_engine
from topofheart.workspace import Workspace

EXPORTS = Path(__file__).parent / "exports"
OWN = (".toml", ".md")
NASTY = (
    "", " ", '"', '""', "'", "\0", "\x1a", "\ufeff", "\u202e", "NaN", "inf", "-inf", "1e999", "-0", "1_000",
    "0x1F", "9" * 400, "=1+1", "@SUM(A1)", "NULL", "null", "None", "[]", "{}", "{lbrace}", "<b>", "31-02-2026",
    "0000-00-00", "99999-12-31", "1900-02-29", "9999-12-31T23:59:59.999999+14:00", "99999999999999", "−5", "٣",
    "10", "11", "-1", "5,5", "1.000,00", "a\nb", "a;b,c\td", "'); DROP TABLE answers; --", "😀" * 50, "é\u0301",
    "ann@example.org", "0612345678", "x" * 70_000,
)  # fmt: skip
NAMES = (
    "",
    "key",
    "note",
    "row",
    "answer_id",
    "updated_at",
    "NPS",
    'a"b',
    "a'b",
    "%s",
    "{0}",
    "n" * 300,
)
SLOW_SECONDS = 30.0


@dataclass
class Tally:
    """What became of some fuzzed files."""

    files: int = 0
    rows: int = 0
    refused: int = 0
    errors: int = 0
    codes: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        self.files += other.files
        self.rows += other.rows
        self.refused += other.refused
        self.errors += other.errors
        self.wrong += other.wrong
        for code, count in other.codes.items():
            self.codes[code] = self.codes.get(code, 0) + count


def trial(numbers: range) -> Tally:
    """Read these fuzzed files, all in one process with one database in memory."""
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder, _bare_imports():
        for number in numbers:
            _try(number, Path(folder) / f"{number // 50}", tally)
    return tally


def _try(number: int, folder: Path, tally: Tally) -> None:
    name, content = fuzzed(number)
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(content)
    workspace = Workspace(folder / "acme")
    workspace._lake = lake = LightLake(workspace.folder)
    tally.files += 1
    begun = time.monotonic()
    try:
        done = workspace.read(path)
    except TopOfHeartError as error:
        tally.errors += 1
        tally.codes[error.code] = tally.codes.get(error.code, 0) + 1
    except BaseException:
        last = traceback.format_exc(limit=-2)
        tally.wrong.append(f"{number} ({name}): {last}")
    else:
        parts = (done, *done.beside)
        tally.rows += sum(one.placed.read for one in parts)
        tally.refused += sum(one.placed.refused for one in parts)
        tally.wrong += [
            f"{number} ({name}): the account does not add up: {one.placed}"
            for one in parts
            if not accounted(one)
        ]
        said = Counter[str]()
        for one in parts:
            said[one.table] += one.placed.new
        if +Counter(lake.added) != +said:
            tally.wrong.append(f"{number} ({name}): stored {lake.added}, said {said}")
    finally:
        path.unlink()
    if time.monotonic() - begun > SLOW_SECONDS:
        tally.wrong.append(f"{number} ({name}): took over {SLOW_SECONDS:g} s")


class _bare_imports:
    """Every engine of this process a cursor on one database with one thread; no notes about extra columns."""

    def __enter__(self) -> None:
        self.connect, self.add_rows = duckdb.connect, adding.add_rows
        shared = duckdb.connect(config={"threads": 1, "memory_limit": "640MB"})
        duckdb_engine.duckdb.connect = lambda *_, **__: shared.cursor()
        adding.add_rows = lambda *_, **__: None  # type: ignore[assignment,return-value]

    def __exit__(self, *_: object) -> None:
        duckdb_engine.duckdb.connect, adding.add_rows = self.connect, self.add_rows


@cache
def originals() -> tuple[tuple[str, bytes], ...]:
    """Every export and strange file: name and content."""
    found = [
        (path.name, path.read_bytes())
        for path in sorted(EXPORTS.rglob("*"))
        if path.is_file() and path.suffix not in OWN
    ]
    with tempfile.TemporaryDirectory() as folder:
        for file in strange_files().values():
            found.append((file.name, file.write(Path(folder)).read_bytes()))
    return tuple(found)


def fuzzed(number: int) -> tuple[str, bytes]:
    """The name and the content of one broken file."""
    chance = random.Random(number)
    name, content = chance.choice(originals())
    acts = BYTES if name.endswith((".xlsx", ".xls")) else (*BYTES, *TEXT, *TEXT)
    for _ in range(chance.randint(1, 3)):
        content = chance.choice(acts)(content, chance)
    if chance.random() < 0.05:
        name = Path(name).stem + chance.choice(
            (".csv", ".txt", ".json", ".jsonl", ".xlsx", ".parquet")
        )
    return name, content


# Bytes ------------------------------------------------------------------------------------


def _truncate(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content) + 1)]


def _flip(content: bytes, chance: random.Random) -> bytes:
    spoiled = bytearray(content)
    for _ in range(chance.randint(1, 20)):
        if spoiled:
            spoiled[chance.randrange(len(spoiled))] = chance.randrange(256)
    return bytes(spoiled)


def _insert(content: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(content) + 1)
    added = chance.choice(
        (b"\0" * 5, b"\xff\xfe", b"\xc3\x28", b'"', b"\r", b"\n\n\n", chance.randbytes(30))
    )
    return content[:place] + added + content[place:]


def _double(content: bytes, chance: random.Random) -> bytes:
    a, b = sorted(chance.randrange(len(content) + 1) for _ in range(2))
    return content[:b] + content[a:]


def _cut(content: bytes, chance: random.Random) -> bytes:
    a, b = sorted(chance.randrange(len(content) + 1) for _ in range(2))
    return content[:a] + content[b:]


BYTES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _truncate,
    _flip,
    _insert,
    _double,
    _cut,
)


# Text: lines and cells --------------------------------------------------------------------


def _encoded(content: bytes, chance: random.Random) -> bytes:
    code = chance.choice(
        ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "utf-32", "cp037")
    )
    return _text(content).encode(code, errors="replace")


def _other_separators(content: bytes, chance: random.Random) -> bytes:
    text = _text(content)
    return text.replace(
        _separator(text), chance.choice((";", ",", "\t", "|", " ", "\x1f", "::"))
    ).encode()


def _other_lines(content: bytes, chance: random.Random) -> bytes:
    return (
        _text(content)
        .replace("\n", chance.choice(("\r\n", "\r", "\n\n", "\n\r", "\u2028")))
        .encode()
    )


def _cells(content: bytes, chance: random.Random) -> bytes:
    return _with_rows(content, chance, _spoil_cells)


def _header(content: bytes, chance: random.Random) -> bytes:
    return _with_rows(content, chance, _spoil_header)


def _ragged(content: bytes, chance: random.Random) -> bytes:
    return _with_rows(content, chance, _spoil_lengths)


def _order(content: bytes, chance: random.Random) -> bytes:
    return _with_rows(content, chance, _spoil_order)


TEXT: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _encoded, _other_separators, _other_lines, _cells, _cells, _header, _ragged, _order,
)  # fmt: skip


def _with_rows(
    content: bytes, chance: random.Random, act: Callable[[list[list[str]], random.Random], Any]
) -> bytes:
    text = _text(content)
    separator = _separator(text)
    rows = [line.split(separator) for line in text.split("\n")]
    act(rows, chance)
    return "\n".join(separator.join(row) for row in rows).encode(errors="replace")


def _spoil_cells(rows: list[list[str]], chance: random.Random) -> None:
    for _ in range(chance.randint(1, 8)):
        row = chance.choice(rows)
        row[chance.randrange(len(row))] = chance.choice(NASTY)


def _spoil_header(rows: list[list[str]], chance: random.Random) -> None:
    header = rows[0]
    act = chance.randrange(4)
    if act == 0:
        chance.shuffle(header)
    elif act == 1:
        header[chance.randrange(len(header))] = chance.choice(NAMES)
    elif act == 2:
        header[:] = [header[0]] * len(header)
    else:
        rows.insert(0, [chance.choice(NASTY)])


def _spoil_lengths(rows: list[list[str]], chance: random.Random) -> None:
    for _ in range(chance.randint(1, 5)):
        row = chance.choice(rows)
        if chance.random() < 0.5:
            row.extend([chance.choice(NASTY)] * chance.randint(1, 5))
        else:
            del row[chance.randrange(len(row)) or 1 :]


def _spoil_order(rows: list[list[str]], chance: random.Random) -> None:
    act = chance.randrange(3)
    if act == 0:
        chance.shuffle(rows)
    elif act == 1:
        rows.extend([list(row) for row in rows[1:]] * chance.randint(1, 20))
    else:
        rows.insert(chance.randrange(len(rows) + 1), [""])


def _text(content: bytes) -> str:
    return content.decode("utf-8", errors="replace")


def _separator(text: str) -> str:
    first = text.split("\n", 1)[0]
    found = re.findall(r"[;,\t|]", first)
    return max(found, key=found.count) if found else ","
