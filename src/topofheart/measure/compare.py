"""Did it change, do groups differ: differences with a verdict, and what it would take to tell.

`rose` and `fell` (`higher` and `lower` between groups) after Benjamini–Hochberg over all comparisons in
the answer. Otherwise `no_change` when a change that matters would probably have shown (80 % power), and
`cannot_tell` when it would not: then the window is widened, or the day is named around which the present
pace of answers will be enough.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from topofheart.answer.answer import Answer, Row
from topofheart.kernel.errors import InvalidInput
from topofheart.kernel.estimate import Estimate, State
from topofheart.kernel.period import Period, period_of
from topofheart.measure.cells import Cells, Key
from topofheart.measure.metrics import MEAN, NET, SHARE
from topofheart.measure.question import Question
from topofheart.measure.reader import Reader
from topofheart.measure.scores import caveats_of, estimates_of, labels_of, withheld_rows
from topofheart.stats import differences, multiple, planning

RELEVANT = {NET: 0.10, SHARE: 0.10, MEAN: 0.5}
POWER = 0.80
NEARLY_WHOLE = 0.9
FURTHEST_DAYS = 3650
PSEUDO = {NET: 3.0, SHARE: 2.0, MEAN: 0.0}


@dataclass(frozen=True)
class Pair:
    """Two cells to compare: second minus first. `earlier` and `later` only for periods."""

    group: dict[str, str | None]
    first: Cells
    second: Cells
    earlier: Period | None = None
    later: Period | None = None


def compare(
    reader: Reader,
    question: Question,
    *,
    periods: tuple[Period, Period] | None = None,
    relevant: float | None = None,
) -> Answer:
    """Compare periods (`every`, or two given ones) or, without them, groups with the rest.

    `relevant` is the change that matters, in the score's own unit.
    """
    if not (periods or question.every or question.by):
        raise InvalidInput(
            "There is nothing to compare.",
            code="nothing_to_compare",
            hint="Give every=, two periods, or by=.",
        )
    if periods or question.every:
        pairs, cells, question, apart = _over_time(reader, question, periods)
    else:
        cells, question = reader.cells(question)
        pairs, apart = _groups(cells), False
    matters = relevant if relevant is not None else RELEVANT[cells.metric.kind]
    rows = _rows(pairs, question.level, matters)
    if question.every and not periods:
        rows = [_looked_further(reader, question, row, matters) for row in rows]
    rows += [
        replace(row, more={"verdict": "cannot_tell"})
        for row in withheld_rows(cells, f"difference of {cells.metric.unit}", question.level)
    ]
    asked = question.as_dict() | {"compare": True, "relevant": matters, "power": POWER}
    if not rows:
        rows = [Row(_unknown(cells, question.level, apart))]
    return Answer(tuple(rows), asked, caveats_of(cells, question))


def _groups(cells: Cells) -> list[Pair]:
    """Each group against all others of its kind; of two groups, one against the other."""
    pairs = []
    labels = labels_of(cells)
    for apart in dict.fromkeys(key.apart for key in cells.keys):
        places = [place for place, key in enumerate(cells.keys) if key.apart == apart]
        if len(places) < 2:
            continue
        compared = places[1:] if len(places) == 2 else places
        for place in compared:
            rest = [other for other in places if other != place]
            key = cells.keys[place]
            others = Key(tuple((name, None) for name, _ in key.group), apart)
            pairs.append(Pair(labels[place], cells.pooled(rest, others), cells.only([place])))
    return pairs


def _over_time(
    reader: Reader, question: Question, periods: tuple[Period, Period] | None
) -> tuple[list[Pair], Cells, Question, bool]:
    """The pairs, and whether both periods have answers but of other kinds or on other scales."""
    if periods is None:
        assert question.every
        _, last = reader.span(question)
        later = last_whole(last, question.every)
        periods = (later.before(), later)
    earlier, later = sorted(periods)
    if later.first <= earlier.last:
        raise InvalidInput(
            f"{earlier.label} and {later.label} overlap.",
            code="bad_period",
            hint="Compare two periods that have no day in common.",
        )
    first, _ = reader.cells(_within(question, earlier))
    second, understood = reader.cells(_within(question, later))
    pairs: list[Pair] = []
    labels = labels_of(second)
    for place, key in enumerate(second.keys):
        same = [i for i, other in enumerate(first.keys) if _same(key, other)]
        if same:
            pairs.append(
                Pair(labels[place], first.only(same), second.only([place]), earlier, later)
            )
    shown = replace(understood, every=question.every, since=question.since, until=question.until)
    apart = bool(first.keys and second.keys and not pairs)
    cells = second if second.keys else first
    kept_back = tuple(dict.fromkeys((*first.withheld, *second.withheld)))
    return pairs, replace(cells, withheld=kept_back), shown, apart


def _same(one: Key, other: Key) -> bool:
    return one.group == other.group and one.apart == other.apart


def _within(question: Question, period: Period) -> Question:
    """The question over one period only, never wider than it was asked."""
    since = max(period.first, question.since) if question.since else period.first
    until = min(period.last, question.until) if question.until else period.last
    return replace(question, every=None, since=since, until=until)


def last_whole(last: date, every: str) -> Period:
    """The last period that is nearly over on the day of the last answer."""
    period = period_of(last, every)
    passed = ((last - period.first).days + 1) / period.days
    return period if passed >= NEARLY_WHOLE else period.before()


def _rows(pairs: list[Pair], level: float, relevant: float) -> list[Row]:
    found = [_difference(pair, level) for pair in pairs]
    p_values = np.array([one.p_value.item() for one in found])
    adjusted = multiple.benjamini_hochberg(p_values) if len(found) else p_values
    return [
        _row(pair, one, float(p), level, relevant)
        for pair, one, p in zip(pairs, found, adjusted, strict=True)
    ]


def _difference(pair: Pair, level: float) -> differences.Difference:
    first, second = pair.first, pair.second
    kind = first.metric.kind
    if kind == NET:
        return differences.net_difference(second.counts, first.counts, level=level)
    if kind == MEAN:
        return differences.mean_difference(
            second.mean_estimate(), first.mean_estimate(), level=level
        )
    sides = [(one.value_share() * one.effective, one.effective) for one in (second, first)]
    return differences.share_difference(sides[0], sides[1], level=level)


def _row(pair: Pair, found: differences.Difference, p: float, level: float, relevant: float) -> Row:
    value, low, high = (float(one.item()) for one in (found.value, found.low, found.high))
    before, after = (estimates_of(side, level)[0] for side in (pair.first, pair.second))
    n = before.n + after.n
    detectable = _detectable(pair, level)
    unit = f"difference of {after.unit}"
    more: dict[str, Any] = {"verdict": "cannot_tell", "detectable": detectable}
    if np.isnan(value) or np.isnan(low):
        estimate = Estimate(None, None, None, n, unit, "difference", level, State.TOO_FEW)
    else:
        estimate = Estimate(value, low, high, n, unit, "difference, adjusted", level)
        more["verdict"] = _verdict(pair, value, p, detectable, level, relevant)
    more |= {"p": float(found.p_value.item()), "p_adjusted": p, "before": before, "after": after}
    if pair.later:
        more |= {"earlier": pair.earlier, "later": pair.later}
    return Row(estimate, pair.group, None, more)


def _verdict(
    pair: Pair, value: float, p: float, detectable: float | None, level: float, relevant: float
) -> str:
    up, down, level_ground = (
        ("rose", "fell", "no_change") if pair.later else ("higher", "lower", "no_difference")
    )
    if p < 1 - level:
        return up if value > 0 else down
    return level_ground if detectable is not None and detectable <= relevant else "cannot_tell"


def _detectable(pair: Pair, level: float) -> float | None:
    """The smallest difference that these numbers of answers would probably have shown."""
    first, second = pair.first, pair.second
    found = planning.detectable_difference(
        second.cautious_variance, second.effective, first.cautious_variance, first.effective,
        level=level, power=POWER, pseudo_answers=PSEUDO[first.metric.kind],
    ).item()  # fmt: skip
    return float(found) if np.isfinite(found) and found > 0 else None


def _looked_further(reader: Reader, question: Question, row: Row, relevant: float) -> Row:
    """A row that cannot tell, with the wider window that can, or the day from which one can."""
    if row.more["verdict"] != "cannot_tell" or "later" not in row.more:
        return row
    start, _ = reader.span(question)
    later: Period = row.more["later"]
    more = dict(row.more)
    narrowed = replace(question, every=None, where=(*question.where, *_where(question, row)), by=())
    for looks, steps in enumerate(reader.widened, start=2):
        last = Period(later.before(steps - 1).first, later.last)
        first_day = later.before(2 * steps - 1).first
        if first_day < start:
            break
        first = Period(first_day, last.first - timedelta(1))
        pairs, *_ = _over_time(reader, narrowed, (first, last))
        wider = next((one for one in _rows(pairs, question.level, relevant)), None)
        # Each further look at the same answers has its share of the risk.
        moved = wider and wider.more["verdict"] in ("rose", "fell")
        if moved and wider and wider.more["p"] >= (1 - question.level) / looks:
            continue
        if wider and wider.more["verdict"] != "cannot_tell":
            more["wider"] = {
                "earlier": first,
                "later": last,
                "verdict": wider.more["verdict"],
                "estimate": wider.estimate,
                "before": wider.more["before"],
                "after": wider.more["after"],
                "detectable": wider.more["detectable"],
            }
            return replace(row, more=more)
    needed, day = _decidable(row, later, start, relevant, question.level)
    return replace(row, more=more | {"answers_needed": needed, "decidable_on": day})


def _where(question: Question, row: Row) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Filters that hold on to the row's own group."""
    return tuple(
        (name, (value,))
        for name, value in row.group.items()
        if value is not None and name != "scale"
    )


def _decidable(
    row: Row, later: Period, start: date, relevant: float, level: float
) -> tuple[int | None, date | None]:
    """How many answers each side needs, and from which day two equal windows hold them."""
    after: Estimate = row.more["after"]
    detectable = row.more["detectable"]
    if not detectable or not after.n:
        return None, None
    needed = after.n * (detectable / relevant) ** 2
    days = needed / (after.n / later.days)
    if 2 * days > FURTHEST_DAYS:
        return round(needed), None
    return round(needed), max(start + timedelta(2 * days), later.last + timedelta(1))


def _unknown(cells: Cells, level: float, apart: bool) -> Estimate:
    return Estimate(
        None, None, None, round(float(cells.n.sum())), f"difference of {cells.metric.unit}",
        "difference", level, State.NOT_COMPARABLE if apart else State.TOO_FEW,
    )  # fmt: skip
