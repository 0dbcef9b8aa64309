"""The questions one step away from a question, and the cells that they would give away.

One step is a condition dropped, a value of it listed or left out, or a period exchanged for the longer
one that holds it. Periods are nested (months in quarters in years in all time), so that a step in time
leaves whole months, quarters or years over, never a few days.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import replace

from topofheart.kernel.period import Period, calendar_period, period_of
from topofheart.measure.cells import Cells, Key
from topofheart.measure.people import peopled, without_day
from topofheart.measure.question import Question
from topofheart.measure.reader import Reader
from topofheart.stats.disclosure import isolated, lines_of_isolated

NESTED = ("month", "quarter", "year")
NEVER_POOLED = ("kind", "satisfaction_scale")

Line = Callable[[Key], Hashable]


def window(question: Question) -> Period | None:
    """The calendar period of all cells; None when that is all time, or each cell has its own."""
    if question.since and question.until and not question.every:
        return calendar_period(question.since, question.until, NESTED)
    return None


def giving_away(reader: Reader, question: Question, *, fewest: int) -> set[Key]:
    """The cells of a question that have too few customers, or a neighbour that has."""
    own = peopled(reader, question, fewest=fewest)
    few = isolated(own.people, fewest=fewest)
    found = {key for key, alone in zip(own.keys, few, strict=True) if alone}
    looked = window(question)
    for cells, line in (
        *_beside_in_values(reader, question, own, fewest),
        *_beside_in_time(reader, question, own, fewest),
    ):
        hurt = lines_of_isolated([line(key) for key in cells.keys], cells.people, fewest=fewest)
        found |= {key for key in own.keys if line(_timed(key, looked)) in hurt}
    return found


def _beside_in_values(
    reader: Reader, question: Question, own: Cells, fewest: int
) -> Iterator[tuple[Cells, Line]]:
    """For each dimension that the question names: the cells of all its values, and their lines."""
    located, listed = reader.located(question), dict(question.where)
    looked = window(question)
    for name in dict.fromkeys((*question.by, *listed)):
        if located[name][1] in NEVER_POOLED:
            continue
        cells = own
        if name in listed:
            cells = peopled(reader, _unlisted(question, name), fewest=fewest)

        def line(key: Key, name: str = name) -> Hashable:
            return (
                tuple(one for one in key.group if one[0] != name),
                key.apart,
                _timed(key, looked).period,
            )

        yield cells, line


def _unlisted(question: Question, name: str) -> Question:
    """The question split by what it listed."""
    return replace(
        question,
        by=tuple(dict.fromkeys((*question.by, name))),
        where=tuple(one for one in question.where if one[0] != name),
    )


def _beside_in_time(
    reader: Reader, question: Question, own: Cells, fewest: int
) -> Iterator[tuple[Cells, Line]]:
    """The periods that lie in the same longer one, level by level, and the answers without a day."""
    looked = window(question)
    own_every = question.every or (looked and looked.every)
    if not own_every:
        return
    at_all_times = replace(question, since=None, until=None, every=own_every)
    cells = own if at_all_times == question else peopled(reader, at_all_times, fewest=fewest)
    for level in range(NESTED.index(own_every), len(NESTED)):

        def line(key: Key, level: int = level) -> Hashable:
            return key.group, key.apart, _holding(key.period, level + 1)

        yield cells, line
        if level + 1 < len(NESTED) and not _all_hold_enough(cells, line, fewest):
            longer = replace(at_all_times, every=NESTED[level + 1])
            cells = peopled(reader, longer, fewest=fewest)
        else:
            cells = cells.only([])
    undated = without_day(reader, question)
    if undated:
        yield undated, lambda key: (key.group, key.apart)


def _all_hold_enough(cells: Cells, line: Line, fewest: int) -> bool:
    """Whether each longer period holds a shorter one that has enough people, and so has enough itself."""
    enough = {line(key) for key, n in zip(cells.keys, cells.people, strict=True) if n >= fewest}
    return all(line(key) in enough for key in cells.keys)


def _holding(period: Period | None, level: int) -> Period | None:
    """The period of a level that holds this one; None is all time."""
    return period_of(period.first, NESTED[level]) if period and level < len(NESTED) else None


def _timed(key: Key, looked: Period | None) -> Key:
    """The key with its own period, or the one that the question looks at."""
    return key._replace(period=key.period or looked)
