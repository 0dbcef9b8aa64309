"""`render`: the first page as one self-contained file. It writes sentences, it computes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from topofheart.kernel.language import Words
from topofheart.report import drawing
from topofheart.report.drawing import Axis, Bar, Point
from topofheart.report.picture import (
    Change,
    Dimension,
    Group,
    Interval,
    Period,
    Picture,
    Score,
    Side,
)

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
    template = _environment().get_template("page.html")
    page = _Page(picture, words)
    return template.render(page=page, picture=picture, t=words, is_shown=is_shown)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("topofheart.report", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )


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

    # Numbers and days

    def value(self, value: float) -> str:
        """A score as it is written: +23, 7.6, 82%."""
        return self._number(value, signed=self.unit.signed) + self.unit.sign

    def amount(self, value: float, *, signed: bool = False) -> str:
        """A difference between two scores with its unit: 6 points."""
        written = self._number(value, signed=signed)
        one = "_one" if written.strip("+−") == "1" else ""
        return self.words(f"unit.{self.measure}{one}", n=written)

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
        return self.words("table.to", **self._between(score)) if is_shown(score) else ""

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

    def _number(self, value: float, *, signed: bool) -> str:
        rounded = round(value * self.unit.factor, self.unit.decimals)
        return self.words.number(rounded, decimals=self.unit.decimals, signed=signed)

    def _between(self, score: Interval) -> dict[str, str]:
        return {"low": self.value(score.low or 0), "high": self.value(score.high or 0)}

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
        answers = self.words.count("lede.answers", score.now.n)
        if not self.shown:
            return self.words(f"state.{score.now.state}", answers=answers)
        kind = self.words(f"kind.{score.kind or 'unknown'}")
        period = self.words("lede.over", period=self.period(score.period)) if score.period else ""
        interval = self.words("lede.interval", level=self.level, **self._between(score.now))
        return f"{answers}{period}, {kind}. {interval}"

    def strip(self) -> Markup:
        now, axis = self.score.now, self.axis
        ends = {"start": self.value(axis.low), "end": self.value(axis.high), **self._between(now)}
        desc = self.words("strip.desc", value=self.value(now.value or 0), **ends)
        mark = self.answer if self.measure == "grade" else self.value
        title = self.words("strip.title", level=self.level)
        return drawing.score_strip(axis, _ends(now), self.value, mark, title, desc)

    def verdict(self, change: Change) -> str:
        """The change in a few words: over the widened window when only that one can tell."""
        wider = _told_by_wider(change)
        return self.words(
            f"verdict.wider.{wider.verdict}" if wider else f"verdict.{change.verdict}"
        )

    def change(self, change: Change) -> str:
        """What is known of the change, first over the window that can tell, and what it takes."""
        wider = _told_by_wider(change)
        lines = [self.change(wider)] if wider else []
        lines.append(self._moved(change))
        if change.detectable is not None and change.verdict == "no_change":
            lines.append(self.words("change.detectable", amount=self.amount(change.detectable)))
        needed = self.words.number(change.answers_needed) if change.answers_needed else ""
        month = self.words.month(change.decidable_from) if change.decidable_from else ""
        if change.verdict == "cannot_tell" and (needed or month):
            key = "when_answers" if needed and month else "answers" if needed else "when"
            lines.append(self.words(f"change.{key}", month=month, n=needed))
        return " ".join(lines)

    def _moved(self, change: Change) -> str:
        periods = {"earlier": self.period(change.earlier), "later": self.period(change.later)}
        if change.verdict == "cannot_tell":
            return self.words("change.cannot_tell", **periods)
        if change.difference is None or not is_shown(change.difference):
            return ""
        ends, signed = _ends(change.difference), change.verdict not in ("rose", "fell")
        low, value, high = ends if signed else sorted(map(abs, ends))
        written = {
            "low": self._number(low, signed=signed),
            "high": self._number(high, signed=signed),
        }
        amount = self.amount(value, signed=signed)
        return self.words(f"change.{change.verdict}", amount=amount, **written, **periods)

    # The answers

    def distribution(self) -> Markup:
        answers, shares, decimals = self.score.answers, self._shares(), self._decimals()
        total = sum(tally.n for tally in answers)
        bars = [
            Bar(self.answer(t.answer), t.n / total, self._label(t.n / total), t.side)
            for t in answers
        ]
        sides = [(s, self.percent(shares[s], decimals=decimals), self.side(s)) for s in SIDES]
        desc = "; ".join(f"{bar.answer}: {bar.label}" for bar in bars)
        return drawing.distribution(bars, sides, self.words("distribution.title"), desc)

    def distribution_caption(self) -> str:
        shares, now, decimals = self._shares(), self.score.now, self._decimals()
        return self.words(
            f"distribution.{self.measure}",
            many=self.percent(shares["high"], decimals=decimals),
            few=self.percent(shares["low"], decimals=decimals),
            many_range=self._range("high"),
            few_range=self._range("low"),
            value=self.value(now.value or 0),
            n=self.words.number(now.n),
            **self._between(now),
        )

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
            key, n = ("join.or_more", low) if side == "high" else ("join.or_less", high)
            return self.words(key, n=n)
        return low if low == high else self.words("join.range", low=low, high=high)

    # The months

    def trend(self) -> Markup | str:
        months = self.score.trend
        if not any(is_shown(month.score) for month in months):
            return ""
        points = [
            Point(
                self.words(f"short.{month.first.month}"),
                str(month.first.year),
                _ends(month.score) if is_shown(month.score) else None,
            )
            for month in months
        ]
        axis = self._axis(month.score for month in months)
        desc = "; ".join(f"{self.words.month(m.first)}: {self.cell(m.score)}" for m in months)
        title = self.words("trend.title", level=self.level)
        return drawing.trend(points, axis, self.value, title, desc)

    def trend_caption(self) -> str:
        shown = [month for month in self.score.trend if is_shown(month.score)]
        if not shown:
            return self.words("trend.none")
        last, gaps = shown[-1], len(self.score.trend) - len(shown)
        written = {"value": self.cell(last.score), "n": self.n(last.score), "level": self.level}
        month = self.words.month(last.first)
        text = self.words("trend.caption", month=month, **written, **self._between(last.score))
        return f"{text} {self.words.count('trend.gaps', gaps)}" if gaps else text

    def _axis(self, scores: Iterable[Interval]) -> Axis:
        values = [end for score in scores if is_shown(score) for end in _ends(score)]
        return drawing.fitted(values, self.axis, narrowest=self.unit.narrowest)

    # The groups

    def groups_axis(self) -> Axis:
        """One axis for every group on the page, so that rows can be compared by eye."""
        groups = [group for dimension in self.picture.dimensions for group in dimension.groups]
        return self._axis([self.score.now, *(group.score for group in groups)])

    def finding(self, dimension: Dimension) -> str:
        """Who differs, by name; or that none is shown to, and what could have been seen."""
        groups, lines = dimension.groups, []
        for way in ("higher", "lower"):
            names = [self._named(group) for group in groups if group.differs == way]
            lines += [self.words(f"groups.{way}", names=self._list(names))] if names else []
        if not lines:
            lines.append(self.words("groups.none"))
            if dimension.detectable is not None:
                amount = self.amount(dimension.detectable)
                lines.append(self.words("groups.detectable", amount=amount))
        elif not all(group.differs for group in groups):
            lines.append(self.words("groups.others"))
        return " ".join(lines)

    def rows(self, dimension: Dimension) -> tuple[list[Group], list[Group]]:
        """The groups to draw and those to fold away: all, where none is shown to differ."""
        some = any(group.differs for group in dimension.groups)
        drawn = [g for i, g in enumerate(dimension.groups) if g.differs or (some and i < ROWS)]
        return drawn, [group for group in dimension.groups if group not in drawn]

    def group_strip(self, group: Group, axis: Axis) -> Markup:
        answers = self.words.count("lede.answers", group.score.n)
        written = {
            "value": self.cell(group.score),
            "answers": answers,
            **self._between(group.score),
        }
        title, desc = (
            self.words("groups.title", name=group.name),
            self.words("groups.desc", **written),
        )
        named = group.differs is not None
        return drawing.row_strip(axis, _ends(group.score), named=named, title=title, desc=desc)

    def _named(self, group: Group) -> str:
        written = {"value": self.cell(group.score), "n": self.n(group.score)}
        return self.words("groups.named", name=group.name, **written, **self._between(group.score))

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
        method, notes = self.picture.method, list(self.picture.caveats)
        if self.shown:
            times = self.words.number(method.level * 100)
            notes.append(self.words(f"about.interval.{method.interval}"))
            notes.append(self.words("about.level", level=self.level, times=times))
            notes += [self.words("about.clustered")] if method.clustered else []
            notes += [self.words("about.change")] if self.score.change else []
        if self.shown and method.comparisons > 1:
            notes.append(self.words("about.comparisons", n=self.words.number(method.comparisons)))
        if self.picture.quotes or self.picture.calls:
            notes.append(self.words("about.care"))
        return notes


def is_shown(score: Interval) -> bool:
    return score.state == "shown" and None not in (score.value, score.low, score.high)


def _ends(score: Interval) -> tuple[float, float, float]:
    return score.low or 0.0, score.value or 0.0, score.high or 0.0


def _told_by_wider(change: Change) -> Change | None:
    wider = change.wider if change.verdict == "cannot_tell" else None
    return wider if wider and wider.verdict != "cannot_tell" else None
