"""The file in which a person judges a sample of texts: written without what was read, read back with care."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from topofheart.answer.formulas import harmless
from topofheart.kernel.errors import InvalidInput
from topofheart.kernel.language import language_of_reader
from topofheart.understand.labels import EMOTIONS, VALENCES, WORRIES
from topofheart.understand.reading import prepared

VALUES = {"valence": VALENCES, "emotions": EMOTIONS, "worry": ("yes", "no"), "worries": WORRIES}
SEVERAL = ("emotions", "worries")
NONE = "none"
DUTCH = {"ja": "yes", "nee": "no", "geen": NONE, "negatief": "negative", "neutraal": "neutral",
         "positief": "positive", "gemengd": "mixed"}  # fmt: skip
COLUMNS = ("key", "of", "text", *VALUES)
SEPARATORS = {"nl": ";", "en": ","}
LONGEST = 32_000  # a cell of a spreadsheet ends at 32,767 characters
TABLES = ("answers", "contacts")


@dataclass(frozen=True)
class Sample:
    """A sample that was written: of which table, and how many texts."""

    of: str
    count: int


@dataclass(frozen=True)
class Judged:
    """What a person saw in one text: per column the names, none of them for `none`."""

    key: str
    of: str
    said: dict[str, tuple[str, ...]]


def text_key(row_key: int, mark: str) -> str:
    """Which text it is, in a form that no spreadsheet takes for a number: it is another one when the words change."""
    return f"t{row_key & 0xFFFF_FFFF_FFFF_FFFF:016x}-{mark[:6]}"


def row_key(key: str) -> int | None:
    """The key of the row in which the text stands; None where this is no key of a text."""
    try:
        number = int(key.removeprefix("t").partition("-")[0], 16)
    except ValueError:
        return None
    return number - (1 << 64) if number >= 1 << 63 else number


def refuse_taken(path: Path) -> None:
    """Raises InvalidInput where no sample can be written, or there is a file already: it may be somebody's work."""
    if path.exists():
        raise InvalidInput(
            f"{path} is there already.",
            code="file_exists",
            hint="Somebody may have worked in it: choose another name.",
        )
    if not path.absolute().parent.is_dir():
        raise InvalidInput(f"There is no folder {path.parent}.", code="no_folder", hint="Make it.")


def write_sample(path: Path, of: str, texts: Sequence[tuple[int, str, str]]) -> None:
    """The texts as the reader saw them, without personal data, with empty columns to fill in."""
    target = io.StringIO()
    writer = csv.writer(target, delimiter=SEPARATORS[language_of_reader()])
    writer.writerow(COLUMNS)
    for key, mark, text in texts:
        shown = harmless(prepared(text)[:LONGEST]).replace("\r", "\n")
        writer.writerow((text_key(key, mark), of, shown, *("" for _ in VALUES)))
    # Without the mark at its beginning Excel takes it for another alphabet.
    path.write_text(target.getvalue(), encoding="utf-8-sig", newline="")


def read_judged(path: Path) -> list[Judged]:
    """Every text of which at least one column is filled in.

    Raises InvalidInput with the row, the column and the allowed values where something else stands there.
    """
    found: dict[str, tuple[int, Judged]] = {}
    for number, row in _rows(path):
        said = _said(path, number, row)
        if not said:
            continue
        key, of = row["key"].lower(), row["of"].lower()
        if row_key(key) is None:
            raise _bad(path, number, "key", row["key"], ("the key of the sample",))
        if of not in TABLES:
            raise _bad(path, number, "of", row["of"], TABLES)
        if key in found:
            raise InvalidInput(
                f"{path.name}, row {number}: the text {key} was judged in row {found[key][0]} too.",
                code="bad_check",
                hint="Keep one of the two.",
            )
        found[key] = (number, Judged(key, of, said))
    if not found:
        raise InvalidInput(
            f"{path.name} holds no judgement yet.",
            code="empty_check",
            hint=f"Fill in {', '.join(VALUES)}; write {NONE} where there is none.",
        )
    return [one for _, one in found.values()]


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows as a spreadsheet numbers them, with the header as row 1."""
    text = _text(path)
    separator = max(",;\t", key=text.partition("\n")[0].count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise InvalidInput(f"{path.name} is not CSV ({error}).", code="bad_check") from None
    header = [name.strip().lower() for name in rows[0]] if rows else []
    missing = [name for name in COLUMNS if name != "text" and name not in header]
    if missing:
        raise InvalidInput(
            f"{path.name} has no column {', '.join(missing)}.",
            code="bad_check",
            hint=f"It has: {', '.join(header)}. Leave the columns of the sample as they are; a cell may be empty.",
        )
    for number, row in enumerate(rows[1:], start=2):
        if any(cell.strip() for cell in row):
            cells = [*(cell.strip() for cell in row), *("" for _ in header[len(row) :])]
            yield number, dict(zip(header, cells, strict=False))


def _text(path: Path) -> str:
    if not path.is_file():
        raise InvalidInput(f"There is no file {path}.", code="no_file")
    data = path.read_bytes()
    if data.startswith(b"PK"):
        raise InvalidInput(
            f"{path.name} is a workbook.", code="bad_check", hint="Save it as CSV (UTF-8)."
        )
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace")
    # Keys and judgements are plain letters, so whatever else the text was saved in does no harm.
    return data.decode("utf-8-sig", errors="replace")


def _said(path: Path, number: int, row: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """What was filled in; a worry that is named is one, and where there is none none is named."""
    said = {name: _names(path, number, name, row[name]) for name in VALUES if row[name]}
    worry, worries = said.get("worry"), said.get("worries")
    if worry == ("no",) and worries:
        raise _bad(path, number, "worries", row["worries"], (NONE,))
    if worries and worry is None:
        said["worry"] = ("yes",)
    if worry == ("no",):
        said["worries"] = ()
    return said


def _names(path: Path, number: int, column: str, cell: str) -> tuple[str, ...]:
    named = cell.lower().replace(",", " ").replace(";", " ").split()
    names = list(dict.fromkeys(DUTCH.get(one, one) for one in named))
    allowed = (*VALUES[column], NONE) if column in SEVERAL else VALUES[column]
    if not set(names) <= set(allowed) or (
        len(names) > 1 and (column not in SEVERAL or NONE in names)
    ):
        raise _bad(path, number, column, cell, allowed)
    return tuple(name for name in names if name != NONE)


def _bad(path: Path, number: int, column: str, cell: str, allowed: Sequence[str]) -> InvalidInput:
    several = f", with blanks or commas between; {NONE} stands alone" if column in SEVERAL else ""
    return InvalidInput(
        f"{path.name}, row {number}: '{cell[:60]}' cannot stand in the column {column}.",
        code="bad_check",
        hint=f"Write {', '.join(allowed)}{several}.",
    )
