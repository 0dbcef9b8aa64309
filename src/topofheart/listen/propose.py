"""The mapper: which column is the score, the day, the comment, the customer, from names and values.

Names are looked for in Dutch and English; a name alone never decides where the values contradict it.
What is only likely is said as an `Assumption`, for a person to confirm.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from topofheart.lake.schema import extra_name
from topofheart.lake.tables import TABLES, table
from topofheart.listen import identity, qualtrics
from topofheart.listen.header import Header
from topofheart.listen.mapping import ID, ColumnUse, Mapping
from topofheart.listen.profile import Profile

ENOUGH_GRADES = 30
MOST_VALUES_OF_A_DIMENSION = 200


@dataclass(frozen=True)
class Assumption:
    """A choice that the values alone do not settle: a code, the column, and the other ways to see it."""

    code: str
    column: str
    taken: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Proposal:
    mapping: Mapping
    assumptions: tuple[Assumption, ...]


NAMES: tuple[tuple[str, str], ...] = (
    ("recommend", r"\bnps\b(?!.?group)|recommend|aanbevel|aanrad|net.?promoter|likel(y|ihood)"),
    ("worry_before", r"(zorg|ongerust|bezorgd|worr).*(voor|before|vooraf)|before.*worr"),
    ("worry_after", r"(zorg|ongerust|bezorgd|worr).*(\bna\b|after|achteraf)|after.*worr"),
    ("warmth_1", r"begrepen|understood|warmth.?1"),
    ("warmth_2", r"serieus genomen|taken seriously|warmth.?2"),
    ("warmth_3", r"gaven om|cared|begaan|warmth.?3"),
    ("warmth_4", r"gerust(gesteld)?\b|at ease|warmth.?4"),
    ("effort", r"\bces\b|effort|moeite|gemak|makkelijk|easy|ease\b"),
    ("product_rating", r"product.?(rating|score|cijfer|beoordeling)"),
    ("satisfaction", r"tevreden|satisf|csat|rapportcijfer|^(het |uw |jouw )?cijfer|^grade\b|^(overall|algemeen|totaal)"
                     r"|^(star.?)?rating|^waardering|^beoordeling|sterren|^stars"),
    ("satisfaction_scale", r"satisfaction.?scale|^schaal"),
    ("comment", r"opmerking|toelicht|comment|feedback|verbatim|waarom|\bwhy\b|reden|reason|verbeter|improve"
                r"|review|bericht|message|remark|suggest|open.?(vraag|question)|kwijt"),
    ("touchpoint", r"touch.?point|contactmoment|klantreis|journey|stage|moment|proces\b"),
    ("channel", r"kanaal|channel"),
    ("unit", r"vestiging|filiaal|winkel|\bteam\b|dealer|afdeling|\bunit\b|store|shop|branch|department|ward|locatie|location"),
    ("language", r"\btaal\b|language|\blang\b"),
    ("survey", r"enqu[eê]te|survey|onderzoek"),
    ("kind", r"^kind$|soort meting"),
    ("complete", r"finished|complete|voltooid|compleet"),
    ("invitation_id", r"invitation|uitnodiging"),
)  # fmt: skip
CUSTOMER = re.compile(
    r"(klant|customer|client|debiteur|relatie|account|patient|user|lid|member|contact).?(id|nr|nummer|number|no|code|key)\b"
    r"|^(klant|customer)$|externalreference",
    re.IGNORECASE,
)
OWN_ID = re.compile(
    r"^(id|uuid|nr|no\.?|#|nummer)$|(response|respons|respondent|antwoord|answer|submission|inzending|record|row|case).?"
    r"(id|nr|nummer|number|key)?$",
    re.IGNORECASE,
)
DAY_NAMES = (
    r"answered|submit|recorded|ingevuld|ingezonden|voltooid|completed|afgerond",
    r"datum|date|tijdstip|timestamp|created|moment|wanneer|\bdag\b|\btime\b",
)
SCALES = ((5, "1-5"), (7, "1-7"), (10, "1-10"))


def propose(
    header: Header, profiles: list[Profile], *, source: str, time_zone: str, table_name: str | None
) -> Proposal:
    """Propose a mapping for a file from its header and a sample of its values."""
    name = table_name or _table_of(header)
    comma = any(profile.decimal_comma and profile.numbers for profile in profiles)
    mapping = Mapping(
        table=name,
        source=source,
        tool=header.tool,
        time_zone=header.time_zone or time_zone,
        decimal="," if comma else ".",
    )
    proposer = _Proposer(mapping, header, profiles)
    if name == "answers":
        proposer.answers()
    else:
        proposer.declared_names()
    return proposer.done()


def _table_of(header: Header) -> str:
    """Answers, unless the header carries the names of another table."""
    names = {_plain(label) for label in header.labels}
    fits = {
        name: len(names & {column.name for column in declared.columns})
        + 2 * (declared.id in names and declared.id not in declared.by_name)
        for name, declared in TABLES.items()
    }
    if {"promoters", "passives", "detractors"} <= names:
        return "answer_counts"
    best = max(fits, key=lambda name: (fits[name], name == "answers"))
    scored = any(re.search(NAMES[0][1], label, re.IGNORECASE) for label in header.labels)
    return best if fits[best] >= 3 and not scored else "answers"


def _plain(label: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")


class _Proposer:
    """Takes targets one by one; a column once taken is not taken again."""

    def __init__(self, mapping: Mapping, header: Header, profiles: list[Profile]) -> None:
        self.mapping = mapping
        self.header = header
        self.profiles = {profile.label: profile for profile in profiles}
        self.uses: dict[str, ColumnUse] = {}
        self.constants: dict[str, str] = {}
        self.exclude: dict[str, list[str]] = {}
        self.assumptions: list[Assumption] = []

    def done(self) -> Proposal:
        columns = tuple(
            self.uses.get(label, ColumnUse(label, because="nothing asks for it"))
            for label in self.header.labels
        )
        mapping = replace(
            self.mapping, columns=columns, constants=self.constants, exclude=self.exclude
        )
        return Proposal(mapping, tuple(self.assumptions))

    def answers(self) -> None:
        if self.header.tool == "qualtrics":
            self._qualtrics()
        self._exact_names()
        self._identity()
        self._day()
        self._own_id()
        for target, pattern in NAMES:
            self._by_name(target, pattern)
        self._unnamed_score()
        self._unnamed_comment()
        self._extras()

    def declared_names(self) -> None:
        """Tables other than answers: their own column names, then identity and extras."""
        self._exact_names()
        declared = table(self.mapping.table)
        if declared.id not in declared.by_name:
            self._own_id()
        if declared.people:
            self._identity()
        self._extras()

    def _free(self) -> list[Profile]:
        return [profile for label, profile in self.profiles.items() if label not in self.uses]

    def _taken(self, target: str) -> bool:
        return any(use.to == target for use in self.uses.values())

    def _take(self, label: str, to: str, because: str, format: str = "") -> None:
        profile = self.profiles[label]
        if not format and not profile.numbers and profile.leading_numbers:
            declared = table(self.mapping.table).by_name.get(to)
            format = "leading" if declared and declared.type in ("integer", "number") else ""
        self.uses[label] = ColumnUse(label, to, format=format, because=because)

    def _text_of(self, label: str) -> str:
        return f"{label} {self.header.questions.get(label, '')}"

    def _qualtrics(self) -> None:
        for label, to in qualtrics.FIELDS.items():
            if label in self.profiles and self.profiles[label].said and not self._taken(to):
                format = self.profiles[label].formats[0] if to == "answered_at" else ""
                self._take(label, to, "the tool's own name", format)
        for label in (*qualtrics.WITHHELD, *qualtrics.LEFT_OUT, "Status"):
            if label in self.profiles and label not in self.uses:
                mail = label == "RecipientEmail" and not self._taken("customer_id")
                if mail and self.profiles[label].said:
                    self.uses[label] = ColumnUse(label, "customer_id", True, because="mail")
                else:
                    withhold = label in qualtrics.WITHHELD
                    self.uses[label] = ColumnUse(label, withhold=withhold, because="the tool's own")
        for label in [name for name in self.profiles if name.endswith("_NPS_GROUP")]:
            self.uses[label] = ColumnUse(label, because="the tool's own grouping of the score")
            score = label.removesuffix("_NPS_GROUP")
            if score in self.profiles and not self._taken("recommend"):
                self._take(score, "recommend", "the tool says that it is an NPS question")
        if "Status" in self.profiles:
            self.exclude["Status"] = list(qualtrics.NOT_ANSWERS)

    def _exact_names(self) -> None:
        declared = table(self.mapping.table)
        for profile in self._free():
            name = _plain(profile.label)
            column = declared.by_name.get(name)
            if name == declared.id and name not in declared.by_name:
                self._take(profile.label, ID, "the table's own id")
            elif name == "updated_at" and profile.formats:
                self._take(profile.label, "updated_at", "when the row last changed", profile.formats[0])
            elif column and not self._taken(name):
                format = ""
                if column.type in ("day", "time"):
                    format = (profile.formats or ["iso"])[0]
                if name == "customer_id" and profile.mails:
                    self.uses[profile.label] = ColumnUse(profile.label, name, True, because="mail")
                else:
                    self._take(profile.label, name, "the table's own name", format)

    def _identity(self) -> None:
        number = next((p for p in self._free() if CUSTOMER.search(p.label) and p.said), None)
        if number and not self._taken("customer_id") and not number.mails:
            self._take(number.label, "customer_id", "names the customer by number")
        for kind in ("mail", "phone"):
            for profile in self._free():
                if self._is(kind, profile):
                    alone = not self._taken("customer_id")
                    to = "customer_id" if alone else ""
                    self.uses[profile.label] = ColumnUse(
                        profile.label, to, pseudonym=alone, withhold=not alone, because=kind
                    )
        for profile in self._free():
            label = profile.label
            person = identity.NAME_HEADERS.search(label) and not identity.NOT_A_PERSON.search(label)
            if person and profile.words_per_value < 6:
                self.uses[label] = ColumnUse(label, withhold=True, because="tells who somebody is")

    def _is(self, kind: str, profile: Profile) -> bool:
        if kind == "mail":
            return profile.mails
        named = bool(identity.PHONE_HEADERS.search(profile.label))
        return profile.phones or (named and bool(profile.numbers) and profile.distinct > 2)

    def _day(self) -> None:
        dated = [profile for profile in self._free() if profile.formats]
        if self._taken("answered_at") or not dated:
            return

        def rank(profile: Profile) -> int:
            for place, pattern in enumerate(DAY_NAMES):
                if re.search(pattern, profile.label, re.IGNORECASE):
                    return place
            return len(DAY_NAMES)

        best = min(dated, key=rank)
        if rank(best) == len(DAY_NAMES) and best.formats[0].startswith(("unix", "%Y%m%d")):
            return
        format = best.formats[0]
        swapped = {f for f in best.formats if f.startswith(("%d/%m", "%m/%d"))}
        if len(swapped) > 1 and not re.search(r"datum|ingevuld|tijdstip", best.label, re.IGNORECASE):
            others = tuple(other for other in best.formats if other != format)
            self.assumptions.append(Assumption("day_month", best.label, format, others))
        self._take(best.label, "answered_at", "its values are days or times", format)

    def _own_id(self) -> None:
        for profile in self._free():
            if not self._taken(ID) and OWN_ID.search(profile.label) and profile.unique:
                self._take(profile.label, ID, "different on every row")

    def _by_name(self, target: str, pattern: str) -> None:
        if self._taken(target):
            return
        fitting = [
            profile
            for profile in self._free()
            if re.search(pattern, self._text_of(profile.label), re.IGNORECASE)
            and FITS.get(target, _anything)(profile)
        ]
        if not fitting:
            return
        best = max(fitting, key=lambda p: p.words_per_value) if target == "comment" else fitting[0]
        if target == "recommend" and min(best.scores) >= 1 and len(best.scores) >= ENOUGH_GRADES:
            self.assumptions.append(Assumption("no_zeros", best.label, "recommend", ("satisfaction",)))
        if target == "satisfaction":
            self._satisfaction(best, "its name and values")
            return
        format = ""
        self._take(best.label, target, "its name and values", format)

    def _satisfaction(self, profile: Profile, because: str) -> None:
        scores = profile.scores or profile.numbers
        scale = next((name for most, name in SCALES if max(scores) <= most), "1-10")
        if min(scores) < 1:
            scale = "0-10"
        elif scale != "1-10" or len(scores) < ENOUGH_GRADES:
            self.assumptions.append(
                Assumption("scale", profile.label, scale, tuple(n for _, n in SCALES if n != scale))
            )
        self._take(profile.label, "satisfaction", because)
        if not self._taken("satisfaction_scale"):
            self.constants["satisfaction_scale"] = scale

    def _unnamed_score(self) -> None:
        """A column called 'score' and nothing more: the values tell 0–10 from 1–10."""
        if self._taken("recommend") or self._taken("satisfaction"):
            return
        for profile in self._free():
            if not profile.scores or not re.search(r"score|punt|\bq\d*\b|vraag", profile.label, re.IGNORECASE):
                continue
            if 0 in profile.scores and max(profile.scores) > 7:
                self._take(profile.label, "recommend", "answers from 0 to 10")
                self.assumptions.append(
                    Assumption("score_0_10", profile.label, "recommend", ("satisfaction",))
                )
            elif max(profile.scores) > 1:
                self._satisfaction(profile, "answers on a scale that begins at 1")
                self.assumptions.append(
                    Assumption("score_1_10", profile.label, "satisfaction", ("recommend",))
                )
            return

    def _unnamed_comment(self) -> None:
        if self._taken("comment"):
            return
        prose = [p for p in self._free() if p.words_per_value > 4 and p.distinct > len(p.said) / 2]
        if prose:
            best = max(prose, key=lambda profile: profile.words_per_value)
            self._take(best.label, "comment", "its values are sentences")

    def _extras(self) -> None:
        for profile in self._free():
            if not profile.said or (profile.unique and not profile.numbers and profile.words_per_value < 2):
                continue
            number = bool(profile.numbers) and not profile.flags
            to = extra_name(profile.label, number=number)
            while self._taken(to):
                to = f"{to[:56]}_{len(self.uses)}"
            because = "a rating" if number else "something to split by"
            if not number and profile.distinct > MOST_VALUES_OF_A_DIMENSION:
                because = "free text, not something to split by"
            self._take(profile.label, to, because)


def _anything(profile: Profile) -> bool:
    return bool(profile.said)


def _on(lowest: int, highest: int) -> Callable[[Profile], bool]:
    return lambda profile: bool(profile.scores) and lowest <= min(profile.scores) <= max(profile.scores) <= highest


def _few_values(profile: Profile) -> bool:
    return 0 < profile.distinct <= MOST_VALUES_OF_A_DIMENSION and not profile.scores


def _words(profile: Profile) -> bool:
    return profile.words_per_value > 1.5 and not profile.numbers


FITS: dict[str, Callable[[Profile], bool]] = {
    "recommend": _on(0, 10),
    "satisfaction": lambda profile: _on(0, 10)(profile)
    or (bool(profile.numbers) and 1 <= min(profile.numbers) <= max(profile.numbers) <= 10),
    "product_rating": _on(0, 10),
    **{name: _on(1, 7) for name in ("effort", "worry_before", "worry_after")},
    **{f"warmth_{i}": _on(1, 7) for i in range(1, 5)},
    "comment": _words,
    "complete": lambda profile: profile.flags,
    "kind": lambda profile: set(profile.said) <= set(table("answers").by_name["kind"].choices),
    **{name: _few_values for name in ("touchpoint", "channel", "unit", "language", "survey")},
}
