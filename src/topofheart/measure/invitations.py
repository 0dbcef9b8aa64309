"""Invitations, counted in the engine by what became of them: from a log of rows, or from totals."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from topofheart.kernel.errors import LakeError
from topofheart.kernel.period import Period, period_of
from topofheart.measure.question import Question
from topofheart.measure.reader import Build, Reader
from topofheart.measure.sums import split_by

if TYPE_CHECKING:
    import ibis.expr.types as ir

ROWS, TOTALS = "invitations", "invitation_counts"
ANSWERED, WITHHELD = "answered", "withheld"
OUTCOMES = (ANSWERED, "no_answer", "bounced", "declined", WITHHELD)
REGISTER = ("segment", "region")

Split = dict[str, "ir.Column"]
Cell = tuple[tuple[tuple[str, str | None], ...], Period | None]


@dataclass
class Counted:
    """The invitations of one cell by what became of them, and why those withheld were."""

    became: Counter[str | None] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def meant(self) -> int:
        """Sent and withheld."""
        return self.became.total()

    @property
    def invited(self) -> int:
        return self.meant - self.became[WITHHELD]

    @property
    def answered(self) -> int:
        return self.became[ANSWERED]


class Invitations:
    """The invitations that a question is about."""

    def __init__(self, reader: Reader, question: Question) -> None:
        sources = [source for source in (ROWS, TOTALS) if reader.files(source).uris]
        if not sources:
            raise LakeError(
                "This workspace holds no invitations.",
                code="no_invitations",
                hint="Read the log of your survey tool, one row per invitation, or invitations per month.",
            )
        self.reader = reader
        self.asked = replace(
            question, metric="response", source=sources[0], clusters=False,
            snapshot=reader.snapshot.number,
        )  # fmt: skip
        self.has_rows = sources[0] == ROWS

    def counted(self) -> dict[Cell, Counted]:
        return self._from_rows() if self.has_rows else self._from_totals()

    def _from_rows(self) -> dict[Cell, Counted]:
        counted: dict[Cell, Counted] = defaultdict(Counted)
        for cell, row in self._by_cell(self.asked, outcomes, over=("became", "because")):
            one, n = counted[cell], round(row["n"])
            one.became[row["became"]] += n
            if row["became"] == WITHHELD and row["because"]:
                one.reasons[row["because"]] += n
        return counted

    def _from_totals(self) -> dict[Cell, Counted]:
        counted = {}
        for cell, row in self._by_cell(self.asked, totals):
            sent, answered, withheld = (round(row[name]) for name in ("sent", ANSWERED, WITHHELD))
            became: dict[str | None, int] = {ANSWERED: answered, WITHHELD: withheld}
            counted[cell] = Counted(Counter(became | {"no_answer": sent - answered}))
        return counted

    def over_the_register(self) -> tuple[dict[Cell, list[dict[str, Any]]], list[str]]:
        """How many there are and answered, per cell and value of the customer register; and the
        register's columns."""
        if not self.has_rows or not self.reader.files("customers").uris:
            return {}, []
        by = tuple(dict.fromkeys((*self.asked.by, *REGISTER)))
        wider = replace(self.asked, metric="representativeness", by=by)
        groups: dict[Cell, list[dict[str, Any]]] = defaultdict(list)
        for cell, row in self._by_cell(wider, answering):
            groups[cell].append(row)
        stored = self.reader.stored(wider)
        return groups, [stored[name] for name in REGISTER if name not in self.asked.by]

    def answers(self) -> tuple[int, int]:
        """How many answers were given meanwhile, and how many of them name no invitation."""
        if not self.reader.files("answers").uris:
            return 0, 0
        asked = replace(self.asked, source="answers", by=(), every=None)
        found = self.reader.sums(asked, answers_and_uninvited).to_pylist()[0]
        return round(found["n"]), round(found["uninvited"])

    def _by_cell(
        self, asked: Question, build: Build, *, over: Sequence[str] = ()
    ) -> Iterator[tuple[Cell, dict[str, Any]]]:
        """The sums that `build` makes, each with the cell of the question that it is part of."""
        if self._outcomes_are_known:
            found = self.reader.sums(asked, build, over=over)
        else:
            found = self.reader.engine.read(self.reader.expression(asked, self._linked(build)))
        stored = self.reader.stored(asked)
        for row in found.to_pylist():
            group = tuple((name, _text(row[stored[name]])) for name in self.asked.by)
            yield (group, period_of(row["period"], asked.every) if asked.every else None), row

    @cached_property
    def _outcomes_are_known(self) -> bool:
        """Whether the log itself says what became of every invitation, or nothing else does."""
        if not self.has_rows or not self.reader.files("answers").uris:
            return True
        overall = replace(self.asked, metric="outcomes", by=(), where=(), every=None)
        overall = replace(overall, since=None, until=None)
        return self.reader.sums(overall, unfinished).to_pylist()[0]["n"] == 0

    def _linked(self, build: Build) -> Build:
        """The same where the log lacks outcomes, but answers name the invitation they answer."""

        def linked(rows: ir.Table, asked: Question, split: Split) -> ir.Table:
            answers = self.reader.engine.table(self.reader.files("answers"))
            named = answers.filter(answers.invitation_id.notnull()).select("invitation_id")
            rows = rows.left_join(named.distinct().mutate(came=True), "invitation_id")
            answered = rows.outcome.isnull() & rows.came.notnull()
            rows = rows.mutate(outcome=answered.ifelse(ANSWERED, rows.outcome))
            return build(rows, asked, {name: rows[name] for name in split})

        return linked


def outcomes(rows: ir.Table, asked: Question, split: Split) -> ir.Table:
    """Invitations per outcome; those withheld also by reason."""
    because = (rows.outcome == WITHHELD).ifelse(rows.reason, None)
    cells = split_by(rows, asked, split) | {"became": rows.outcome, "because": because}
    marked = rows.mutate(**cells)
    return marked.group_by(list(cells)).agg(n=marked.count().cast("float64"))


def answering(rows: ir.Table, asked: Question, split: Split) -> ir.Table:
    """Invitations and answers per cell."""
    cells = split_by(rows, asked, split)
    marked = rows.mutate(**cells)
    return marked.group_by(list(cells)).agg(
        n=marked.count().cast("float64"),
        came=marked.count(where=marked.outcome.notnull() & (marked.outcome == ANSWERED)).cast(
            "float64"
        ),
    )


def totals(rows: ir.Table, asked: Question, split: Split) -> ir.Table:
    cells = split_by(rows, asked, split)
    marked = rows.mutate(**cells)
    sums = {
        name: marked[name].fill_null(0.0).sum().fill_null(0.0)
        for name in ("sent", ANSWERED, WITHHELD)
    }
    return marked.group_by(list(cells)).agg(**sums) if cells else marked.agg(**sums)


def unfinished(rows: ir.Table, _: Question, __: Split) -> ir.Table:
    return rows.agg(n=rows.count(where=rows.outcome.isnull()).cast("float64"))


def answers_and_uninvited(rows: ir.Table, _: Question, __: Split) -> ir.Table:
    return rows.agg(
        n=rows.count().cast("float64"),
        uninvited=rows.count(where=rows.invitation_id.isnull()).cast("float64"),
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)
