"""Calculations from counts alone: no workspace, no file."""

from __future__ import annotations

from typing import Any

from topofheart.answer.answer import Answer, Row
from topofheart.kernel.errors import InvalidInput
from topofheart.kernel.estimate import Estimate
from topofheart.stats import differences, net, planning

Counts = tuple[float, float, float]
PSEUDO_ANSWERS = 3.0
TYPICAL_VARIANCE = 0.5


def nps(promoters: float, passives: float, detractors: float, *, level: float = 0.95) -> Answer:
    """The score of these counts with its interval.

    Raises InvalidInput for negative counts or none at all.
    """
    counts = _counts(promoters, passives, detractors)
    asked = {
        "metric": "nps", "promoters": promoters, "passives": passives, "detractors": detractors,
        "level": level,
    }  # fmt: skip
    return Answer((Row(_score(counts, level)),), asked)


def compare(before: Counts, after: Counts, *, level: float = 0.95) -> Answer:
    """After minus before; each is (promoters, passives, detractors)."""
    first, second = _counts(*before), _counts(*after)
    found = differences.net_difference(second, first, level=level)
    detectable = planning.detectable_difference(
        net.variance(*second), sum(second), net.variance(*first), sum(first),
        level=level, pseudo_answers=PSEUDO_ANSWERS,
    )  # fmt: skip
    n = round(sum(first) + sum(second))
    value, low, high = (float(one) for one in (found.value, found.low, found.high))
    estimate = Estimate(value, low, high, n, "difference of net_share", "adjusted Wald", level)
    p = float(found.p_value)
    changed = "rose" if value > 0 else "fell"
    more: dict[str, Any] = {
        "verdict": changed if p < 1 - level else "cannot_tell",
        "detectable": float(detectable),
        "p": p,
        "before": _score(first, level),
        "after": _score(second, level),
    }
    asked = {"metric": "nps", "before": list(before), "after": list(after), "level": level}
    return Answer((Row(estimate, more=more),), asked)


def sample(
    *,
    margin: float | None = None,
    difference: float | None = None,
    variance: float = TYPICAL_VARIANCE,
    level: float = 0.95,
    power: float = 0.8,
) -> Answer:
    """Answers needed for an interval of ± `margin`, or per group to show a `difference`.

    Both in net shares (0.05 is 5 points). `variance` of one answer: 0.5 is typical, 1 the worst case.
    """
    if (margin is None) == (difference is None):
        raise InvalidInput("Give either a margin or a difference.", code="margin_or_difference")
    size = margin if margin is not None else difference
    assert size is not None
    _between(size, 0, 2, "A margin or difference lies between 0 and 200 points")
    _between(variance, 0, 1, "The variance of one answer lies between 0 and 1")
    if margin is not None:
        needed = planning.margin_sample_size(
            variance, margin, level=level, pseudo_answers=PSEUDO_ANSWERS
        )
    else:
        needed = planning.difference_sample_size(
            variance, variance, size, level=level, power=power, pseudo_answers=PSEUDO_ANSWERS
        )
    kind, unit = ("margin", "answers") if margin else ("difference", "answers per group")
    return _planned(kind, float(needed), unit, locals(), level)


def detectable(
    n: float,
    n_other: float | None = None,
    *,
    variance: float = TYPICAL_VARIANCE,
    level: float = 0.95,
    power: float = 0.8,
) -> Answer:
    """The smallest change that n answers (and `n_other` on the other side) would probably show."""
    other = n if n_other is None else n_other
    if n < 1 or other < 1:
        raise InvalidInput("Give at least one answer on each side.", code="bad_counts")
    _between(variance, 0, 1, "The variance of one answer lies between 0 and 1")
    found = planning.detectable_difference(
        variance, n, variance, other, level=level, power=power, pseudo_answers=PSEUDO_ANSWERS
    )
    return _planned("detectable", float(found), "difference of net_share", locals(), level)


def _planned(kind: str, value: float, unit: str, asked: dict[str, Any], level: float) -> Answer:
    """A planned number has no interval: it is a design, not a measurement."""
    names = ("margin", "difference", "variance", "level", "power", "n", "n_other")
    question = {"planned": kind}
    question |= {name: asked[name] for name in names if asked.get(name) is not None}
    estimate = Estimate(value, None, None, round(asked.get("n") or 0), unit, "normal theory", level)
    return Answer((Row(estimate),), question)


def _score(counts: Counts, level: float) -> Estimate:
    low, high = net.score_interval(*counts, level=level)
    value = float(net.net_share(*counts))
    n = round(sum(counts))
    return Estimate(
        value, float(low), float(high), n, "net_share", "score interval (Tango 1998)", level
    )


def _counts(promoters: float, passives: float, detractors: float) -> Counts:
    """In the order that the statistics take: low, middle, high."""
    counts = (detractors, passives, promoters)
    if min(counts) < 0 or sum(counts) <= 0:
        raise InvalidInput(
            f"{promoters:g} promoters, {passives:g} passives and {detractors:g} detractors are not counts "
            "of answers.",
            code="bad_counts",
            hint="Give whole numbers from 0, and at least one answer.",
        )
    return counts


def _between(value: float, low: float, high: float, sentence: str) -> None:
    if not low < value <= high:
        raise InvalidInput(f"{sentence}, not {value:g}.", code="out_of_range")
