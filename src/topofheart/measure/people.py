"""How many customers stand behind each cell: exactly where it is near the threshold, at least elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from topofheart.lake.tables import TABLES
from topofheart.measure.cells import Cells
from topofheart.measure.metrics import metric_named
from topofheart.measure.question import Question
from topofheart.measure.reader import Reader
from topofheart.measure.sums import sums_of_answers

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

    from topofheart.lake.files import Files


MANY_ANSWERS = 500_000


@dataclass(frozen=True)
class Held:
    """What a snapshot's answers are like: how many, how many without a day, the most of one customer."""

    answers: int
    undated: int
    most_of_one: int


def peopled(reader: Reader, question: Question, *, fewest: int) -> Cells:
    """The cells of a question with their `people`, exact in every cell of fewer than `fewest`.

    Telling customers apart takes eight times as long as counting answers. Among many answers it is needless
    where a cell has so many that even the most zealous customer leaves room for `fewest` others.
    """
    apart = replace(question, clusters=True)
    if question.source != "answers":
        return reader.counted(replace(question, clusters=False))
    there = held(reader)
    if there.answers < MANY_ANSWERS:
        return reader.counted(apart)
    counted = reader.counted(replace(question, clusters=False))
    if (counted.n >= fewest * there.most_of_one).all():
        return replace(counted, people=counted.n // there.most_of_one)
    return reader.counted(apart)


def held(reader: Reader) -> Held:
    """The same for every question of a snapshot, so it is kept."""
    day = TABLES["answers"].day

    def count(files: Files) -> pa.Table:
        answers = reader.engine.table(files)
        each = answers.group_by("customer_id").agg(
            n=answers.count(), undated=answers.count(where=answers[day].isnull())
        )
        known = each.n.max(where=each.customer_id.notnull())
        found = each.agg(answers=each.n.sum(), undated=each.undated.sum(), most_of_one=known)
        return reader.engine.read(found)

    kept = reader.kept.of("what the answers are like", reader.files("answers"), count, over=None)
    row = {name: int(value or 0) for name, value in kept.to_pylist()[0].items()}
    return Held(**row | {"most_of_one": max(1, row["most_of_one"])})


def without_day(reader: Reader, question: Question) -> Cells | None:
    """Customers of answers that have no day, per cell of a question without time in it; None without any."""
    if question.source != "answers" or not held(reader).undated:
        return None
    metric = metric_named(question.metric)
    day = TABLES[question.source].day

    def build(rows: ir.Table, asked: Question, split: dict[str, ir.Column]) -> ir.Table:
        undated = rows.filter(rows[day].isnull())
        return sums_of_answers(undated, asked, metric, {name: undated[name] for name in split})

    asked = replace(question, since=None, until=None, every=None, clusters=True)
    return reader.cells_from(reader.engine.read(reader.expression(asked, build)), asked)
