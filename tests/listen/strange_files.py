"""The strange files of `strange/*.toml`, written out, read, and judged: right, asked or wrong.

*Right*: every column went where it belongs, and the rows hold what they say. *Asked*: what differs, or what nobody can
know, is said as an assumption. *Wrong*: anything else, a refusal to read included, unless refusing is right too.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from listen.files import accounted, lake_rows
from topofheart.kernel.errors import TopOfHeartError
from topofheart.lake.tables import TABLES
from topofheart.listen.assumptions import Assumption
from topofheart.listen.mapping import Mapping
from topofheart.workspace import open as open_workspace

FOLDER = Path(__file__).parent / "strange"
ANY = "*"
TABLE = "the table"


@dataclass(frozen=True)
class StrangeFile:
    """A file and what is right; targets are columns of the table, headers are parts of the file's.

    Attributes:
        tabs: `\\t` in the text stands for TAB.
        right: The header that fills each target.
        some: Targets that may stay empty, and the headers that may fill them.
        free: Targets that anything may fill.
        never: Targets that stay empty.
        ask: Headers of which one must be said as an assumption; `*` is any.
        may_ask: Headers about which a question is as good as the right answer.
        refuses: An error is as good as a question.
        first: Values of one of the rows.
        refused: Fewest and most refused rows.
    """

    name: str
    like: str
    used: int
    right: dict[str, str]
    text: str = ""
    sheet: list[list[Any]] = field(default_factory=list)
    tabs: bool = False
    encoding: str = "utf-8"
    newline: str = "\n"
    table: str | list[str] = "answers"
    scale: str = ""
    some: dict[str, list[str]] = field(default_factory=dict)
    free: list[str] = field(default_factory=list)
    never: list[str] = field(default_factory=list)
    withheld: list[str] = field(default_factory=list)
    ask: list[str] = field(default_factory=list)
    may_ask: list[str] = field(default_factory=list)
    refuses: bool = False
    refused: list[int] = field(default_factory=lambda: [0, 0])
    excluded: int = 0
    first: dict[str, Any] = field(default_factory=dict)

    def write(self, folder: Path) -> Path:
        path = folder / self.name
        if self.sheet:
            _workbook(path, self.sheet)
        else:
            text = self.text.replace("\\t", "\t") if self.tabs else self.text
            path.write_bytes(text.replace("\n", self.newline).encode(self.encoding))
        return path


@dataclass(frozen=True)
class Verdict:
    file: StrangeFile
    word: str
    because: tuple[str, ...]


@dataclass(frozen=True)
class _Mistake:
    header: str
    what: str


@cache
def strange_files() -> dict[str, StrangeFile]:
    found = {}
    for path in sorted(FOLDER.glob("*.toml")):
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["file"]:
            file = StrangeFile(**entry)
            assert file.name not in found, file.name
            found[file.name] = file
    return found


def judge(file: StrangeFile, folder: Path) -> Verdict:
    """Read a file into a workspace of its own and say what became of it."""
    workspace = open_workspace(folder / "acme")
    path = file.write(folder)
    try:
        mapping, assumptions = workspace.proposal(path)
        mistakes = list(_mapped_wrongly(file, mapping, assumptions))
        if not mistakes:
            doubted = {one.column for one in assumptions}
            mistakes = list(_stored_wrongly(file, workspace, path, doubted))
    except TopOfHeartError as error:
        return Verdict(file, "asked" if file.refuses else "wrong", (f"{error.code}: {error}",))
    said = {assumption.column for assumption in assumptions}
    said |= {TABLE} if "which_table" in {one.code for one in assumptions} else set()
    unsaid = [m.what for m in mistakes if m.header not in said]
    if file.ask and not any(_concerns(header, said) for header in file.ask):
        unsaid.append(f"did not ask about {' or '.join(file.ask)}")
    if unsaid:
        return Verdict(file, "wrong", tuple(unsaid))
    asked = bool(file.ask or mistakes)
    return Verdict(file, "asked" if asked else "right", tuple(m.what for m in mistakes))


def _concerns(header: str, said: set[str]) -> bool:
    return bool(said) if header == ANY else any(header in one for one in said)


def _mapped_wrongly(
    file: StrangeFile, mapping: Mapping, assumptions: tuple[Assumption, ...]
) -> Iterator[_Mistake]:
    tables = [file.table] if isinstance(file.table, str) else file.table
    if mapping.table not in tables:
        yield _Mistake(TABLE, f"table {mapping.table}, not {' or '.join(tables)}")
        return
    filled = {use.to: use.name for use in mapping.columns if use.to}
    headers = [use.name for use in mapping.columns]
    for target, header in file.right.items():
        if header not in filled.get(target, ""):
            whole = next((name for name in headers if header in name), header)
            yield _Mistake(whole, f"{whole} → {_use(mapping, whole)}, not {target}")
    own = {column.name for column in TABLES[mapping.table].columns} | {"id"}
    for target, header in filled.items():
        if target in own and target not in file.right and not _allowed(file, target, header):
            yield _Mistake(header, f"{header} → {target}")
    yield from _shown(file, mapping)
    scale = mapping.constants.get("satisfaction_scale", "")
    if file.scale and scale != file.scale:
        yield _Mistake(file.right["satisfaction"], f"scale {scale or '-'}, not {file.scale}")


def _use(mapping: Mapping, header: str) -> str:
    return next((use.to for use in mapping.columns if use.name == header), "") or "left out"


def _allowed(file: StrangeFile, target: str, header: str) -> bool:
    if target in file.never:
        return False
    return target in file.free or any(part in header for part in file.some.get(target, []))


def _shown(file: StrangeFile, mapping: Mapping) -> Iterator[_Mistake]:
    """Columns that tell who somebody is, and would be stored as they are."""
    for use in mapping.columns:
        if use.name in file.withheld and use.to and not use.pseudonym:
            yield _Mistake("", f"{use.name} → {use.to}, and it tells who somebody is")


def _stored_wrongly(
    file: StrangeFile, workspace: Any, path: Path, doubted: set[str]
) -> Iterator[_Mistake]:
    done = workspace.read(path)
    placed = done.placed
    assert accounted(done), file.name
    low, high = file.refused
    if not low <= placed.refused <= high or not file.used - high <= placed.new <= file.used:
        yield _Mistake("", f"{placed.new} used and {placed.refused} refused, not {file.used}")
    if placed.excluded != file.excluded:
        yield _Mistake("", f"{placed.excluded} left out, not {file.excluded}")
    if file.first and not _there(file.first, workspace, done.table):
        of_first = (use.name for use in done.mapping.columns if use.to in file.first)
        header = next((name for name in of_first if name in doubted), "")
        yield _Mistake(header, f"no row with {file.first}")


def _there(wanted: dict[str, Any], workspace: Any, table: str) -> bool:
    rows = lake_rows(workspace, ", ".join(f'"{name}"' for name in wanted), table)
    return tuple(map(as_text, wanted.values())) in [tuple(map(as_text, row)) for row in rows]


def as_text(value: Any) -> str:
    """A stored value as a fixture writes it: times in UTC, numbers without needless zeros."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _workbook(path: Path, rows: list[list[Any]]) -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.save(path)
