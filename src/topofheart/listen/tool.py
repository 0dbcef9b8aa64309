"""The tools whose exports are known, each a file in `tools/`, and how an export is recognised.

A tool is data: what gives it away, what its own columns hold, which rows are not answers. Only where the shape
of its file needs code does it name a way of reading, in `header.py` or `reshaping.py`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from topofheart.kernel.errors import UnknownName
from topofheart.kernel.language import Words

PLAIN_FILE = "file"
HEADER_ROWS_LOOKED_AT = 4
Cells = Sequence[str | None]


@dataclass(frozen=True)
class Signature:
    """What gives a tool away: all of these together.

    `columns` are labels, `starting` the beginnings of labels; `cell` is a pattern that a cell fits, in the
    column `place` (counted from 1) if that is given, in a file of `width` columns if that is.
    """

    columns: tuple[str, ...] = ()
    starting: tuple[str, ...] = ()
    cell: str = ""
    place: int = 0
    width: tuple[int, ...] = ()


@dataclass(frozen=True)
class Tool:
    """One tool. Labels stand for themselves; `a|b` are alternatives and `*` is anything.

    `fields` gives the stored column by label, the first one present first; `pseudonyms` are mail or phone that
    may stand for the customer; `values` says what words in a column mean; `only` and `exclude` which rows are
    answers. `ids` tells whether the tool's numbers are its own or begin again in every survey.
    """

    name: str
    label: str
    verified: bool
    documented: str
    signatures: tuple[Signature, ...]
    table: str = "answers"
    note: str = ""
    header: str = "one row"
    reshape: str = ""
    clock: str = ""
    ids: str = "of the tool"
    fields: dict[str, str] = field(default_factory=dict)
    pseudonyms: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    constants: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    exclude: dict[str, list[str]] = field(default_factory=dict)
    only: dict[str, list[str]] = field(default_factory=dict)

    def knows(self, label: str) -> bool:
        """Whether this is a column of the tool itself, not a question of somebody's survey."""
        names = (*self.fields, *self.pseudonyms, *self.withheld, *self.left_out)
        return any(fits(label, one) for one in names)


@dataclass(frozen=True)
class Recognised:
    """A tool and what gave it away: columns, a cell, or neither when a person named the tool.

    `row` is the place of the header row, or None when the signature does not tell.
    """

    tool: Tool
    columns: tuple[str, ...] = ()
    cell: str = ""
    row: int | None = None


def reason(recognised: Recognised | None, language: str) -> str:
    """What gave the tool away, in words: `the columns Network ID and Submit Date (UTC)`."""
    if recognised is None or not (recognised.columns or recognised.cell):
        return ""
    say = Words("listen", language)
    if not recognised.columns:
        return say("recognised.cell", cell=_short(recognised.cell))
    *others, last = recognised.columns
    if not others:
        return say("recognised.column", column=last)
    return say("recognised.columns", columns=", ".join(others), last=last)


def known_tool(name: str, recognised: Recognised | None, language: str) -> list[str]:
    """Sentences for a person about the tool that wrote a file; none for a file of no tool."""
    tool = tools().get(name)
    if tool is None:
        return []
    say = Words("listen", language)
    why = reason(recognised, language)
    told = say("recognised.as", tool=tool.label, reason=why)
    lines = [told if why else say("recognised.named", tool=tool.label)]
    return lines if tool.verified else [*lines, say("recognised.unverified")]


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 40 else f"{line[:39]}…"


@cache
def tools() -> dict[str, Tool]:
    """All known tools by name."""
    folder = files("topofheart.listen") / "tools"
    found = sorted(one.name for one in folder.iterdir() if one.name.endswith(".toml"))
    return {
        name.removesuffix(".toml"): _tool(
            name.removesuffix(".toml"), (folder / name).read_text("utf-8")
        )
        for name in found
    }


def _tool(name: str, text: str) -> Tool:
    told = tomllib.loads(text)
    signatures = tuple(Signature(**_frozen(one)) for one in told.pop("signature", ()))
    return Tool(name=name, signatures=signatures, **_frozen(told))


def _frozen(told: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in told.items()}


def checked_tool(name: str) -> str:
    """The name, when it is one of a tool, or `file` for a file of no tool in particular."""
    known = (PLAIN_FILE, *tools())
    if name not in known:
        raise UnknownName(f"The tool '{name}' is not known.", hint=f"Known: {', '.join(known)}.")
    return name


def recognised(first: Sequence[Cells], named: str | None = None) -> Recognised | None:
    """The tool that wrote a file with these first rows; a tool that a person named goes first."""
    if named == PLAIN_FILE:
        return None
    candidates = [tools()[checked_tool(named)]] if named else tools().values()
    for tool in candidates:
        for signature in tool.signatures:
            if found := _gives_away(signature, tool, first):
                return found
    return Recognised(tools()[named]) if named else None


def _gives_away(signature: Signature, tool: Tool, first: Sequence[Cells]) -> Recognised | None:
    cell = _fitting_cell(signature, first) if signature.cell else ""
    if cell is None or (signature.width and first and len(first[0]) not in signature.width):
        return None
    if not signature.columns and not signature.starting:
        return Recognised(tool, cell=cell)
    for row, cells in enumerate(first[:HEADER_ROWS_LOOKED_AT]):
        labels = [label for label in cells if label]
        exact = [_first(labels, name, starting=False) for name in signature.columns]
        begun = [_first(labels, name, starting=True) for name in signature.starting]
        if all(label is not None for label in (*exact, *begun)):
            columns = tuple(" ".join(label.split()) for label in (*exact, *begun) if label)
            return Recognised(tool, columns, cell, row)
    return None


def _fitting_cell(signature: Signature, first: Sequence[Cells]) -> str | None:
    for cells in first:
        looked_at = cells[signature.place - 1 : signature.place] if signature.place else cells
        for cell in looked_at:
            if cell and re.fullmatch(signature.cell, cell.strip(), re.DOTALL):
                return cell.strip()
    return None


def _first(labels: Iterable[str], name: str, *, starting: bool) -> str | None:
    if starting:
        return next((label for label in labels if plain(label).startswith(plain(name))), None)
    return next((label for label in labels if fits(label, name)), None)


def fits(label: str, names: str) -> bool:
    """Whether a label is one of the names `a|b`, in which `*` is anything."""
    return bool(_pattern(names).fullmatch(plain(label)))


@cache
def _pattern(names: str) -> re.Pattern[str]:
    alternatives = (re.escape(plain(name)).replace(r"\*", ".*") for name in names.split("|"))
    return re.compile("|".join(alternatives), re.DOTALL)


def plain(label: str) -> str:
    """A label as it is compared: no capitals, underscores as spaces, single spaces."""
    return " ".join(label.lower().replace("_", " ").split())
