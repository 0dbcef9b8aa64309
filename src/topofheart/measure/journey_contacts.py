"""Contacts laid beside the touchpoints that they are about: how many, how long they waited.

A contact has its own touchpoint or, where the table has none, a reason that names one (`steps.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from topofheart.kernel.errors import UnknownName
from topofheart.kernel.estimate import Estimate
from topofheart.measure.cells import Cells, cells_of
from topofheart.measure.metrics import SHARE, Metric
from topofheart.measure.question import Question
from topofheart.measure.reader import Reader
from topofheart.measure.scores import estimates_of
from topofheart.measure.steps import common_steps, placed
from topofheart.measure.sums import sums_of_answers

if TYPE_CHECKING:
    import ibis.expr.types as ir

ASKED = Metric("asked", SHARE, ("asked",), "share", high=1)
MOST_REASONS = 2_000
WRITTEN = ("mail", "email", "e-mail", "letter", "brief", "post", "form", "formulier")
Name = str | None


@dataclass(frozen=True)
class Beside:
    """What contacts say of each touchpoint; None stands for contacts of no touchpoint.

    `steps` are the common steps that contacts name and no answer is about.
    """

    volume: dict[Name, int] = field(default_factory=dict)
    waiting: dict[Name, Estimate] = field(default_factory=dict)
    asked: dict[Name, Estimate] = field(default_factory=dict)
    steps: frozenset[str] = frozenset()
    caveats: tuple[str, ...] = ()


def contacts_beside(
    reader: Reader, question: Question, touchpoints: list[str], patience_seconds: float
) -> Beside:
    """Contacts that customers began, by touchpoint; nothing where the filter does not fit them."""
    if not reader.files("contacts").uris:
        return Beside()
    everything = replace(question, source="contacts", by=())
    try:
        found = _placing(reader, everything, question.by[0], touchpoints)
    except UnknownName:
        return Beside(caveats=("contacts_not_filtered",))
    if found is None:
        return Beside(caveats=("contacts_without_reason",))
    column, touchpoint = found
    waits = Metric("waiting", SHARE, ("live_wait",), "share", high=patience_seconds)

    def counted(rows: ir.Table, _: Question, __: dict[str, Any]) -> ir.Table:
        rows = _begun_by_customers(rows)
        return rows.group_by(step=_step(rows[column], touchpoint)).agg(n=rows.count())

    def share(metric: Metric) -> dict[Name, Estimate]:
        def add_up(rows: ir.Table, understood: Question, _: dict[str, Any]) -> ir.Table:
            rows = _begun_by_customers(rows)
            step = _step(rows[column], touchpoint)
            return sums_of_answers(rows, understood, metric, {"step": step})

        sums = reader.engine.read(reader.expression(everything, add_up))
        return by_name(cells_of(sums, metric, {"step": "step"}, None), question.level)

    volume = reader.engine.read(reader.expression(everything, counted)).to_pylist()
    steps = frozenset(touchpoint.values()) & set(common_steps()) - set(touchpoints)
    counts = {row["step"]: int(row["n"]) for row in volume}
    return Beside(counts, share(waits), share(ASKED), steps)


def _placing(
    reader: Reader, everything: Question, along: str, touchpoints: list[str]
) -> tuple[str, dict[str, str]] | None:
    """The column of contacts that tells where they belong, and the touchpoint of each of its values."""
    schema = reader.files("contacts").schema
    for column in (along, f"d_{along}"):
        if column in schema.names:
            names = {one.casefold(): one for one in touchpoints}
            values = _values(reader, everything, column)
            return column, {one: names.get(one.casefold(), one) for one in values}
    if along != "touchpoint":
        return None
    by_reason = placed(_values(reader, everything, "reason"), touchpoints)
    return ("reason", by_reason) if by_reason else None


def _values(reader: Reader, everything: Question, column: str) -> list[str]:
    """The values of a column, the most frequent first."""

    def pick(rows: ir.Table, _: Question, __: dict[str, Any]) -> ir.Table:
        rows = _begun_by_customers(rows).filter(rows[column].notnull())
        counted = rows.group_by(value=rows[column].cast("string")).agg(n=rows.count())
        return counted.order_by([counted.n.desc(), counted.value]).limit(MOST_REASONS)

    found = reader.engine.read(reader.expression(everything, pick))
    return [str(value) for value in found["value"].to_pylist()]


def _begun_by_customers(rows: ir.Table) -> ir.Table:
    """Contacts but what the organisation began itself, with what is summed of them.

    `asked` is 1 for a question; a letter or a mail may take its time and does not count as waiting.
    """
    begun = rows.filter(rows.direction.isnull() | (rows.direction != "out"))
    written = begun.channel.lower().isin(WRITTEN).fill_null(False)
    return begun.mutate(
        asked=(begun.purpose == "question").cast("int64"),
        live_wait=written.ifelse(None, begun.wait_seconds),
    )


def _step(column: ir.Column, touchpoint: dict[str, str]) -> ir.Column:
    import ibis

    values: dict[str, list[str]] = {}
    for value, name in touchpoint.items():
        values.setdefault(name, []).append(value)
    text = column.cast("string")
    branches = [(text.isin(given), ibis.literal(name)) for name, given in values.items()]
    nothing = ibis.null("string")
    return ibis.cases(*branches, else_=nothing) if branches else nothing


def by_name(cells: Cells, level: float) -> dict[Name, Estimate]:
    """The estimate of each cell by the value of its only dimension."""
    names = (key.group[0][1] for key in cells.keys)
    return dict(zip(names, estimates_of(cells, level), strict=True))
