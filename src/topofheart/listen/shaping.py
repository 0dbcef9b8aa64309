"""From rows of text to rows of a table: the SQL that types, checks and keys every cell at once.

Each row gets a `note`: 1 refused, 2 excluded, plus 4 for each identity cell that was withheld. It is
written beside the data in one pass, so that a clean file needs no second one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from topofheart.kernel.errors import InvalidInput
from topofheart.lake.duckdb_engine import key_sql, literal, quoted
from topofheart.lake.schema import SQL, SYSTEM, is_extra, stored_types
from topofheart.lake.tables import Column, local_day, table
from topofheart.listen import durations, identity
from topofheart.listen.amounts import amount_sql, number_sql
from topofheart.listen.days import day_sql, instant_sql, is_usual_sql, local_day_sql
from topofheart.listen.mapping import ID, UPDATED, ColumnUse, Mapping, bounds
from topofheart.listen.profile import MEANT_AS_TEXT, NO, NOTHING, YES

REFUSED, EXCLUDED, WITHHELD = 1, 2, 4
SPACES = r"[\s\x{A0}]*"
HIDDEN = "•••"
EXCLUDED_SHOWN = 20
MAIL = identity.MAIL.pattern.strip("^$")
MAIL_IN_TEXT = r"[^\s@<>,;:\"'()]+@[^\s@<>,;\"'()]+\.[A-Za-z]{2,}"
PHONE_IN_TEXT = r"(\+[1-9]\d|\b00[1-9]\d)[\d ().-]{6,}\d|\b0[1-9]\d{0,2}[ -]?\d{6,8}\b|\b0[1-9]\d?( \d{2,4}){3,4}\b"


@dataclass(frozen=True)
class Cell:
    """One mapped column: its text, its value, and when and why it is wrong."""

    use: ColumnUse
    target: str
    kind: str
    value: str
    wrong: str
    reason: str


class Shape:
    """The SQL of one file with one mapping. `days_of` is the zone on whose clock days are counted, where
    it is not that of the file."""

    def __init__(
        self,
        mapping: Mapping,
        labels: list[str],
        key: bytes,
        erased: frozenset[str] = frozenset(),
        *,
        days_of: str | None = None,
    ) -> None:
        self.mapping = mapping
        self.table = table(mapping.table)
        self.place = {label: f"c{i}" for i, label in enumerate(labels)}
        self.secret = key
        self.erased = erased
        self.days_of = days_of or mapping.time_zone
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

    def mapped(self) -> list[str]:
        """The stored columns that this file speaks about."""
        targets = [cell.target for cell in self.cells] + list(self.mapping.constants)
        days = [local_day(name) for name in targets]
        return [name for name in self.types if name in targets or name in days]

    def staged(self, rows: str, *, numbered: bool = False) -> str:
        """SELECT the columns that the file speaks about and `note` from rows of text, which may know
        their `row`."""
        row = "row" if numbered else "NULL::BIGINT"
        columns = [
            f"{self._key()} AS key",
            f"{literal(self.mapping.source)} AS read_from",
            f"{row} AS read_row",
        ]
        columns += [
            f"{self._column(name)} AS {quoted(name)}"
            for name in list(self.types)[3:]
            if name in (*SYSTEM, self.table.id, *self.mapped())
        ]
        columns.append(f"{self._note()} AS note")
        return f"SELECT {', '.join(columns)} FROM {self._valued(rows)}"

    def refused(self, numbered: str) -> str:
        """SELECT row, column, value, reason and the cells (identity masked) of refused rows."""
        problems = [
            f"CASE WHEN {cell.wrong} THEN {{'column': {literal(cell.use.name)}, "
            f"'value': {self._shown(cell.use)}, 'reason': {literal(cell.reason)}}} END"
            for cell in self.cells
            if cell.wrong
        ]
        trouble = (
            "CASE WHEN trouble IS NOT NULL THEN {'column': '', 'value': '', 'reason': trouble} END"
        )
        found = f"list_filter([{', '.join([trouble, *problems])}], lambda one: one IS NOT NULL)"
        uses = {use.name: use for use in self.mapping.columns}
        cells = [
            f"{self._shown(uses.get(label, ColumnUse(label)))} AS {quoted(place)}"
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
        declared = self.table.by_name.get(target, Column(target, kind, ""))
        ends = bounds(self.table, target, self.mapping.constants)
        if ends:
            declared = replace(declared, low=ends[0], high=ends[1])
        value = f"v_{place}"
        bad = ""
        reason = REASONS.get(kind, "not known").format(format=use.format or "iso")
        if declared.choices:
            bad = f"{value} NOT IN ({_listed(declared.choices)})"
        elif declared.low is not None:
            high = declared.high if declared.high is not None else 1e15
            bad = f"{value} NOT BETWEEN {declared.low:g} AND {high:.15g}"
        elif kind in ("day", "time"):
            bad = f"{value} < {SQL[kind]} '1900-01-01' OR {value} >= {SQL[kind]} '2101-01-01'"
        if declared.domain:
            reason = f"{reason}, {declared.domain}"
        said = self._said(use)
        empty = f"{said} IS NULL OR {_is_one_of(said, NOTHING)}"
        wrong = f"CASE WHEN {value} IS NULL THEN NOT ({empty}) ELSE {bad or 'false'} END"
        return Cell(use, target, kind, value, wrong if kind != "text" else bad, reason)

    def _said(self, use: ColumnUse) -> str:
        """The cell, or what the mapping says that its words mean."""
        place = self.place[use.name]
        if not use.values:
            return place
        meant = " ".join(
            f"WHEN {literal(word.strip().lower())} THEN {literal(value)}"
            for word, value in use.values.items()
        )
        return f"(CASE lower(trim({place})) {meant} ELSE {place} END)"

    def _value(self, cell: Cell) -> str:
        place, use = self._said(cell.use), cell.use
        if cell.kind == "text":
            return self._text(cell)
        if cell.kind == "boolean":
            yes, no = _is_one_of(place, (*YES, "1")), _is_one_of(place, (*NO, "0"))
            return f"CASE WHEN {yes} THEN true WHEN {no} THEN false END"
        if cell.kind == "time":
            return instant_sql(place, use.format, self.mapping.time_zone)
        if cell.kind == "day":
            return day_sql(place, use.format, self.mapping.time_zone)
        if cell.kind == "money":
            return amount_sql(place, self.mapping.decimal)
        if use.format in durations.FORMATS:
            return self._duration(cell)
        if use.format == "leading":
            place = f"regexp_extract({place}, '^\\s*(\\d{{1,2}})(?:[^\\d.,]|$)', 1)"
        number = number_sql(place, self.mapping.decimal)
        ends = bounds(self.table, cell.target, self.mapping.constants)
        if use.reverse and ends:
            number = f"({sum(ends):g} - {number})"
        if cell.kind == "integer":
            return f"CASE WHEN {number} = floor({number}) AND abs({number}) < 9e15 THEN ({number})::BIGINT END"
        return number

    def _duration(self, cell: Cell) -> str:
        declared = self.table.by_name.get(cell.target)
        counted_in = declared.unit if declared and declared.unit in durations.COUNTED_IN else "s"
        place, decimal = self.place[cell.use.name], self.mapping.decimal
        return durations.duration_sql(place, cell.use.format, counted_in, decimal)

    def _text(self, cell: Cell) -> str:
        """Text without spaces around it; a dash or `n.v.t.` is nothing. Where a code or a dimension is
        expected, a cell that is nothing but a mail address is that customer's pseudonym."""
        place = self._said(cell.use)
        declared = self.table.by_name.get(cell.target)
        said = (
            f"CASE WHEN {place} LIKE ' %' OR {place} LIKE '% ' THEN trim({place}) ELSE {place} END"
        )
        hidden = identity.pseudonym_sql(place, self.secret)
        if declared and declared.choices:
            usual = f"{place} IN ({_listed(declared.choices)})"
            said = f"CASE WHEN {usual} THEN {place} ELSE lower(trim({place})) END"
        if cell.use.pseudonym:
            said = hidden
        elif cell.target in (self.table.id, "customer_id") or is_extra(cell.target):
            mail = f"contains({place}, '@') AND regexp_full_match({place}, {literal(SPACES + MAIL + SPACES)})"
            said = f"CASE WHEN {mail} THEN {hidden} ELSE {said} END"
        return f"CASE WHEN {_is_one_of(place, NOTHING - MEANT_AS_TEXT)} THEN NULL ELSE {said} END"

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
                return self._local_day(cell)
        for constant, text in self.mapping.constants.items():
            if constant == name or local_day(constant) == name:
                return self._constant(name, literal(text))
        return f"NULL::{SQL[self.types[name]]}"

    def _local_day(self, cell: Cell) -> str:
        """Most times are written on the clock on which days are counted: then the day stands there."""
        day, text = local_day_sql(cell.value, self.days_of), self._said(cell.use)
        if self.days_of != self.mapping.time_zone or cell.use.format not in ("", "iso"):
            return day
        return f"CASE WHEN {is_usual_sql(text)} THEN try_cast({text} AS TIMESTAMP)::DATE ELSE {day} END"

    def _constant(self, name: str, text: str) -> str:
        kind, zone = self.types[name], self.mapping.time_zone
        if kind in ("day", "time"):
            return (day_sql if kind == "day" else instant_sql)(text, "iso", zone)
        return f"{text}::{SQL[kind]}"

    def _id_text(self) -> str | None:
        cell = next((cell for cell in self.cells if cell.target == self.table.id), None)
        return cell.value if cell else None

    def _key(self) -> str:
        """A 63-bit key: source and id, or all of the raw row where there is no id. The raw row may
        tell who somebody is, so its key is made with the workspace's secret."""
        cells = ", ".join(f"coalesce({place}, '')" for place in self.place.values())
        secret = literal(self.secret.hex())
        content = f"concat_ws(chr(31), {secret}, {literal(self.mapping.source)}, {cells})"
        named = self._id_text()
        if named is None:
            return key_sql(content)
        of_source = "" if self.table.id == "customer_id" else f"{self.mapping.source}|"
        own = f"{literal(of_source)} || {named}"
        return key_sql(f"CASE WHEN {named} IS NULL THEN {content} ELSE {own} END")

    def _excluded(self) -> str:
        tests = [test for _, test in self._exclusions()]
        customer = next((cell.value for cell in self.cells if cell.target == "customer_id"), None)
        if self.erased and customer:
            hashed = identity.hmac_sql(f"'erased:' || {customer}", self.secret)
            known = ", ".join(literal(one) for one in sorted(self.erased))
            tests.append(f"coalesce({hashed} IN ({known}), false)")
        return " OR ".join(tests) or "false"

    def _exclusions(self) -> list[tuple[str, str]]:
        """Columns with the test for rows that are no answers."""
        given = [(label, values, "") for label, values in self.mapping.exclude.items()]
        given += [(label, values, "NOT ") for label, values in self.mapping.only.items()]
        return [
            (
                label,
                f"{no}coalesce({_lower(self.place[label])} IN ({_listed_lower(values)}), false)",
            )
            for label, values, no in given
            if label in self.place
        ]

    @property
    def excludes(self) -> bool:
        return bool(self._exclusions())

    def excluded(self, rows: str) -> str:
        """SELECT column, value and count of the rows that the mapping excludes: the values found most."""
        parts = [
            f"SELECT {literal(label)} AS name, coalesce({self.place[label]}, '') AS value, "
            f"count(*) AS rows FROM ({rows}) WHERE {test} GROUP BY ALL"
            for label, test in self._exclusions()
        ]
        ordered = "ORDER BY rows DESC, name, value"
        return f"{' UNION ALL '.join(parts)} {ordered} LIMIT {EXCLUDED_SHOWN}"

    def _note(self) -> str:
        wrong = " OR ".join(
            ["trouble IS NOT NULL", *(cell.wrong for cell in self.cells if cell.wrong)]
        )
        hidden = [
            self.place[use.name] for use in self.mapping.columns if use.withhold or use.pseudonym
        ]
        withheld = " + ".join(f"({place} IS NOT NULL)::INTEGER" for place in hidden) or "0"
        return (
            f"(CASE WHEN {self._excluded()} THEN {EXCLUDED} "
            f"WHEN coalesce({wrong}, false) THEN {REFUSED} ELSE 0 END + {WITHHELD} * ({withheld}))"
        )

    def _shown(self, use: ColumnUse) -> str:
        """A cell as it may stand among the refused rows: only what goes into the lake, and where a row
        has other cells than expected, nothing, because a name may then stand anywhere."""
        place = self.place[use.name]
        hidden = f"CASE WHEN {place} IS NOT NULL THEN '{HIDDEN}' END"
        listed = {one.name for one in self.mapping.columns}
        people = any(one.withhold or one.pseudonym for one in self.mapping.columns)
        if use.withhold or (
            not use.to and use.name not in self.mapping.exclude | self.mapping.only
        ):
            return hidden
        if use.pseudonym:
            shown = identity.pseudonym_sql(place, self.secret)
        else:
            shown = _scrubbed(place, MAIL_IN_TEXT)
            kind = self.types.get(use.to, "text")
            if kind == "text" and use.to not in (ID, self.table.id, "customer_id"):
                shown = _scrubbed(shown, PHONE_IN_TEXT)
        if people or listed != set(self.place):
            return f"CASE WHEN trouble IS NULL THEN {shown} ELSE {hidden} END"
        return shown


REASONS = {
    "integer": "not a whole number",
    "number": "not a number",
    "money": "not an amount of money",
    "boolean": "not yes or no",
    "day": "not a day written as {format}",
    "time": "not a time written as {format}",
}


def _is_one_of(text: str, words: Iterable[str]) -> str:
    """Whether a cell is one of these words, whatever its capitals and the spaces around it. A pattern,
    because the engine makes a join of a long list, for every row."""
    pattern = "|".join(re.escape(word).replace("\\#", "#") for word in sorted(words, reverse=True))
    return f"regexp_full_match({text}, {literal(f'(?i){SPACES}({pattern}){SPACES}')})"


def _listed(words: Iterable[str]) -> str:
    return ", ".join(literal(word) for word in sorted(words))


def _lower(text: str) -> str:
    return f"lower(trim({text}))"


def _listed_lower(words: Iterable[str]) -> str:
    return _listed(word.strip().lower() for word in words)


def _scrubbed(text: str, pattern: str) -> str:
    return f"regexp_replace({text}, {literal(pattern)}, '{HIDDEN}', 'g')"
