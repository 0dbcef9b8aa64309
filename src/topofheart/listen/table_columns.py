"""The columns of every table but answers, from the names that they usually have (`known_columns.toml`)."""

from __future__ import annotations

import re
from dataclasses import replace

from topofheart.lake.tables import table
from topofheart.listen import identity
from topofheart.listen.days import nearly_all
from topofheart.listen.known_columns import currency_of, known_columns
from topofheart.listen.mapping import ID, ColumnUse
from topofheart.listen.periods import TOTAL_LINE, period_of, steady_interval
from topofheart.listen.proposer import CUSTOMER, Proposer, words_of
from topofheart.listen.stacked import counted_grades

SUMS = ("wait_seconds", "handle_seconds")
NOBODY = ("product", "queue", "survey", "role")
COLLEAGUE = re.compile(
    r"owner|eigenaar|toegewezen|assigned|afgehandeld door|behandeld door|handled by|contact$|verkoper|seller"
    r"|trainer|docent|created by|aangemaakt door",
    re.IGNORECASE,
)


class TableColumns(Proposer):
    def columns(self) -> None:
        if self.tool:
            self._of_tool(self.tool)
        declared = table(self.mapping.table)
        for one in self.header.worked:
            if one.label in declared.by_name and self.profiles[one.label].said:
                self._take(one.label, one.label, "worked out from other columns")
        self._exact_names()
        self._grades()
        self._known_id()
        self._known_columns(NOBODY)
        self._identity()
        self._colleagues()
        self._known_columns()
        if declared.id not in declared.by_name:
            self._own_id()
        self._day()
        self._counted()
        self._extras()

    def _known_id(self) -> None:
        """`Contactnr` is the number of a contact where another column names the customer."""
        own = next(
            (one for one in known_columns(self.mapping.table, self._free()) if one.to == ID), None
        )
        if own is None or self._taken(ID):
            return
        named = [p.label for p in self._free() if CUSTOMER.search(words_of(p.label)) and p.said]
        if own.label not in named or len(named) > 1 or self._taken("customer_id"):
            self._take(own.label, ID, "its name and values")

    def _colleagues(self) -> None:
        """Who handled it, under whatever name: withheld when the values are names of people."""
        for profile in self._free():
            named = sum(bool(identity.NAME.match(value)) for value in profile.said)
            if COLLEAGUE.search(words_of(profile.label)) and nearly_all(named, len(profile.said)):
                because = "tells who somebody is"
                self.uses[profile.label] = ColumnUse(profile.label, withhold=True, because=because)

    def _known_columns(self, only: tuple[str, ...] = ()) -> None:
        """What the columns of this table are usually called, where the values fit."""
        for one in known_columns(self.mapping.table, self._free()):
            column = table(self.mapping.table).by_name.get(one.to)
            if self._taken(one.to) or (only and one.to not in only):
                continue
            if column and column.type in ("day", "time"):
                self._take_day(self.profiles[one.label], one.to, "its name and values")
                continue
            self._take(one.label, one.to, "its name and values")
            if one.values:
                use = self.uses[one.label]
                self.uses[one.label] = replace(use, values=dict(one.values))
            if one.unsure:
                self._assume("unit_of_time", one.label, "seconds", "minutes", "hours")
            if self.mapping.table == "contact_counts" and one.to in SUMS:
                self._sum_or_average(one.label, one.to)
            if column and column.type == "money":
                self._currency(one.label)

    def _sum_or_average(self, label: str, to: str) -> None:
        """Lengths of time without 'total' in their name may be averages."""
        if not re.search("tot|som|sum", label, re.IGNORECASE):
            self._assume("is_total", label, to, self._extra_name(label, number=True))

    def _grades(self) -> None:
        """Columns named by grades count how often each was given."""
        grades = [label for label in self.header.labels if label.isdigit()]
        if self.mapping.table != "answer_counts" or not counted_grades(self.header.labels):
            return
        scale = f"{grades[0]}-{grades[-1]}"
        if scale not in table("answer_counts").by_name["scale"].choices:
            return
        for label in grades:
            self._take(label, f"count_{label}", "how often this was answered")
        self.constants["scale"] = scale
        self._assume("distribution", grades[-1], scale)

    def _currency(self, label: str) -> None:
        found = currency_of(self.profiles[label])
        if (
            found
            and not self._taken("currency")
            and "currency" in table(self.mapping.table).by_name
        ):
            self.constants["currency"] = found

    def _counted(self) -> None:
        """Tables of totals: what their periods are, and lines that add up the others."""
        declared = table(self.mapping.table)
        if declared.people or not declared.time:
            return
        for profile in self.profiles.values():
            sums = sorted({said for said in profile.values if TOTAL_LINE.fullmatch(said.strip())})
            if sums and profile.distinct > len(sums):
                self.exclude[profile.label] = sums
        when = next((use.name for use in self.uses.values() if use.to == declared.time), None)
        if when is None:
            return
        if "period" in declared.by_name and not self._taken("period"):
            period = period_of(self.profiles[when])
            self.constants |= {"period": period} if period else {}
        if "interval_seconds" in declared.by_name and not self._taken("interval_seconds"):
            length = steady_interval(self.profiles[when])
            self.constants |= {"interval_seconds": f"{length:g}"} if length else {}
