"""The mapper: which column is the score, the day, the comment, the customer, from names and values.

Names are looked for in Dutch and English; a name alone never decides where the values contradict it.
What is only likely is said as an `Assumption`, for a person to confirm.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from topofheart.lake.schema import EXTRA_NAME_LENGTH, extra_name
from topofheart.lake.tables import TABLES, table
from topofheart.listen import identity
from topofheart.listen.amounts import decimal_of
from topofheart.listen.days import nearly_all
from topofheart.listen.direction import REVERSED, Direction, direction, named_scale
from topofheart.listen.header import Header
from topofheart.listen.mapping import ID, ColumnUse, Mapping
from topofheart.listen.profile import Profile
from topofheart.listen.tool import Tool, fits

ENOUGH_GRADES = 30
SOME_ONES = 3
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


SCORES: tuple[tuple[str, str], ...] = (
    ("recommend", r"\bnps\b(?!.?(group|categor))|recommend|aanbeve+l|beve+lt?\b.*\baan\b|aanrad|net.?promoter"),
    ("worry_before", r"(zorg|ongerust|bezorgd|worr).*(voor|before|vooraf)|before.*worr"),
    ("worry_after", r"(zorg|ongerust|bezorgd|worr).*(\bna\b|after|achteraf)|after.*worr"),
    ("warmth_1", r"begrepen|understood|warmth.?1"),
    ("warmth_2", r"serieus genomen|taken seriously|warmth.?2"),
    ("warmth_3", r"gaven om|cared|begaan|warmth.?3"),
    ("warmth_4", r"gerust(gesteld)?\b|at ease|warmth.?4"),
    ("effort", r"\bces\b|effort|moeite|gemak|makkelijk|easy|ease\b"),
    ("product_rating", r"product.?(rating|score|cijfer|beoordeling)"),
    ("satisfaction", r"(?<!on)tevreden|(?<!dis)satisf|csat|rapportcijfer|^(het |uw |jouw )?(eind)?cijfer|^grade\b"
                     r"|^(overall|algemeen|totaal)( (score|cijfer|oordeel|rating|indruk))?$"
                     r"|^(star.?)?rating|^waardering|^beoordeling|sterren|^stars"),
)  # fmt: skip
NAMES: tuple[tuple[str, str], ...] = (
    *SCORES,
    ("satisfaction_scale", r"satisfaction.?scale|^schaal"),
    ("comment", r"opmerking|\bopm\b|toelicht|\btoel\b|licht .*toe\b|anything (else|to add)|beter doen|do better|comment|feedback|verbatim|waarom|\bwhy\b|(?<!tev)reden|reason|verbeter|improve"
                r"|review|bericht|message|remark|suggest|open.?(vraag|question)|kwijt"),
    ("touchpoint", r"touch.?point|contactmoment|klantreis|journey|\bstage|\bmoment|proces\b"),
    ("channel", r"kanaal|channel"),
    ("unit", r"vestiging|filiaal|winkel|\bteam\b|dealer|afdeling|\bunit\b|\bstore|\bshop|branch|department|\bward\b"
             r"|locatie|location"),
    ("language", r"\btaal\b|language|\blang\b"),
    ("survey", r"enqu[eê]te|survey|onderzoek"),
    ("kind", r"^kind$|soort meting"),
    ("complete", r"finished|complete|voltooid|compleet"),
    ("invitation_id", r"invitation|uitnodiging"),
)  # fmt: skip
CUSTOMER = re.compile(
    r"(klant|customer|client|debiteur|relatie|account|patient|contact|\b(user|lid|member))"
    r".?(id|nr|nummer|number|no|code|key)\b|^(klant|customer|client)$|external ?reference",
    re.IGNORECASE,
)
OWN_ID = re.compile(
    r"^(id|uuid|nr|no\.?|#|nummer)$|(response|respons|respondent|antwoord|answer|submission|inzending|record|row|case).?"
    r"(id|nr|nummer|number|key)?$",
    re.IGNORECASE,
)
LINE_NUMBER = re.compile(r"^(nr|no\.?|#|nummer|rij|regel|volgnummer|index)$|row", re.IGNORECASE)
DAY_NAMES = (
    r"answered|submit|recorded|ingevuld|ingezonden|voltooid|completed|afgerond",
    r"^(datum|date|tijd(stip)?|time( ?stamp)?|timestamp|created( at| on)?|moment|wanneer|dag|day)$",
    r"datum|date|tijdstip|timestamp|created|moment|wanneer|\bdag\b|\btime\b",
)
CLEAR_DAY = 1
AS_IT_IS = "as it is"
BEST_IS_HIGHEST = (
    "recommend", "satisfaction", "effort", "product_rating", "warmth_1", "warmth_2", "warmth_3", "warmth_4",
)  # fmt: skip
ASKED = {"nps": "recommend", "csat": "satisfaction", "ces": "effort"}
COUNTED = r"^(aantal|number of|count|total)\b"
ENDS_IN_CODE = r"\b(id|nr|nummer|number|no|code|key)$|nummer$"
EASY = r"easy|ease\b|gemak|makkelijk"
LIKELY = r"likel(y|ihood)|waarschijnlijk|how probable"
CUT_OFF = re.compile(r"^(hoe waarschijnl|how likely)[^.…]*(\.\.|…)", re.IGNORECASE)
STAYING = r"renew|\bbuy|stay|verleng|koop|kopen|blijf|blijven|return|terugk"
SCALES = ((5, "1-5"), (7, "1-7"), (10, "1-10"))


def propose(
    header: Header, profiles: list[Profile], *, source: str, time_zone: str, table_name: str | None
) -> Proposal:
    """Propose a mapping for a file from its header and a sample of its values."""
    name = table_name or _table_of(header)
    numeric = [value for profile in profiles if profile.numbers for value in profile.said]
    mapping = Mapping(
        table=name,
        source=source,
        tool=header.tool,
        recognised=header.recognised,
        time_zone=header.time_zone or time_zone,
        decimal=decimal_of(numeric),
    )
    proposer = _Proposer(mapping, header, profiles)
    if name == "answers":
        proposer.answers()
    else:
        proposer.declared_names()
    return proposer.done()


def _table_of(header: Header) -> str:
    """The tool's own table; else answers, unless the header carries the names of another table."""
    if header.recognised:
        return header.recognised.tool.table
    names = {_plain(label) for label in header.labels}
    fits = {
        name: len(names & {column.name for column in declared.columns})
        + 2 * (declared.id in names and declared.id not in declared.by_name)
        for name, declared in TABLES.items()
    }
    if {"promoters", "passives", "detractors"} <= names:
        return "answer_counts"
    best = max(fits, key=lambda name: (fits[name], name == "answers"))
    scored = any(re.search(SCORES[0][1], words_of(label), re.IGNORECASE) for label in header.labels)
    return best if fits[best] >= 3 and not scored else "answers"


def words_of(label: str) -> str:
    """`NPS_score`, `FirstName` → `NPS score`, `First Name`: the words in a label."""
    return re.sub(r"[_.\s-]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", label)).strip()


def _plain(label: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")


class _Proposer:
    """Takes targets one by one; a column once taken is not taken again."""

    def __init__(self, mapping: Mapping, header: Header, profiles: list[Profile]) -> None:
        self.mapping = mapping
        self.header = header
        self.tool = header.recognised.tool if header.recognised else None
        self.profiles = {profile.label: self._translated(profile) for profile in profiles}
        self.uses: dict[str, ColumnUse] = {}
        self.constants: dict[str, str] = {}
        self.assumptions: list[Assumption] = []

    def done(self) -> Proposal:
        columns = tuple(
            self.uses.get(label, ColumnUse(label, because="nothing asks for it"))
            for label in self.header.labels
        )
        columns = tuple(replace(use, values=self._values(use.name)) for use in columns)
        mapping = replace(
            self.mapping,
            columns=columns,
            constants=self.constants,
            exclude=self._present(self.tool.exclude) if self.tool else {},
            only=self._present(self.tool.only) if self.tool else {},
        )
        return Proposal(mapping, tuple(self.assumptions))

    def answers(self) -> None:
        if self.tool:
            self._of_tool(self.tool)
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
        """Tables other than answers: their own column names, then identity, the day and extras."""
        if self.tool:
            self._of_tool(self.tool)
        self._exact_names()
        declared = table(self.mapping.table)
        if declared.id not in declared.by_name:
            self._own_id()
        self._identity()
        self._day()
        self._extras()

    def _free(self) -> list[Profile]:
        return [profile for label, profile in self.profiles.items() if label not in self.uses]

    def _taken(self, target: str) -> bool:
        return any(use.to == target for use in self.uses.values())

    def _take(self, label: str, to: str, because: str, format: str = "") -> None:
        profile = self.profiles[label]
        if not format and not profile.numbers and profile.leading_numbers:
            declared = table(self.mapping.table).by_name.get(to)
            numeric = to.startswith("r_") or (declared and declared.type in ("integer", "number"))
            format = "leading" if numeric else ""
        self.uses[label] = ColumnUse(
            label, to, format=format, because=because, reverse=self._runs_down(profile, to)
        )

    def _runs_down(self, profile: Profile, to: str) -> bool:
        """Whether the lowest answer is the best; asked where the label does not settle it."""
        if to not in BEST_IS_HIGHEST:
            return False
        found = self._direction(profile)
        if found is Direction.UNCLEAR:
            self._assume("direction", profile.label, AS_IT_IS, REVERSED)
        return found is Direction.DOWN

    def _direction(self, profile: Profile) -> Direction:
        question = self.header.questions.get(profile.label, "")
        return direction(f"{profile.label} {question}", profile.said)

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
                    if profile.said and not self._taken(to) and FITS.get(to, _anything)(profile):
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

    def _scores_of_tool(self) -> None:
        """The tool's own word for what a question asks; its grouping of a score is left out."""
        for label in self.header.groups:
            self.uses[label] = ColumnUse(label, because="the tool's own grouping of the score")
        for label, kind in self.header.kinds.items():
            profile = self.profiles[label]
            asked = ASKED.get(kind)
            if label in self.uses or asked is None or self._taken(asked) or not profile.said:
                continue
            if asked == "recommend":
                self._take(label, asked, "the tool says that it is an NPS question")
            elif asked == "satisfaction" and profile.numbers:
                self._satisfaction(profile, "the tool says that it asks satisfaction")
            elif asked == "effort" and profile.scores:
                self._effort(profile)

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
            name = _plain(profile.label)
            column = declared.by_name.get(name)
            if name == declared.id and not column and not profile.somebody:
                self._take(profile.label, ID, "the table's own id")
            elif name == "updated_at" and profile.formats:
                self._take_day(profile, name, "when the row last changed")
            elif not column or self._taken(name) or (self._of_answers and name in dict(SCORES)):
                continue
            elif name == "customer_id":
                self._take_customer(profile, "the table's own name")
            elif column.type in ("day", "time"):
                self._take_day(profile, name, "the table's own name")
            elif not column.choices or _chosen(profile, column.choices):
                self._take(profile.label, name, "the table's own name")

    @property
    def _of_answers(self) -> bool:
        return self.mapping.table == "answers"

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
        dutch = re.search(r"datum|ingevuld|tijdstip", profile.label, re.IGNORECASE)
        if len(swapped) > 1 and not dutch:
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

    def _by_name(self, target: str, pattern: str) -> None:
        if self._taken(target):
            return
        fitting = [
            profile
            for profile in self._free()
            if re.search(pattern, self._text_of(profile.label), re.IGNORECASE)
            and not _is_option(profile)
            and not re.search(COUNTED, words_of(profile.label), re.IGNORECASE)
            and FITS.get(target, _anything)(profile)
        ]
        if not fitting:
            return
        best = max(fitting, key=lambda p: p.words_per_value) if target == "comment" else fitting[0]
        if target == "recommend" and not self._from_zero(best):
            return
        if target == "satisfaction":
            self._satisfaction(best, "its name and values")
            return
        if target == "effort":
            self._effort(best)
            return
        self._take(best.label, target, "its name and values")

    def _from_zero(self, profile: Profile) -> bool:
        """Whether a recommendation is on 0–10. Answers from 1 to 5, 7 or 10 are not: kept as a rating."""
        scores, scale = profile.scores, profile.scale
        if scale == "0-10" or 0 in scores:
            return True
        many, ones = len(scores) >= ENOUGH_GRADES, scores.count(1)
        if scale or max(scores) <= 5 or (max(scores) <= 7 and many) or (many and ones >= SOME_ONES):
            to = self._extra_name(profile.label, number=True)
            self._take(profile.label, to, "a recommendation, but not from 0 to 10")
            self._assume("not_0_10", profile.label, to, "recommend")
            return False
        if many:
            self._assume("no_zeros", profile.label, "recommend", "satisfaction")
        return True

    def _satisfaction(self, profile: Profile, because: str) -> None:
        scores = profile.scores or profile.numbers
        grade = re.search("cijfer|grade", profile.label, re.IGNORECASE)
        scale = next((name for most, name in SCALES if max(scores) <= most), "1-10")
        said = profile.scale or named_scale(self._text_of(profile.label))
        if said or grade:
            scale = said or "1-10"
        elif min(scores) < 1:
            scale = "0-10"
        elif scale != "1-10" or len(scores) < ENOUGH_GRADES:
            self._assume("scale", profile.label, scale, *(n for _, n in SCALES if n != scale))
        self._take(profile.label, "satisfaction", because)
        if not self._taken("satisfaction_scale"):
            self.constants["satisfaction_scale"] = scale

    def _effort(self, profile: Profile) -> None:
        """1–7 where 7 is easiest. A scale to 5 is another; 'how much effort' runs the other way."""
        to = self._extra_name(profile.label, number=True)
        if profile.scale not in (None, "1-7") or (
            max(profile.scores) <= 5 and profile.scale is None
        ):
            self._take(profile.label, to, "effort, but not from 1 to 7")
            self._assume("effort_scale", profile.label, to, "effort")
            return
        easy = re.search(EASY, self._text_of(profile.label), re.IGNORECASE)
        if not easy and self._direction(profile) is Direction.UNSAID:
            self._assume("effort_direction", profile.label, "effort", REVERSED, to)
        self._take(profile.label, "effort", "its name and values")

    def _unnamed_score(self) -> None:
        """A column called 'score' and nothing more: the values tell 0–10 from 1–10."""
        if self._taken("recommend") or self._taken("satisfaction"):
            return
        for profile in self._free():
            text = self._text_of(profile.label)
            named = re.search(rf"score|punt|\bq\d*\b|vraag|{LIKELY}", text, re.IGNORECASE)
            named = named or CUT_OFF.search(profile.label)
            if not profile.scores or not named or re.search(STAYING, text, re.IGNORECASE):
                continue
            if 0 in profile.scores and max(profile.scores) > 7:
                self._take(profile.label, "recommend", "answers from 0 to 10")
                self._assume("score_0_10", profile.label, "recommend", "satisfaction")
            elif CUT_OFF.search(profile.label) and max(profile.scores) > 7:
                self._take(profile.label, "recommend", "begins as the recommendation is asked")
                self._assume("no_zeros", profile.label, "recommend", "satisfaction")
            elif 0 not in profile.scores and max(profile.scores) > 1:
                self._satisfaction(profile, "answers on a scale that begins at 1")
                self._assume("score_1_10", profile.label, "satisfaction", "recommend")
            else:
                continue
            return

    def _unnamed_comment(self) -> None:
        if self._taken("comment"):
            return
        prose = [
            profile
            for profile in self._free()
            if profile.words_per_value > (2 if profile.label in self.header.questions else 4)
            and profile.distinct > len(profile.said) / 2
            and not profile.numbers
            and not profile.formats
        ]
        if prose:
            best = max(prose, key=lambda profile: profile.words_per_value)
            self._take(best.label, "comment", "its values are sentences")

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


def _is_option(profile: Profile) -> bool:
    """Whether it is one option of a question with several: its own name where it was chosen."""
    values = {value.lower() for value in profile.said}
    return len(values) == 1 and profile.label.lower().endswith(values.pop())


def _chosen(profile: Profile, choices: tuple[str, ...]) -> bool:
    return nearly_all(sum(value.lower() in choices for value in profile.said), len(profile.said))


def _anything(profile: Profile) -> bool:
    return bool(profile.said)


def _on(lowest: int, highest: int) -> Callable[[Profile], bool]:
    return lambda profile: (
        bool(profile.scores) and lowest <= min(profile.scores) <= max(profile.scores) <= highest
    )


def _on_scale(numbers: list[float], asked: int) -> bool:
    """Grades with halves and tenths: nearly all from 1 to 10."""
    return nearly_all(sum(1 <= one <= 10 for one in numbers), asked)


def _few_values(profile: Profile) -> bool:
    """Something to split by; numbers only where the label is one word or says that they are codes."""
    label = words_of(profile.label)
    named = " " not in label or bool(re.search(ENDS_IN_CODE, label, re.IGNORECASE))
    few = 0 < profile.distinct <= MOST_VALUES_OF_A_DIMENSION
    return few and not profile.scores and (named or not profile.numbers)


def _words(profile: Profile) -> bool:
    if re.search(ENDS_IN_CODE, words_of(profile.label), re.IGNORECASE):
        return False
    told_apart = profile.distinct > len(profile.said) / 2 or profile.words_per_value > 4
    dated = bool(profile.numbers or profile.formats)
    return profile.words_per_value > 1.5 and not dated and told_apart


def _choice(name: str) -> Callable[[Profile], bool]:
    choices = table("answers").by_name[name].choices
    return lambda profile: bool(profile.said) and _chosen(profile, choices)


FITS: dict[str, Callable[[Profile], bool]] = {
    "recommend": _on(0, 10),
    "satisfaction": lambda profile: (
        (profile.distinct > 1 and _on(0, 10)(profile))
        or _on_scale(profile.numbers, len(profile.said))
    ),
    "product_rating": _on(0, 10),
    **{name: _on(1, 7) for name in ("effort", "worry_before", "worry_after")},
    **{f"warmth_{i}": _on(1, 7) for i in range(1, 5)},
    "comment": _words,
    "complete": lambda profile: profile.flags,
    **{name: _choice(name) for name in ("kind", "satisfaction_scale")},
    **{name: _few_values for name in ("touchpoint", "channel", "unit", "language", "survey")},
}
