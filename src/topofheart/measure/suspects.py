"""What was measured otherwise after a change of level: who was asked, where, about what, and how many.

A score that moves on the day on which others were asked, or asked otherwise, says little of customers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from topofheart.kernel.period import Period
from topofheart.measure.cells import Key
from topofheart.measure.invitations import ROWS, TOTALS, WITHHELD, Invitations
from topofheart.measure.question import Question
from topofheart.measure.reader import Reader

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MIXES = ("channel", "survey", "touchpoint", "language")
MOVED = 0.10  # of the answers, to another category
FACTOR = 1.5  # in the number per period
RATE = 0.05  # of the invitations
SURE = 0.01

Suspect = dict[str, Any]


@dataclass(frozen=True)
class Sides:
    """The periods of the level before a change, and of the level after it."""

    before: slice
    after: slice


@dataclass(frozen=True)
class Mix:
    """What answers are made of: their number and total by series × category × period."""

    name: str
    categories: list[str | None]
    counts: Floats
    totals: Floats


@dataclass(frozen=True)
class Measuring:
    """How the answers of every series came about: their mixes, their number, and over all the invitations."""

    mixes: list[Mix]
    n: Floats
    sent: Floats | None

    def suspects(self, one: int, sides: Sides) -> list[Suspect]:
        found = [
            *(_mixed_otherwise(mix, one, sides) for mix in self.mixes),
            _grown("answers", self.n[one], sides),
            *(_asked_otherwise(self.sent, sides) if self.sent is not None else ()),
        ]
        return [suspect for suspect in found if suspect]


def measuring(
    reader: Reader, question: Question, places: dict[Key, int], periods: list[Period], n: Floats
) -> Measuring:
    """How answers came about; mixes of the series in `places` only, the others stay empty."""
    mixes = [
        _mix(reader, question, name, places, periods, len(n)) for name in _mixes(reader, question)
    ]
    return Measuring(mixes, n, _invitations(reader, question, periods))


def _mixes(reader: Reader, question: Question) -> list[str]:
    """What answers can differ in without any customer thinking otherwise."""
    files = reader.files(question.source)
    known = [name for name in MIXES if name in files.schema.names and name not in question.by]
    return [name for name in known if not files.only_value(name)]


def _mix(
    reader: Reader,
    question: Question,
    name: str,
    series: dict[Key, int],
    periods: list[Period],
    count: int,
) -> Mix:
    by = (*question.by, name)
    cells, _ = reader.cells(replace(question, by=by, clusters=False))
    at = {period: place for place, period in enumerate(periods)}
    split = [(dict(key.group)[name], _without(key, name)) for key in cells.keys]
    categories = sorted({category for category, _ in split}, key=str)
    counts, totals = np.zeros((2, count, len(categories), len(periods)))
    for place, (key, (category, group)) in enumerate(zip(cells.keys, split, strict=True)):
        if group in series and key.period in at:
            spot = series[group], categories.index(category), at[key.period]
            counts[spot], totals[spot] = cells.n[place], cells.total[place]
    return Mix(name, categories, counts, totals)


def _without(key: Key, name: str) -> Key:
    """The series that a cell of one category belongs to."""
    return Key(tuple(pair for pair in key.group if pair[0] != name), key.apart)


def _mixed_otherwise(mix: Mix, one: int, sides: Sides) -> dict[str, Any] | None:
    """Another mix of answers, and how far the score moves by that alone (Kitagawa 1955)."""
    before, after = (mix.counts[one][:, side].sum(axis=1) for side in (sides.before, sides.after))
    if not (before.any() and after.any()):
        return None
    old, new = before / before.sum(), after / after.sum()
    moved = float(np.abs(new - old).sum() / 2)
    if moved < MOVED or _chance(before, after) > SURE:
        return None
    levels = [
        mix.totals[one][:, side].sum(axis=1) / np.where(count > 0, count, np.nan)
        for side, count in ((sides.before, before), (sides.after, after))
    ]
    known = np.where(np.isnan(levels), levels[::-1], levels)
    most = int(np.abs(new - old).argmax())
    return {
        "what": f"{mix.name}_mix",
        "category": mix.categories[most],
        "before": float(old[most]),
        "after": float(new[most]),
        "moved": moved,
        "explains": float(np.nansum((new - old) * known.mean(axis=0))),
    }


def _chance(before: Floats, after: Floats) -> float:
    """How often two such mixes arise from one: Pearson's chi-squared."""
    from scipy.special import chdtrc

    table = np.array([before, after])
    table = table[:, table.sum(axis=0) > 0]
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
    statistic = ((table - expected) ** 2 / expected).sum()
    return float(chdtrc(table.shape[1] - 1, statistic)) if table.shape[1] > 1 else 1.0


def _grown(what: str, n: Floats, sides: Sides) -> dict[str, Any] | None:
    """A number per period that is far larger or smaller after than before."""
    before, after = float(n[sides.before].mean()), float(n[sides.after].mean())
    if min(before, after) > 0 and max(before, after) / min(before, after) < FACTOR:
        return None
    if max(before, after) <= 0:
        return None
    return {"what": what, "before": before, "after": after}


def _invitations(reader: Reader, question: Question, periods: list[Period]) -> Floats | None:
    """Sent, answered and withheld per period, over all invitations; None when none were kept."""
    if not any(reader.files(source).uris for source in (ROWS, TOTALS)):
        return None
    at = {period: place for place, period in enumerate(periods)}
    found = np.zeros((3, len(periods)))
    overall = replace(question, by=(), where=())
    for (_, period), one in Invitations(reader, overall).counted().items():
        if period in at:
            found[:, at[period]] = one.invited, one.answered, one.became[WITHHELD]
    return found


def _asked_otherwise(sent: Floats, sides: Sides) -> list[dict[str, Any] | None]:
    """Other numbers invited, and other shares answering or left out."""
    found = [_grown("invitations", sent[0], sides)]
    before, after = (sent[:, side].sum(axis=1) for side in (sides.before, sides.after))
    for what, over, under in (("response", 1, (0,)), ("withheld", 2, (0, 2))):
        old, new = (
            float(side[over] / max(1.0, side[list(under)].sum())) for side in (before, after)
        )
        if abs(new - old) >= RATE:
            found.append({"what": what, "before": old, "after": new})
    return found
