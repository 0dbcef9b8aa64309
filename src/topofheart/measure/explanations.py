"""What may explain a change of level: dated events near it first, then what was measured differently.

A score that moves on the day on which others were asked, or asked otherwise, says little of customers.
None of these is proof: they are the first things to look at.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from topofheart.kernel.estimate import Estimate
from topofheart.kernel.period import Period, period_of
from topofheart.measure.cells import Key
from topofheart.measure.metrics import metric_named
from topofheart.measure.question import Question
from topofheart.measure.reader import Reader
from topofheart.measure.sums import TRUNCATE
from topofheart.stats.breaks import Break
from topofheart.understand.redaction import redacted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

DATED = (
    ("channels", "open_from", "name"),
    ("channels", "closed_on", "name"),
    ("decisions", "decided_on", "title"),
    ("decisions", "done_on", "title"),
    ("decisions", "reversed_on", "title"),
    ("commitments", "started_on", "what"),
    ("commitments", "ended_on", "what"),
    ("mandates", "since", "case_type"),
    ("mandates", "until", "case_type"),
    ("exceptions", "rule_changed_on", "case_type"),
    ("designs", "closed_on", "title"),
    ("published", "from_on", "question"),
)
MIXES = ("channel", "survey", "touchpoint", "language")
LOOK_BACK_DAYS = 62
MOST_EVENTS = 5
MOVED = 0.10  # of the answers, to another category
FACTOR = 1.5  # in the number per period
RATE = 0.05  # of the invitations
SURE = 0.01
INVITED = ("sent", "answered", "withheld")


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


def explained(
    reader: Reader,
    question: Question,
    keys: list[Key],
    periods: list[Period],
    n: Floats,
    changed: list[list[Break]],
) -> list[list[dict[str, Any]]]:
    """Each change of each series with its dates, its size, and what was found around it."""
    if not any(changed):
        return [[] for _ in changed]
    events = _events(reader, periods[0].first, periods[-1].last)
    mixes = [
        _mix(reader, question, name, keys, periods, changed) for name in _mixes(reader, question)
    ]
    sent = _invitations(reader, question, periods)
    unit = f"difference of {metric_named(question.metric).unit}"
    found: list[list[dict[str, Any]]] = []
    for one, breaks in enumerate(changed):
        edges = [0, *(each.place for each in breaks), len(periods)]
        rows = []
        for number, each in enumerate(breaks):
            sides = Sides(slice(edges[number], each.place), slice(each.place, edges[number + 2]))
            suspects = [
                *(_mixed_otherwise(mix, one, sides) for mix in mixes),
                _grown("answers", n[one], sides),
                *(_asked_otherwise(sent, sides) if sent is not None else ()),
            ]
            rows.append(
                _dated(each, periods, _size(each, n[one], sides, unit, question.level))
                | {
                    "events": _near(events, each, periods),
                    "suspects": [suspect for suspect in suspects if suspect],
                }
            )
        found.append(rows)
    return found


def _size(each: Break, n: Floats, sides: Sides, unit: str, level: float) -> Estimate:
    answers = round(n[sides.before].sum() + n[sides.after].sum())
    return Estimate(each.size, each.low, each.high, answers, unit, "weighted levels", level)


def _dated(each: Break, periods: list[Period], size: Estimate) -> dict[str, Any]:
    return {
        "period": periods[each.place],
        "earliest": periods[each.earliest],
        "latest": periods[each.latest],
        "size": size,
        "before": each.before,
        "after": each.after,
    }


def _events(reader: Reader, first: date, last: date) -> list[dict[str, Any]]:
    """What happened, of the tables that keep dates; `what` is redacted."""
    found = []
    for table, day, label in DATED:
        files = reader.files(table)
        if not files.uris or not {day, label} <= set(files.schema.names):
            continue
        rows = reader.engine.table(files)
        since = first - timedelta(LOOK_BACK_DAYS)
        rows = rows.filter(rows[day].notnull() & (rows[day] >= since) & (rows[day] <= last))
        chosen = rows.select(on=rows[day].cast("date"), what=rows[label].cast("string"))
        found += [
            {"on": row["on"], "table": table, "event": day, "what": redacted(row["what"] or "")}
            for row in reader.engine.read(chosen).to_pylist()
        ]
    return sorted(found, key=lambda event: tuple(map(str, event.values())))


def _near(events: list[dict[str, Any]], each: Break, periods: list[Period]) -> list[dict[str, Any]]:
    """Those shortly before the change or while it may have begun, nearest first."""
    start = periods[each.earliest].first - timedelta(LOOK_BACK_DAYS)
    end, begun = periods[each.latest].last, periods[each.place].first
    near = [event for event in events if start <= event["on"] <= end]
    return sorted(near, key=lambda event: abs((event["on"] - begun).days))[:MOST_EVENTS]


def _mixes(reader: Reader, question: Question) -> list[str]:
    """What answers can differ in without any customer thinking otherwise."""
    files = reader.files(question.source)
    known = [name for name in MIXES if name in files.schema.names and name not in question.by]
    return [name for name in known if not files.only_value(name)]


def _mix(
    reader: Reader,
    question: Question,
    name: str,
    keys: list[Key],
    periods: list[Period],
    changed: list[list[Break]],
) -> Mix:
    """The mix of the series that changed; the others stay empty."""
    by = (*question.by, name)
    cells, _ = reader.cells(replace(question, by=by, clusters=False))
    series = {key: place for place, key in enumerate(keys) if changed[place]}
    at = {period: place for place, period in enumerate(periods)}
    split = [(dict(key.group)[name], _without(key, name)) for key in cells.keys]
    categories = sorted({category for category, _ in split}, key=str)
    counts, totals = np.zeros((2, len(keys), len(categories), len(periods)))
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
    import ibis

    rows_of = reader.files("invitations")
    totals_of = reader.files("invitation_counts")
    if rows_of.uris:
        rows = reader.engine.table(rows_of)
        day = rows.invited_on
        withheld, answered = (
            (rows.outcome == outcome).fill_null(False) for outcome in ("withheld", "answered")
        )
        parts = [ibis.ifelse(one, 1, 0) for one in (~withheld, answered, withheld)]
    elif totals_of.uris:
        rows = reader.engine.table(totals_of)
        day = rows.counted_on
        parts = [rows[name].fill_null(0) for name in ("sent", "answered", "withheld")]
    else:
        return None
    every = question.every or "month"
    start = day if every == "day" else day.truncate(TRUNCATE[every])
    marked = rows.mutate(start=start, sent_=parts[0], answered_=parts[1], withheld_=parts[2])
    summed = marked.group_by("start").agg(
        **{name: marked[f"{name}_"].sum().cast("float64") for name in INVITED}
    )
    at = {period: place for place, period in enumerate(periods)}
    found = np.zeros((len(INVITED), len(periods)))
    for row in reader.engine.read(summed.filter(summed.start.notnull())).to_pylist():
        period = period_of(row["start"], every)
        if period in at:
            found[:, at[period]] = [row[name] for name in INVITED]
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
