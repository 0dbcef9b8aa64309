"""The sums that a score needs, as one Ibis expression: grouped in the engine, no row leaves it.

Per cell: n, how many were low and high, total and squares of each answer's own value (the grade itself
for a mean; −1, 0, 1 for a net and 0, 1 for a share, where they may be left out because they follow from
the counts), and, for customers who answered more than once, the sums over customers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from topofheart.lake.tables import table
from topofheart.measure.metrics import MEAN, NET, SHARE, Metric

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from topofheart.measure.question import Question

TRUNCATE = {"day": "D", "week": "W", "month": "M", "quarter": "Q", "year": "Y"}
COUNTED = ("n", "total", "squares", "low", "high")
CLUSTERED = ("clusters", "sum_s2", "sum_sn", "sum_n2", "unknown")
ANSWER_VALUES = range(11)


def sums_of_answers(
    answers: ir.Table, question: Question, metric: Metric, dimensions: dict[str, ir.Column]
) -> ir.Table:
    """Sums per cell from single answers; `dimensions` are the columns to split by."""
    import ibis

    cells = columns_of_cells(answers, question, metric, dimensions)
    score = score_of(answers, metric)
    marked = answers.mutate(**cells, score=score, top=_top(score, answers, metric))
    valued = marked.filter(marked.score.notnull())
    if _some_scales_lack_a_top(metric):
        valued = valued.filter(valued.top.notnull())
    sums: dict[str, Any] = {
        "n": valued.count(),
        "low": valued.count(where=valued.score <= metric.low),
        "high": valued.count(where=valued.top),
    }
    if metric.kind == MEAN:
        grade = valued.score.cast("float64")
        sums |= {"total": grade.sum(), "squares": (grade * grade).sum()}
    if not question.clusters or "customer_id" not in valued.columns:
        return valued.group_by(list(cells)).agg(**sums) if cells else valued.agg(**sums)
    people = _completed(valued.group_by([*cells, "customer_id"]).agg(**sums), metric)
    alone = people.customer_id.isnull()
    n, total, squares = (people[name] for name in ("n", "total", "squares"))
    over = {name: people[name].sum() for name in COUNTED} | {
        "clusters": ibis.ifelse(alone, n, 1).sum(),
        "sum_s2": ibis.ifelse(alone, squares, total * total).sum(),
        "sum_sn": ibis.ifelse(alone, total, total * n).sum(),
        "sum_n2": ibis.ifelse(alone, n, n * n).sum(),
        "unknown": ibis.ifelse(alone, n, 0).sum(),
    }
    grouped = people.group_by(list(cells)).agg(**over) if cells else people.agg(**over)
    return _floats(grouped, (*COUNTED, *CLUSTERED))


def sums_of_totals(
    counts: ir.Table, question: Question, metric: Metric, dimensions: dict[str, ir.Column]
) -> ir.Table:
    """The same sums from totals: promoters, passives and detractors, or a distribution."""
    import ibis

    cells = split_by(counts, question, dimensions)
    if metric.kind == NET:
        high, middle, low = (
            counts[name].fill_null(0) for name in ("promoters", "passives", "detractors")
        )
        named = (counts.promoters.notnull()) & (counts.detractors.notnull())
        spread = [counts[f"count_{value}"].fill_null(0) for value in ANSWER_VALUES]
        low = ibis.ifelse(named, low, sum(spread[:7], ibis.literal(0.0)))
        middle = ibis.ifelse(named, middle, sum(spread[7:9], ibis.literal(0.0)))
        high = ibis.ifelse(named, high, sum(spread[9:], ibis.literal(0.0)))
        usable = named | (counts.scale == "0-10")
        parts = {
            "n": low + middle + high,
            "total": high - low,
            "squares": high + low,
            "low": low,
            "high": high,
        }
    else:
        usable = counts.scale.notnull()
        cells["scale"] = counts.scale
        spread = [counts[f"count_{value}"].fill_null(0) for value in ANSWER_VALUES]
        parts = _distribution(spread, counts.scale, metric)
    if "kind" in counts.columns:
        cells["kind"] = counts["kind"]
    valued = counts.mutate(**cells, **{f"sum_{name}": part for name, part in parts.items()})
    valued = valued.filter(usable)
    sums = {name: valued[f"sum_{name}"].sum() for name in COUNTED}
    grouped = valued.group_by(list(cells)).agg(**sums) if cells else valued.agg(**sums)
    return _floats(grouped, COUNTED)


def spread_of_answers(answers: ir.Table, question: Question, metric: Metric) -> ir.Table:
    """How many gave each answer, per cell of the question."""
    cells = split_by(answers, question, {}) | _apart(answers, metric)
    valued = answers.mutate(**cells, answer=score_of(answers, metric))
    valued = valued.filter(valued.answer.notnull())
    return _floats(valued.group_by([*cells, "answer"]).agg(n=valued.count()), ("n", "answer"))


def columns_of_cells(
    answers: ir.Table, question: Question, metric: Metric, dimensions: dict[str, ir.Column]
) -> dict[str, ir.Column]:
    """Everything that tells the cells of single answers apart."""
    return split_by(answers, question, dimensions) | _apart(answers, metric)


def score_of(answers: ir.Table, metric: Metric) -> ir.Column:
    """The answer's own score on its scale; empty where a part of it is missing."""
    if metric.name == "worry":
        return answers.worry_before - answers.worry_after
    if len(metric.columns) > 1:
        first, *others = (answers[name] for name in metric.columns)
        return sum(others, first) / len(metric.columns)
    score = answers[metric.columns[0]]
    if metric.scale:
        return (answers.satisfaction_scale == metric.scale).ifelse(score, None)
    return score


def _top(score: ir.Column, answers: ir.Table, metric: Metric) -> ir.Column:
    """Whether an answer is at the top of its scale; empty on a scale that has no top."""
    import ibis

    if not _some_scales_lack_a_top(metric):
        return score >= metric.high
    return ibis.cases(
        *((answers.satisfaction_scale == scale, score >= top) for scale, top in metric.tops)
    )


def _some_scales_lack_a_top(metric: Metric) -> bool:
    return metric.scaled and metric.kind == SHARE


def _completed(sums: ir.Table, metric: Metric) -> ir.Table:
    """Totals and squares of −1, 0 and 1, or of 0 and 1, follow from the counts."""
    if metric.kind == MEAN:
        return sums
    if metric.kind == SHARE:
        return sums.mutate(total=sums.high, squares=sums.high)
    return sums.mutate(total=sums.high - sums.low, squares=sums.high + sums.low)


def split_by(
    rows: ir.Table, question: Question, dimensions: dict[str, ir.Column]
) -> dict[str, ir.Column]:
    """The columns that tell the cells of a question apart: its dimensions and the period."""
    cells = dict(dimensions)
    if question.every:
        day = rows[str(table(question.source).day)]
        unit = TRUNCATE[question.every]
        cells["period"] = day if unit == "D" else day.truncate(unit).cast("date")
    return cells


def _apart(answers: ir.Table, metric: Metric) -> dict[str, ir.Column]:
    """What is never pooled: kinds of survey, and scales."""
    apart = {"kind": answers["kind"]} if "kind" in answers.columns else {}
    if metric.scaled and not metric.scale:
        apart["scale"] = answers.satisfaction_scale
    return apart


def _distribution(spread: list[Any], scale: Any, metric: Metric) -> dict[str, Any]:
    import ibis

    zero = ibis.literal(0.0)
    tops = metric.tops or ((metric.scale, metric.high),)
    low = sum(spread[: int(metric.low) + 1], zero)

    def at(value: int) -> Any:
        passes = [(scale == name, 1.0 if value >= top else 0.0) for name, top in tops]
        return ibis.cases(*passes, else_=0.0)

    worth = [float(v) if metric.kind == MEAN else at(v) for v in ANSWER_VALUES]
    counted = list(zip(spread, worth, strict=True))
    return {
        "n": sum(spread, zero),
        "total": sum((count * value for count, value in counted), zero),
        "squares": sum((count * value * value for count, value in counted), zero),
        "low": low,
        "high": sum((count * at(v) for v, count in enumerate(spread)), zero),
    }


def _floats(sums: ir.Table, names: tuple[str, ...]) -> ir.Table:
    return sums.mutate(**{name: sums[name].cast("float64") for name in names})
