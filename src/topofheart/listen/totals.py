"""Totals that a file gives in another way than the tables of totals hold them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from topofheart.listen.amounts import decimal_of, decimal_of_counts, number
from topofheart.listen.clock import moment
from topofheart.listen.delimited import Record
from topofheart.listen.durations import seconds, unit_of
from topofheart.listen.known_columns import is_named, known_columns
from topofheart.listen.periods import months_in
from topofheart.listen.profile import Profile
from topofheart.listen.reshape import Cells, Reshape, profiles_of
from topofheart.listen.worked import Worked

SHARES = ("promoters", "passives", "detractors")
AVERAGE = re.compile(
    r"\b(gem|gemiddeld|gemiddelde|average|avg|mean|asa|aht|awt|att)\b|ø", re.IGNORECASE
)
ASA = re.compile(r"\b(asa|awt)\b", re.IGNORECASE)
AHT = re.compile(r"\b(aht|att)\b", re.IGNORECASE)
PERCENT = re.compile(r"%|percent|procent|aandeel|share", re.IGNORECASE)
ANSWERS = re.compile(
    r"^n$|\b(aantal (respondenten|antwoorden|reacties|metingen|responses)|respons(es|e)?|respondents|respondenten|"
    r"antwoorden|answers|count|basis|base|aantal|totaal|total)\b",
    re.IGNORECASE,
)
END = re.compile(r"\b(end|einde?|tot|to|until)\b", re.IGNORECASE)
START = re.compile(r"\b(start|begin|van|from)\b", re.IGNORECASE)
COUNTS = ("answer_counts", "invitation_counts", "contact_counts")


def totals(labels: list[str], rows: Sequence[Cells]) -> Reshape | None:
    """How the records of a file with totals become records of counts; None when they are, or are no totals."""
    profiles = profiles_of(labels, rows)
    return _months_below(labels, profiles) or _shares(labels, profiles) or _calls(labels, profiles)


# Promoters, passives and detractors as percentages -------------------------------------------


def _shares(labels: list[str], profiles: list[Profile]) -> Reshape | None:
    """Percentages of promoters, passives and detractors with the number of answers, as counts."""
    found = [_share(name, profiles) for name in SHARES]
    base = next((one.label for one in profiles if ANSWERS.search(one.label) and one.numbers), None)
    if any(one is None for one in found) or base is None or base in found:
        return None
    named = [one for one in found if one]
    shown = [profile for profile in profiles if profile.label in named]
    if not all(map(_are_shares, shown)):
        return None
    places = [labels.index(one) for one in named]
    of = labels.index(base)
    decimal = decimal_of([said.strip("% ") for one in shown for said in one.said])

    def records(rows: Iterable[Record]) -> Iterator[Record]:
        for one in rows:
            counts = _counts([_cell(one, i) for i in places], _cell(one, of), decimal)
            yield Record(one.row, [*one.cells, *counts], one.trouble)

    worked = tuple(
        Worked("from_share", name, (one, base)) for name, one in zip(SHARES, named, strict=True)
    )
    before = [f"{label} (share)" if label in SHARES else label for label in labels]
    return Reshape([*before, *SHARES], records, worked)


def _are_shares(profile: Profile) -> bool:
    """Percentages by name or sign, or parts of one."""
    parts = bool(profile.numbers) and max(profile.numbers) <= 1
    return bool(PERCENT.search(profile.label)) or parts or all("%" in said for said in profile.said)


def _share(name: str, profiles: list[Profile]) -> str | None:
    for one in profiles:
        plain = PERCENT.sub("", one.label)
        if one.said and is_named("answer_counts", name, plain):
            return one.label
    return None


def _counts(shares: list[str | None], base: str | None, decimal: str) -> Cells:
    """Whole numbers that add up to the base: by largest remainder. A share that is no number stays as
    it is, so that the row is refused with it."""
    found = [number(share.strip("% "), decimal) if share else None for share in shares]
    n = number(base, decimal) if base else None
    if n is None or any(share is None for share in found):
        return [share and f"{share} of {base}" for share in shares]
    known = [share for share in found if share is not None]
    whole = 100.0 if sum(known) > 1.5 else 1.0
    if abs(sum(known) / whole - 1) > 0.03:
        return [f"{share} of {base}" for share in shares]
    exact = [share / sum(known) * n for share in known]
    counts = [int(one) for one in exact]
    order = sorted(range(len(exact)), key=lambda i: counts[i] - exact[i])
    for i in order[: round(n) - sum(counts)]:
        counts[i] += 1
    return [str(one) for one in counts]


# Calls per interval ---------------------------------------------------------------------------


def _calls(labels: list[str], profiles: list[Profile]) -> Reshape | None:
    """Averages times the calls handled, and the length of an interval from its end."""
    known = {one.to: one.label for one in known_columns("contact_counts", profiles)}
    if not {"offered", "handled"} <= set(known):
        return None
    handled = labels.index(known["handled"])
    averages = {
        to: one
        for to, short in (("wait_seconds", ASA), ("handle_seconds", AHT))
        for one in profiles
        if AVERAGE.search(one.label)
        and (short.search(one.label) or is_named("contact_counts", to, AVERAGE.sub("", one.label)))
    }
    ends = _interval(profiles)
    if not averages and not ends:
        return None
    decimal = decimal_of_counts([said for one in profiles if one.numbers for said in one.said])
    units = {to: unit_of(one.label, one.said) for to, one in averages.items()}

    def records(rows: Iterable[Record]) -> Iterator[Record]:
        for one in rows:
            cells = list(one.cells)
            for to, average in averages.items():
                text, count = _cell(one, labels.index(average.label)), _cell(one, handled)
                cells.append(_times(text, units[to], count, decimal))
            if ends:
                cells.append(_length(*(_cell(one, labels.index(label)) for label in ends)))
            yield Record(one.row, cells, one.trouble)

    worked = [
        Worked("from_average", to, (average.label, known["handled"]))
        for to, average in averages.items()
    ]
    lengths = [Worked("interval", "interval_seconds", ends)] if ends else []
    now = [*labels, *(one.label for one in (*worked, *lengths))]
    return Reshape(now, records, (*worked, *lengths))


def _times(text: str | None, unit: str, count: str | None, decimal: str) -> str | None:
    """An average times a count; what is no number stays, so that the row is refused with it."""
    if not text:
        return None
    average, many = seconds(text, unit, decimal), number(count, decimal) if count else 0.0
    return text if average is None or many is None else f"{average * many:g}"


def _interval(profiles: list[Profile]) -> tuple[str, str] | None:
    dated = [one for one in profiles if one.formats]
    starts = [one.label for one in dated if START.search(one.label)]
    ends = [one.label for one in dated if END.search(one.label)]
    return (starts[0], ends[0]) if len(starts) == len(ends) == 1 and starts != ends else None


def _length(start: str | None, end: str | None) -> str | None:
    first, last = (moment(one) if one else None for one in (start, end))
    if first is None or last is None or (first.tzinfo is None) != (last.tzinfo is None):
        return None
    return f"{(last - first).total_seconds():g}"


# Months beside each other ---------------------------------------------------------------------


def _months_below(labels: list[str], profiles: list[Profile]) -> Reshape | None:
    """A row per measure with a column per month, as a row per month with a column per measure."""
    months = months_in(labels)
    if not months:
        return None
    others = [one for one in profiles if one.label not in months]
    measured = next((one for one in others if _measures(one)), None)
    if measured is None:
        return None
    measures = list(dict.fromkeys(measured.said))
    dimensions = [one.label for one in others if one is not measured]
    at = {label: labels.index(label) for label in labels}

    def records(rows: Iterable[Record]) -> Iterator[Record]:
        groups: dict[tuple[str | None, ...], dict[str, Record]] = {}
        for one in rows:
            key = tuple(_cell(one, at[label]) for label in dimensions)
            measure = (_cell(one, at[measured.label]) or "").strip()
            if one.trouble or measure not in measures or measure in groups.get(key, {}):
                trouble = one.trouble or f"'{measure}' is not known or there twice"
                yield Record(one.row, [None, *one.cells[: len(now) - 1]], trouble)
            else:
                groups.setdefault(key, {})[measure] = one
        row = 1
        for key, found in groups.items():
            for month in months:
                values = [
                    _cell(found[one], at[month]) if one in found else None for one in measures
                ]
                if any(values):
                    row += 1
                    yield Record(row, [month, *key, *values])

    now = ["month", *dimensions, *measures]
    return Reshape(now, records, (Worked("months_below", "month", tuple(months[:1])),))


def _measures(profile: Profile) -> bool:
    """Whether the values are names of counts, such as promoters and detractors."""
    said = dict.fromkeys(profile.said)
    return any(
        sum(any(is_named(table, to, one) for to in MEASURES[table]) for one in said) >= 2
        for table in COUNTS
    )


MEASURES = {
    "answer_counts": SHARES,
    "invitation_counts": ("sent", "withheld", "answered"),
    "contact_counts": ("offered", "handled", "abandoned"),
}


def _cell(record: Record, place: int) -> str | None:
    return record.cells[place] if place < len(record.cells) else None
