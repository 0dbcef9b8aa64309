"""Which touchpoint comes before which.

As the organisation says; else as most journeys go, when every touchpoint is a step of `steps.toml`;
else by the median number of days after the order, or after somebody became a customer; else by volume.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from topofheart.measure.question import Question
from topofheart.measure.reader import Reader
from topofheart.measure.steps import common_steps, step_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

CLOCKS = (("orders", "ordered_on"), ("customers", "customer_since"))
FEWEST_TIMED = 10
Name = str | None


def in_order(
    reader: Reader, asked: Question, volume: Mapping[Name, int], declared: Sequence[str]
) -> tuple[list[Name], str]:
    """The touchpoints in order, and how it was known; what has no name comes last."""
    names = sorted((name for name in volume if name is not None), key=lambda one: -volume[one])
    last: list[Name] = [name for name in volume if name is None]
    if declared:
        places = {name.casefold(): place for place, name in enumerate(declared)}
        return [*sorted(names, key=lambda one: places.get(one.casefold(), len(places))), *last], (
            "declared"
        )
    steps = {name: step_of(name) for name in names}
    if None not in steps.values():
        order = list(common_steps())
        return [*sorted(names, key=lambda one: order.index(steps[one] or "")), *last], "steps"
    for table, day in CLOCKS:
        median = _median_days(reader, asked, table, day)
        if set(names) <= set(median):
            return [*sorted(names, key=lambda one: median[one]), *last], table
    return [*names, *last], "volume"


def _median_days(reader: Reader, asked: Question, table: str, day: str) -> dict[Name, float]:
    """Median days from the customer's latest such day to the answer, where enough are known."""
    files = reader.files(table)
    if asked.source != "answers" or not files.uris:
        return {}

    def counted(rows: ir.Table, _: Question, split: dict[str, Any]) -> ir.Table:
        answers = rows.select("key", "customer_id", "answered_on", step=next(iter(split.values())))
        starts = reader.engine.table(files)
        starts = starts.select("customer_id", began=starts[day])
        both = answers.inner_join(starts, "customer_id")
        both = both.filter(both.began <= both.answered_on)
        latest = both.group_by(["key", "step", "answered_on"]).agg(began=both.began.max())
        days = latest.mutate(days=latest.answered_on.delta(latest.began, unit="day"))
        return days.group_by(["step", "days"]).agg(n=days.count())

    counts: dict[Name, dict[int, int]] = defaultdict(dict)
    for row in reader.engine.read(
        reader.expression(replace(asked, every=None), counted)
    ).to_pylist():
        counts[row["step"]][int(row["days"])] = int(row["n"])
    return {
        step: _median(days) for step, days in counts.items() if sum(days.values()) >= FEWEST_TIMED
    }


def _median(counts: Mapping[int, int]) -> float:
    """The middle of numbers given with how often each occurs."""
    values = np.array(sorted(counts))
    seen = np.cumsum([counts[value] for value in sorted(counts)])
    n = int(seen[-1])
    low, high = values[np.searchsorted(seen, [(n + 1) // 2, n // 2 + 1])]
    return float(low + high) / 2
