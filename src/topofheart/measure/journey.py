"""The journey, touchpoint by touchpoint: score, volume, worry and waiting. All summed in the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from topofheart.answer.answer import Answer, Row
from topofheart.kernel.errors import InvalidInput
from topofheart.kernel.estimate import Estimate, State
from topofheart.measure.cells import cells_of
from topofheart.measure.journey_contacts import Name, by_name, contacts_beside
from topofheart.measure.journey_order import in_order
from topofheart.measure.leading import Leading, leading_score
from topofheart.measure.metrics import MEAN, METRICS, Metric
from topofheart.measure.question import Question
from topofheart.measure.reader import Reader
from topofheart.measure.scores import FEW_ANSWERS
from topofheart.measure.sums import sums_of_answers

if TYPE_CHECKING:
    import ibis.expr.types as ir

OF_A_MOMENT = ("nps", "csat", "ces", "grade")
MOMENT = "transaction"
PATIENCE_SECONDS = 300.0
NOTHING = State.NO_EVIDENCE
WORRY_BEFORE = Metric("worry_before", MEAN, ("worry_before",), "1-7")


def journey(
    reader: Reader,
    question: Question,
    *,
    metrics: Sequence[str] = OF_A_MOMENT,
    declared: Sequence[str] = (),
    patience_seconds: float = PATIENCE_SECONDS,
) -> Answer:
    """One row per value of the question's one dimension, in the order of the journey.

    The score is the first of `metrics` that the answers hold. `declared` is the organisation's own
    order. Each row's `more` holds what data tell: `contacts` (how many customers began), `worry_before`
    (1–7), `worry` (how far it fell), `waiting` (share that waited `patience_seconds` or longer) and
    `asked` (share of contacts that were a question).

    Raises InvalidInput unless the question has one dimension and a patience above 0.
    """
    if len(question.by) != 1 or question.every:
        raise InvalidInput("A journey is split by one dimension.", code="one_dimension")
    if not patience_seconds > 0:
        raise InvalidInput(
            f"A patience of {patience_seconds:g} seconds is not possible.", code="bad_patience"
        )
    leading = leading_score(reader, question, metrics, kind=MOMENT)
    asked = leading.question if leading else replace(question, snapshot=reader.snapshot.number)
    score = by_name(leading.cells, asked.level) if leading else {}
    beside = contacts_beside(reader, question, [one for one in score if one], patience_seconds)
    measures: dict[str, Mapping[Name, Any]] = {
        "worry_before": _of_same_answers(reader, asked, WORRY_BEFORE),
        "worry": _of_same_answers(reader, asked, METRICS["worry"]),
        "contacts": beside.volume,
        "waiting": beside.waiting,
        "asked": beside.asked,
    }
    volume = beside.volume | {name: one.n for name, one in score.items()}
    names, how = in_order(reader, asked, volume, declared)
    none = Estimate(None, None, None, 0, METRICS[asked.metric].unit, "", asked.level, NOTHING)
    rows = [
        Row(
            score.get(name, none),
            {question.by[0]: name},
            more={about: found[name] for about, found in measures.items() if name in found}
            | ({"step": name} if name in beside.steps else {}),
        )
        for name in names
    ]
    told = {"asked": "journey", "ordered_by": how, "patience_seconds": patience_seconds}
    caveats = (*_caveats(leading, question), *beside.caveats)
    return Answer(tuple(rows) or (Row(none),), asked.as_dict() | told, caveats)


def _of_same_answers(reader: Reader, asked: Question, metric: Metric) -> dict[Name, Estimate]:
    """Another measure of the same customers' answers, whatever scale the score was on."""
    if asked.source != "answers" or not reader.files("answers").uris:
        return {}
    where = tuple(part for part in asked.where if part[0] != "satisfaction_scale")

    def add_up(rows: ir.Table, understood: Question, split: dict[str, Any]) -> ir.Table:
        return sums_of_answers(rows, understood, metric, {"step": next(iter(split.values()))})

    sums = reader.engine.read(reader.expression(replace(asked, where=where), add_up))
    return by_name(cells_of(sums, metric, {"step": "step"}, None), asked.level)


def _caveats(leading: Leading | None, question: Question) -> tuple[str, ...]:
    if leading is None:
        return ()
    chosen = dict(leading.question.where).get("kind")
    found = {
        "few_answers": bool((leading.cells.n < FEW_ANSWERS).any()),
        "kind_unknown": leading.kind is None,
        "one_kind": chosen is not None and "kind" not in dict(question.where),
        "from_totals": leading.question.source == "answer_counts",
    }
    return tuple(code for code, holds in found.items() if holds)
