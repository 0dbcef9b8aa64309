"""A mapping in the making: columns are taken one by one, and what is unsure is said.

What holds for every table is here: a tool's own names, the table's own names, who somebody is, the day,
the row's own id, and columns that are kept beside.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from topofheart.lake.schema import EXTRA_NAME_LENGTH, extra_name
from topofheart.lake.tables import table
from topofheart.listen import identity
from topofheart.listen.assumptions import Assumption
from topofheart.listen.days import nearly_all
from topofheart.listen.durations import COUNTED_IN, unit_of
from topofheart.listen.header import Header
from topofheart.listen.mapping import ID, ColumnUse, Mapping
from topofheart.listen.periods import months_in
from topofheart.listen.profile import Profile
from topofheart.listen.tool import Tool, fits

MOST_VALUES_OF_A_DIMENSION = 200
CUSTOMER = re.compile(
    r"(klant|customer|client|debiteur|relatie|account|patient|contact|\b(user|lid|member))"
    r".?(id|nr|nummer|number|no|code|key)\b|^(number )?(klant|customer|client)$|external ?reference",
    re.IGNORECASE,
)
OWN_ID = re.compile(
    r"^(id|uuid|nr|no\.?|#|nummer)$|(response|respons|respondent|antwoord|answer|submission|inzending|record|row|case|review|feedback"
    r"|survey).?"
    r"(id|nr|nummer|number|key)?$",
    re.IGNORECASE,
)
LINE_NUMBER = re.compile(r"^(nr|no\.?|#|nummer|rij|regel|volgnummer|index)$|row", re.IGNORECASE)
DAY_NAMES = (
    r"answered|submit|recorded|ingevuld|ingezonden|voltooid|completed|afgerond|beantwoord|respon(ded|se)|\brated\b|geplaatst"
    r"|(survey|satisf\w*|rating|feedback|review|enqu\w+) (?!.*(sent|invit|verstuur|verzon|uitgenod)).*(date|time|datum)",
    r"^(datum|date|tijd(stip)?|time( ?stamp)?|timestamp|created( at| on)?|moment|wanneer|dag|day)$",
    r"datum|date|tijdstip|timestamp|created|moment|wanneer|\bdag\b|\btime\b",
)
CLEAR_DAY = 1
SAID = ("from_average", "from_share", "months_below")


@dataclass(frozen=True)
class Proposal:
    mapping: Mapping
    assumptions: tuple[Assumption, ...]


def words_of(label: str) -> str:
    """`NPS_score`, `FirstName` → `NPS score`, `First Name`: the words in a label."""
    return re.sub(r"[_.\s-]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", label)).strip()


def plain_name(label: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")


class Proposer:
    """Takes targets one by one; a column once taken is not taken again."""

    looked_at_later: frozenset[str] = frozenset()

    def __init__(self, mapping: Mapping, header: Header, profiles: list[Profile]) -> None:
        self.mapping = mapping
        self.header = header
        self.tool = header.recognised.tool if header.recognised else None
        self.profiles = {profile.label: self._translated(profile) for profile in profiles}
        self.uses: dict[str, ColumnUse] = {}
        self.constants: dict[str, str] = {}
        self.exclude: dict[str, list[str]] = {}
        self.assumptions: list[Assumption] = []

    def done(self) -> Proposal:
        columns = tuple(
            self.uses.get(label, ColumnUse(label, because="nothing asks for it"))
            for label in self.header.labels
        )
        columns = tuple(
            replace(use, values=use.values or self._values(use.name)) for use in columns
        )
        for one in self.header.worked:
            if one.code in SAID:
                self._assume(one.code, one.label, " × ".join(one.source))
        months = months_in(self.header.labels)
        if months:
            self._assume("months_beside", months[0], "numbers")
        if len(self.header.sides) > 1:
            taken, *others = self.header.sides
            self._assume("who_is_us", self.header.labels[0], taken, *others)
        mapping = replace(
            self.mapping,
            columns=columns,
            constants=self.constants,
            exclude=self._present(self.tool.exclude) if self.tool else self.exclude,
            only=self._present(self.tool.only) if self.tool else {},
        )
        return Proposal(mapping, tuple(self.assumptions))

    def columns(self) -> None:
        """Take every column that the table asks for."""
        raise NotImplementedError

    def assume_table(self, taken: str, others: tuple[str, ...]) -> None:
        """The rows may as well be those of another table."""
        column = next((use.name for use in self.uses.values() if use.to), self.header.labels[0])
        self._assume("which_table", column, taken, *others)

    def _free(self) -> list[Profile]:
        return [profile for label, profile in self.profiles.items() if label not in self.uses]

    def _taken(self, target: str) -> bool:
        return any(use.to == target for use in self.uses.values())

    def _take(self, label: str, to: str, because: str, format: str = "") -> None:
        profile = self.profiles[label]
        format = format or self._unit_of(profile, to)
        if not format and not profile.numbers and profile.leading_numbers:
            declared = table(self.mapping.table).by_name.get(to)
            numeric = to.startswith("r_") or (declared and declared.type in ("integer", "number"))
            format = "leading" if numeric else ""
        self.uses[label] = ColumnUse(
            label, to, format=format, because=because, reverse=self._runs_down(profile, to)
        )

    def _runs_down(self, profile: Profile, to: str) -> bool:
        """Whether the lowest answer is the best."""
        return False

    def _can_be(self, to: str, profile: Profile) -> bool:
        """Whether the values of a tool's own column are what the tool says."""
        return bool(profile.said)

    def _scores_of_tool(self) -> None:
        """What the tool itself says that its questions ask."""

    def _unit_of(self, profile: Profile, to: str) -> str:
        """The unit of a length of time, where the table counts in another."""
        declared = table(self.mapping.table).by_name.get(to)
        if declared is None or declared.unit not in COUNTED_IN:
            return ""
        unit = unit_of(profile.label, profile.said)
        return "" if unit == COUNTED_IN[declared.unit] else unit

    def _text_of(self, label: str) -> str:
        return words_of(f"{label} {self.header.questions.get(label, '')}")

    def _assume(self, code: str, column: str, taken: str, *others: str) -> None:
        self.assumptions.append(Assumption(code, column, taken, others))

    def _of_tool(self, tool: Tool) -> None:
        """What the tool's own columns hold, which tell who somebody is, and which are its scores."""
        because = "the tool's own name"
        if tool.table == self.mapping.table:
            for names, to in tool.fields.items():
                for profile in self._fitting(names):
                    if profile.said and not self._taken(to) and self._can_be(to, profile):
                        self._take_own(profile, to, because)
            self._scores_of_tool()
            self.constants |= {
                to: text for to, text in tool.constants.items() if not self._taken(to)
            }
        for names in tool.pseudonyms:
            for profile in self._fitting(names):
                if (
                    profile.said
                    and table(self.mapping.table).people
                    and not self._taken("customer_id")
                ):
                    self.uses[profile.label] = ColumnUse(
                        profile.label, "customer_id", True, because=because
                    )
        for names in tool.withheld:
            for profile in self._fitting(names):
                self.uses[profile.label] = ColumnUse(profile.label, withhold=True, because=because)
        for names in (*tool.left_out, *tool.fields, *tool.exclude, *tool.only):
            for profile in self._fitting(names):
                if profile.label not in self.header.questions:
                    self.uses[profile.label] = ColumnUse(profile.label, because=because)

    def _take_own(self, profile: Profile, to: str, because: str) -> None:
        column = table(self.mapping.table).by_name.get(to)
        if to == "customer_id":
            self._take_customer(profile, because)
        elif to == "updated_at" or (column and column.type in ("day", "time")):
            self._take_day(profile, to, because)
        else:
            self._take(profile.label, to, because)

    def _fitting(self, names: str) -> list[Profile]:
        return [profile for profile in self._free() if fits(self._own_name(profile.label), names)]

    def _own_name(self, label: str) -> str:
        return self.header.own_names.get(label, label)

    def _values(self, label: str) -> dict[str, str]:
        values = self.tool.values if self.tool else {}
        own = self._own_name(label)
        return next((words for names, words in values.items() if fits(own, names)), {})

    def _present(self, excluded: dict[str, list[str]]) -> dict[str, list[str]]:
        """The rows to exclude or keep, by the labels of this file."""
        return {
            label: values
            for names, values in excluded.items()
            for label in self.header.labels
            if fits(self._own_name(label), names)
        }

    def _translated(self, profile: Profile) -> Profile:
        words = self._values(profile.label)
        if not words:
            return profile
        values = [words.get(value.strip().lower(), value) for value in profile.values]
        return replace(profile, values=values)

    def _exact_names(self) -> None:
        """The table's own column names, where the values do not contradict them; scores are looked
        at more closely below."""
        declared = table(self.mapping.table)
        for profile in self._free():
            name = plain_name(profile.label)
            column = declared.by_name.get(name)
            if name == declared.id and not column and not profile.somebody:
                self._take(profile.label, ID, "the table's own id")
            elif name == "updated_at" and profile.formats:
                self._take_day(profile, name, "when the row last changed")
            elif not column or self._taken(name) or name in self.looked_at_later:
                continue
            elif name == "customer_id":
                self._take_customer(profile, "the table's own name")
            elif column.type in ("day", "time"):
                self._take_day(profile, name, "the table's own name")
            elif not column.choices or is_chosen(profile, column.choices):
                self._take(profile.label, name, "the table's own name")

    def _identity(self) -> None:
        """Names, mail and phone stay outside; a customer number, else mail or phone, is the customer."""
        people = table(self.mapping.table).people
        named = [p for p in self._free() if CUSTOMER.search(words_of(p.label)) and p.said]
        if people and named and not self._taken("customer_id"):
            best = next((profile for profile in named if profile.codes), named[0])
            self._take_customer(best, "names the customer")
        for kind in ("mail", "phone"):
            for profile in self._free():
                if self._is(kind, profile):
                    alone = people and not self._taken("customer_id")
                    to = "customer_id" if alone else ""
                    self.uses[profile.label] = ColumnUse(
                        profile.label, to, pseudonym=alone, withhold=not alone, because=kind
                    )
        for profile in self._free():
            if profile.words_per_value < 6 and _is_person(profile):
                because = "tells who somebody is"
                self.uses[profile.label] = ColumnUse(profile.label, withhold=True, because=because)

    def _take_customer(self, profile: Profile, because: str) -> None:
        """A number as it is, so that links to the own system work; anything else as a pseudonym."""
        hidden = not profile.codes or profile.phones or "contact" in profile.label.lower()
        self.uses[profile.label] = ColumnUse(profile.label, "customer_id", hidden, because=because)

    def _is(self, kind: str, profile: Profile) -> bool:
        if kind == "mail":
            return profile.mails
        named = bool(identity.PHONE_HEADERS.search(profile.label))
        return profile.phones or (named and bool(profile.numbers) and min(profile.numbers) > 1e7)

    def _day(self) -> None:
        """The day on which rows are counted, by the names of the columns that hold days."""
        target = table(self.mapping.table).time
        dated = [profile for profile in self._free() if profile.formats]
        if not target or self._taken(target) or not dated:
            return

        def rank(profile: Profile) -> int:
            label = words_of(profile.label)
            found = (bool(re.search(pattern, label, re.IGNORECASE)) for pattern in DAY_NAMES)
            return next((place for place, fits in enumerate(found) if fits), len(DAY_NAMES))

        best = min(dated, key=rank)
        unnamed = rank(best) == len(DAY_NAMES)
        if unnamed and best.formats[0].startswith(("unix", "%Y%m%d", "excel")):
            return
        others = [one.label for one in dated if one is not best and rank(one) < len(DAY_NAMES)]
        equal = [one for one in dated if rank(one) == rank(best)]
        if rank(best) > CLEAR_DAY or len(equal) > 1:
            self._assume("which_day", best.label, best.label, *others)
        self._take_day(best, target, "its values are days or times")

    def _take_day(self, profile: Profile, to: str, because: str) -> None:
        formats = profile.formats or ["iso"]
        swapped = {f for f in formats if f.startswith(("%d/%m", "%m/%d"))}
        if len(swapped) > 1:
            self._assume("day_month", profile.label, *formats)
        self._take(profile.label, to, because, formats[0])

    def _own_id(self) -> None:
        for profile in self._free():
            label = words_of(profile.label)
            fits = OWN_ID.search(label) and profile.unique and profile.words_per_value < 2
            if self._taken(ID) or not fits or profile.somebody:
                continue
            if profile.counts_rows and LINE_NUMBER.search(label):
                because = "numbers the rows of this file only"
                self.uses[profile.label] = ColumnUse(profile.label, because=because)
            else:
                self._take(profile.label, ID, "different on every row")

    def _extras(self) -> None:
        for profile in self._free():
            number = profile.only_numbers and not profile.flags
            code = profile.unique and not number and profile.words_per_value < 2
            if not profile.said or code:
                continue
            prose = profile.words_per_value > 4
            if profile.somebody and not prose and not number:
                because = "its values tell who somebody is"
                self.uses[profile.label] = ColumnUse(profile.label, withhold=True, because=because)
                continue
            because = "a rating" if number else "something to split by"
            if not number and (prose or profile.distinct > MOST_VALUES_OF_A_DIMENSION):
                because = "free text, not something to split by"
            format = profile.formats[0] if profile.formats and not number else ""
            self._take(
                profile.label, self._extra_name(profile.label, number=number), because, format
            )

    def _extra_name(self, label: str, *, number: bool) -> str:
        plain = name = extra_name(label, number=number)
        count = 1
        while self._taken(name):
            count += 1
            name = f"{plain[: EXTRA_NAME_LENGTH - 4]}_{count}"
        return name


def _is_person(profile: Profile) -> bool:
    label = words_of(profile.label)
    if identity.NOT_A_PERSON.search(label):
        return False
    if identity.NAME_HEADERS.search(label):
        return True
    named = bool(identity.STAFF_HEADERS.search(label))
    return named and not (profile.codes or profile.scores or profile.flags)


def is_chosen(profile: Profile, choices: tuple[str, ...]) -> bool:
    return nearly_all(sum(value.lower() in choices for value in profile.said), len(profile.said))
