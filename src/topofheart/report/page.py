"""`render`: the first page as one self-contained file. It writes sentences, it computes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from topofheart.kernel.language import Words
from topofheart.report.drawing import Axis, Bar, Brace, fitted
from topofheart.report.hearing import Hearing
from topofheart.report.picture import (
    Change,
    Dimension,
    Group,
    Interval,
    Month,
    Period,
    Picture,
    Score,
    Side,
)  # fmt: skip

EXCERPT = 420
ROWS = 8
SIDES: tuple[Side, ...] = ("low", "middle", "high")
NO_SCORE = Score("nps", (0, 10), Interval(0, state="no_evidence"))


@dataclass(frozen=True)
class Unit:
    """How a measure is written: natural value × factor; `axis` None means its own scale."""

    factor: float
    decimals: int
    signed: bool
    sign: str
    axis: Axis | None
    narrowest: float


UNITS = {
    "nps": Unit(100, 0, True, "", Axis(-1, 1, 0.5), 0.4),
    "grade": Unit(1, 1, False, "", None, 2),
    "csat": Unit(100, 0, False, "%", Axis(0, 1, 0.25), 0.3),
    "ces": Unit(100, 0, False, "%", Axis(0, 1, 0.25), 0.3),
}


def render(picture: Picture, *, language: str) -> str:
    """The page in "en" or "nl": no script, nothing fetched, nothing that is not in the picture."""
    words = Words("report", language)
    page = _Page(picture, words)
    hearing = Hearing(picture.heard, words) if picture.heard else None
    template = _environment().get_template("page.html")
    return template.render(page=page, picture=picture, hearing=hearing, t=words, is_shown=is_shown)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("topofheart.report"), undefined=StrictUndefined,
        autoescape=True, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip


def is_shown(score: Interval) -> bool:
    return score.state == "shown" and None not in (score.value, score.low, score.high)


def _ends(score: Interval) -> tuple[float, float, float]:
    return score.low or 0.0, score.value or 0.0, score.high or 0.0


class _Page:
    """The sentences and drawings that the template asks for, in the order in which it asks."""

    def __init__(self, picture: Picture, words: Words) -> None:
        self.picture = picture
        self.words = words
        self.score = picture.score or NO_SCORE
        self.measure = self.score.measure
        self.unit = UNITS[self.measure]
        self.axis = self.unit.axis or Axis(*self.score.scale, step=1)
        self.level = self.percent(picture.method.level)
        self.shown = is_shown(self.score.now)

    def say(self, key: str, score: Interval | None = None, **values: object) -> str:
        """A sentence; what is known of the score fills the blanks of those names."""
        about: dict[str, object] = {"level": self.level}
        if score:
            low, _, high = map(self.value, _ends(score))
            about |= {"value": self.cell(score), "low": low, "high": high}
            about |= {"n": self.n(score), "answers": self.words.count("lede.answers", score.n)}
        return self.words(key, **about | values)

    # Numbers and days

    def value(self, value: float) -> str:
        """A score as it is written: +23, 7.6, 82%."""
        return self._number(value, signed=self.unit.signed) + self.unit.sign

    def amount(self, value: float, *, signed: bool = False) -> str:
        """A difference between two scores with its unit: 6 points."""
        written = self._number(value, signed=signed)
        one = "_one" if written.strip("+−") == "1" else ""
        return self.words(f"unit.{self.measure}{one}", n=written)

    def _number(self, value: float, *, signed: bool) -> str:
        natural = value * self.unit.factor
        return self.words.number(natural, decimals=self.unit.decimals, signed=signed)

    def percent(self, share: float, *, decimals: int = 0) -> str:
        return self.words.number(share * 100, decimals=decimals) + "%"

    def answer(self, value: float) -> str:
        return self.words.number(value, decimals=0 if float(value).is_integer() else 1)

    def cell(self, score: Interval) -> str:
        """The value for a table, or in two words why there is none."""
        told = is_shown(score)
        return self.value(score.value or 0) if told else self.words(f"state_short.{score.state}")

    def span(self, score: Interval) -> str:
        """`+17 to +29`, for a table; nothing where nothing is shown."""
        return self.say("table.to", score) if is_shown(score) else ""

    def n(self, score: Interval) -> str:
        """The answers under a value; not said of a group so small that it could be somebody."""
        return "" if score.state == "too_few" else self.words.number(score.n)

    def period(self, period: Period) -> str:
        """Whole months by name, anything else by day."""
        first, last = period.first, period.last
        if first.day != 1 or (last + timedelta(days=1)).day != 1:
            return f"{self.words.day(first)}\u00a0– {self.words.day(last)}"
        start, end = self.words.month(first), self.words.month(last)
        if start == end:
            return end
        start = start.removesuffix(f" {first.year}") if first.year == last.year else start
        return f"{start}\u00a0– {end}"

    # The customer on top

    def headline(self) -> Markup:
        if self.shown:
            text = escape(self.words(f"headline.{self.measure}", value="{value}"))
            value = self.value(self.score.now.value or 0)
            return text.format(value=Markup('<span class="figure">{}</span>').format(value))
        kind = "not_shown" if self.picture.score else "no_score"
        return escape(self.words(f"headline.{kind if self.picture.source.used else 'nothing'}"))

    def basis(self) -> str:
        """How many answers, over what time, to what kind of question; or why there is no score."""
        score = self.score
        if not self.picture.source.used or self.picture.score is None:
            return self.words(f"lede.{'no_score' if self.picture.source.used else 'nothing'}")
        if not self.shown:
            return self.say(f"state.{score.now.state}", score.now)
        answers = self.words.count("lede.answers", score.now.n)
        period = self.words("lede.over", period=self.period(score.period)) if score.period else ""
        kind = self.words(f"kind.{score.kind or 'unknown'}")
        return f"{answers}{period}, {kind}. {self.say('lede.interval', score.now)}"

    def verdict(self, change: Change) -> str:
        """The change in a few words: over the widened window when only that one can tell."""
        wider = _told_by_wider(change)
        return self.words(f"verdict.{f'wider.{wider.verdict}' if wider else change.verdict}")

    def change(self, change: Change) -> str:
        """What is known of the change, first over the window that can tell, and what it takes."""
        wider = _told_by_wider(change)
        lines = [self.change(wider)] if wider else []
        lines.append(self._moved(change))
        if change.detectable is not None and change.verdict == "no_change":
            lines.append(self.words("change.detectable", amount=self.amount(change.detectable)))
        if change.verdict == "cannot_tell":
            lines.append(self._decidable(change))
        return " ".join(filter(None, lines))

    def _moved(self, change: Change) -> str:
        periods = {"earlier": self.period(change.earlier), "later": self.period(change.later)}
        if change.verdict == "cannot_tell":
            return self.words("change.cannot_tell", **periods)
        if change.difference is None or not is_shown(change.difference):
            return ""
        ends, signed = _ends(change.difference), change.verdict == "no_change"
        low, value, high = ends if signed else sorted(map(abs, ends))
        periods["low"], periods["high"] = (self._number(end, signed=signed) for end in (low, high))
        amount = self.amount(value, signed=signed)
        return self.words(f"change.{change.verdict}", amount=amount, **periods)

    def _decidable(self, change: Change) -> str:
        """When it can be told, with how many answers, as far as that is known."""
        known = {}
        if change.decidable_from:
            known["month"] = self.words.month(change.decidable_from)
        if change.answers_needed:
            known["n"] = self.words.number(change.answers_needed)
        key = "_".join({"month": "when", "n": "answers"}[name] for name in known)
        return self.words(f"change.{key}", **known) if known else ""

    # The answers

    def bars(self) -> list[Bar]:
        total = sum(tally.n for tally in self.score.answers)
        shares = [(tally.n / total, tally) for tally in self.score.answers]
        return [Bar(self.answer(t.answer), of, self._label(of), t.side) for of, t in shares]

    def braces(self) -> list[Brace]:
        """Under each side that has answers, from its first to its last bar."""
        sides, decimals, found = [tally.side for tally in self.score.answers], self._decimals(), []
        for side, share in self._shares().items():
            if side in sides:
                first, written = sides.index(side), self.percent(share, decimals=decimals)
                last = first + sides.count(side) - 1
                found.append(Brace(side, first, last, written, self.side(side)))
        return found

    def distribution_caption(self) -> str:
        shares, decimals = self._shares(), self._decimals()
        many, few = (self.percent(shares[side], decimals=decimals) for side in ("high", "low"))
        ranges = {"many_range": self._range("high"), "few_range": self._range("low")}
        key = f"distribution.{self.measure}"
        return self.say(key, self.score.now, many=many, few=few, **ranges)

    def side(self, side: Side) -> str:
        return self.words(f"side.{self.measure}.{side}")

    def _shares(self) -> dict[Side, float]:
        answers = self.score.answers
        total = sum(tally.n for tally in answers) or 1
        return {side: sum(t.n for t in answers if t.side == side) / total for side in SIDES}

    def _label(self, share: float) -> str:
        return "<1%" if 0 < share < 0.005 else self.percent(share)

    def _decimals(self) -> int:
        """Readers subtract: where whole percents would miss the score, one decimal is shown."""
        shares = self._shares()
        net = round(shares["high"] * 100) - round(shares["low"] * 100)
        return int(self.measure == "nps" and net != round((self.score.now.value or 0) * 100))

    def _range(self, side: Side) -> str:
        answers = [tally.answer for tally in self.score.answers if tally.side == side]
        if not answers:
            return "–"
        low, high = self.answer(min(answers)), self.answer(max(answers))
        if self.measure == "grade":
            key, n = ("or_more", low) if side == "high" else ("or_less", high)
            return self.words(f"join.{key}", n=n)
        return low if low == high else self.words("join.range", low=low, high=high)

    # The months

    def told(self) -> list[Month]:
        """The months with a number of their own."""
        return [month for month in self.score.trend if is_shown(month.score)]

    def trend_axis(self) -> Axis:
        return self._axis(month.score for month in self.told())

    def trend_caption(self) -> str:
        told = self.told()
        if not told:
            return self.words("trend.none")
        last, gaps = told[-1], len(self.score.trend) - len(told)
        text = self.say("trend.caption", last.score, month=self.words.month(last.first))
        return f"{text} {self.words.count('trend.gaps', gaps)}" if gaps else text

    def _axis(self, scores: Iterable[Interval]) -> Axis:
        values = [end for score in scores if is_shown(score) for end in _ends(score)]
        return fitted(values, self.axis, narrowest=self.unit.narrowest)

    # The groups

    def groups_axis(self) -> Axis:
        """One axis for every group on the page, so that rows can be compared by eye."""
        groups = [group for dimension in self.picture.dimensions for group in dimension.groups]
        return self._axis([self.score.now, *(group.score for group in groups)])

    def finding(self, dimension: Dimension) -> str:
        """Who differs, by name; or that none is shown to, and what could have been seen."""
        lines = []
        for way in ("higher", "lower"):
            groups = [group for group in dimension.groups if group.differs == way]
            names = [self.say("groups.named", group.score, name=group.name) for group in groups]
            lines += [self.words(f"groups.{way}", names=self._list(names))] if names else []
        if lines and not all(group.differs for group in dimension.groups):
            lines.append(self.words("groups.others"))
        if not lines:
            lines.append(self.words("groups.none"))
            if dimension.detectable is not None:
                amount = self.amount(dimension.detectable)
                lines.append(self.words("groups.detectable", amount=amount))
        return " ".join(lines)

    def rows(self, dimension: Dimension) -> tuple[list[Group], list[Group]]:
        """The groups to draw and those to fold away: all, where none is shown to differ."""
        some = any(group.differs for group in dimension.groups)
        drawn = [g for i, g in enumerate(dimension.groups) if g.differs or (some and i < ROWS)]
        return drawn, [group for group in dimension.groups if group not in drawn]

    def _list(self, names: list[str]) -> str:
        front = ", ".join(names[:-1])
        return f"{front} {self.words('join.and')} {names[-1]}" if front else names[-1]

    # Words of customers, what is missing, and how it was made

    def excerpt(self, text: str) -> str:
        """The beginning of a long text, cut between words."""
        text = " ".join(text.split())
        return text if len(text) <= EXCERPT else text[:EXCERPT].rsplit(" ", 1)[0] + " …"

    def column(self, name: str) -> str:
        """What people call a column; one without such a name keeps its own."""
        try:
            return self.words(f"column.{name}")
        except KeyError:
            return name

    def method(self) -> list[str]:
        """How the numbers were made, and whatever else the caller must say of them."""
        method, heard = self.picture.method, self.picture.heard
        told = {
            f"interval.{method.interval}": self.shown,
            "level": self.shown,
            "clustered": self.shown and method.clustered,
            "change": self.shown and self.score.change,
            "comparisons": self.shown and method.comparisons > 1,
            "heard": heard and (heard.questions or heard.worries),
            "care": self.picture.quotes or self.picture.calls or (heard and heard.questions),
        }
        times, n = self.words.number(method.level * 100), self.words.number(method.comparisons)
        notes = [self.say(f"about.{key}", times=times, n=n) for key in told if told[key]]
        return [*self.picture.caveats, *notes]


def _told_by_wider(change: Change) -> Change | None:
    """The wider window, where it tells what the narrow one does not."""
    wider = change.wider
    if wider is None or wider.verdict == "cannot_tell":
        return None
    moved = change.verdict == "no_change" and wider.verdict in ("rose", "fell")
    return wider if moved or change.verdict == "cannot_tell" else None
