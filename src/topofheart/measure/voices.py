"""Single answers on their way out: customers who need a call. Always redacted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from topofheart.measure.metrics import Metric, metric_named
from topofheart.measure.question import Question
from topofheart.measure.reader import Reader
from topofheart.measure.sensitive import speaks_of_harm
from topofheart.measure.sums import score_of
from topofheart.understand.redaction import redacted

if TYPE_CHECKING:
    import ibis.expr.types as ir

PSEUDONYM_LENGTH = 32


@dataclass(frozen=True)
class Voice:
    """One customer's answer: who, when, the score on its own scale, and the words."""

    id: str
    day: date | None
    score: float | None
    text: str | None


def callers(
    reader: Reader,
    question: Question,
    *,
    low: float,
    days: int,
    most: int,
    language: str | None = None,
) -> tuple[list[Voice], int]:
    """Customers who scored `low` or less in the last days of the data: the newest first, and how many.

    Before all of them those whose words speak of suicide or self-harm.
    """
    metric = metric_named(question.metric)

    def pick(rows: ir.Table, _: Question, __: dict[str, Any]) -> ir.Table:
        chosen = _voices(rows, metric)
        return chosen.filter((chosen.score <= low) & chosen.comment.notnull())

    expression = reader.expression(_overall(question), pick)
    found = reader.engine.read(expression.order_by(_newest(expression)).limit(5_000)).to_pylist()
    dated = [row["day"] for row in found if row["day"]]
    if dated:
        since = max(dated) - timedelta(days)
        found = [row for row in found if row["day"] and row["day"] >= since]
    found.sort(key=lambda row: not speaks_of_harm(row["comment"]))
    return [voice_of(row, language) for row in found[:most]], len(found)


def _voices(rows: ir.Table, metric: Metric) -> ir.Table:
    return rows.select(
        customer_id=rows.customer_id,
        answer_id=rows.answer_id,
        read_row=rows.read_row,
        day=rows.answered_on,
        score=score_of(rows, metric).cast("float64"),
        comment=rows.comment,
    )


def _newest(voices: ir.Table) -> list[Any]:
    return [voices.day.desc(nulls_first=False), voices.score, voices.answer_id, voices.comment]


def _overall(question: Question) -> Question:
    return replace(question, by=(), every=None)


def voice_of(row: dict[str, Any], language: str | None) -> Voice:
    customer = row["customer_id"]
    pseudonym = customer is not None and len(customer) == PSEUDONYM_LENGTH and customer.isalnum()
    known = None if pseudonym else customer
    row_in_file = f"# {row['read_row']}" if row["read_row"] else ""
    shown = known or row["answer_id"] or row_in_file or (customer or "")[:8]
    text = redacted(row["comment"], language=language) if row["comment"] else None
    return Voice(shown, row["day"], row["score"], text)
