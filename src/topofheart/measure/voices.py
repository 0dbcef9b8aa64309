"""Single answers on their way out: who needs a call, and what customers said. Always redacted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from topofheart.measure.metrics import Metric, metric_named
from topofheart.measure.question import Question
from topofheart.measure.reader import Reader
from topofheart.measure.sums import score_of
from topofheart.understand.redaction import redacted

if TYPE_CHECKING:
    import ibis.expr.types as ir

SHORTEST_QUOTE, LONGEST_QUOTE = 35, 320
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
    """Customers who scored `low` or less in the last days of the data: the newest first, and how many."""
    metric = metric_named(question.metric)

    def pick(rows: ir.Table, _: Question, __: dict[str, Any]) -> ir.Table:
        chosen = _voices(rows, metric)
        return chosen.filter((chosen.score <= low) & chosen.text.notnull())

    expression = reader.expression(_overall(question), pick)
    found = reader.engine.read(expression.order_by(_newest(expression)).limit(5_000)).to_pylist()
    dated = [row["day"] for row in found if row["day"]]
    if dated:
        since = max(dated) - timedelta(days)
        found = [row for row in found if row["day"] and row["day"] >= since]
    return [_voice(row, language) for row in found[:most]], len(found)


def quotes(
    reader: Reader, question: Question, *, most: int, language: str | None = None
) -> list[Voice]:
    """A few whole sentences from all over the scale, newest first within each part of it."""
    metric = metric_named(question.metric) if question.metric else None

    def pick(rows: ir.Table, _: Question, __: dict[str, Any]) -> ir.Table:
        chosen = _voices(rows, metric)
        return chosen.filter(chosen.text.length().between(SHORTEST_QUOTE, LONGEST_QUOTE))

    expression = reader.expression(_overall(question), pick)
    found = reader.engine.read(expression.order_by(_newest(expression)).limit(400)).to_pylist()
    found = [row for row in found if row["score"] is not None] or found
    ranked = sorted(found, key=lambda row: (row["score"] or 0.0, str(row["day"]), row["text"]))
    if len(ranked) <= most:
        return [_voice(row, language) for row in ranked]
    step = (len(ranked) - 1) / max(1, most - 1)
    spread = [ranked[round(place * step)] for place in range(most)]
    texts: dict[str, Voice] = {row["text"]: _voice(row, language) for row in spread}
    return list(texts.values())


def _voices(rows: ir.Table, metric: Metric | None) -> ir.Table:
    import ibis

    score = score_of(rows, metric).cast("float64") if metric else ibis.null("float64")
    return rows.select(
        customer_id=rows.customer_id,
        answer_id=rows.answer_id,
        row=rows.read_row,
        day=rows.answered_on,
        score=score,
        text=rows.comment,
    )


def _newest(voices: ir.Table) -> list[Any]:
    return [voices.day.desc(nulls_first=False), voices.score, voices.answer_id, voices.text]


def _overall(question: Question) -> Question:
    return replace(question, by=(), every=None)


def _voice(row: dict[str, Any], language: str | None) -> Voice:
    customer = row["customer_id"]
    pseudonym = customer is not None and len(customer) == PSEUDONYM_LENGTH and customer.isalnum()
    known = None if pseudonym else customer
    row_in_file = f"# {row['row']}" if row["row"] else ""
    shown = known or row["answer_id"] or row_in_file or (customer or "")[:8]
    text = redacted(row["text"], language=language) if row["text"] else None
    return Voice(shown, row["day"], row["score"], text)
