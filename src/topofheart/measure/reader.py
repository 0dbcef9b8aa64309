"""From a question to its sums: which table answers it, where its dimensions live, what is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from topofheart.kernel.errors import LakeError
from topofheart.lake.engines import Engine
from topofheart.lake.files import Files
from topofheart.lake.kept_sums import KeptSums
from topofheart.lake.lake import Lake
from topofheart.lake.snapshots import Snapshot
from topofheart.lake.tables import table
from topofheart.measure.cells import APART, Cells, cells_of
from topofheart.measure.metrics import Metric, metric_named
from topofheart.measure.question import Question, resolve_dimension
from topofheart.measure.sums import score_of, sums_of_answers, sums_of_totals
from topofheart.measure.weighting import weighed

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

Build = Callable[[Any, Question, dict[str, Any]], Any]
FROM_TOTALS = ("nps", "csat", "grade")
WIDENED = (2, 3, 6, 12)


class Reader:
    """Answers questions from one snapshot of a lake on one engine."""

    def __init__(self, lake: Lake, engine: Engine, snapshot: Snapshot) -> None:
        self.lake = lake
        self.engine = engine
        self.snapshot = snapshot
        self.kept = KeptSums(lake.workspace)

    @property
    def widened(self) -> tuple[int, ...]:
        """Over how many periods together one may look where one period cannot tell."""
        return WIDENED

    def files(self, table: str) -> Files:
        return self.lake.files(table, self.snapshot)

    def cells(self, question: Question) -> tuple[Cells, Question]:
        """The cells of a question, and the question as it was understood."""
        metric = metric_named(question.metric)
        question = replace(question, snapshot=self.snapshot.number)
        self._check_answers()
        found = self._cells(replace(question, source="answers"), metric)
        totals = replace(question, source="answer_counts", clusters=False)
        if not found[0].keys and metric.name in FROM_TOTALS and self.files("answer_counts").uris:
            return self._cells(totals, metric)
        return found

    def _check_answers(self) -> None:
        if not self.files("answers").uris and not self.files("answer_counts").uris:
            raise LakeError(
                "This workspace holds no answers yet.",
                code="no_answers",
                hint="Read a file first: topofheart read WORKSPACE FILE.",
            )

    def span(self, question: Question) -> tuple[date, date]:
        """The first and last day on which the question's answers were given."""
        question = self.sourced(question)
        metric = metric_named(question.metric)

        def days(rows: ir.Table, asked: Question, _: dict[str, ir.Column]) -> ir.Table:
            totals = asked.source == "answer_counts"
            day = rows["counted_on" if totals else "answered_on"]
            counted = rows if totals else rows.filter(score_of(rows, metric).notnull())
            return counted.agg(
                first=counted[day.get_name()].min(), last=counted[day.get_name()].max()
            )

        found = self.engine.read(
            self.expression(replace(question, every=None, by=()), days)
        ).to_pylist()[0]
        if found["first"] is None:
            raise LakeError(
                "These answers have no days, so nothing can be followed over time.",
                code="no_days",
                hint="Add a column with the day of each answer to the file, or to the mapping.",
            )
        return found["first"], found["last"]

    def sourced(self, question: Question) -> Question:
        """The question with the table that answers it."""
        self._check_answers()
        totals = not self.files("answers").uris
        return replace(question, source="answer_counts", clusters=False) if totals else question

    def expression(
        self,
        question: Question,
        build: Build,
    ) -> ir.Table:
        """The filtered table of a question, given to `build` with the columns it splits by."""
        return self.expression_over(question, self.files(question.source), build)

    def expression_over(
        self,
        question: Question,
        files: Files,
        build: Callable[[ir.Table, Question, dict[str, ir.Column]], ir.Table],
    ) -> ir.Table:
        """The same over some of the files."""
        return self._expression(question, self.located(question), files, build)

    def counted(self, question: Question, files: Files | None = None) -> Cells:
        """The cells of a question that names its source; over some files only, they are not kept."""
        metric = metric_named(question.metric)
        if files is None:
            return self._cells(question, metric)[0]
        build = sums_of_totals if question.source == "answer_counts" else sums_of_answers
        sums = self.engine.read(
            self.expression_over(
                question, files, lambda table, q, split: build(table, q, metric, split)
            )
        )
        return self.cells_from(sums, question)

    def cells_from(self, sums: pa.Table, question: Question) -> Cells:
        """The engine's sums as the cells of a question."""
        named = self.located(question)
        shown = {named[name][1]: name for name in question.by}
        return cells_of(sums, metric_named(question.metric), shown, question.every)

    def sums(
        self, question: Question, build: Build, *, over: Sequence[str] | None = ()
    ) -> pa.Table:
        """The sums that `build` makes of a question's rows, kept until the next time.

        `over` names the columns that tell its cells apart beside those of the question; None says that
        the sums of two files do not add up.
        """
        named = self.located(question)

        def add_up(part: Files) -> pa.Table:
            return self.engine.read(self._expression(question, named, part, build))

        return self._kept(question, named, add_up, over=over)

    def _kept(
        self,
        question: Question,
        named: dict[str, tuple[str, str]],
        add_up: Callable[[Files], pa.Table],
        *,
        over: Sequence[str] | None,
    ) -> pa.Table:
        used = {
            name: self.snapshot.versions.get(name)
            for name, _ in named.values()
            if name != question.source
        }
        key = f"{question.fingerprint}:{sorted(used.items())}"
        cells = None if over is None else [*_columns(named), "period", *over]
        return self.kept.of(key, self.files(question.source), add_up, over=cells)

    def stored(self, question: Question) -> dict[str, str]:
        """The stored column of each of a question's dimensions."""
        return {name: column for name, (_, column) in self.located(question).items()}

    def _cells(self, question: Question, metric: Metric) -> tuple[Cells, Question]:
        files = self.files(question.source)
        if not files.uris:
            return _empty(metric), question
        named = self.located(question)
        build = sums_of_totals if question.source == "answer_counts" else sums_of_answers

        def add_up(part: Files) -> pa.Table:
            """Where all answers are of one kind, which is usual, they need not be grouped by it."""
            apart = "kind" in part.schema.names and "kind" not in _columns(named)
            kind = part.only_value("kind") if apart else None
            expression = self._expression(
                question,
                named,
                part,
                lambda rows, q, split: build(rows.drop("kind") if kind else rows, q, metric, split),
            )
            sums = self.engine.read(expression)
            return sums.append_column("kind", _repeated(*kind, sums.num_rows)) if kind else sums

        clustered = question.clusters and question.source == "answers"
        sums = self._kept(question, named, add_up, over=None if clustered else APART)
        shown = {named[name][1]: name for name in question.by}
        caveats: tuple[str, ...] = ()
        if question.targets:
            columns = {name: named[name][1] for name in question.targets.names}
            sums, caveats = weighed(sums, metric, question.targets, columns, over=list(shown))
            if clustered and any(named[name][0] == "answers" for name in columns):
                caveats = (*caveats, "repeats_across_targets")
        return replace(cells_of(sums, metric, shown, question.every), caveats=caveats), question

    @cached_property
    def labels(self) -> dict[str, str]:
        """The stored column of each of the files' own names, in lower case."""
        return {label.lower(): column for label, column in self.labels_as_written.items()}

    @property
    def labels_as_written(self) -> dict[str, str]:
        """The stored column of each of the files' own names."""
        return self.lake.labels(self.snapshot)

    def located(self, question: Question) -> dict[str, tuple[str, str]]:
        """Where each dimension that the question names is stored: its table and column."""
        schemas = {question.source: self.files(question.source).schema}
        customers = self.files("customers")
        if customers.uris and "customer_id" in schemas[question.source].names:
            schemas["customers"] = customers.schema
        names = (*question.split, *(name for name, _ in question.where))
        if not names:
            return {}
        return {name: resolve_dimension(name, schemas, self.labels) for name in names}

    def _expression(
        self,
        question: Question,
        named: dict[str, tuple[str, str]],
        files: Files,
        build: Build,
    ) -> ir.Table:
        rows = self.engine.table(files)
        joined = sorted({column for table, column in named.values() if table == "customers"})
        if joined:
            customers = self.engine.table(self.files("customers")).select("customer_id", *joined)
            rows = rows.drop(*(name for name in joined if name in rows.columns)).left_join(
                customers, "customer_id"
            )
            rows = rows.drop(*(name for name in rows.columns if name.endswith("_right")))
        for name, values in question.where:
            rows = rows.filter(rows[named[name][1]].cast("string").isin(values))
        day = table(question.source).day
        if question.since:
            rows = rows.filter(rows[day] >= question.since)
        if question.until:
            rows = rows.filter(rows[day] <= question.until)
        if question.every:
            rows = rows.filter(rows[day].notnull())
        return build(rows, question, {named[n][1]: rows[named[n][1]] for n in question.split})


def _columns(named: dict[str, tuple[str, str]]) -> list[str]:
    return [column for _, column in named.values()]


def _repeated(value: str | None, times: int) -> pa.Array:
    import pyarrow as pa

    return pa.array([value] * times, pa.string())


def _empty(metric: Metric) -> Cells:
    import numpy as np

    none = np.zeros(0)
    return Cells(metric, [], none, none, none, none, none, none, none, none)
