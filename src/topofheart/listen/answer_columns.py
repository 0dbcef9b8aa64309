"""The columns of answers: which is the score, on which scale and which way up, and which the comment.

Names are looked for in Dutch and English; a name alone never decides where the values contradict it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from topofheart.lake.tables import table
from topofheart.listen.days import nearly_all
from topofheart.listen.direction import REVERSED, Direction, direction, named_scale
from topofheart.listen.mapping import ColumnUse
from topofheart.listen.no_answers import no_answers
from topofheart.listen.periods import MONTHS_ONLY
from topofheart.listen.profile import Profile
from topofheart.listen.proposer import MOST_VALUES_OF_A_DIMENSION, Proposer, is_chosen, words_of
from topofheart.listen.worded_scale import worded_scale

ENOUGH_GRADES = 30
SOME_ONES = 3
SCORES: tuple[tuple[str, str], ...] = (
    ("recommend", r"\bnps\b(?!.?(group|categor))|recommend|aanbeve+l|beve+lt?\b.*\baan\b|aanrad|net.?promoter|\bltr\b"),
    ("worry_before", r"(zorg|ongerust|bezorgd|worr).*(voor|before|vooraf)|before.*worr"),
    ("worry_after", r"(zorg|ongerust|bezorgd|worr).*(\bna\b|after|achteraf)|after.*worr"),
    ("warmth_1", r"begrepen|understood|warmth.?1"),
    ("warmth_2", r"serieus genomen|taken seriously|warmth.?2"),
    ("warmth_3", r"gaven om|cared|begaan|warmth.?3"),
    ("warmth_4", r"gerust(gesteld)?\b|at ease|warmth.?4"),
    ("effort", r"\bces\b|effort|moeite|gemak|makkelijk|easy|ease\b"),
    ("product_rating", r"product.?(rating|score|cijfer|beoordeling)"),
    ("satisfaction", r"(?<!on)tevreden|(?<!dis)satisf|csat|\bosat\b|\b(rapport|eind|totaal)?cijfer\b|^grade\b"
                     r"|^(overall|algemeen|totaal)( (score|cijfer|oordeel|rating|indruk))?$"
                     r"|^((star|conversation|review|overall|customer|survey).?)?rating|^waardering|^beoordeling|sterren|\bstars$"),
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
    ("language", r"\btaal\b|language|\blang\b|^locale$"),
    ("survey", r"(enqu[eê]te|survey|onderzoek)(?!.*(rating|score|cijfer|comment|type|channel|date|time))"),
    ("kind", r"^kind$|soort meting"),
    ("complete", r"finished|complete|voltooid|compleet"),
    ("invitation_id", r"invitation|uitnodiging"),
)  # fmt: skip
AS_IT_IS = "as it is"
BEST_IS_HIGHEST = (
    "recommend", "satisfaction", "effort", "product_rating", "warmth_1", "warmth_2", "warmth_3", "warmth_4",
)  # fmt: skip
ASKED = {"nps": "recommend", "csat": "satisfaction", "ces": "effort"}
SAID_IN_WORDS = r"toelicht|opmerking|comment|verbatim"
COUNTED = r"^(aantal|number of|count|total)\b"
ENDS_IN_CODE = r"\b(id|nr|nummer|number|no|code|key)$|nummer$"
EASY = r"easy|ease\b|gemak|makkelijk"
LIKELY = r"likel(y|ihood)|waarschijnlijk|how probable"
CUT_OFF = re.compile(r"^(hoe waarschijnl|how likely)[^.…]*(\.\.|…)", re.IGNORECASE)  # fmt: skip
NAMELESS = r"score|punt|\bq\d*\b|vraag|^answer$|^antwoord$"
OVERALL = re.compile(r"overall|algemeen|totaal|eindcijfer|rapportcijfer|osat|csat", re.IGNORECASE)
OPINION = re.compile(r"hoe (was|vond)|how was|oordeel|ervaring|experience|score|rating|sterren|stars", re.IGNORECASE)  # fmt: skip
LANGUAGE_AND_COUNTRY = re.compile(r"([a-z]{2})[-_][a-z]{2}", re.IGNORECASE)
TOTALS = ("answer_counts", "invitation_counts", "contact_counts")
STAYING = r"renew|\bbuy|stay|verleng|koop|kopen|blijf|blijven|return|terugk"
SCALES = ((5, "1-5"), (7, "1-7"), (10, "1-10"))  # fmt: skip


class AnswerColumns(Proposer):
    looked_at_later = frozenset(name for name, _ in SCORES)

    def columns(self) -> None:
        if self.tool:
            self._of_tool(self.tool)
        self._exact_names()
        self._identity()
        self._day()
        self._own_id()
        for target, pattern in NAMES:
            self._by_name(target, pattern)
        self._unnamed_score()
        self._worded_satisfaction()
        self._unnamed_comment()
        self.exclude = no_answers(self.profiles.values())
        self._extras()
        self._nothing_known()

    def _can_be(self, to: str, profile: Profile) -> bool:
        return FITS.get(to, _anything)(profile)

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
        best = self._best(target, fitting)
        if target == "recommend" and not self._from_zero(best):
            return
        if target == "satisfaction":
            self._satisfaction(best, "its name and values")
            return
        if target == "effort":
            self._effort(best)
            return
        self._take(best.label, target, "its name and values")
        if target == "language":
            self.uses[best.label] = replace(self.uses[best.label], values=_languages(best))

    def _best(self, target: str, fitting: list[Profile]) -> Profile:
        """Of several with the name of a target: the longest words, the overall grade, else the first."""
        if target == "comment":
            return max(fitting, key=lambda one: one.words_per_value)
        if target != "satisfaction":
            return fitting[0]
        overall = [one for one in fitting if OVERALL.search(self._text_of(one.label))] or fitting
        if len(overall) > 1:
            first, *others = (one.label for one in overall)
            self._assume("which_score", first, first, *others)
        return overall[0]

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
        if many or ones >= SOME_ONES:
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
            named = re.search(f"{NAMELESS}|{LIKELY}", text, re.IGNORECASE)
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

    def _worded_satisfaction(self) -> None:
        """A satisfaction whose answers are words or stars."""
        asked = re.compile(dict(SCORES)["satisfaction"], re.IGNORECASE)
        for profile in self._free():
            text = self._text_of(profile.label)
            opinion = asked.search(text) or OPINION.search(text)
            found = worded_scale(profile.said) if opinion and not profile.numbers else None
            if found is None or self._taken("satisfaction"):
                continue
            because = "its answers are words on a scale"
            self.uses[profile.label] = ColumnUse(
                profile.label, "satisfaction", values=found.meaning, because=because
            )
            self.constants["satisfaction_scale"] = found.scale
            if not found.sure:
                others = (name for _, name in SCALES if name != found.scale)
                self._assume("scale", profile.label, found.scale, *others)

    def _nothing_known(self) -> None:
        """Ask what a file is in which no score, no comment and no day of an answer was found."""
        day = next((use for use in self.uses.values() if use.to == "answered_at"), None)
        wanted = {"comment", *(target for target, _ in SCORES)}
        found = wanted & {use.to for use in self.uses.values()}
        if not self.tool and not found and (day is None or day.format in MONTHS_ONLY):
            self._assume("which_table", self.header.labels[0], "answers", *TOTALS)

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


def _is_option(profile: Profile) -> bool:
    """Whether it is one option of a question with several: its own name where it was chosen."""
    values = {value.lower() for value in profile.said}
    return len(values) == 1 and profile.label.lower().endswith(values.pop())


def _languages(profile: Profile) -> dict[str, str]:
    """`nl-NL` is `nl`, when all are written so."""
    written = {one.lower(): LANGUAGE_AND_COUNTRY.fullmatch(one) for one in set(profile.said)}
    short = {said: found.group(1).lower() for said, found in written.items() if found}
    return short if len(short) == len(written) else {}


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
    enough = 1 if re.search(SAID_IN_WORDS, profile.label, re.IGNORECASE) else 1.5
    return profile.words_per_value > enough and not dated and told_apart


def _choice(name: str) -> Callable[[Profile], bool]:
    choices = table("answers").by_name[name].choices
    return lambda profile: bool(profile.said) and is_chosen(profile, choices)


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
    **{name: _few_values for name in ("touchpoint", "channel", "unit", "language")},
    "survey": lambda profile: _few_values(profile) and not (profile.unique and profile.sampled > 2),
}
