"""Targets: how the customers that a score should speak for are made up, from a CSV or TOML file.

CSV has the columns `dimension`, `value` and `count` or `share`; TOML a table per dimension with a number
per value. Counts and shares mean the same: only the proportions within a dimension are used.
"""

from __future__ import annotations

import csv
import math
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from topofheart.kernel.errors import InvalidInput

NUMBERS = ("count", "share")
HINT = "Write CSV with the columns dimension,value,count (or share), or TOML with a table per dimension."


@dataclass(frozen=True)
class Targets:
    """The wanted proportions of the values of each dimension, and the file that they came from."""

    dimensions: tuple[tuple[str, tuple[tuple[str, float], ...]], ...]
    source: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.dimensions)

    def as_dict(self) -> dict[str, object]:
        """As a question prints it."""
        return {name: dict(values) for name, values in self.dimensions} | {"file": self.source}


def read_targets(path: str | Path) -> Targets:
    """Raises InvalidInput with what is wrong with the file, and where."""
    path = Path(path)
    if not path.is_file():
        raise InvalidInput(f"There is no file {path}.", code="no_such_file")
    lines = _from_toml(path) if path.suffix.lower() == ".toml" else _from_csv(path)
    found: dict[str, dict[str, float]] = {}
    for dimension, value, number in lines:
        values = found.setdefault(dimension, {})
        if value in values:
            raise _bad(path, f"names {dimension} = {value} twice")
        values[value] = _number(path, dimension, value, number)
    if not found:
        raise _bad(path, "holds no targets")
    for dimension, values in found.items():
        if sum(values.values()) <= 0:
            raise _bad(path, f"has only zeros for {dimension}")
    shares = tuple((name, tuple(values.items())) for name, values in found.items())
    return Targets(shares, path.name)


def _from_csv(path: Path) -> Iterator[tuple[str, str, object]]:
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    separator = max(",;\t", key=text.partition("\n")[0].count)
    rows = csv.DictReader(text.splitlines(), delimiter=separator)
    heading = {(name or "").strip().lower(): name for name in rows.fieldnames or ()}
    number = next((heading[name] for name in NUMBERS if name in heading), None)
    if number is None or not {"dimension", "value"} <= heading.keys():
        raise _bad(path, f"has the columns {', '.join(map(str, rows.fieldnames or ()))}")
    try:
        found = list(rows)
    except csv.Error as error:
        raise _bad(path, f"is not CSV ({error})") from None
    for row in found:
        cells = [row[one] or "" for one in (heading["dimension"], heading["value"], number)]
        if any(cell.strip() for cell in cells):
            yield cells[0].strip(), cells[1].strip(), cells[2].strip()


def _from_toml(path: Path) -> Iterator[tuple[str, str, object]]:
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8", errors="replace"))
    except tomllib.TOMLDecodeError as error:
        raise _bad(path, f"is not TOML ({error})") from None
    for dimension, values in tree.items():
        if not isinstance(values, dict):
            raise _bad(path, f"gives {dimension} no values")
        yield from ((dimension, str(value), number) for value, number in values.items())


def _number(path: Path, dimension: str, value: str, given: object) -> float:
    try:
        number = float(given.removesuffix("%")) if isinstance(given, str) else float(given)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number) or number < 0:
        raise _bad(path, f"gives {dimension} = {value} the number '{given}'")
    return number


def _bad(path: Path, what: str) -> InvalidInput:
    return InvalidInput(f"{path.name} {what}.", code="bad_targets", hint=HINT)
