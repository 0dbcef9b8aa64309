"""From rows of text to rows of a table: the SQL that types, checks and keys every cell at once.

Each row gets a `note`: 1 refused, 2 excluded, plus 4 for each identity cell that was withheld. It is
written beside the data in one pass, so that a clean file needs no second one.
"""

from __future__ import annotations

from dataclasses import dataclass

from topofheart.kernel.errors import InvalidInput
from topofheart.lake.duckdb_engine import literal, quoted
from topofheart.lake.schema import is_extra, stored_types
from topofheart.lake.tables import Column, local_day, table
from topofheart.listen import identity
from topofheart.listen.days import clock_sql, instant_sql, local_day_sql
from topofheart.listen.mapping import ID, UPDATED, ColumnUse, Mapping
from topofheart.listen.profile import NO, NOTHING, YES

NOTHING_SQL = "(" + ", ".join(literal(word) for word in sorted(NOTHING)) + ")"
REFUSED, EXCLUDED, WITHHELD = 1, 2, 4


@dataclass(frozen=True)
class Cell:
    """One mapped column: its text, its value, and when and why it is wrong."""

    use: ColumnUse
    target: str
    kind: str
    text: str
    value: str
    wrong: str
    reason: str


class Shape:
    """The SQL of one file with one mapping."""

    def __init__(
        self, mapping: Mapping, labels: list[str], key: bytes, erased: frozenset[str] = frozenset()
    ) -> None:
        self.mapping = mapping
        self.table = table(mapping.table)
        self.place = {label: f"c{i}" for i, label in enumerate(labels)}
        self.secret = key
        self.erased = erased
        self.types = stored_types(self.table, self._extras())
        for use in mapping.columns:
            if use.name not in self.place:
                raise InvalidInput(
                    f"The mapping names a column '{use.name}' that the file does not have.",
                    code="unknown_column",
                    hint=f"The file has: {', '.join(labels)}.",
                )
        self.cells = [self._cell(use) for use in mapping.columns if use.to]

    def _extras(self) -> dict[str, str]:
        return {
            use.to: "number" if use.to.startswith("r_") else "text"
            for use in self.mapping.columns
            if is_extra(use.to)
        }

    @property
    def by_content(self) -> bool:
        """Whether rows are told apart by their content, for want of an id of their own."""
        return self._id_text() is None

    def mapped(self) -> list[str]:
        """The stored columns that this file speaks about."""
        targets = [cell.target for cell in self.cells] + list(self.mapping.constants)
        days = [local_day(name) for name in targets]
        return [name for name in self.types if name in targets or name in days]

    def staged(self, rows: str) -> str:
        """SELECT the stored columns and `note` from rows of text."""
        columns = [f"{self._key()} AS key", f"{literal(self.mapping.source)} AS source"]
        for name in list(self.types)[2:]:
            columns.append(f"{self._column(name)} AS {quoted(name)}")
        columns.append(f"{self._note()} AS note")
        return f"SELECT {', '.join(columns)} FROM {self._valued(rows)}"

    def refused(self, numbered: str) -> str:
        """SELECT row, column, value, reason and the cells (identity masked) of refused rows."""
        problems = [
            f"CASE WHEN {cell.wrong} THEN {{'column': {literal(cell.use.name)}, "
            f"'value': {self._masked(cell.use)}, 'reason': {literal(cell.reason)}}} END"
            for cell in self.cells
            if cell.wrong
        ]
        trouble = "CASE WHEN trouble IS NOT NULL THEN {'column': '', 'value': '', 'reason': trouble} END"
        found = f"list_filter([{', '.join([trouble, *problems])}], lambda one: one IS NOT NULL)"
        uses = {use.name: use for use in self.mapping.columns}
        cells = [
            f"{self._masked(uses.get(label, ColumnUse(label)))} AS {quoted(place)}"
            for label, place in self.place.items()
        ]
        return (
            f"SELECT row, found[1].column AS refused_column, found[1].value AS refused_value, "
            f"found[1].reason AS refused_reason, {', '.join(cells)} "
            f"FROM (SELECT *, {found} AS found FROM {self._valued(numbered)}) "
            f"WHERE len(found) > 0 AND NOT ({self._excluded()}) ORDER BY row"
        )

    def _cell(self, use: ColumnUse) -> Cell:
        place = self.place[use.name]
        target = self.table.id if use.to == ID else use.to
        kind = self.types.get(target, "text")
        text = f"trim({place})"
        value = f"v_{place}"
        if kind == "text":
            return Cell(use, target, kind, text, value, "", "")
        declared = self.table.by_name.get(target, Column(target, kind, ""))
        empty = f"{place} IS NULL OR lower(trim({place})) IN {NOTHING_SQL}"
        wrong = f"({value} IS NULL AND NOT ({empty}))"
        reason = REASONS[kind].format(format=use.format or "iso")
        if declared.low is not None:
            high = declared.high if declared.high is not None else 1e15
            wrong = f"({wrong} OR {value} NOT BETWEEN {declared.low:g} AND {high:.15g})"
            reason = f"{reason}, {declared.domain}"
        elif kind == "number":
            wrong = f"({wrong} OR NOT isfinite({value}))"
        elif kind in ("day", "time"):
            wrong = f"({wrong} OR year({value}) NOT BETWEEN 1900 AND 2100)"
        return Cell(use, target, kind, text, value, wrong, reason)

    def _value(self, cell: Cell) -> str:
        place, use = self.place[cell.use.name], cell.use
        if use.pseudonym:
            return identity.pseudonym_sql(place, self.secret)
        if cell.kind == "text":
            declared = self.table.by_name.get(cell.target)
            text = f"nullif(trim({place}), '')"
            return f"lower({text})" if declared and declared.choices else text
        if cell.kind == "boolean":
            yes, no = (", ".join(literal(word) for word in words) for words in (YES, NO))
            return (
                f"CASE WHEN lower(trim({place})) IN ({yes}, '1') THEN true "
                f"WHEN lower(trim({place})) IN ({no}, '0') THEN false END"
            )
        if cell.kind == "time":
            return instant_sql(place, use.format, self.mapping.time_zone)
        if cell.kind == "day":
            return f"{clock_sql(place, use.format)}::DATE"
        return self._number(cell)

    def _number(self, cell: Cell) -> str:
        place = self.place[cell.use.name]
        if cell.use.format == "leading":
            place = f"regexp_extract({place}, '^\\s*(\\d+)', 1)"
        if cell.kind == "money":
            place = f"regexp_replace({place}, '[^0-9,.+-]', '', 'g')"
        if self.mapping.decimal == "," and cell.kind != "integer":
            place = f"replace(replace({place}, '.', ''), ',', '.')"
        if cell.kind == "money":
            return f"try_cast({place} AS DECIMAL(18,2))"
        number = f"try_cast({place} AS DOUBLE)"
        if cell.kind == "integer":
            commas = f"try_cast(replace({place}, ',', '.') AS DOUBLE)"
            whole = f"CASE WHEN {commas} = floor({commas}) THEN {commas}::BIGINT END"
            exact = f"regexp_matches({place}, '^\\s*[+-]?\\d+\\s*$')"
            return f"CASE WHEN {exact} THEN try_cast({place} AS BIGINT) ELSE {whole} END"
        return f"CASE WHEN lower(trim({place})) IN {NOTHING_SQL} THEN NULL ELSE {number} END"

    def _valued(self, rows: str) -> str:
        values = [f"{self._value(cell)} AS {cell.value}" for cell in self.cells]
        return f"(SELECT {', '.join(['*', *values])} FROM ({rows}))"

    def _column(self, name: str) -> str:
        """The value of one stored column: mapped, constant, derived from an instant, or empty."""
        for cell in self.cells:
            if cell.target == name:
                return cell.value
        for cell in self.cells:
            if cell.kind == "time" and local_day(cell.target) == name and cell.target != UPDATED:
                return local_day_sql(cell.value, self.mapping.time_zone)
        if name in self.mapping.constants:
            return f"{literal(self.mapping.constants[name])}::{_sql_type(self.types[name])}"
        return f"NULL::{_sql_type(self.types[name])}"

    def _id_text(self) -> str | None:
        cell = next((cell for cell in self.cells if cell.target == self.table.id), None)
        return cell.value if cell else None

    def _key(self) -> str:
        """A 63-bit key: source and id, or all of the raw row where there is no id."""
        cells = ", ".join(f"coalesce({place}, '')" for place in self.place.values())
        content = f"concat_ws(chr(31), {literal(self.mapping.source)}, {cells})"
        named = self._id_text()
        if named is None:
            return key_sql(content)
        of_source = "" if self.table.id == "customer_id" else f"{self.mapping.source}|"
        return key_sql(f"coalesce({literal(of_source)} || {named}, {content})")

    def _excluded(self) -> str:
        tests = [
            f"coalesce({self.place[label]} IN ({', '.join(literal(v) for v in values)}), false)"
            for label, values in self.mapping.exclude.items()
            if label in self.place
        ]
        customer = next((cell.value for cell in self.cells if cell.target == "customer_id"), None)
        if self.erased and customer:
            hashed = identity.hmac_sql(f"'erased:' || {customer}", self.secret)
            known = ", ".join(literal(one) for one in sorted(self.erased))
            tests.append(f"coalesce({hashed} IN ({known}), false)")
        return " OR ".join(tests) or "false"

    def _note(self) -> str:
        wrong = " OR ".join(["trouble IS NOT NULL", *(cell.wrong for cell in self.cells if cell.wrong)])
        hidden = [self.place[use.name] for use in self.mapping.columns if use.withhold or use.pseudonym]
        withheld = " + ".join(f"({place} IS NOT NULL)::INTEGER" for place in hidden) or "0"
        return (
            f"(CASE WHEN {self._excluded()} THEN {EXCLUDED} "
            f"WHEN coalesce({wrong}, false) THEN {REFUSED} ELSE 0 END + {WITHHELD} * ({withheld}))"
        )

    def _masked(self, use: ColumnUse) -> str:
        place = self.place[use.name]
        if use.pseudonym:
            return identity.pseudonym_sql(place, self.secret)
        return f"CASE WHEN {place} IS NOT NULL THEN '•••' END" if use.withhold else place


REASONS = {
    "integer": "not a whole number",
    "number": "not a number",
    "money": "not an amount of money",
    "boolean": "not yes or no",
    "day": "not a day written as {format}",
    "time": "not a time written as {format}",
}


def key_sql(text: str) -> str:
    """A key that every version of every engine would give: half of MD5, without its sign."""
    return f"(md5_number_lower({text}) >> 1)::BIGINT"


def _sql_type(kind: str) -> str:
    from topofheart.lake.schema import SQL

    return SQL[kind]
