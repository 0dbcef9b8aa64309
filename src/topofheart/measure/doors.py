"""Two doors to the same numbers.

The rows door is for those who work with single customers: it shows every cell and says which are small. The
statistics door is for what is shared: pages, reports, files that are sent on. What does not pass it has
no number at all, and single answers do not pass.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, NoReturn

from topofheart.kernel.errors import InvalidInput
from topofheart.kernel.period import period_of
from topofheart.lake.engines import Engine
from topofheart.lake.files import Files
from topofheart.lake.lake import Lake
from topofheart.lake.schema import is_extra
from topofheart.lake.snapshots import Snapshot
from topofheart.lake.tables import TABLES
from topofheart.measure.cells import Cells, Key, joined
from topofheart.measure.neighbours import NESTED, giving_away, window
from topofheart.measure.question import Question
from topofheart.measure.reader import Reader
from topofheart.measure.releases import published, states
from topofheart.measure.scores import FEW_CUSTOMERS

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

FEWEST_STAFF = 10
NEARLY_WHOLE = 0.9


@dataclass(frozen=True)
class Declared:
    """Which of the organisation's own columns may split what is shared, and which are about its staff."""

    dimensions: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()
    works_council_consent: date | None = None


class StatisticsReader(Reader):
    """A reader whose cells may be shown to anybody."""

    def __init__(
        self, lake: Lake, engine: Engine, snapshot: Snapshot, declared: Declared | None = None
    ) -> None:
        super().__init__(lake, engine, snapshot)
        self.declared = declared or Declared()
        self.behind = Reader(lake, engine, snapshot)

    @property
    def widened(self) -> tuple[int, ...]:
        """Runs of months are no calendar periods."""
        return ()

    def cells(self, question: Question) -> tuple[Cells, Question]:
        """The cells that pass, each as of the state that it shows; the others are `withheld`."""
        self._check_periods(question)
        self._check_weights(question)
        now, understood = self.behind.cells(question)
        fewest = self._fewest(understood)
        history = states(self.behind, understood)
        shown = published(history, understood, fewest=fewest)
        for place in range(
            min((one.previous for one in shown.values()), default=0) + 1, len(history)
        ):
            away = giving_away(history[place], understood, fewest=fewest)
            shown = {
                key: one for key, one in shown.items() if one.previous >= place or key not in away
            }
        parts = []
        for place in sorted({one.place for one in shown.values()}):
            cells = history[place].counted(understood) if place < len(history) - 1 else now
            parts.append(
                _only(
                    cells, [key for key in now.keys if key in shown and shown[key].place == place]
                )
            )
        return _together(now, parts), understood

    def span(self, question: Question) -> tuple[date, date]:
        """The first day of the first month, and of the last month its last day when it is nearly over,
        else its first: the day on which somebody answered is not told."""
        first, last = self.behind.span(question)
        month = period_of(last, "month")
        nearly = (last - month.first).days + 1 >= NEARLY_WHOLE * month.days
        return period_of(first, "month").first, month.last if nearly else month.first

    def files(self, table: str) -> Files:
        """Columns only, of a table of customers: what would go round the door finds nobody behind it."""
        found = super().files(table)
        return replace(found, uris=[]) if TABLES[table].people else found

    def sourced(self, question: Question) -> Question:
        """The question with the table that answers it."""
        return self.behind.sourced(question)

    def located(self, question: Question) -> dict[str, tuple[str, str]]:
        """Where each dimension that the question names is stored: its table and column."""
        return self.behind.located(question)

    def expression(self, question: Question, build: Callable[..., Any]) -> ir.Table:
        refuse_rows()

    def expression_over(self, question: Question, files: Any, build: Any) -> ir.Table:
        refuse_rows()

    def sums(self, question: Question, build: Any, *, over: Any = ()) -> pa.Table:
        refuse_rows()

    def _check_periods(self, question: Question) -> None:
        """Refuse cells that are not one month, quarter or year: two runs of days may differ by one day."""
        since, until, every = question.since, question.until, question.every
        if every and every not in NESTED:
            raise _not_nested(f"By {every} is too fine to share")
        if every:
            begins = since is None or period_of(since, every).first == since
            whole = begins and (until is None or period_of(until, every).last == until)
        else:
            whole = since is until is None or window(question) is not None
        if not whole:
            run = f"{since or ''} … {until or ''}".strip()
            raise _not_nested(f"{run} is not one whole {every or 'month, quarter or year'}")

    def _check_weights(self, question: Question) -> None:
        """Refuse weights: they could bring a withheld group to the front of a score that is shown."""
        if question.targets is not None:
            raise InvalidInput(
                "A weighted score does not pass the statistics door.",
                code="weights_not_shared",
                hint="Ask it without targets.",
            )

    def _fewest(self, question: Question) -> int:
        """The threshold of a question, after a check that its dimensions may be shared."""
        names = self.behind.located(question)
        for name, (table, column) in names.items():
            own = column in TABLES[table].by_name and not is_extra(column)
            if not (own or _among(name, column, self._all_declared())):
                known = ", ".join(self._all_declared()) or "none"
                raise InvalidInput(
                    f"'{name}' is not declared as something to share figures by.",
                    code="not_declared",
                    hint=f'Add it in config.toml: dimensions = ["{name}"]. Declared of your own: {known}.',
                )
        staff = any(
            _among(name, column, self.declared.staff) for name, (_, column) in names.items()
        )
        if not staff:
            return FEW_CUSTOMERS
        if self.declared.works_council_consent is None:
            raise InvalidInput(
                "Figures about staff are off until the works council has consented.",
                code="no_consent",
                hint="Enter the day of its consent in config.toml: works_council_consent = 2026-05-01.",
            )
        return FEWEST_STAFF

    def _all_declared(self) -> tuple[str, ...]:
        return (*self.declared.dimensions, *self.declared.staff)


def refuse_rows() -> NoReturn:
    """For questions that look at single customers."""
    raise InvalidInput(
        "This question looks at single customers, who do not pass the statistics door.",
        code="rows_not_shared",
        hint="Ask the workspace itself; what it answers is not for sending on.",
    )


def _among(name: str, column: str, declared: Iterable[str]) -> bool:
    plain = {one.strip().lower() for one in declared}
    return bool({name.strip().lower(), column, column.removeprefix("d_")} & plain)


def _not_nested(what: str) -> InvalidInput:
    return InvalidInput(
        f"{what}: somebody could subtract one from another.",
        code="not_a_whole_period",
        hint="Ask one month, quarter or year: since and until both 2026-03, 2026-Q1 or 2026.",
    )


def _only(cells: Cells, keys: list[Key]) -> Cells:
    there = {key: place for place, key in enumerate(cells.keys)}
    return cells.only([there[key] for key in keys if key in there])


def _together(now: Cells, parts: list[Cells]) -> Cells:
    """The cells that pass in one, with the keys of the others and what must be said of them."""
    cells = joined(parts) if parts else now.only([])
    passed = set(cells.keys)
    withheld = tuple(key for key in now.keys if key not in passed)
    there = {key: n for key, n in zip(now.keys, now.n.tolist(), strict=True)}
    older = any(there[key] != n for key, n in zip(cells.keys, cells.n.tolist(), strict=True))
    told = {"withheld_cells": bool(withheld), "older_figures": older}
    caveats = (*now.caveats, *(code for code, holds in told.items() if holds))
    return replace(cells, withheld=withheld, caveats=caveats)
