"""How a file's columns become a table's columns: a plain TOML file that a person can edit and keep."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from topofheart.kernel.errors import InvalidInput, UnknownName
from topofheart.lake.schema import stored_types
from topofheart.lake.tables import Column, Table, table
from topofheart.listen.tool import Recognised, checked_tool, reason, tools

KEYS: dict[str, type] = {
    "table": str, "source": str, "tool": str, "time_zone": str, "decimal": str, "columns": list,
    "constants": dict, "exclude": dict, "only": dict, "ours": list,
}  # fmt: skip
COLUMN_KEYS: dict[str, type] = {
    "name": str, "to": str, "pseudonym": bool, "withhold": bool, "format": str, "reverse": bool,
    "values": dict, "because": str,
}  # fmt: skip
EXTRA = re.compile(r"[dr]_[a-z0-9_]{1,58}")
ID = "id"
UPDATED = "updated_at"
DECIMALS = (".", ",")


@dataclass(frozen=True)
class ColumnUse:
    """What happens with one column of a file.

    `to` names the stored column, or is empty when the column stays outside: because it tells who
    somebody is (`withhold`) or because nothing asks for it. `pseudonym` turns mail or phone into a
    customer_id. `format` is how days and times are written, or `leading` for `9 - very likely`.
    `reverse` turns a scale on which the lowest is the best; `values` says what words in it mean.
    """

    name: str
    to: str = ""
    pseudonym: bool = False
    withhold: bool = False
    format: str = ""
    reverse: bool = False
    values: dict[str, str] = field(default_factory=dict)
    because: str = ""


@dataclass(frozen=True)
class Mapping:
    """How one kind of file is read. `constants` holds columns that are the same for every row.

    `exclude` names the values of rows that are no answers, `only` those of rows that are. `tool` is empty
    where the tool is to be recognised; `recognised` holds what gave it away. `kept_as` is
    the name under which the workspace keeps it, where that is not the source.
    `ours` are the speakers, addresses or domains that are ours in conversations.
    """

    table: str
    source: str
    tool: str = ""
    time_zone: str = "Europe/Amsterdam"
    decimal: str = "."
    columns: tuple[ColumnUse, ...] = ()
    constants: dict[str, str] = field(default_factory=dict)
    exclude: dict[str, list[str]] = field(default_factory=dict)
    only: dict[str, list[str]] = field(default_factory=dict)
    recognised: Recognised | None = None
    kept_as: str = ""
    ours: tuple[str, ...] = ()

    @property
    def recognised_by(self) -> str:
        return reason(self.recognised, "en")

    def of(self, target: str) -> ColumnUse | None:
        return next((use for use in self.columns if use.to == target), None)

    def fitted(self, labels: list[str], fresh: Mapping) -> Mapping | None:
        """The same for a file with other columns beside the ones it uses; a new column is used as
        `fresh` says. None when the file lacks a column that is used, other than one of the tool itself,
        which may be absent where no row fills it."""
        mine = {use.name: use for use in self.columns}
        used = {use.name for use in self.columns if use.to}
        tool = tools().get(self.tool)
        missing = {name for name in used - set(labels) if not (tool and tool.knows(name))}
        if not used & set(labels) or missing:
            return None
        taken = {use.to for use in self.columns if use.to} | set(self.constants)
        uses = []
        for use in fresh.columns:
            known = mine.get(use.name)
            uses.append(known or (replace(use, to="") if use.to in taken else use))
        return replace(self, columns=tuple(uses), recognised=fresh.recognised)

    def with_text(self, labels: set[str]) -> Mapping:
        """The same with these extra number columns kept as text."""
        return replace(
            self,
            columns=tuple(
                replace(use, to="d_" + use.to[2:], because="not all values are numbers")
                if use.name in labels
                else use
                for use in self.columns
            ),
        )

    def to_toml(self) -> str:
        lines = [
            "# How one kind of file is read. Edit it, keep it, and give it with --mapping.",
            f"table = {json.dumps(self.table)}",
            f"source = {_text(self.source)}  # the same source again: the same rows are not doubled",
            f"tool = {json.dumps(self.tool)}"
            + (f"  # recognised by {self.recognised_by}" if self.recognised_by else ""),
            f"time_zone = {json.dumps(self.time_zone)}",
            f"decimal = {json.dumps(self.decimal)}",
            *([f"ours = {_text(self.ours)}"] if self.ours else []),
        ]
        for name, values in (
            ("constants", self.constants),
            ("exclude", self.exclude),
            ("only", self.only),
        ):
            if values:
                lines += ["", f"[{name}]"]
                lines += [f"{_text(key)} = {_text(value)}" for key, value in values.items()]
        for use in self.columns:
            lines += ["", "[[columns]]" + (f"  # {use.because}" if use.because else "")]
            lines.append(f"name = {_text(use.name)}")
            settings = {key: value for key, value in asdict(use).items() if value}
            lines += [
                f"{key} = {_text(settings[key])}"
                for key in ("to", "pseudonym", "withhold", "format", "reverse")
                if key in settings
            ]
            if use.values:
                pairs = ", ".join(f"{_text(key)} = {_text(to)}" for key, to in use.values.items())
                lines.append(f"values = {{ {pairs} }}")
        return "\n".join(lines) + "\n"


def read_mapping(path: Path) -> Mapping:
    """Read a mapping file; every name in it is checked.

    Raises InvalidInput or UnknownName with the line's own name and what may stand there.
    """
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _bad(f"The mapping {path.name} cannot be read: {error}.") from error
    return checked(_mapping(found, path.name))


def _mapping(found: dict[str, Any], name: str) -> Mapping:
    columns = found.pop("columns", [])
    if not isinstance(columns, list) or not all(isinstance(use, dict) for use in columns):
        raise _bad(f"The mapping {name} has 'columns' that are not [[columns]] tables.")
    _check_keys(found, name, KEYS)
    for use in columns:
        _check_keys(use, name, COLUMN_KEYS)
    if "table" not in found or "source" not in found or not all("name" in use for use in columns):
        raise _bad(f"The mapping {name} lacks 'table' or 'source', or the 'name' of a column.")
    ours = tuple(str(one) for one in found.pop("ours", ()))
    return Mapping(**found, ours=ours, columns=tuple(ColumnUse(**use) for use in columns))


def _check_keys(found: dict[str, Any], name: str, known: dict[str, type]) -> None:
    for key, value in found.items():
        if key not in known:
            raise UnknownName(
                f"The mapping {name} has '{key}', which is not known.",
                hint=f"Known: {', '.join(sorted(KEYS | COLUMN_KEYS))}.",
            )
        if not isinstance(value, known[key]):
            raise _bad(f"In the mapping {name}, '{key}' cannot be {value!r}.")


def _bad(message: str) -> InvalidInput:
    return InvalidInput(
        message,
        code="bad_mapping",
        hint="`topofheart read WORKSPACE FILE --dry-run` prints a good one.",
    )


def checked(mapping: Mapping) -> Mapping:
    """Refuse targets that the table does not have, and targets used twice."""
    declared = table(mapping.table)
    types = stored_types(declared)
    targets = [use.to for use in mapping.columns if use.to]
    for target in [*targets, *mapping.constants]:
        if target not in types and target not in (ID, UPDATED) and not EXTRA.fullmatch(target):
            raise UnknownName(
                f"The table '{mapping.table}' has no column '{target}'.",
                hint=f"Its columns: {', '.join(column.name for column in declared.columns)}; extra "
                "ones are d_… (text) or r_… (number) in lower case, digits and underscores.",
            )
        if [*targets, *mapping.constants].count(target) > 1:
            raise InvalidInput(
                f"Two columns go to '{target}' of '{mapping.table}'.",
                code="target_twice",
                hint="Leave `to` of one of them empty in the mapping.",
            )
    for target, text in mapping.constants.items():
        choices = declared.by_name[target].choices if target in declared.by_name else ()
        if not isinstance(text, str) or (choices and text not in choices):
            raise UnknownName(
                f"'{target}' cannot be {text!r} for every row.",
                hint=f"It can be: {', '.join(choices) or 'text in quotes'}.",
            )
    for use in mapping.columns:
        if use.reverse and bounds(declared, use.to, mapping.constants) is None:
            raise InvalidInput(
                f"'{use.name}' cannot be reversed: '{use.to}' has no scale with two ends.",
                code="no_scale",
                hint="Give satisfaction its `satisfaction_scale` under [constants]; a rating keeps "
                "its own direction.",
            )
        if not all(isinstance(value, str) for value in use.values.values()):
            raise _bad(f"The `values` of '{use.name}' must be text in quotes.")
    if mapping.tool:
        checked_tool(mapping.tool)
    names = [use.name for use in mapping.columns]
    for name in names:
        if names.count(name) > 1:
            raise _bad(f"The mapping names the column '{name}' twice.")
    if not mapping.source.strip():
        raise _bad("The mapping has an empty 'source'.")
    if mapping.decimal not in DECIMALS:
        raise InvalidInput(f"decimal must be '.' or ',', not '{mapping.decimal}'.")
    try:
        ZoneInfo(mapping.time_zone)
    except (KeyError, ValueError, OSError) as error:
        raise InvalidInput(
            f"The time zone '{mapping.time_zone}' is not known.",
            code="unknown_time_zone",
            hint="Use a name such as Europe/Amsterdam.",
        ) from error
    return mapping


def bounds(declared: Table, target: str, constants: dict[str, str]) -> tuple[float, float] | None:
    """The lowest and highest answer of a stored column, satisfaction's by its scale."""
    column = declared.by_name.get(target, Column(target, "text", ""))
    scale = constants.get("satisfaction_scale", "")
    if target == "satisfaction":
        low, between, high = scale.partition("-")
        return (float(low), float(high)) if between else None
    return None if column.low is None or column.high is None else (column.low, column.high)


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
