"""Delimited text as records, one by one, with what was wrong: the careful way.

Cells are what RFC 4180 says, and spaces around a quoted cell are not part of it. Nothing is dropped: a
line that cannot be a record comes out with its trouble. `row` counts as a spreadsheet does.
"""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LONGEST_RECORD = 20_000_000
TOLD_EVERY = 10_000
INSIDE_QUOTES = re.compile(r'(?:[^"]++|"")*+(")?')
OPEN_CELL = re.compile(r' *+"(?:[^"]++|"")*+\Z')
UNCLOSED = "a quote is opened and never closed"
csv.field_size_limit(2**31 - 1)


@dataclass(frozen=True)
class Record:
    row: int
    cells: list[str | None]
    trouble: str | None = None


@dataclass(frozen=True)
class TextShape:
    """How a delimited text file is written; `width` is the number of cells of most of its records."""

    encoding: str
    separator: str
    width: int = 0
    tidy: bool = False


def as_windows(error: UnicodeError) -> tuple[str, int]:
    """Bytes that are not UTF-8 in a file that mostly is: text pasted from an older Windows program."""
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("as_windows", as_windows)


def text_records(
    path: Path, shape: TextShape, tell: Callable[[float], None] | None = None
) -> Iterator[Record]:
    """Records of a text file, header rows included; NUL bytes are left out and all line ends count."""
    errors = "as_windows" if shape.encoding.startswith("utf-8") else "replace"
    size = path.stat().st_size
    with path.open("rb") as raw:
        text = io.TextIOWrapper(raw, encoding=shape.encoding, errors=errors, newline="")
        lines = (line.replace("\0", "") if "\0" in line else line for line in text)
        for record in records(lines, shape.separator, shape.width):
            if tell and record.row % TOLD_EVERY == 0:
                tell(raw.tell() / size)
            yield record


def records(lines: Iterable[str], separator: str, width: int = 0) -> Iterator[Record]:
    """Records of lines that keep their line ends; rows without anything in them are only counted.

    A quote may stay open over many lines when it is then closed as a quote should be and the record has
    `width` cells. Otherwise it costs its own line only, not the rest of the file.
    """
    source = iter(lines)
    waiting: deque[str] = deque()
    row = 0
    while (line := waiting.popleft() if waiting else next(source, None)) is not None:
        row += 1
        cells = _parse(line, separator)
        if cells is None:
            cells, taken = _over_lines(line, waiting, source, separator, width)
            for _ in range(taken):
                waiting.popleft()
        if cells is None:
            yield Record(row, [line.rstrip("\r\n")], UNCLOSED)
        elif any(cell.strip(" ") for cell in cells):
            yield Record(row, [cell or None for cell in cells])


def _over_lines(
    line: str, waiting: deque[str], source: Iterator[str], separator: str, width: int
) -> tuple[list[str] | None, int]:
    """The cells of a record that goes on after `line`, and how many of the waiting lines it takes."""
    text, size = [line], len(line)
    for following in itertools.chain(tuple(waiting), _pulled(source, waiting)):
        text.append(following)
        size += len(following)
        closed = INSIDE_QUOTES.match(following)
        if size > LONGEST_RECORD or closed is None:
            break
        if closed.group(1) is None:
            continue
        if not _cell_end(separator).match(following, closed.end()):
            break
        cells = _parse("".join(text), separator)
        if cells is not None:
            fits = not width or (len(cells) >= width and not any(cells[width:]))
            return (cells, len(text) - 1) if fits else (None, 0)
    return None, 0


def _pulled(source: Iterator[str], waiting: deque[str]) -> Iterator[str]:
    for line in source:
        waiting.append(line)
        yield line


def _parse(text: str, separator: str) -> list[str] | None:
    """The cells of one record, or None while a quote is still open."""
    line = text.rstrip("\r\n")
    if '"' not in line:
        return line.split(separator)
    if '" ' not in line and ' "' not in line:
        try:
            return next(csv.reader((line,), delimiter=separator, strict=True))
        except csv.Error:
            pass
    cells: list[str] = []
    place, cell = 0, _cell(separator)
    while found := cell.match(line, place):
        quoted, plain, end = found.groups()
        cells.append(plain if quoted is None else quoted.replace('""', '"'))
        if not end:
            return cells
        place = found.end()
    if OPEN_CELL.match(line, place):
        return None
    return next(csv.reader((line,), delimiter=separator))


@cache
def _cell(separator: str) -> re.Pattern[str]:
    split = re.escape(separator)
    quoted, plain = r' *+"((?:[^"]++|"")*+)" *+', rf'(?! *+")([^{split}]*+)'
    return re.compile(rf"(?:{quoted}|{plain})({split}|\Z)")


@cache
def _cell_end(separator: str) -> re.Pattern[str]:
    return re.compile(rf" *+(?:{re.escape(separator)}|[\r\n]|\Z)")
